"""The tables between waves: of every wave's published snapshot, with no wave's partition.

Belongs here: the assets. Does not belong here: statistics (``stats/``, imported when a step runs), which waves are read
and when (``warehouse/between_waves.py``). A wave that is held or damaged is named in the tables and stops nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from lbc_assets.assets.failures import faults_tried_again
from lbc_assets.assets.step import audited, table_options
from lbc_assets.assets.telling import Told
from lbc_assets.launching import known_waves
from lbc_assets.quality.rules import needs
from lbc_assets.warehouse.between_waves import QUERIES, READ, inputs_between, served, steps
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import register_frame
from lbc_assets.warehouse.models import load_project
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES
from lbc_assets.warehouse.store import Warehouse

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

WAVES_SQL = """
    SELECT k.wave, d.data_origin, d.sampling_frame, d.linking_key, d.survey_first_date::varchar AS survey_first_date,
        d.survey_last_date::varchar AS survey_last_date, d.wave IS NOT NULL AS is_published
    FROM unnest(?::varchar[]) AS k (wave) LEFT JOIN raw_deliveries AS d ON d.wave = k.wave ORDER BY k.wave
"""


def _frame(connection: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    return connection.execute(load_project().analyses[query].sql).df()


def _between_asset(name: str) -> dg.AssetsDefinition:
    table = load_tables()[name]

    @dg.asset(**table_options(table, kinds={"python", "duckdb"}, step=steps()[name], partitions=None))
    @faults_tried_again
    def between(context) -> Iterator[Told]:
        store: Warehouse = context.resources.warehouse
        waves = known_waves(store)
        snapshots, inputs = served(store, waves), inputs_between(store, waves)

        def build(connection: duckdb.DuckDBPyConnection) -> None:
            analyse = getattr(importlib.import_module(f"lbc_assets.stats.tables.{name}"), name)
            said = connection.execute(WAVES_SQL, [waves]).df()
            frame = analyse(said, *(_frame(connection, query) for query in QUERIES[name]))
            register_frame(connection, table, frame)

        def opened() -> duckdb.DuckDBPyConnection:
            return store.open_waves(snapshots, dict.fromkeys([*READ, *needs(name)]))

        yield from audited(context, BETWEEN_WAVES, steps()[name], inputs, build, opened)
        store.publish_between()

    return between


between_assets = [_between_asset(name) for name in steps()]
