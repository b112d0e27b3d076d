"""What a data manager sees: deliver a file, read the answer, mend what was held back, deliver again.

Belongs here: `lbc deliver`, `lbc deliveries`, `lbc quarantine` and the asset `deliveries`, on a home of their own.
"""

import csv
import json
import os
import stat

import dagster as dg
import pytest

from lbc_assets.assets.deliveries import deliveries
from lbc_assets.intake.pseudonym import PUBLIC_KEY, pseudonym_sql
from lbc_assets.reference.deliver import BAKED
from lbc_assets.settings import Home
from lbc_assets.warehouse.engine import connect
from lbc_assets.warehouse.store import Warehouse

WAVE = "pilot-2016"
STATED = [
    *("--title", "Pilot", "--survey-first", "2016-01-01", "--survey-last", "2016-02-01", "--frame", "pilot"),
    *("--consent-version", "1", "--ethics-approval", "none", "--custodian", "nobody"),
    *("--retention-date", "2030-01-01", "--synthetic"),
]


@pytest.fixture(scope="module")
def home(lbc_at, tmp_path_factory):
    saved = dict(os.environ)
    yield lbc_at(Home(tmp_path_factory.mktemp("deliveries") / "home"))
    os.environ.clear()
    os.environ.update(saved)


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A folder of the data manager's: a codebook, and 60 children in a file that the tests write anew."""
    folder = tmp_path_factory.mktemp("sent")
    (folder / "codebook.yaml").write_bytes(BAKED.joinpath("codebook.yaml").read_bytes())
    rows = list(csv.reader(BAKED.joinpath("zhejiang.csv").read_text(encoding="utf-8").splitlines()))[:61]
    return folder, rows


def _write(folder, rows, name="children.csv"):
    with (folder / name).open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return str(folder / name)


def _deliver(home, folder, *files, more=()):
    return home("deliver", *files, "--wave", WAVE, "--codebook", str(folder / "codebook.yaml"), *more)


def _listed(home):
    return json.loads(home("deliveries", "--json").stdout)


def test_a_new_wave_is_asked_for_what_a_file_cannot_say(home, sent):
    folder, rows = sent
    answer = _deliver(home, folder, _write(folder, rows))
    assert answer.exit_code == 1
    assert "--ethics-approval" in answer.stderr
    assert not (home.home.inbox / WAVE).exists()


def test_the_answer_comes_at_once_and_the_file_goes_back(home, sent):
    folder, rows = sent
    answer = _deliver(home, folder, _write(folder, rows), more=STATED)
    assert answer.exit_code == 0, answer.output
    assert "version 1 taken in: 1 file, 60 rows = 60 published" in answer.stderr
    assert (home.home.inbox / "done" / WAVE).is_dir()
    (row,) = _listed(home)["deliveries"]
    assert (row["state"], row["rows_in"], row["published"]) == ("accepted", 60, 60)


def test_a_second_delivery_says_what_it_changed_by_pseudonym(home, sent):
    folder, rows = sent
    changed = [list(row) for row in rows[:-1]]
    place = rows[0].index("b1")
    changed[5][place] = {"1": "2", "2": "1"}[changed[5][place]]
    answer = _deliver(home, folder, _write(folder, [*changed, ["NEW-1", *rows[-1][1:]]]))
    assert answer.exit_code == 0, answer.output
    (changes,) = _listed(home)["changes"]
    with connect() as connection:
        sql = f"SELECT {pseudonym_sql(PUBLIC_KEY, WAVE, 'id')} FROM (SELECT ? AS id)"
        (name,) = connection.execute(sql, [rows[5][0]]).fetchall()[0]
    counts = [changes[kind]["children"] for kind in ("added", "removed", "changed")]
    assert (counts, changes["fields"]) == ([1, 1, 1], {"sex": 1})
    assert changes["changed"]["pseudonyms"] == [name]
    assert "sex 1" in home("deliveries", WAVE).output


