"""Dagster's SQLite event log with its connections kept open and its writes gathered: the same files, schema and rows.

Belongs here: how the event log reaches its files, and when it writes. Does not belong here: what stands in it
(Dagster's), the statements (``event_rows.py``).

Dagster 1.13 makes an SQLAlchemy engine and a connection for each access, and a wave of twenty tables with two
hundred checks makes some three thousand: half the time of a refresh (``make bench``). Here a file (a run's, or the
index across runs) has one engine and one connection, as long as the storage lives, and what a step says of its checks
is written together. ``dagster.yaml`` (``instance/home.py``) names this class; without it everything works, slower. It
leans on names of Dagster's that are not public; ``test_event_log.py`` says which.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS, DagsterEventType
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
    SqliteEventLogStorageWatchdog,
)
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy.pool import StaticPool
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer

from lbc_assets.instance.event_rows import INSERT_EVENT, MIRRORED, insert_mirrored, write_checks

# The web server looks at many runs; each open file costs three descriptors.
OPEN_RUNS = 8
# A step says these in one breath, one or two for each of its checks; what follows them is written at once.
WAIT = {DagsterEventType.STEP_OUTPUT, DagsterEventType.ASSET_CHECK_EVALUATION}


class KeptOpenEventLog(SqliteEventLogStorage):
    """``SqliteEventLogStorage`` with one open connection a file; its lock admits one user at a time."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: OrderedDict[str, sa.Engine] = OrderedDict()
        self._inherited: Any = None
        self._process = os.getpid()
        self._tables: set[str] = set()
        self._waiting: list[tuple[int, EventLogEntry]] = []
        self._order = threading.RLock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> KeptOpenEventLog:
        """As Dagster makes it of ``dagster.yaml``: ``base_dir``, the folder of the files."""
        return cls(inst_data=inst_data, **config_value)

    def _engine(self, shard: str) -> sa.Engine:
        """The file's engine. The caller holds the lock."""
        if os.getpid() != self._process:
            # SQLite connections do not survive a fork; closing them here would drop the parent's locks
            self._inherited, self._engines, self._process = self._engines, OrderedDict(), os.getpid()
        if shard in self._engines:
            self._engines.move_to_end(shard)
            return self._engines[shard]
        engine = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        sa.event.listen(engine, "connect", _spare_the_disk)
        if shard not in self._initialized_dbs:
            self._initdb(engine, for_index_shard=shard == INDEX_SHARD_NAME)
            self._initialized_dbs.add(shard)
        self._engines[shard] = engine
        runs = [name for name in self._engines if name != INDEX_SHARD_NAME]
        for name in runs[: max(0, len(runs) - OPEN_RUNS)]:
            self._engines.pop(name).dispose()
        return engine

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        self._write_waiting()
        with self._begin(shard) as connection:
            yield connection

    @contextmanager
    def _begin(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event; what a step says of its outputs and checks waits for the event that follows it.

        Any other access from this process writes what waits, too.
        """
        if event.dagster_event_type in WAIT and event.run_id:
            with self._order:
                self._waiting.append((os.getpid(), event))
        else:
            self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events in their order, in one transaction a file."""
        self._write_waiting(events)

    def _write_waiting(self, events: Sequence[EventLogEntry] = ()) -> None:
        with self._order:
            waiting, self._waiting = self._waiting, []
            # what waited when this process was forked, the parent writes
            every = [event for process, event in waiting if process == os.getpid()] + list(events)
            for run, told in itertools.groupby(every, key=lambda event: event.run_id):
                if run:
                    self._write(run, list(told))
                else:
                    for event in told:
                        super().store_event(event)

    def _write(self, run: str, events: list[EventLogEntry]) -> None:
        rows = [(event, self._event_to_row(event)) for event in events]
        with self._begin(run) as connection:
            connection.execute(INSERT_EVENT, [row for _, row in rows])
        mirrored = [(event, row) for event, row in rows if event.dagster_event_type in MIRRORED]
        if not mirrored:
            return
        with self._begin(INDEX_SHARD_NAME) as connection:
            numbered = [(event, row, insert_mirrored(connection, row)) for event, row in mirrored]
            for event, _, number in numbered:
                if event.dagster_event_type in ASSET_EVENTS:
                    self._store_asset_event_tags(connection, [event], [number])
                    self._store_asset_event(connection, event, number)
            write_checks(connection, [told for told in numbered if told[0].dagster_event_type in ASSET_CHECK_EVENTS])

    def has_table(self, table_name: str) -> bool:
        """Asked for every event; a table that is there stays there. (Asked with the lock held, too.)"""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        """Call back for each new event of a run, whichever process stores it."""
        observer: Any = self._obs
        if not observer:
            observer = Observer()
            observer.start()
            self._obs = observer
        watchdog = _Watchdog(self, run_id, callback, cursor)
        self._watchers[run_id][callback] = (watchdog, observer.schedule(watchdog, self._base_dir, recursive=True))

    def _close(self) -> None:
        self._write_waiting()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()

    def wipe(self) -> None:
        """Remove all events."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Close all files; the next access opens them again."""
        super().dispose()
        self._close()


class _Watchdog(SqliteEventLogStorageWatchdog):
    """Looks at the write-ahead log, too: while a connection stays open, that is the file that grows."""

    def __init__(self, event_log: KeptOpenEventLog, run_id: str, callback: Any, cursor: str | None) -> None:
        super().__init__(event_log, run_id, callback, cursor)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:
        self._process_log()


def _spare_the_disk(connection: Any, _record: Any) -> None:
    # Safe with a write-ahead log: a power cut may lose the last events, as it loses the run that wrote them,
    # but never corrupts.
    connection.execute("PRAGMA synchronous=NORMAL")
