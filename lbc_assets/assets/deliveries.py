"""``deliveries``: what was answered to every delivery of every wave, as Dagster shows it.

Belongs here: the asset, and the event that tells of it without a run. Does not belong here: answers
(``intake/ledger.py``), states (``intake/states.py``), its checks (``standing.py``). No partition: a delivery that was
rejected has no wave to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from lbc_assets.assets.standing import DELIVERIES, standing_evaluations, standing_results, standing_specs
from lbc_assets.deliveries import COLUMNS, list_deliveries
from lbc_assets.intake.ledger import Ledger
from lbc_assets.launching import known_waves
from lbc_assets.operations.events import Event
from lbc_assets.operations.looking import stands
from lbc_assets.reporting.inert import for_markdown
from lbc_assets.warehouse.store import Warehouse

SHOWN_MOST = 200


def _metadata(store: Warehouse) -> dict[str, Any]:
    """Counts, the newest deliveries as a table, and what each wave's latest version changed, by pseudonym."""
    rows = list_deliveries(store)
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    for row in rows[::-1][:SHOWN_MOST]:
        cells = (for_markdown("" if row[name] is None else str(row[name])) for name in COLUMNS)
        lines.append(f"| {' | '.join(cells)} |")
    changes = {
        wave: latest.changes.model_dump(mode="json")
        for wave in known_waves(store)
        if (latest := Ledger(store.home.deliveries).latest(wave)) and latest.changes
    }
    states = {row["state"]: sum(other["state"] == row["state"] for other in rows) for row in rows}
    return {
        "dagster/row_count": len(rows),
        "states": states,
        "deliveries": dg.MetadataValue.md("\n".join(lines)),
        "latest_changes": dg.MetadataValue.json(changes),
    }


def deliveries_reported(
    store: Warehouse, standing: Sequence[Event]
) -> list[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """The same with the checks, which are told of what stands (``operations.looking.stands``)."""
    return [deliveries_listed(store), *standing_evaluations(standing)]


def deliveries_listed(store: Warehouse) -> dg.AssetMaterialization:
    """The event of a list that has grown, for those who take in without a run."""
    return dg.AssetMaterialization(DELIVERIES, metadata=_metadata(store))


@dg.asset(
    name=DELIVERIES,
    group_name="deliveries",
    kinds={"file"},
    owners=["team:data-stewards"],
    tags={"pii": "none", "instrument": "sdq"},
    description="Every delivery and its answer: state, rows in and out, reasons with counts, what to do.",
    metadata={"grain": "one row a file of a delivery"},
    check_specs=standing_specs(),
    required_resource_keys={"warehouse"},
)
def deliveries(context) -> dg.MaterializeResult:
    """List the ledger; take nothing in."""
    store: Warehouse = context.resources.warehouse
    return dg.MaterializeResult(metadata=_metadata(store), check_results=standing_results(stands(store).events))
