"""A step that was planned, and turns out to have nothing to do: what it is made of has come out as it was.

Belongs here: finding that out when the step's turn has come, and what Dagster is told. Does not belong here: the plan
(``warehouse/planner.py``), which cannot know what comes out. A step that a steward asks for by hand is always made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from lbc_assets.assets.telling import Told, materialized, progress
from lbc_assets.runs.at_work import is_planned
from lbc_assets.warehouse.files import FileDamaged
from lbc_assets.warehouse.flow import Step
from lbc_assets.warehouse.snapshots import Entry, GateOutcome
from lbc_assets.warehouse.store import Candidate, Warehouse

UNCHANGED = "unchanged"


def still_valid(
    context: dg.AssetExecutionContext, store: Warehouse, wave: str, step: Step, inputs: dict[str, str]
) -> Entry | None:
    """What the draft has of the step, if the same code would make it of the same inputs again, and it is unharmed."""
    draft = store.snapshots.draft(wave)
    entry = draft.entries.get(step.name)
    if entry is None or step.name in draft.held or not is_planned(context.run):
        return None
    if (entry.inputs, entry.code_version) != (inputs, step.code_version):
        return None
    try:
        store.path(step.name, entry)
    except FileDamaged:
        return None
    return entry


def told_unchanged(
    context: dg.AssetExecutionContext,
    store: Warehouse,
    wave: str,
    name: str,
    entry: Entry,
    seen: Mapping[str, Any] | None = None,
) -> Iterator[Told]:
    """The same table, with what its gate said of it; ``seen``: as in ``materialized``."""
    started = time.monotonic()
    candidate = Candidate(wave, name, store.path(name, entry), entry.sha256, entry.rows, entry.data_version)
    specs = {spec.name: spec for spec in context.assets_def.check_specs}
    results = [_result(name, gate, specs[gate.check].metadata.get("what_to_do", "")) for gate in entry.gates]
    progress.info("%s|done|%.2f|%s", name, time.monotonic() - started, UNCHANGED)
    yield from materialized(context, candidate, results, {UNCHANGED: True, **(seen or {})})


def _result(name: str, gate: GateOutcome, remedy: str) -> dg.AssetCheckResult:
    metadata: dict[str, str | int] = {"rule": gate.description, "observed": "as before: the table is the same"}
    if not gate.passed:
        metadata |= {"failing_rows": gate.failing_rows, "reason_code": gate.reason_code, "what_to_do": remedy}
    return dg.AssetCheckResult(
        check_name=gate.check,
        asset_key=name,
        passed=gate.passed,
        severity=dg.AssetCheckSeverity.ERROR if gate.severity == "error" else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )
