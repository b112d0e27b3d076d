"""What Dagster is told of a step that has run: its table, its checks; and what the terminal is told.

Belongs here: the events. Does not belong here: the step itself (``step.py``), how one fails (``failures.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

# not public; test_step_events.py compares what is made with it with what Dagster makes
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData

if TYPE_CHECKING:
    from lbc_assets.warehouse.store import Candidate

progress = logging.getLogger("lbc_assets.progress")
Told = dg.MaterializeResult | dg.Output | dg.AssetCheckEvaluation


def materialized(
    context: dg.AssetExecutionContext,
    candidate: Candidate,
    checks: Sequence[dg.AssetCheckResult],
    seen: Mapping[str, Any],
) -> Iterator[Told]:
    """What Dagster is told of a step that has run; ``seen``: what it shows besides its number of rows."""
    yield dg.MaterializeResult(
        asset_key=candidate.name,
        metadata={"dagster/row_count": candidate.rows, "sha256": candidate.sha256, "wave": candidate.wave, **seen},
        data_version=dg.DataVersion(candidate.data_version),
    )
    yield from checked(context, checks)


def checked(context: dg.AssetExecutionContext, results: Sequence[dg.AssetCheckResult]) -> Iterator[Told]:
    """What Dagster is told of an asset's checks, against its latest materialization of the wave.

    The very events that Dagster makes of an AssetCheckResult, for each of which it looks the materialization up anew.
    """
    wave = context.partition_key if context.has_partition_key else None
    specs = {spec.name: spec for spec in context.assets_def.check_specs}
    wanted = dg.AssetRecordsFilter(context.asset_key, asset_partitions=[wave] if wave else None)
    target = None
    for latest in context.instance.fetch_materializations(wanted, limit=1).records:
        target = AssetCheckEvaluationTargetMaterializationData(
            storage_id=latest.storage_id, run_id=latest.run_id, timestamp=latest.timestamp
        )
    for result in results:
        spec = specs[result.check_name or ""]
        # a step gives an output for each of its checks: those that come after a blocking one wait for it
        yield dg.Output(None, output_name=spec.get_python_identifier())
        yield dg.AssetCheckEvaluation(
            asset_key=spec.asset_key,
            check_name=spec.name,
            passed=result.passed,
            metadata=result.metadata,
            target_materialization_data=target,
            severity=result.severity,
            blocking=spec.blocking,
            partition=wave,
        )
