"""Two waves from the inbox to what may be said between them; a bad wave stops nothing."""

import json
import shutil

import dagster as dg
import pytest
from followup_files import BASELINE, FOLLOWED, FOLLOWUP, deliver_followup

from lbc_assets.instance.home import prepare
from lbc_assets.intake import relations
from lbc_assets.launching import plan_between_waves
from lbc_assets.sensors import between_waves_sensor
from lbc_assets.warehouse.between_waves import served, steps
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES
from lbc_assets.warehouse.store import Warehouse


def asked(command, sql):
    return json.loads(command("sql", sql, "--format", "json").stdout)


def test_refresh_of_two_waves_ends_with_the_tables_between_them(two_waves):
    output = two_waves.first.output
    assert output.index(f"{FOLLOWUP}: {len(flow())} steps") < output.index(
        "between waves: 2 steps to run (not made yet)"
    )
    assert "[2/2] wave_descriptions" in output.replace("[ ", "[")
    rows = asked(
        two_waves, "SELECT analysis, status, reason, count(*) AS n FROM wave_changes GROUP BY ALL ORDER BY ALL"
    )
    assert [(row["analysis"], row["status"], row["reason"], row["n"]) for row in rows] == [
        ("ancova", "ok", None, 12),
        ("difference_between_waves", "refused", "sampling_frames_differ", 6),
        ("difference_in_change", "ok", None, 6),
        ("mixed_model", "ok", None, 18),
        ("paired_change", "ok", None, 6),
    ]


def test_linked_children_are_those_of_the_register(two_waves):
    """The mean change is that of the children whom Python links by the register's numbers in the files."""
    sql = f"""
        SELECT avg(b.total_score - a.total_score) AS mean, count(*) AS n
        FROM mart_analysis_cohort AS a JOIN raw_links AS la USING (wave, child_pseudonym)
        JOIN raw_links AS lb ON lb.linked_pseudonym = la.linked_pseudonym AND lb.wave = '{FOLLOWUP}'
        JOIN mart_analysis_cohort AS b ON b.wave = lb.wave AND b.child_pseudonym = lb.child_pseudonym
        WHERE a.wave = '{BASELINE}'
    """
    (expected,) = asked(two_waves, sql)
    (found,) = asked(
        two_waves, "SELECT estimate, n FROM wave_changes WHERE analysis = 'paired_change' AND outcome = 'total'"
    )
    assert found["n"] == expected["n"]
    assert FOLLOWED - 10 < found["n"] <= FOLLOWED
    assert found["estimate"] == pytest.approx(expected["mean"], abs=1e-12)


def test_the_analysis_says_what_cannot_be_tested(two_waves):
    rows = asked(
        two_waves,
        "SELECT DISTINCT assumption, villages FROM wave_changes WHERE analysis = 'difference_in_change'",
    )
    assert rows == [{"assumption": "parallel_trends_not_testable", "villages": 12}]


@pytest.mark.parametrize("table", ["wave_descriptions", "wave_changes"])
def test_show_keeps_the_order_of_the_analysis(two_waves, table):
    shown = two_waves("show", table, "--format", "json")
    assert "SYNTHETIC DATA" in shown.stderr
    rows = json.loads(shown.stdout)
    names = [row.get("analysis", row.get("variable")) for row in rows]
    first = {"wave_changes": "difference_between_waves", "wave_descriptions": "children"}[table]
    assert names[0] == first
    of_one = json.loads(two_waves("show", table, "--wave", FOLLOWUP, "--format", "json").stdout)
    assert of_one == [row for row in rows if FOLLOWUP in (row.get("wave"), row.get("wave_after"))]
    assert of_one


def test_a_second_refresh_runs_nothing(two_waves):
    said = json.loads(two_waves("refresh", "--json").stdout)
    assert [entry["steps"] for entry in said] == [[], [], []]
    assert said[-1]["between_waves"] == "published"
    status = json.loads(two_waves("status", "--json").stdout)["between_waves"]
    assert status == {"state": "published", "published_waves": 2, "held": [], "stale": []}


def test_the_sensor_asks_once_and_only_when_what_is_published_has_changed(copied):
    prepare(copied.home)
    context = dg.build_sensor_context(instance=dg.DagsterInstance.ephemeral())
    assert isinstance(between_waves_sensor(context), dg.SkipReason)
    (copied.home.warehouse / "waves" / BETWEEN_WAVES / "draft.json").unlink()
    (copied.home.warehouse / "waves" / BETWEEN_WAVES / "current").unlink()
    (request,) = between_waves_sensor(context).run_requests
    assert {key.to_user_string() for key in request.asset_selection} == set(steps())
    assert between_waves_sensor(context).run_requests[0].run_key == request.run_key


