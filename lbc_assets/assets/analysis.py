"""The analyses, one asset a tidy table.

Belongs here: which pure function makes which table. Does not belong here: statistics (``stats/``, imported
only when a step runs: it is heavy).
"""

import importlib
from collections.abc import Iterator

import dagster as dg
import duckdb

from lbc_assets.assets.step import produce, table_options
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import one_row, read_frame, register_frame

# table -> module of lbc_assets.stats; the function is named as the table
ANALYSES = {
    "sample_characteristics": "sample_characteristics",
    "model_coefficients": "model_coefficients",
    "interaction_tests": "interaction_tests",
    "adjusted_means": "adjusted_means",
    "adjusted_mean_tests": "adjusted_means",
    "departure_age": "model_coefficients",
    "scale_reliability": "scale_reliability",
    "item_statistics": "item_statistics",
    "band_shares": "band_shares",
    "band_models": "band_models",
}


def _analysis_asset(name: str, module: str) -> dg.AssetsDefinition:
    tables = load_tables()

    def build(connection: duckdb.DuckDBPyConnection) -> None:
        analyse = getattr(importlib.import_module(f"lbc_assets.stats.{module}"), name)
        frame = analyse(*(read_frame(connection, tables[read]) for read in tables[name].reads))
        wave, origin = one_row(connection, "SELECT wave, data_origin FROM raw_deliveries")
        frame.insert(0, "wave", wave)
        frame.insert(1, "data_origin", origin)
        register_frame(connection, tables[name], frame)

    @dg.asset(**table_options(tables[name], kinds={"python", "statsmodels"}))
    def analysis(context) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        yield from produce(context, name, build)

    return analysis


analysis_assets = [_analysis_asset(name, module) for name, module in ANALYSES.items()]
