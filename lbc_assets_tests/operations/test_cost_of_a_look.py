"""What a look of the sensors costs with fifty known waves: files opened and plans made, not seconds."""

from __future__ import annotations

import collections
import os
import sys
from pathlib import Path

import dagster as dg
import pytest
from known_waves import known_under

from lbc_assets import launching, sensors
from lbc_assets.alerting import alerts_sensor
from lbc_assets.instance import prepare
from lbc_assets.sensors import inbox_sensor
from lbc_assets.settings import Home

WAVES = [f"w{number:02d}" for number in range(50)]
OPENED: list[str] = []
_listening: list[str] = []


def _note(event, arguments):
    # a hook cannot be taken away again: it listens only while a test wants it
    if _listening and event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.fsdecode(arguments[0])
        if path.startswith(_listening[0]):
            OPENED.append(path)


sys.addaudithook(_note)


@pytest.fixture
def fifty(published, tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    saved = dict(os.environ)
    prepare(home)
    known_under(home.root, published.home.root, WAVES)
    yield home
    os.environ.clear()
    os.environ.update(saved)


def _opened_by(home, sensor):
    """Files that one look opens, by what they are; Dagster's own left out."""
    with dg.DagsterInstance.ephemeral() as instance:
        OPENED.clear()
        _listening.append(f"{home.root}{os.sep}")
        try:
            answer = sensor(dg.build_sensor_context(instance=instance))
        finally:
            _listening.clear()
    places = [Path(path).relative_to(home.root) for path in OPENED]
    return answer, collections.Counter(
        "snapshot" if place.parent.name == "snapshots" else place.name
        for place in places
        if place.parts[0] != "dagster"
    )


def test_the_inbox_sensor_reads_a_handful_of_documents_a_wave(fifty, monkeypatch):
    planned = []
    honest = launching.plan_wave
    monkeypatch.setattr(sensors, "plan_wave", lambda *given: planned.append(given[1]) or honest(*given))
    answer, opened = _opened_by(fifty, inbox_sensor)
    assert answer.run_requests == []
    assert planned == WAVES  # one plan a wave
    for document in ("draft.json", "current", "snapshot", "delivery.json", "manifest.json", "codebook.json"):
        assert opened.pop(document) <= 2 * len(WAVES), document
    assert opened.pop("ledger.json") <= 3 * len(WAVES)
    # no rows, whatever the number of waves
    assert not [name for name in opened if name.endswith((".parquet", ".csv"))]
    assert sum(opened.values()) < 20


def test_a_look_for_alerts_reads_ledger_draft_and_snapshot_once(fifty):
    answer, first = _opened_by(fifty, alerts_sensor)
    assert [event.passed for event in answer.asset_events[1:]] == [True, True, True]
    again, opened = _opened_by(fifty, lambda context: alerts_sensor(_with_cursor(context, answer.cursor)))
    assert isinstance(again, dg.SkipReason)
    for document in ("ledger.json", "current", "snapshot"):
        assert opened.pop(document) == len(WAVES), document
    assert opened.pop("draft.json") == len(WAVES) + 1  # and that of the tables between waves
    assert sum(opened.values()) < 20
    # the list of deliveries is made anew only when something has changed
    assert first["ledger.json"] > len(WAVES)


def _with_cursor(context, cursor):
    return dg.build_sensor_context(instance=context.instance, cursor=cursor)
