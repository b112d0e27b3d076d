"""What the event log writes in batches: row for row what Dagster's own writes, and never later than it may be.

Belongs here: ``event_rows.py``, and when ``event_log.py`` writes. Does not belong here: connections
(``test_event_log.py``).
"""

from __future__ import annotations

import itertools
import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from lbc_assets.assets.step import check_specs
from lbc_assets.instance.event_log import KeptOpenEventLog
from lbc_assets.partitions import WAVE, waves
from lbc_assets.quality.checks import Check

PLANNED = {dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED, dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED}
EVALUATION = dg.DagsterEventType.ASSET_CHECK_EVALUATION
CHECKS = [Check(name, "table", "warn", "rule", name, name, name) for name in ("first", "second")]


@dg.asset(name="table", partitions_def=waves, check_specs=check_specs(CHECKS))
def table(context) -> Iterator[Any]:  # type: ignore[no-untyped-def]
    yield dg.MaterializeResult(data_version=dg.DataVersion("1"), metadata={"rows": 3})
    for number, check in enumerate(CHECKS):
        yield dg.AssetCheckResult(passed=number == 0, check_name=check.name, severity=dg.AssetCheckSeverity.WARN)


@pytest.fixture(scope="module")
def events() -> list[EventLogEntry]:
    """All events of two runs, in their order."""
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(WAVE, ["w1", "w2"])
        runs = [dg.materialize([table], instance=instance, partition_key=wave).run_id for wave in ("w1", "w2")]
        return [event for run in runs for event in instance.all_logs(run)]


@pytest.fixture
def event_log(tmp_path: Path) -> Any:
    made = KeptOpenEventLog(str(tmp_path / "ours"))
    yield made
    made.dispose()


def rows(folder: Path) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """What stands in the tables of all files; where SQLite noted its own time, that is left out."""
    found = {}
    for path in sorted(folder.glob("*.db")):
        with closing(sqlite3.connect(path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in names:
                columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
                kept = ", ".join(f'"{c}"' for c in columns if c not in ("create_timestamp", "migration_completed"))
                found[path.name, name] = connection.execute(f"SELECT {kept} FROM {name}").fetchall()
    return found


def told(folder: Path, run: str) -> list[str]:
    """Types of events that stand in a run's file, as another process sees it."""
    with closing(sqlite3.connect(folder / f"{run}.db")) as connection:
        return [kind for (kind,) in connection.execute("SELECT dagster_event_type FROM event_logs ORDER BY id")]


def checks_noted(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "index.db")) as connection:
        return connection.execute(
            "SELECT check_name, execution_status FROM asset_check_executions ORDER BY id"
        ).fetchall()


@pytest.mark.parametrize("planned", [True, False])
def test_the_rows_are_those_that_dagster_s_own_writes(
    event_log: KeptOpenEventLog, events: list[EventLogEntry], tmp_path: Path, planned: bool
) -> None:
    chosen = [event for event in events if planned or event.dagster_event_type not in PLANNED]
    own = SqliteEventLogStorage(str(tmp_path / "own"))
    for event in chosen:
        own.store_event(event)
    for is_planned, group in itertools.groupby(chosen, key=lambda event: event.dagster_event_type in PLANNED):
        if is_planned:
            event_log.store_event_batch(list(group))
        else:
            for event in group:
                event_log.store_event(event)
    event_log.dispose()
    ours, theirs = rows(tmp_path / "ours"), rows(tmp_path / "own")
    assert ours == theirs
    assert len(theirs["index.db", "asset_check_executions"]) == 2 * len(CHECKS)
    assert all(theirs["index.db", name] for name in ("event_logs", "asset_keys", "asset_event_tags"))


def test_runless_events_are_stored_as_dagster_stores_them(event_log: KeptOpenEventLog, tmp_path: Path) -> None:
    own = SqliteEventLogStorage(str(tmp_path / "own"))
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("list"))
        instance.report_runless_asset_event(dg.AssetCheckEvaluation(dg.AssetKey("list"), "full", passed=False))
        stored = instance.all_logs("")
    assert len(stored) == 2
    for event in stored:
        own.store_event(event)
        event_log.store_event(event)
    assert checks_noted(tmp_path / "ours") == [("full", "FAILED")]
    event_log.dispose()
    assert rows(tmp_path / "ours") == rows(tmp_path / "own")


def upto_first_evaluation(events: list[EventLogEntry]) -> list[EventLogEntry]:
    kinds = [event.dagster_event_type for event in events]
    return events[: kinds.index(EVALUATION) + 1]


def test_what_a_step_says_of_its_checks_waits_for_the_next_event(
    event_log: KeptOpenEventLog, events: list[EventLogEntry], tmp_path: Path
) -> None:
    first, run = upto_first_evaluation(events), events[0].run_id
    for event in first:
        event_log.store_event(event)
    assert EVALUATION.value not in told(tmp_path / "ours", run)
    following = [event for event in events[len(first) :] if event.run_id == run]
    ended = next(event for event in following if event.dagster_event_type is dg.DagsterEventType.STEP_SUCCESS)
    event_log.store_event(ended)
    kinds = [event.dagster_event.event_type_value for event in first if event.dagster_event]
    assert told(tmp_path / "ours", run) == [*kinds, ended.dagster_event_type.value]
    assert ("first", "SUCCEEDED") in checks_noted(tmp_path / "ours")


@pytest.mark.parametrize("access", ["read", "dispose"])
def test_what_waits_is_written_before_anything_is_read_or_closed(
    event_log: KeptOpenEventLog, events: list[EventLogEntry], tmp_path: Path, access: str
) -> None:
    first, run = upto_first_evaluation(events), events[0].run_id
    for event in first:
        event_log.store_event(event)
    if access == "read":
        assert event_log.get_records_for_run(run).records[-1].event_log_entry == first[-1]
    else:
        event_log.dispose()
    assert told(tmp_path / "ours", run)[-1] == EVALUATION.value


def _read(event_log: KeptOpenEventLog, run: str) -> None:
    event_log.get_records_for_run(run)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_what_waits_in_the_parent_is_not_written_by_its_child_too(
    event_log: KeptOpenEventLog, events: list[EventLogEntry], tmp_path: Path
) -> None:
    first, run = upto_first_evaluation(events), events[0].run_id
    for event in first:
        event_log.store_event(event)
    child = multiprocessing.get_context("fork").Process(target=_read, args=(event_log, run))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0
    assert EVALUATION.value not in told(tmp_path / "ours", run)
    event_log.dispose()
    assert told(tmp_path / "ours", run).count(EVALUATION.value) == 1


def test_what_a_run_plans_is_stored_in_one_batch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Dagster batches only where this variable, which ``instance.prepare`` sets, is there."""
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "1000")
    batches: list[int] = []
    store = KeptOpenEventLog.store_event_batch

    def counted(self: KeptOpenEventLog, events: list[EventLogEntry]) -> None:
        batches.append(len([event for event in events if event.dagster_event_type in PLANNED]))
        store(self, events)

    monkeypatch.setattr(KeptOpenEventLog, "store_event_batch", counted)
    storage = {
        "module": "lbc_assets.instance.event_log",
        "class": "KeptOpenEventLog",
        "config": {"base_dir": str(tmp_path / "r")},
    }
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides={"event_log_storage": storage}) as instance:
        instance.add_dynamic_partitions(WAVE, ["w1"])
        assert dg.materialize([table], instance=instance, partition_key="w1").success
    assert [number for number in batches if number] == [1 + len(CHECKS)]
