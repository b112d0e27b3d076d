"""The event log that keeps its files open: what it stores Dagster's own reads, and what it leans on is there.

Belongs here: ``event_log.py`` and ``instance/home.py``. Does not belong here: what runs tell (``cli/``, ``assets/``).
"""

from __future__ import annotations

import contextlib
import inspect
import multiprocessing
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.utils import make_new_run_id

from lbc_assets.instance.event_log import OPEN_RUNS, KeptOpenEventLog
from lbc_assets.instance.home import prepare
from lbc_assets.settings import Home


def entry(run_id: str, message: str = "told") -> EventLogEntry:
    return EventLogEntry(
        error_info=None,
        level="info",
        user_message=message,
        run_id=run_id,
        timestamp=time.time(),
        step_key=None,
        job_name="job",
        dagster_event=None,
    )


def messages(event_log: SqliteEventLogStorage, run_id: str) -> list[str]:
    return [record.event_log_entry.user_message for record in event_log.get_records_for_run(run_id).records]


@pytest.fixture
def event_log(tmp_path: Path) -> Any:
    made = KeptOpenEventLog(str(tmp_path))
    yield made
    made.dispose()


def open_files(folder: Path) -> set[str]:
    names = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = Path(os.readlink(link))
        except OSError:
            continue
        if target.parent == folder and target.suffix == ".db":
            names.add(target.name)
    return names


def test_what_it_leans_on_is_there() -> None:
    for name in ("_connect", "_initdb", "_event_to_row", "_store_asset_event", "_store_asset_event_tags"):
        assert callable(getattr(SqliteEventLogStorage, name))
    source = inspect.getsource(SqliteEventLogStorage)
    assert all(name in source for name in ("self._db_lock", "self._initialized_dbs", "self._obs", "self._watchers"))
    watchdog = inspect.getsource(sqlite_event_log.SqliteEventLogStorageWatchdog)
    assert "self._log_path" in watchdog
    assert "def _process_log" in watchdog


def test_dagster_s_own_event_log_reads_what_it_stores(event_log: KeptOpenEventLog, tmp_path: Path) -> None:
    runs = [make_new_run_id() for _ in range(2)]
    for run in runs:
        event_log.store_event(entry(run, f"one of {run}"))
        event_log.store_event(entry(run, f"two of {run}"))
    own = SqliteEventLogStorage(str(tmp_path))
    for run in runs:
        assert messages(own, run) == messages(event_log, run) == [f"one of {run}", f"two of {run}"]
    own.store_event(entry(runs[0], "from elsewhere"))
    assert messages(event_log, runs[0])[-1] == "from elsewhere"
    with event_log.index_connection() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1


def test_a_file_is_opened_once(event_log: KeptOpenEventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_new_run_id()
    event_log.store_event(entry(run))
    opened: list[str] = []
    connect = sqlite3.dbapi2.connect

    def counted(path: str, *given: Any, **named: Any) -> Any:
        opened.append(path)
        return connect(path, *given, **named)

    monkeypatch.setattr(sqlite3.dbapi2, "connect", counted)
    for _ in range(20):
        event_log.store_event(entry(run))
        assert event_log.get_records_for_run(run).records
    assert opened == []
    other = make_new_run_id()
    event_log.store_event(entry(other))
    event_log.store_event(entry(other))
    assert [Path(path).stem for path in opened] == [other]


def test_only_so_many_runs_stay_open_and_none_after_dispose(event_log: KeptOpenEventLog, tmp_path: Path) -> None:
    runs = [make_new_run_id() for _ in range(OPEN_RUNS + 3)]
    for run in runs:
        event_log.store_event(entry(run))
    event_log.has_asset_key_index_cols()
    assert open_files(tmp_path) == {f"{run}.db" for run in runs[3:]} | {"index.db"}
    assert messages(event_log, runs[0]) == ["told"]
    event_log.dispose()
    assert open_files(tmp_path) == set()
    assert messages(event_log, runs[0]) == ["told"]


def test_a_failed_statement_leaves_nothing_behind(event_log: KeptOpenEventLog) -> None:
    run = make_new_run_id()
    event_log.store_event(entry(run))
    with contextlib.suppress(RuntimeError), event_log.run_connection(run) as connection:
        connection.exec_driver_sql("DELETE FROM event_logs")
        raise RuntimeError
    assert messages(event_log, run) == ["told"]


def test_threads_take_turns(event_log: KeptOpenEventLog) -> None:
    run = make_new_run_id()

    def tell(name: str) -> None:
        for number in range(25):
            event_log.store_event(entry(run, f"{name}{number}"))

    threads = [threading.Thread(target=tell, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(messages(event_log, run)) == sorted(f"{name}{number}" for name in "abc" for number in range(25))


def _tell(event_log: KeptOpenEventLog, run: str) -> None:
    event_log.store_event(entry(run, "from the child"))


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_opens_its_own(event_log: KeptOpenEventLog) -> None:
    run = make_new_run_id()
    event_log.store_event(entry(run, "before"))
    child = multiprocessing.get_context("fork").Process(target=_tell, args=(event_log, run))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0
    event_log.store_event(entry(run, "after"))
    assert messages(event_log, run) == ["before", "from the child", "after"]


def test_a_watcher_hears_at_once_what_another_process_stores(event_log: KeptOpenEventLog, tmp_path: Path) -> None:
    run = make_new_run_id()
    event_log.store_event(entry(run, "old"))
    heard: list[str] = []
    one, two = threading.Event(), threading.Event()

    def hear(told: EventLogEntry, _cursor: str) -> None:
        heard.append(told.user_message)
        (one if told.user_message == "new 1" else two).set()

    cursor = event_log.get_records_for_run(run).cursor
    event_log.watch(run, cursor, hear)
    writer = KeptOpenEventLog(str(tmp_path))
    try:
        writer.store_event(entry(run, "new 1"))
        assert one.wait(timeout=20)
        writer.store_event(entry(run, "new 2"))
        assert two.wait(timeout=20)
        assert heard == ["new 1", "new 2"]
    finally:
        event_log.end_watch(run, hear)
        writer.dispose()


def test_wiped_events_are_gone_and_new_ones_are_kept(event_log: KeptOpenEventLog) -> None:
    run = make_new_run_id()
    event_log.store_event(entry(run))
    event_log.wipe()
    event_log.store_event(entry(run, "new"))
    assert messages(event_log, run) == ["new"]


@pytest.mark.parametrize("name", ["home", "it's a {home}: #1", "子"])
def test_the_instance_uses_it_where_dagster_would_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable in ("LBC_HOME", "DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "GX_ANALYTICS_ENABLED"):
        monkeypatch.setenv(variable, "")  # so that what prepare() sets is taken back
    home = Home(tmp_path / name)
    prepare(home)
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, KeptOpenEventLog)
        assert not instance.telemetry_enabled
        instance.add_dynamic_partitions("wave", ["w"])
    assert (home.dagster / "history" / "runs" / "index.db").is_file()
    own = SqliteEventLogStorage(str(home.dagster / "history" / "runs"))
    assert own.get_dynamic_partitions("wave") == ["w"]
