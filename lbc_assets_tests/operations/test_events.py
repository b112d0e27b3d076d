"""What is worth an alert, of answers, drafts and runs; and what an event may not say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lbc_assets.intake.ledger import Answer, ReasonCount
from lbc_assets.operations import events
from lbc_assets.operations.events import FailedRun
from lbc_assets.operations.messages import message_of
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES, Entry, GateOutcome, Held, Snapshot

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOTHING_BETWEEN = Snapshot(wave=BETWEEN_WAVES)


def outcome(check, rows):
    return GateOutcome(check=check, severity="error", passed=False, failing_rows=rows, reason_code=f"{check}_reason",
                       description="")  # fmt: skip


def held(*checks, code="1", **inputs):
    return Held(candidate="", code_version=code, inputs=inputs, failed=tuple(outcome(*check) for check in checks))


def seen(notes, delivery="abc", drafted="abc"):
    entry = Entry(sha256="", suffix="parquet", rows=1, data_version="", code_version="", inputs={"delivery": drafted})
    draft = Snapshot(wave="w1", entries={"raw_responses": entry}, held=notes)
    return events.seen(Answer(wave="w1", received=NOW, version=1, delivery_sha256=delivery), draft, None)


def test_a_held_wave_is_one_event_with_all_of_its_checks():
    wave = seen({"raw_schools": held(("possible", 2)), "raw_files": held(("known", 1), ("whole", 3))})
    (event,) = events.held([wave], NOTHING_BETWEEN)
    assert event.key == "held:w1:abc:raw_files:known,raw_files:whole,raw_schools:possible"
    assert [(one.table, one.number) for one in event.found] == [("raw_files", 1), ("raw_files", 3), ("raw_schools", 2)]


def test_held_by_other_code_is_the_same_event_and_by_another_delivery_is_not():
    first, other_code = (seen({"raw_schools": held(("possible", 2), code=code)}) for code in "12")
    assert events.held([first], NOTHING_BETWEEN)[0].key == events.held([other_code], NOTHING_BETWEEN)[0].key
    again = seen({"raw_schools": held(("possible", 2))}, delivery="def", drafted="def")
    assert events.held([again], NOTHING_BETWEEN)[0].key != events.held([first], NOTHING_BETWEEN)[0].key


def test_what_held_the_delivery_before_is_no_event_of_this_one():
    assert events.held([seen({"raw_schools": held(("possible", 2))}, delivery="new")], NOTHING_BETWEEN) == []


def test_the_tables_between_waves_can_be_held_too():
    draft = Snapshot(wave=BETWEEN_WAVES, held={"wave_changes": held(("allowed", 1), w1="a")})
    (event,) = events.held([], draft)
    assert (event.wave, event.path) == (BETWEEN_WAVES, "/assets/wave_changes")
    assert message_of(event, "", "").subject == "[lbc] between waves: held back by a gate"


def test_a_rejection_repeats_nothing_that_a_stranger_wrote():
    reasons = (ReasonCount(code="name_not_allowed", place="Zeisig.csv, column Stieglitz", remedy="Rename Zeisig."),) * 2
    answer = Answer(wave="Anna Zeisig, class 3", received=NOW, reasons=reasons)
    (event,) = events.rejected([answer])
    message = message_of(event, "https://lbc.example.org", "")
    for said in (event.model_dump_json(), message.subject, message.text, str(message.document)):
        assert "Zeisig" not in said
        assert "Stieglitz" not in said
    assert [(one.reason_code, one.number) for one in event.found] == [("name_not_allowed", 2)]


def test_two_rejections_of_a_wave_are_two_events():
    keys = {
        events.rejected([Answer(wave="w1", received=moment, reasons=(ReasonCount(code="x"),))])[0].key
        for moment in (NOW, datetime(2026, 1, 2, tzinfo=UTC))
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ([("raw_schools", "held_back")], None),
        ([("raw_schools", "held_back"), ("report", "step_fault")], [("report", "step_fault")]),
        ([("published_wave", "tables_of_different_states")], [("published_wave", "tables_of_different_states")]),
        ([], [("", "run_failed")]),  # its process is gone
    ],
)
def test_a_failed_run_is_told_of_unless_gates_held_it(failures, told):
    found = events.failed([FailedRun("1-2-3", "w1", tuple(failures))])
    assert [[(one.table, one.reason_code) for one in event.found] for event in found] == ([told] if told else [])
    assert [event.key for event in found] == ["failed:1-2-3"] * len(found)
