"""The inbox as it is watched: looks and their memory, what is given back, and the one state that is seen.

Belongs here: what no single bad delivery shows (``corpus/``): names in any bytes, two processes, changed limits, the
sweep, the order of states.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime

import pytest
from parcel import FILE

from lbc_assets.intake.columns import find, hash_of, question_number, without_wording
from lbc_assets.intake.delivery import RESPONSES, latest_delivery, load_delivery
from lbc_assets.intake.door import NothingDelivered, receive
from lbc_assets.intake.inbox import DONE, Inbox
from lbc_assets.intake.ledger import Answer, FileCount, Ledger, ReasonCount
from lbc_assets.intake.rejection import ReasonCode, reject
from lbc_assets.intake.states import State, state_of
from lbc_assets.launching import take_in
from lbc_assets.settings import SETTINGS_FILE, SettingsNotValid
from lbc_assets.warehouse.snapshots import Entry, GateOutcome, Held, Snapshot
from lbc_assets.warehouse.store import Warehouse


@pytest.fixture
def watched(parcel):
    """A parcel in an inbox where one look is enough."""
    parcel.home.make()
    _settings(parcel, "intake: {settle_seconds: 0}")
    parcel.write()
    return parcel


def _settings(parcel, text):
    (parcel.home.root / SETTINGS_FILE).write_text(text + "\n")


def _look(parcel):
    return take_in(Warehouse(parcel.home))


def test_a_rejected_folder_is_not_read_again_until_it_changes(watched, monkeypatch):
    watched.rows[2].pop()
    watched.write()
    assert _look(watched).newly_rejected == (watched.folder.name,)
    monkeypatch.setattr("lbc_assets.launching.receive", None)
    again = _look(watched)
    assert (again.newly_rejected, list(again.rejected)) == ((), [watched.folder.name])
    monkeypatch.undo()
    watched.rows.pop(2)
    watched.write()
    assert _look(watched).received == (watched.folder.name,)


def test_a_raised_limit_is_tried_without_touching_the_file(watched):
    _settings(watched, "intake: {settle_seconds: 0}\nlimits: {rows: 3}")
    assert _look(watched).rejected
    _settings(watched, "intake: {settle_seconds: 0}")
    assert _look(watched).received == (watched.folder.name,)


def test_a_name_that_is_no_text_harms_nothing(watched):
    for place in (watched.home.inbox, watched.folder):
        with open(os.path.join(os.fsencode(place), b"\xd5\xe3\xbd\xad.csv"), "w") as out:
            out.write("x")
    os.mkdir(os.path.join(os.fsencode(watched.home.inbox), b"\xb9\xf3\xd6\xdd"))
    assert _look(watched).received == (watched.folder.name,)
    assert [left.place for left in _look(watched).ignored]


def test_a_folder_that_another_process_takes_is_no_rejection(watched, monkeypatch):
    taken = receive(watched.folder, watched.home)
    away = watched.home.inbox / DONE / "elsewhere"
    away.parent.mkdir()

    def gone(*_):
        shutil.move(watched.folder, away)

    # it goes while the second one reads
    monkeypatch.setattr("lbc_assets.intake.door._stage", _then_missing(gone))
    with pytest.raises(NothingDelivered):
        receive(watched.folder, watched.home)
    assert [answer.is_rejected for answer in Ledger(watched.deliveries).answers(taken.delivery.wave)] == [False]


def _then_missing(gone):
    def stage(folder, *_, **__):
        gone()
        raise reject(ReasonCode.FOLDER_INCOMPLETE, folder.name, "Put it there.")

    return stage


def test_what_changed_since_the_look_is_not_given_back(watched):
    inbox = Inbox(watched.home)
    (folder,) = inbox.look().ready
    taken = receive(folder, watched.home)
    (folder / "late.csv").write_text("x")
    inbox.give_back(folder, taken.delivery.delivery_sha256, taken.names, keep_manifest=False)
    assert (folder / "late.csv").is_file()


@pytest.mark.parametrize(("days", "left"), [(0, 0), (9, 1), (11, 1)])
def test_what_was_given_back_is_swept_after_the_days_of_the_settings(watched, days, left):
    assert _look(watched).received
    (folder,) = (watched.home.inbox / DONE).glob("*/*")
    old = datetime.now(UTC).timestamp() - 10 * 86_400
    os.utime(folder, (old, old))
    _settings(watched, f"intake: {{settle_seconds: 0, done_days: {days}}}")
    _look(watched)
    assert len(list((watched.home.inbox / DONE).glob("*/*"))) == (left if days > 10 else 0)


def test_no_wave_is_named_as_the_folder_of_what_is_done(watched):
    (watched.home.inbox / DONE).mkdir()
    (watched.home.inbox / DONE / "wave.yaml").write_text("x")
    assert [left for left in _look(watched).ignored if left.place == DONE]


def test_an_earlier_version_stays_readable(watched):
    first = watched.send()
    watched.rows.pop()
    second = watched.send()
    assert latest_delivery(watched.deliveries, first.wave) == second
    assert load_delivery(first.folder).path(RESPONSES).is_file()
    assert Ledger(watched.deliveries).latest(first.wave).changes.removed.children == 1


def test_two_folders_in_one_look_each_have_their_answer(watched):
    other = watched.home.inbox / "other-2016"
    shutil.copytree(watched.folder, other)
    (other / "wave.yaml").write_text((other / "wave.yaml").read_text().replace(watched.folder.name, other.name))
    (other / FILE).write_bytes(b"")
    found = _look(watched)
    assert (found.received, found.newly_rejected) == ((watched.folder.name,), (other.name,))


@pytest.mark.parametrize("text", ["limits: {rows: 0}", "limit: {}", "intake: {done_days: soon}", "[", "intake: 3"])
def test_settings_that_say_nothing_sensible_are_refused_with_their_key(watched, text):
    _settings(watched, text)
    with pytest.raises(SettingsNotValid, match=SETTINGS_FILE):
        _look(watched)


def _answer(**said):
    count = {"rows": 3, "published": 3, "quarantined": 0, "collapsed": 0, "without_consent": 0, "of_other_events": 0}
    file = FileCount(path="f.csv", sha256="0", **{**count, **said.pop("counts", {})})
    return Answer(
        **{"wave": "w", "received": datetime.now(UTC), "version": 1, "delivery_sha256": "d", "files": (file,), **said}
    )


GATE = GateOutcome(check="c", severity="warn", passed=False, failing_rows=2, reason_code="r", description="d")
MADE = {"sha256": "0", "suffix": "parquet", "rows": 3, "data_version": "0", "code_version": "0"}
OURS = Entry(**MADE, inputs={"delivery": "d"})
HELD = {"mart": Held(candidate="x", code_version="0", inputs={}, failed=(GATE,))}
QUARANTINED = {"counts": {"published": 2, "quarantined": 1}}
COPY = {"reasons": (ReasonCount(code="identical_copy", rows=1),)}


@pytest.mark.parametrize(
    ("state", "said", "draft"),
    [
        (
            State.REJECTED,
            {"version": None, **QUARANTINED},
            Snapshot(wave="w", entries={"raw_responses": OURS}, held=HELD),
        ),
        (State.HELD, QUARANTINED, Snapshot(wave="w", entries={"raw_responses": OURS}, held=HELD)),
        (State.QUARANTINED, {**QUARANTINED, **COPY}, Snapshot(wave="w", entries={"raw_responses": OURS})),
        (State.WARNED, COPY, Snapshot(wave="w")),
        (State.WARNED, {}, Snapshot(wave="w", entries={"raw_responses": OURS.model_copy(update={"gates": (GATE,)})})),
        (State.ACCEPTED, {}, Snapshot(wave="w", entries={"raw_responses": OURS})),
        # another delivery's tables say nothing of this one
        (State.ACCEPTED, {"delivery_sha256": "e"}, Snapshot(wave="w", entries={"raw_responses": OURS}, held=HELD)),
        (State.HELD, {"ended": "held"}, Snapshot(wave="w")),
    ],
)
def test_the_first_state_that_fits_is_seen(state, said, draft):
    assert state_of(_answer(**said), draft) is state


HEADER = ["id", "7. How are you?", "7. And you?", "Q8", "９、题目", "@4", " name "]  # noqa: RUF001


@pytest.mark.parametrize(
    ("reference", "places"),
    [
        ("id", [0]),
        ("@4", [3]),
        ("=@4", [5]),
        ("@99", []),
        ("#7", [1, 2]),
        ("#7.2", [2]),
        ("#7.3", []),
        ("#8", [3]),
        ("#9", [4]),
        (hash_of("7. And you?"), [2]),
        (hash_of("name"), [6]),
        ("ID", []),
    ],
)
def test_a_column_is_found_by_name_position_number_or_hash(reference, places):
    assert find(reference, HEADER) == places


@pytest.mark.parametrize("name", ["How are you?", "题目", "x" * 41, "7. x"])
def test_wording_is_kept_as_its_hash_only(name):
    assert without_wording(name) == hash_of(name)
    assert find(without_wording(name), ["id", name]) == [1]


@pytest.mark.parametrize("name", ["id", "q01", "sdq/i01", "lives_with___1", "@3", "#4.2", hash_of("x")])
def test_a_plain_name_is_kept(name):
    assert without_wording(name) == name


def test_a_number_amid_a_header_is_no_question_number():
    assert [question_number(name) for name in ("age 7", "q", "2x", "Q12_3")] == [None, None, None, "12"]
