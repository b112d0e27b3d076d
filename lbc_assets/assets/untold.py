"""Tables that joined a wave's draft without Dagster being told: the process was killed between the two.

Belongs here: finding them, and the events that tell of them. Does not belong here: telling of a step that runs
(``step.py``), who asks (``sensors.py``). The draft is what counts; without this the UI would show such a table as not
made, and nothing would make it again.
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from lbc_assets.warehouse.store import Warehouse

DATA_VERSION, CODE_VERSION = "dagster/data_version", "dagster/code_version"


def untold(store: Warehouse, instance: dg.DagsterInstance, wave: str) -> Iterator[dg.AssetMaterialization]:
    """An event for each table of the draft of which Dagster's latest record of the wave is another, or none."""
    for name, entry in store.snapshots.draft(wave).entries.items():
        wanted = dg.AssetRecordsFilter(dg.AssetKey(name), asset_partitions=[wave])
        told = [
            record.asset_materialization
            for record in instance.fetch_materializations(wanted, limit=1).records
            if record.asset_materialization
        ]
        if not told or (told[0].tags or {}).get(DATA_VERSION) != entry.data_version:
            yield dg.AssetMaterialization(
                name,
                description="Made by a run that was broken off before it could say so.",
                partition=wave,
                metadata={"dagster/row_count": entry.rows, "sha256": entry.sha256, "wave": wave},
                tags={DATA_VERSION: entry.data_version, CODE_VERSION: entry.code_version},
            )
