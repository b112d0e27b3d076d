"""What every table's asset does alike: build a candidate, have it audited, let it join the draft.

Belongs here: the way of a candidate, and what Dagster is told of it. Does not belong here: what is built
(the other modules of this package), the audit itself (``quality/``), the files (``warehouse/``).
"""

from __future__ import annotations

import contextlib
import logging
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

# not public; test_step_events.py compares what is made with it with what Dagster makes
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData

from lbc_assets.addresses import CATALOGUE, table_address
from lbc_assets.partitions import waves
from lbc_assets.quality.checks import Check, checks_for
from lbc_assets.quality.faults import told_of
from lbc_assets.quality.rules import needs
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.engine import parquet, quote
from lbc_assets.warehouse.flow import Step, flow
from lbc_assets.warehouse.planner import inputs_of
from lbc_assets.warehouse.snapshots import GateOutcome
from lbc_assets.warehouse.store import Candidate, Warehouse

if TYPE_CHECKING:
    import duckdb

    from lbc_assets.quality.gate import CheckResult

progress = logging.getLogger("lbc_assets.progress")
OWNERS = dict.fromkeys(("analysis", "release", "between_waves"), "team:epidemiology")
STEWARDS = "team:data-stewards"
HOLDS_ANSWERS = ("raw", "staging", "intermediate", "marts")
Build = Callable[["duckdb.DuckDBPyConnection"], None]
Told = dg.MaterializeResult | dg.Output | dg.AssetCheckEvaluation


def check_specs(checks: Sequence[Check], partitions: dg.PartitionsDefinition | None = waves) -> list[dg.AssetCheckSpec]:
    """Dagster's names of a table's checks: an error blocks, a warning does not."""
    with warnings.catch_warnings():
        # without partitions a failure of one wave would be forgotten as soon as another wave passes
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [
            dg.AssetCheckSpec(
                name=check.name,
                asset=check.table,
                description=check.description,
                blocking=check.severity == "error",
                metadata={"reason_code": check.reason_code, "what_to_do": check.remedy},
                partitions_def=partitions,
            )
            for check in checks
        ]


def asset_options(
    name: str,
    *,
    kinds: set[str],
    description: str,
    metadata: Mapping[str, Any],
    step: Step | None = None,
    partitions: dg.PartitionsDefinition | None = waves,
) -> dict[str, Any]:
    """What Dagster is told of a step (by default of the wave's flow) before it runs."""
    step = step or flow()[name]
    tags = {"pii": "pseudonymised"} if step.layer in HOLDS_ANSWERS else {"pii": "none"}
    return {
        "name": name,
        "deps": list(step.reads),
        "partitions_def": partitions,
        "group_name": step.layer,
        "kinds": kinds,
        "owners": [OWNERS.get(step.layer, STEWARDS)],
        "tags": {**tags, "instrument": "sdq"},
        "description": description,
        "code_version": step.code_version,
        # a table has a page of its own there
        "metadata": {"catalogue": dg.MetadataValue.url(CATALOGUE), **metadata},
        "required_resource_keys": {"warehouse"},
    }


def table_options(
    table: Table,
    *,
    kinds: set[str],
    sql: str | None = None,
    step: Step | None = None,
    partitions: dg.PartitionsDefinition | None = waves,
) -> dict[str, Any]:
    """The same for a table: its columns, grain and checks come from its contract."""
    columns = [
        dg.TableColumn(
            column.name,
            column.data_type,
            description=column.description + (f" Unit: {column.unit}." if column.unit else ""),
            constraints=dg.TableColumnConstraints(
                nullable=not any(t.kind == "not_null" for t in column.tests),
                unique=table.key == (column.name,),
                other=[test.check for test in column.tests if test.kind != "not_null"],
            ),
        )
        for column in table.columns
    ]
    metadata: dict[str, Any] = {
        "catalogue": dg.MetadataValue.url(table_address(table.name)),
        "dagster/column_schema": dg.TableSchema(columns),
        "grain": table.grain,
        "key": ", ".join(table.key),
    }
    if sql:
        metadata["sql"] = dg.MetadataValue.md(f"```sql\n{sql}\n```")
    options = asset_options(
        table.name, kinds=kinds, description=table.description, metadata=metadata, step=step, partitions=partitions
    )
    return {**options, "check_specs": check_specs(checks_for(table), partitions)}


