"""The runs of waves, by Dagster's records: which waves one is at work on, and whether another is worth a try.

Belongs here: what a run is asked for and tagged with, runs that have not finished (one whose process is gone is noted
as failed), runs that broke off. Does not belong here: what is stale (``warehouse/planner.py``), who asks
(``sensors.py``, ``schedules.py``).
"""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from lbc_assets.warehouse.flow import flow

if TYPE_CHECKING:
    from lbc_assets.warehouse.planner import Plan

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
COME_TO_WORK = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED)
PARTITION_TAG = "dagster/partition"
# who launched a run that the inbox's sensor did not ask for
LAUNCHED_BY = "lbc/launched_by"
# Which plan a run was asked to carry out, and the process that it was given to (launcher.py). A name that begins
# so is not shown: in the list of runs the wave is to catch the eye.
PLAN_TAG, PROCESS_TAG = ".dagster/lbc_plan", ".dagster/lbc_process"
GONE = "Its process is gone, without a word: killed, or the machine was switched off."
# by how much a clock that is set while the machine runs may deceive
SECONDS_OF_DOUBT = 60


# A run that broke off (killed, a full disk) is worth as many others from the same state; bad data is worth none.
TRIES = 2


def request_of(planned: Plan, tries: int) -> dg.RunRequest:
    """The run that a plan asks for; its key holds wave, state and number of tries, so that nothing runs twice."""
    # the whole job is there already; to make one of a part of it takes Dagster seconds
    part = None if set(planned.stale) == set(flow()) else [dg.AssetKey(name) for name in planned.stale]
    return dg.RunRequest(
        run_key=f"{planned.wave}:{planned.key}:{tries}",
        partition_key=planned.wave,
        asset_selection=part,
        tags={PLAN_TAG: planned.key},
    )


def another_try(instance: dg.DagsterInstance, planned: Plan, came: datetime) -> int | None:
    """How many runs of this plan broke off before; None when another is not worth it.

    Nor is it where a steward stopped the wave's last run after the delivery ``came``: then it waits for a hand.
    """
    records = instance.get_run_records(dg.RunsFilter(tags={PARTITION_TAG: planned.wave}), limit=TRIES)
    last = records[0] if records else None
    if last and last.dagster_run.status == dg.DagsterRunStatus.CANCELED and last.create_timestamp >= came:
        return None
    runs = [record.dagster_run for record in records]
    broken = [r for r in runs if r.tags.get(PLAN_TAG) == planned.key and r.status == dg.DagsterRunStatus.FAILURE]
    return len(broken) if len(broken) < TRIES else None


def broke_off(instance: dg.DagsterInstance, wave: str) -> bool:
    """Whether the wave's last run did not end well."""
    last = instance.get_runs(dg.RunsFilter(tags={PARTITION_TAG: wave}), limit=1)
    return bool(last) and last[0].status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


def is_tried_again(run: dg.DagsterRun) -> bool:
    """Whether the inbox's sensor asks for another when this run breaks off: those of a terminal have their reader."""
    return is_planned(run) and LAUNCHED_BY not in run.tags


def is_planned(run: dg.DagsterRun) -> bool:
    """Whether the run carries out a plan. One that a steward has executed again inherits its tags, and does not."""
    return PLAN_TAG in run.tags and run.parent_run_id is None


def waves_at_work(instance: dg.DagsterInstance) -> set[str]:
    """Waves with a run that waits or works. What else is stale of them is known when it has ended."""
    waves = set()
    for record in instance.get_run_records(dg.RunsFilter(statuses=UNFINISHED)):
        run = record.dagster_run
        # Dagster's own monitoring waits for minutes for runs that do not come to start, and for ever for started ones:
        # so long such a run would keep its wave's place
        if run.status in COME_TO_WORK and _is_gone(instance, record):
            instance.report_run_failed(run, GONE)
        else:
            waves.add(run.tags.get(PARTITION_TAG, ""))
    return waves


def _is_gone(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    processes = [
        int(str(event.dagster_event.engine_event_data.metadata["pid"].value))
        for event in instance.all_logs(record.dagster_run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        if event.dagster_event and "pid" in event.dagster_event.engine_event_data.metadata
    ]
    if (given := process_of(record.dagster_run)) is not None:
        processes.append(given)
    return bool(processes) and not any(works_since(process, _begun(record)) for process in processes)


def _begun(record: dg.RunRecord) -> float:
    # one that has not come to work yet was given its process when it was last noted down; created it was long before
    return record.start_time or record.update_timestamp.timestamp()


def process_tag(run_id: str, process: int) -> dict[str, str]:
    """The tag that names the process to which a run was given."""
    return {PROCESS_TAG: f"{process} {run_id}"}


def process_of(run: dg.DagsterRun) -> int | None:
    """The process to which the run was given; None where that is not known."""
    process, _, named = run.tags.get(PROCESS_TAG, "").partition(" ")
    # a run that is executed again inherits the tags of the first
    return int(process) if named == run.run_id else None


def process_at_work(record: dg.RunRecord) -> int | None:
    """The process to which the run was given, if it is still there."""
    process = process_of(record.dagster_run)
    return process if process is not None and works_since(process, _begun(record)) else None


def works_since(process: int, moment: float) -> bool:
    """Whether a process of this number is there that was started before ``moment`` (seconds since 1970)."""
    try:
        state, *fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[18]) / os.sysconf("SC_CLK_TCK")
    # one that is younger than the run has its number anew
    return state != "Z" and time.time() - age <= moment + SECONDS_OF_DOUBT