def test_rows_that_contradict_each_other_are_held_and_written_out(home, sent):
    folder, rows = sent
    twice = [list(row) for row in rows]
    twice[3][0] = twice[4][0]
    twice[3][rows[0].index("a3")] = "=1+1"
    twice[7][0] = " "
    assert _deliver(home, folder, _write(folder, [*twice, rows[9]])).exit_code == 0
    row = _listed(home)["deliveries"][-1]
    assert row["state"] == "quarantined"
    assert [row[name] for name in ("rows_in", "published", "quarantined", "collapsed")] == [61, 57, 3, 1]
    assert "copies_conflict (2)" in row["reasons"]
    assert "lbc quarantine" in row["what_to_do"]
    assert home("quarantine", WAVE).exit_code == 0
    (path,) = (home.home.quarantine / WAVE).glob("held-rows-*.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    held = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert [line["reason_code"] for line in held] == ["id_absent", "copies_conflict", "copies_conflict"]
    assert "township" in held[1]["differs_in"].split()
    assert "'=1+1" in {line["township"] for line in held}
    assert all(line["what_to_do"] for line in held)


def test_a_correction_frees_what_was_held_and_leaves_a_trail(home, sent):
    folder, rows = sent
    twice = [list(row) for row in rows]
    twice[3][0] = twice[4][0]
    head = ["id", "field", "old", "new", "who", "why", "file", "line"]
    line = [twice[4][0], "questionnaire_id", twice[4][0], rows[3][0], "a manager", "misread", "children.csv", "4"]
    listed = _write(folder, [head, line], "corrections.csv")
    more = ("--corrections", listed, "--reviewed-by", "a steward")
    answer = _deliver(home, folder, _write(folder, twice), more=more)
    assert answer.exit_code == 0, answer.output
    assert _listed(home)["deliveries"][-1]["state"] == "accepted"
    refreshed = home("refresh", WAVE)
    assert refreshed.exit_code == 0, refreshed.output
    trail = json.loads(
        home("sql", "SELECT field, who, why, reviewed_by FROM raw_corrections", "--format", "json").stdout
    )
    assert trail == [{"field": "questionnaire_id", "who": "a manager", "why": "misread", "reviewed_by": "a steward"}]


def test_a_rejected_file_says_where_and_stays_to_be_mended(home, sent):
    folder, rows = sent
    answer = _deliver(home, folder, _write(folder, [*rows, rows[1][:5]]))
    assert answer.exit_code == 2
    assert "children.csv, near line 62" in answer.stderr
    assert (home.home.inbox / WAVE / "children.csv").is_file()
    assert "holds a delivery" in _deliver(home, folder, _write(folder, rows)).stderr
    assert _listed(home)["deliveries"][-1]["state"] == "rejected"


def test_the_asset_lists_what_was_answered(home):
    listed = _listed(home)["deliveries"]
    result = dg.materialize([deliveries], resources={"warehouse": Warehouse(home.home)})
    (event,) = result.asset_materializations_for_node("deliveries")
    assert event.metadata["dagster/row_count"].value == len(listed)
    text = event.metadata["deliveries"].value
    assert all(state in text for state in {row["state"] for row in listed})
    with dg.DagsterInstance.from_config(str(home.home.dagster)) as instance:
        # the refresh above told the UI, without a run of its own
        assert instance.get_latest_materialization_event(dg.AssetKey("deliveries")) is not None


def test_what_is_no_delivery_is_told_of(home):
    (home.home.inbox / "lone.csv").write_text("x")
    (home.home.inbox / "later").mkdir()
    (home.home.inbox / "later" / "x.csv").write_text("x")
    left = {other["place"]: other["why"] for other in _listed(home)["left_in_inbox"]}
    assert "lbc deliver" in left["lone.csv"]
    assert "no wave.yaml yet" in left["later"]


def test_an_approval_of_linking_is_told_once_and_needs_both_halves(home, sent):
    """In a wave of its own: the second delivery keeps the approval, and its children keep their linked pseudonyms."""
    folder, rows = sent
    book = (folder / "codebook.yaml").read_text(encoding="utf-8")
    (folder / "linked.yaml").write_text(book.replace("variables:\n", "variables:\n  linking_key: {column: reg}\n", 1))
    numbered = [[*rows[0], "reg"], *([*row, f"R{number}"] for number, row in enumerate(rows[1:]))]

    def deliver(lines, *more):
        words = ("--wave", "linked-2016", "--codebook", str(folder / "linked.yaml"), *more)
        return home("deliver", _write(folder, lines, "linked.csv"), *words)

    half = deliver(numbered, *STATED, "--linking-key", "register")
    assert half.exit_code == 1
    assert "--linking-approval" in half.stderr
    assert deliver(numbered, *STATED, "--linking-key", "register", "--linking-approval", "none").exit_code == 0
    assert deliver(numbered[:-1]).exit_code == 0
    answers = [row for row in _listed(home)["deliveries"] if row["wave"] == "linked-2016"]
    assert [(row["published"], row["reasons"]) for row in answers] == [(60, ""), (59, "")]