def outcome_of(result: CheckResult) -> GateOutcome:
    """What the warehouse remembers of a check: counts and neutral codes."""
    check = result.check
    return GateOutcome(
        check=check.name,
        severity=check.severity,
        passed=result.passed,
        failing_rows=result.failing_rows,
        reason_code=check.reason_code,
        description=check.description,
    )


def _shown(result: CheckResult) -> dg.AssetCheckResult:
    check = result.check
    metadata: dict[str, Any] = {"rule": check.description, "observed": result.observed}
    if not result.passed:
        metadata |= {
            "failing_rows": result.failing_rows,
            "reason_code": check.reason_code,
            "what_to_do": check.remedy,
        }
        if result.pseudonyms:
            # as text: a list would stand behind a button
            metadata["pseudonyms"] = ", ".join(result.pseudonyms)
    severity = dg.AssetCheckSeverity.ERROR if check.severity == "error" else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=check.name,
        asset_key=check.table,
        passed=result.passed,
        severity=severity,
        metadata=metadata,
    )


def held_back(name: str, wave: str, failed: Sequence[str], where: str) -> dg.Failure:
    """The failure that a gate raises: never retried, for the data would be the same."""
    return dg.Failure(
        description=f"{name} of {wave} is held back by {', '.join(failed)}. The last good snapshot stays served. "
        f"What was held back lies in quarantine/{where}; the failed checks say what to do.",
        allow_retries=False,
    )


class StepFault(Exception):
    """A step could not do its work: a fault of the platform. Quotes no values, for Dagster keeps what it says."""


@contextlib.contextmanager
def faults_without_values(name: str) -> Iterator[None]:
    """Let errors of ours pass, whose words are chosen; of any other (an engine's may quote a row) tell its kind."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("lbc_assets", "dagster"):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}, line {where.lineno}"
        raise StepFault(f"{name}: {told_of(error)} ({place})") from None


def produce(
    context: dg.AssetExecutionContext, name: str, build: Build, *, delivery: tuple[str, str] = ("", "")
) -> Iterator[Told]:
    """Build the relation ``name``, write it, have it audited; then it joins the draft or is held back.

    ``build`` makes a relation of that name in a connection where the step's inputs are views.
    """
    store: Warehouse = context.resources.warehouse
    wave, step = context.partition_key, flow()[name]
    inputs = inputs_of(name, store.snapshots.draft(wave), delivery)

    def opened() -> duckdb.DuckDBPyConnection:
        return store.open(wave, dict.fromkeys([*step.reads, *needs(name)]))

    yield from audited(context, wave, step, inputs, build, opened)


def audited(
    context: dg.AssetExecutionContext,
    wave: str,
    step: Step,
    inputs: dict[str, str],
    build: Build,
    opened: Callable[[], duckdb.DuckDBPyConnection],
) -> Iterator[Told]:
    """The same of any step and draft (``wave``): ``opened`` gives the connection with the step's inputs as views."""
    from lbc_assets.quality.gate import audit

    store: Warehouse = context.resources.warehouse
    name, table, started = step.name, load_tables()[step.name], time.monotonic()
    with faults_without_values(name), opened() as connection:
        build(connection)
        candidate = store.write_table(connection, wave, table, f"SELECT * FROM {quote(name)}")
        connection.execute(
            f"CREATE TEMP VIEW {quote(name + '__candidate')} AS SELECT * FROM {parquet([candidate.path])}"
        )
        results = audit(connection, table, f"{name}__candidate")
    gates = [outcome_of(result) for result in results]
    failed = [gate for gate in gates if not gate.passed and gate.severity == "error"]
    if failed:
        held = store.hold(candidate, code_version=step.code_version, inputs=inputs, failed=failed)
        progress.info("%s|held|%.2f|%s", name, time.monotonic() - started, ", ".join(f.check for f in failed))
        yield from checked(context, [_shown(result) for result in results])
        raise held_back(name, wave, [f.check for f in failed], f"{wave}/candidates/{held.name}")
    store.accept(candidate, code_version=step.code_version, inputs=inputs, gates=gates)
    progress.info("%s|done|%.2f|%s", name, time.monotonic() - started, f"{candidate.rows:,} rows")
    yield from materialized(context, candidate, [_shown(result) for result in results])


def materialized(
    context: dg.AssetExecutionContext, candidate: Candidate, checks: Sequence[dg.AssetCheckResult]
) -> Iterator[Told]:
    """What Dagster is told of a step that has run."""
    yield dg.MaterializeResult(
        asset_key=candidate.name,
        metadata={"dagster/row_count": candidate.rows, "sha256": candidate.sha256, "wave": candidate.wave},
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
