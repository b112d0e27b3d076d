"""What a step tells Dagster of its checks: the events that Dagster itself makes of AssetCheckResults, at less cost.

Belongs here: ``step.checked``. Does not belong here: what is stored of them (``instance/``), what a gate says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import pytest

from lbc_assets.assets.step import check_specs
from lbc_assets.assets.telling import Told, checked
from lbc_assets.partitions import WAVE, waves
from lbc_assets.quality.checks import Check

CHECKS = [
    Check("hard", "table", "error", "rule", "As it must be.", "hard_reason", "Mend it."),
    Check("soft", "table", "warn", "rule", "As it should be.", "soft_reason", "Look at it."),
]
WANTED = dg.AssetRecordsFilter(dg.AssetKey("table"), asset_partitions=["w2"])
Tell = Callable[[Any, list[dg.AssetCheckResult]], Iterator[Any]]


def results(soft: bool, hard: bool = True) -> list[dg.AssetCheckResult]:
    error, warning = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    return [
        dg.AssetCheckResult(passed=hard, asset_key="table", check_name="hard", severity=error, metadata={"rule": "a"}),
        dg.AssetCheckResult(passed=soft, asset_key="table", check_name="soft", severity=warning, metadata={"rows": 3}),
    ]


def as_dagster_makes_them(_context: Any, told: list[dg.AssetCheckResult]) -> Iterator[dg.AssetCheckResult]:
    yield from told


def events(tell: Tell, told: list[dg.AssetCheckResult], *, materialize: bool = True) -> tuple[list[Any], list[Any]]:
    """Types and messages of the last of two runs of a step, and what it says of its checks and their target."""

    @dg.asset(name="table", partitions_def=waves, check_specs=check_specs(CHECKS))
    def table(context) -> Iterator[Told]:  # type: ignore[no-untyped-def]
        if materialize:
            yield dg.MaterializeResult(data_version=dg.DataVersion("1"))
        yield from tell(context, told)
        if not materialize:
            raise dg.Failure("held back", allow_retries=False)

    @dg.asset(name="reader", deps=["table"], partitions_def=waves)
    def reader() -> None:
        return None

    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(WAVE, ["w1", "w2"])
        for wave in ("w1", "w2"):
            run = dg.materialize([table, reader], instance=instance, partition_key=wave, raise_on_error=False)
        types = [(event.event_type_value, event.step_key, event.message) for event in run.all_events if event.step_key]
        checks = []
        for said in run.get_asset_check_evaluations():
            target = said.target_materialization_data
            (latest,) = instance.fetch_materializations(WANTED, limit=1).records if materialize else (None,)
            # run and number differ from run to run: compared with what is there
            meant = target and latest and (target.run_id, target.storage_id, target.timestamp)
            assert meant == (latest and (latest.run_id, latest.storage_id, latest.timestamp))
            checks.append((*said.asset_check_key, said.passed, said.metadata, said.severity, said.blocking,
                           said.partition, said.description))  # fmt: skip
    return [told for told in types if told[0] != "STEP_SUCCESS"], checks


@pytest.mark.parametrize("soft", [True, False])
def test_a_step_that_passes_tells_what_dagster_would(soft: bool) -> None:
    ours = events(checked, results(soft))
    assert ours == events(as_dagster_makes_them, results(soft))
    assert [check[2] for check in ours[1]] == [True, soft]
    assert ("ASSET_MATERIALIZATION", "reader") in {told[:2] for told in ours[0]}


def test_a_step_that_is_held_back_tells_what_dagster_would() -> None:
    held = results(True, hard=False)
    ours = events(checked, held, materialize=False)
    theirs = events(as_dagster_makes_them, held, materialize=False)
    assert [told[:2] for told in ours[0]] == [told[:2] for told in theirs[0]]
    assert ours[1] == theirs[1]
    assert not any(told[:2] == ("STEP_START", "reader") for told in ours[0])
