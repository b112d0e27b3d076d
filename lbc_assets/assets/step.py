"""What every table's asset does alike: build a candidate, have it audited, let it join the draft.

Belongs here: the way of a candidate, and what Dagster knows of it before it runs. Does not belong here: what is built
(the other modules of this package), what Dagster is told of it afterwards (``telling.py``), the audit itself
(``quality/``), the files (``warehouse/``).
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from lbc_assets.addresses import CATALOGUE, table_address
from lbc_assets.assets.failures import faults_without_values, held_back
from lbc_assets.assets.preview import preview
from lbc_assets.assets.telling import Told, checked, materialized, progress
from lbc_assets.assets.unchanged import still_valid, told_unchanged
from lbc_assets.partitions import waves
from lbc_assets.quality.checks import Check, checks_for
from lbc_assets.quality.rules import needs
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.engine import parquet, quote
from lbc_assets.warehouse.flow import Step, flow
from lbc_assets.warehouse.planner import inputs_of
from lbc_assets.warehouse.snapshots import GateOutcome
from lbc_assets.warehouse.store import Warehouse

if TYPE_CHECKING:
    import duckdb

    from lbc_assets.quality.gate import CheckResult

OWNERS = dict.fromkeys(("analysis", "release", "between_waves"), "team:epidemiology")
STEWARDS = "team:data-stewards"
HOLDS_ANSWERS = ("raw", "staging", "intermediate", "marts")
Build = Callable[["duckdb.DuckDBPyConnection"], None]


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


def in_lines(description: str) -> str:
    """The first sentence as a line of its own: what a steward sees of an asset in graph and lists."""
    line, ends, more = description.partition(". ")
    return f"{line}.\n\n{more}" if ends else description


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
        "description": in_lines(description),
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


def produce(
    context: dg.AssetExecutionContext, name: str, build: Build, *, delivery: tuple[str, str] = ("", "")
) -> Iterator[Told]:
    """Build the relation ``name``, write it, have it audited; then it joins the draft or is held back.

    ``build`` makes a relation of that name in a connection where the step's inputs are views.
    """
    store: Warehouse = context.resources.warehouse
    wave, step = context.partition_key, flow()[name]
    inputs = inputs_of(name, store.snapshots.draft(wave), delivery)
    if entry := still_valid(context, store, wave, step, inputs):
        yield from told_unchanged(context, store, wave, name, entry)
        return

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
        seen = {"preview": dg.MetadataValue.md(preview(connection, table, candidate))}
    gates = [outcome_of(result) for result in results]
    failed = [gate for gate in gates if not gate.passed and gate.severity == "error"]
    if failed:
        held = store.hold(candidate, code_version=step.code_version, inputs=inputs, failed=failed)
        progress.info("%s|held|%.2f|%s", name, time.monotonic() - started, ", ".join(f.check for f in failed))
        yield from checked(context, [_shown(result) for result in results])
        raise held_back(name, wave, [f.check for f in failed], f"{wave}/candidates/{held.name}")
    store.accept(candidate, code_version=step.code_version, inputs=inputs, gates=gates)
    progress.info("%s|done|%.2f|%s", name, time.monotonic() - started, f"{candidate.rows:,} rows")
    yield from materialized(context, candidate, [_shown(result) for result in results], seen)
