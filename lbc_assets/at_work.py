"""Which waves a run is at work on, by Dagster's records; a run whose process is gone is noted there as failed.

Belongs here: runs that have not finished. Does not belong here: what is stale (``warehouse/planner.py``), launching.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import dagster as dg

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
PARTITION_TAG = "dagster/partition"
GONE = "Its process is gone, without a word: killed, or the machine was switched off."
# by how much a clock that is set while the machine runs may deceive
SECONDS_OF_DOUBT = 60


def waves_at_work(instance: dg.DagsterInstance) -> set[str]:
    """Waves with a run that waits or works. What else is stale of them is known when it has ended."""
    waves = set()
    for record in instance.get_run_records(dg.RunsFilter(statuses=UNFINISHED)):
        run = record.dagster_run
        # Dagster's own monitoring looks after runs that do not come to start or to cancel, not after started ones:
        # such a run would keep its wave's place for ever
        if run.status == dg.DagsterRunStatus.STARTED and _is_gone(instance, record):
            instance.report_run_failed(run, GONE)
        else:
            waves.add(run.tags.get(PARTITION_TAG, ""))
    return waves


def _is_gone(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    started = record.start_time or record.create_timestamp.timestamp()
    processes = [
        int(str(event.dagster_event.engine_event_data.metadata["pid"].value))
        for event in instance.all_logs(record.dagster_run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        if event.dagster_event and "pid" in event.dagster_event.engine_event_data.metadata
    ]
    return bool(processes) and not any(_works_since(process, started) for process in processes)


def _works_since(process: int, moment: float) -> bool:
    try:
        state, *fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[18]) / os.sysconf("SC_CLK_TCK")
    # one that is younger than the run has its number anew
    return state != "Z" and time.time() - age <= moment + SECONDS_OF_DOUBT
