"""The checks of ``deliveries``: that no wave is held, rejected or overdue, whichever wave ran last.

Belongs here: what Dagster is told of what stands. Does not belong here: what stands (``operations/events.py``).
A gate's own check is one of a wave's partition, and the asset graph shows the latest run's; these have no partition, so
that the graph stays red on ``deliveries`` as long as one wave is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from lbc_assets.operations.events import Event
from lbc_assets.operations.messages import WHAT_TO_DO, shown_wave
from lbc_assets.operations.sink_settings import Kind
from lbc_assets.reporting.inert import for_markdown

DELIVERIES = "deliveries"
# check -> the events that fail it, and what it says
CHECKS: dict[str, tuple[Kind, str]] = {
    "no_wave_held": ("held", "No gate holds a wave back."),
    "no_wave_rejected": ("rejected", "No rejected delivery lies in the inbox."),
    "no_wave_overdue": ("overdue", "Every delivery is published in time, and every expected wave was delivered."),
}
COLUMNS = ("wave", "table", "check", "reason_code", "number")


def standing_specs() -> list[dg.AssetCheckSpec]:
    """Dagster's names of the checks. None blocks: they speak of waves, not of the list."""
    return [
        dg.AssetCheckSpec(
            name=name, asset=DELIVERIES, description=description, metadata={"what_to_do": WHAT_TO_DO[kind]}
        )
        for name, (kind, description) in CHECKS.items()
    ]


def _metadata(kind: Kind, events: Sequence[Event]) -> dict[str, Any]:
    waves = sorted({shown_wave(event.wave) for event in events})
    if not events:
        return {"waves": 0}
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + " --- |" * len(COLUMNS)]
    for event in events:
        for one in event.found:
            number = "" if one.number is None else str(one.number)
            cells = (shown_wave(event.wave), one.table, one.check, one.reason_code, number)
            lines.append(f"| {' | '.join(map(for_markdown, cells))} |")
    return {
        "waves": len(waves),
        # as text: a list would stand behind a button
        "which": ", ".join(waves),
        "found": dg.MetadataValue.md("\n".join(lines)),
        "what_to_do": WHAT_TO_DO[kind],
        # within the UI, wherever it is served
        "link": dg.MetadataValue.url(events[0].path),
    }


def _judged(events: Sequence[Event]) -> list[dict[str, Any]]:
    judged = []
    for name, (kind, _) in CHECKS.items():
        found = [event for event in events if event.kind == kind]
        judged.append(
            {
                "check_name": name,
                "asset_key": dg.AssetKey(DELIVERIES),
                "passed": not found,
                "severity": dg.AssetCheckSeverity.ERROR,
                "metadata": _metadata(kind, found),
            }
        )
    return judged


def standing_results(events: Sequence[Event]) -> list[dg.AssetCheckResult]:
    """The checks as the asset's own run tells of them."""
    return [dg.AssetCheckResult(**judged) for judged in _judged(events)]


def standing_evaluations(events: Sequence[Event]) -> list[dg.AssetCheckEvaluation]:
    """The same for those who tell of them without a run."""
    return [dg.AssetCheckEvaluation(**judged, blocking=False) for judged in _judged(events)]
