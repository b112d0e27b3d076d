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
from lbc_assets.instance.home import prepare
from lbc_assets.sensors import alerts_sensor, inbox_sensor
from lbc_assets.settings import Home
from lbc_assets.warehouse.store import Warehouse

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


def test_a_look_for_alerts_reads_a_manifest_again_only_when_it_has_changed(fifty):
    answer, first = _opened_by(fifty, alerts_sensor)
    assert [event.passed for event in answer.asset_events[1:]] == [True, True, True]
    # the list of deliveries, too: it is made anew when something has changed
    assert first["snapshot"] == len(WAVES)
    assert first["draft.json"] > len(WAVES)
    store = Warehouse(fifty)
    entry = store.snapshots.draft("w07").entries["report"]
    store.snapshots.change_draft("w07", "report", entry.model_copy(update={"code_version": "older"}))
    again, opened = _opened_by(fifty, lambda context: alerts_sensor(_with_cursor(context, answer.cursor)))
    assert isinstance(again, dg.SkipReason)
    assert opened.pop("ledger.json") == len(WAVES)
    # that wave's, and those of the tables between waves
    assert (opened.pop("draft.json"), opened.pop("current"), opened.pop("snapshot")) == (2, 2, 1)
    assert sum(opened.values()) < 20


def _with_cursor(context, cursor):
    return dg.build_sensor_context(instance=context.instance, cursor=cursor)
