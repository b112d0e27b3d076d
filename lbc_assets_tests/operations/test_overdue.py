"""When a wave is overdue, with a clock of the test's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lbc_assets.intake.ledger import Answer
from lbc_assets.operations.overdue import is_published, overdue
from lbc_assets.warehouse.snapshots import Entry, Snapshot

RECEIVED = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATEST = Answer(wave="w1", received=RECEIVED, version=2, delivery_sha256="new")


def made_of(delivery, content):
    entry = Entry(sha256="", suffix="parquet", rows=1, data_version="", code_version="",
                  inputs={"delivery": delivery, "content": content})  # fmt: skip
    return Snapshot(wave="w1", entries={"raw_responses": entry})


@pytest.mark.parametrize(
    ("draft", "current", "is_served"),
    [
        (Snapshot(wave="w1"), None, False),
        (made_of("new", "b"), None, False),  # held, or at work
        (made_of("old", "a"), made_of("old", "a"), False),
        (made_of("new", "b"), made_of("old", "a"), False),
        (made_of("new", "b"), made_of("new", "b"), True),
        # other bytes that say the same: there is nothing to publish
        (made_of("new", "a"), made_of("old", "a"), True),
        # the code has changed since: what was delivered was published in its time
        (Snapshot(wave="w1"), made_of("new", "b"), True),
    ],
)
def test_published_is_what_the_latest_delivery_says(draft, current, is_served):
    assert is_published(LATEST, draft, current) is is_served


@pytest.mark.parametrize(("hours", "late"), [(23.9, False), (24.1, True)])
def test_a_delivery_is_to_be_published_in_time(hours, late):
    now = RECEIVED + timedelta(hours=hours)
    assert [one.wave for one in overdue([(LATEST, False)], {}, 24, now)] == ["w1"] * late
    assert overdue([(LATEST, True)], {}, 24, now) == []


# the day ends in China, at four in the afternoon of Greenwich
@pytest.mark.parametrize(("hour", "late"), [(15, False), (16, True)])
def test_an_expected_wave_is_late_after_its_day(hour, late):
    now = datetime(2026, 9, 30, hour, tzinfo=UTC)
    expected = {"w1": date(2026, 9, 30), "w2": date(2026, 9, 30)}
    found = overdue([(LATEST, True)], expected, 24, now)
    assert [(one.wave, one.reason_code) for one in found] == [("w2", "not_delivered")] * late


def test_a_due_date_is_the_same_at_every_look():
    days = [RECEIVED + timedelta(days=days) for days in (2, 3, 300)]
    assert len({overdue([(LATEST, False)], {}, 24, now)[0].due for now in days}) == 1
