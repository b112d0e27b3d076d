"""The rows that Dagster's events leave in its SQLite event log, many events in one transaction a file.

Belongs here: the statements. Does not belong here: connections, and when events are written (``event_log.py``).

Dagster 1.13 writes event by event: up to four transactions each, statements built anew, the event serialized two or
three times; for a wave with two hundred checks that was a quarter of a refresh. What stands in the files is the same:
``test_event_log.py`` lets both write the same events, and compares all tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from dagster._core.events import (
    ASSET_CHECK_EVENTS,
    ASSET_EVENTS,
    EVENT_TYPE_TO_PIPELINE_RUN_STATUS,
    DagsterEventType,
)
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus as Status
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable

if TYPE_CHECKING:
    from dagster._core.events.log import EventLogEntry

# what is written to the index across runs, too
MIRRORED = {*ASSET_EVENTS, *ASSET_CHECK_EVENTS, *EVENT_TYPE_TO_PIPELINE_RUN_STATUS}
INSERT_EVENT = SqlEventLogStorageTable.insert()
_CHECKS = AssetCheckExecutionsTable.c
_INSERT_CHECK = AssetCheckExecutionsTable.insert()
_KEY = ("asset_key", "check_name", "run_id", "partition")
_UPDATE_CHECK = AssetCheckExecutionsTable.update().where(
    *(_CHECKS[name].is_not_distinct_from(sa.bindparam(f"of_{name}")) for name in _KEY)
)


def insert_mirrored(connection: sa.Connection, row: dict[str, Any]) -> int:
    """Write an event to the index; its number there."""
    key: Any = connection.execute(INSERT_EVENT, row).inserted_primary_key
    return int(key[0])


def write_checks(connection: sa.Connection, events: Sequence[tuple[EventLogEntry, dict[str, Any], int]]) -> None:
    """Note checks as planned, or what they found. ``events``: with their rows and their numbers in the index."""
    planned: list[dict[str, Any]] = []
    for event, row, number in events:
        said: Any = event.get_dagster_event().event_specific_data
        check = {
            "asset_key": said.asset_key.to_string(),
            "check_name": said.check_name,
            "run_id": event.run_id,
            "evaluation_event": row["event"],
            "evaluation_event_timestamp": row["timestamp"],
            "evaluation_event_storage_id": number,
        }
        if event.dagster_event_type is DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED:
            check["execution_status"] = Status.PLANNED.value
            partitions = said.partitions_subset.get_partition_keys() if said.partitions_subset else [None]
            planned += [{**check, "partition": partition} for partition in partitions]
            continue
        target = said.target_materialization_data
        check |= {
            "execution_status": (Status.SUCCEEDED if said.passed else Status.FAILED).value,
            "materialization_event_storage_id": target.storage_id if target else None,
            "partition": said.partition,
        }
        # a run that somebody else planned has no row yet
        if not connection.execute(_UPDATE_CHECK, {**check, **{f"of_{name}": check[name] for name in _KEY}}).rowcount:
            connection.execute(_INSERT_CHECK, check)
    if planned:
        connection.execute(_INSERT_CHECK, planned)
