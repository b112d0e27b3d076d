"""The paper's analyses, one asset a tidy table.

Belongs here: which pure function makes which table. Does not belong here: statistics (``stats/``, imported
only when a step runs: it is heavy).
"""

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg
import duckdb

from lbc_assets.assets.step import Told, produce, table_options
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import one_row, read_frame, register_frame

if TYPE_CHECKING:
    import pandas as pd

# table -> module of lbc_assets.stats; the function is named as the table
ANALYSES = {
    "sample_characteristics": "sample_characteristics",
    "model_coefficients": "model_coefficients",
    "interaction_tests": "interaction_tests",
    "adjusted_means": "adjusted_means",
    "adjusted_mean_tests": "adjusted_means",
    "departure_age": "model_coefficients",
}


COHORT = "mart_analysis_cohort"
# The last cohort that was read, by its file's sha256: all analyses of a wave read the same.
_cohort: dict[str, "pd.DataFrame"] = {}


def _read_cohort(connection: duckdb.DuckDBPyConnection, sha256: str) -> "pd.DataFrame":
    if sha256 not in _cohort:
        _cohort.clear()
        _cohort[sha256] = read_frame(connection, load_tables()[COHORT])
    return _cohort[sha256].copy(deep=False)  # written to by one analysis, the others' stays as it is


def _analysis_asset(name: str, module: str) -> dg.AssetsDefinition:
    table = load_tables()[name]

    @dg.asset(**table_options(table, kinds={"python", "statsmodels"}))
    def analysis(context) -> Iterator[Told]:
        store, wave = context.resources.warehouse, context.partition_key

        def build(connection: duckdb.DuckDBPyConnection) -> None:
            analyse = getattr(importlib.import_module(f"lbc_assets.stats.{module}"), name)
            frame = analyse(_read_cohort(connection, store.snapshots.draft(wave).entries[COHORT].sha256))
            wave_id, origin = one_row(connection, "SELECT wave, data_origin FROM raw_deliveries")
            frame.insert(0, "wave", wave_id)
            frame.insert(1, "data_origin", origin)
            register_frame(connection, table, frame)

        yield from produce(context, name, build)

    return analysis


analysis_assets = [_analysis_asset(name, module) for name, module in ANALYSES.items()]