def test_a_held_wave_and_one_without_snapshot_are_named_and_stop_nothing(copied, monkeypatch):
    """The follow-up is delivered again with a fault, and a third wave is held at once: both by their own gates."""
    bad = [{"school": "S1", "eligible": 1, "present": 2}]
    store = Warehouse(copied.home)
    before = store.snapshots.current(FOLLOWUP).id
    for wave in (FOLLOWUP, "followup-2019"):
        folder = deliver_followup(copied.home.inbox.parent / "made", wave=wave)
        manifest = folder / "wave.yaml"
        manifest.write_text(manifest.read_text() + "schools: " + json.dumps(bad) + "\n")
        shutil.move(folder, copied.home.inbox / wave)
    # the third wave has tables in its draft, none of them published
    for name, entry in store.snapshots.draft(FOLLOWUP).entries.items():
        store.snapshots.change_draft("followup-2019", name, entry)
    # held at the questionnaires, too: no step behind them runs (those are cli/test_cli_held.py's)
    monkeypatch.setattr(relations, "pseudonym_sql", lambda *_: "'twice'")
    answer = copied("refresh", "--json")
    assert answer.exit_code == 2
    said = {entry.get("wave", "between"): entry for entry in json.loads(answer.stdout)}
    failed = {"raw_schools": ["school_counts_possible"], "raw_responses": ["key_unique"]}
    for wave in (FOLLOWUP, "followup-2019"):
        assert (said[wave]["state"], said[wave]["held"]) == ("held", failed)
    # a wave more is known, so the tables name it; the follow-up is read as it was last served
    assert said["between"]["between_waves"] == "published"
    assert set(said["between"]["steps"]) == set(steps())
    assert store.snapshots.current(FOLLOWUP).id == before
    assert store.snapshots.current("followup-2019") is None
    named = asked(
        copied, "SELECT wave, n, reason FROM wave_descriptions WHERE variable = 'children' AND province = 'all'"
    )
    assert [(row["wave"], row["reason"]) for row in named] == [
        (BASELINE, None),
        (FOLLOWUP, None),
        ("followup-2019", "not_published"),
    ]
    assert {row["wave_after"] for row in asked(copied, "SELECT wave_after FROM wave_changes")} == {FOLLOWUP}


def test_a_gate_that_holds_a_table_between_waves_stops_no_wave(copied, monkeypatch):
    """An analysis that tests what the manifests do not allow is held back, and what was served stays served."""
    import lbc_assets.stats.tables.wave_changes as module

    right = module.wave_changes

    def wrong(waves, cells, children):
        return right(waves.assign(sampling_frame="one for all"), cells, children)

    served_before = asked(copied, "SELECT * FROM wave_changes")
    store = Warehouse(copied.home)
    draft = json.loads((copied.home.warehouse / "waves" / BETWEEN_WAVES / "draft.json").read_text())
    draft["entries"]["wave_changes"]["code_version"] = "older"
    (copied.home.warehouse / "waves" / BETWEEN_WAVES / "draft.json").write_text(json.dumps(draft))
    monkeypatch.setattr(module, "wave_changes", wrong)
    answer = copied("refresh", "--json")
    assert answer.exit_code == 2
    assert "wave_changes is held back by unlinked_in_one_frame_only; waves are not touched by that" in answer.stderr
    *waves, between = json.loads(answer.stdout)
    assert {wave["state"] for wave in waves} == {"published"}
    assert between["between_waves"] == "held"
    assert asked(copied, "SELECT * FROM wave_changes") == served_before
    assert plan_between_waves(store).held == ("wave_changes",)
    assert list((copied.home.quarantine / BETWEEN_WAVES / "candidates").glob("wave_changes-*.parquet"))
    # not tried again until something has changed
    assert json.loads(copied("refresh", "--json").stdout)[-1]["steps"] == []
    assert "HELD" in copied("status").stdout


def test_a_wave_with_a_damaged_file_is_left_out(copied):
    store = Warehouse(copied.home)
    assert set(served(store, [BASELINE, FOLLOWUP, "never-seen"])) == {BASELINE, FOLLOWUP}
    entry = store.snapshots.current(FOLLOWUP).entries["mart_analysis_cohort"]
    path = store.path("mart_analysis_cohort", entry)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert set(served(Warehouse(copied.home), [BASELINE, FOLLOWUP])) == {BASELINE}


def test_collecting_old_files_leaves_the_tables_between_waves(copied):
    import os

    store = Warehouse(copied.home)
    for path in (copied.home.warehouse / "tables").glob("*/*"):
        os.utime(path, (0, 0))
    store.collect()
    assert asked(copied, "SELECT count(*) AS n FROM wave_changes") == [{"n": 48}]


def test_no_wave_can_have_the_name_of_what_lies_between(copied):
    folder = deliver_followup(copied.home.inbox, wave=BETWEEN_WAVES)
    assert folder.is_dir()
    answer = copied("refresh", BETWEEN_WAVES)
    assert answer.exit_code == 2
    assert "wave_name_not_allowed" in answer.stderr
