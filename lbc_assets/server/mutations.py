"""Which of Dagster's mutations a steward has, and how each is judged before it runs. All others are closed.

Belongs here: the list. Does not belong here: arguments of launches (``launches.py``), viewers (they have none:
``guard.py``), Dagster's own permissions (``dagster_app.py``, which says the same to the UI).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lbc_assets.server.graphql import Call
from lbc_assets.server.known import Known
from lbc_assets.server.launches import Launch, refused

Arguments = Mapping[str, Any]
_RUN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _run(launch: Launch, given: Arguments) -> None:
    launch.run(given["executionParams"])


def _runs(launch: Launch, given: Arguments) -> None:
    for params in given["executionParamsList"]:
        launch.run(params)


def _again(launch: Launch, given: Arguments) -> None:
    if given.get("executionParams"):
        launch.run(given["executionParams"])
    if given.get("reexecutionParams"):
        launch.again(given["reexecutionParams"])


def _backfill(launch: Launch, given: Arguments) -> None:
    launch.backfill(given["backfillParams"])


def _as_it_is(_launch: Launch, _given: Arguments) -> None:
    """Names something that exists, and changes nothing but whether it goes on."""


Judge = Callable[[Launch, Arguments], None]
ALLOWED: dict[str, Judge] = {
    "launchPipelineExecution": _run,
    "launchRun": _run,
    "launchMultipleRuns": _runs,
    "launchPipelineReexecution": _again,
    "launchRunReexecution": _again,
    "launchPartitionBackfill": _backfill,
    "reexecutePartitionBackfill": _again,
    "resumePartitionBackfill": _as_it_is,
    "cancelPartitionBackfill": _as_it_is,
    "terminatePipelineExecution": _as_it_is,
    "terminateRun": _as_it_is,
    "terminateRuns": _as_it_is,
    "startSchedule": _as_it_is,
    "stopRunningSchedule": _as_it_is,
    "resetSchedule": _as_it_is,
    "startSensor": _as_it_is,
    "stopSensor": _as_it_is,
    "resetSensor": _as_it_is,
}
# what a steward does not need, or what would let Dagster's records say what no run has done
CLOSED = {
    "addDynamicPartition": "a wave is there as soon as a delivery of it was taken in",
    "deleteDynamicPartitions": "waves are not removed",
    "deletePipelineRun": "runs are kept",
    "deleteRun": "runs are kept",
    "wipeAssets": "what was made is kept",
    "reportRunlessAssetEvents": "only a run says what it has made",
    "reportAssetCheckEvaluations": "only a gate says what it has found",
    "setSensorCursor": "the sensors of this project have none",
    "sensorDryRun": "a look into the inbox takes deliveries in; the daemon does it",
    "scheduleDryRun": "the daemon does it",
    "reloadRepositoryLocation": "start lbc ui again",
    "reloadWorkspace": "start lbc ui again",
    "shutdownRepositoryLocation": "end lbc ui",
    "setAutoMaterializePaused": "nothing is materialized that way",
    "setConcurrencyLimit": "dagster.yaml has the limits",
    "deleteConcurrencyLimit": "dagster.yaml has the limits",
    "freeConcurrencySlots": "dagster.yaml has the limits",
    "freeConcurrencySlotsForRun": "dagster.yaml has the limits",
    "setAppManagedComponent": "the project has no components",
    "deleteAppManagedComponent": "the project has no components",
    "refreshComponentState": "the project has no components",
    "logTelemetry": "nothing is told to anybody",
    "setNuxSeen": "nothing is told to anybody",
}


def judge(call: Call, known: Known) -> dict[str, Any]:
    """What the audit log says of an allowed call. Raises Refused."""
    if call.field not in ALLOWED:
        why = CLOSED.get(call.field, "it is not among those that stewards need")
        raise refused(f"{call.field if call.field in CLOSED else 'this mutation'} is closed", f"Reason: {why}.")
    launch = Launch(known)
    ALLOWED[call.field](launch, call.arguments)
    said = {"job": launch.told.job, "waves": launch.told.waves, "assets": launch.told.assets}
    said |= {"runs": set(_named(call.arguments, _RUN_ID.fullmatch))}
    said |= {"instigators": set(_named(call.arguments, known.instigators.__contains__))}
    return {"field": call.field, **{name: sorted(found) for name, found in said.items() if found}}


def _named(given: Any, fits: Callable[[str], Any]) -> list[str]:
    """Texts anywhere in the arguments that are names of the kind that is asked for."""
    if isinstance(given, Mapping):
        return [name for value in given.values() for name in _named(value, fits)]
    if isinstance(given, list | tuple):
        return [name for value in given for name in _named(value, fits)]
    return [given] if isinstance(given, str) and fits(given) else []
