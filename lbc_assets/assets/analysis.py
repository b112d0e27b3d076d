"""The paper's analyses, one asset a tidy table.

Belongs here: which pure function makes which table. Does not belong here: statistics (``stats/``, imported
only when a step runs: it is heavy).
"""

import importlib
from collections.abc import Iterator

import dagster as dg
import duckdb

from lbc_assets.assets.step import produce, table_options
from lbc_assets.warehouse.cells import read_cells
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import one_row, read_frame, register_frame

# table -> module of lbc_assets.stats; the function is named as the table
ANALYSES = {
    "sample_characteristics": "sample_characteristics",
    "group_comparisons": "group_comparisons",
    "model_coefficients": "model_coefficients",
    "model_terms": "model_terms",
    "interaction_tests": "interaction_tests",
    "adjusted_means": "adjusted_means",
    "adjusted_mean_tests": "adjusted_means",
    "departure_age": "departure_age",
    "exposure_models": "exposure_models",
}


def _analysis_asset(name: str, module: str) -> dg.AssetsDefinition:
    tables = load_tables()

    def build(connection: duckdb.DuckDBPyConnection) -> None:
        analysis = importlib.import_module(f"lbc_assets.stats.{module}")
        needs = getattr(analysis, "NEEDS", None)
        cohort = read_cells(connection, needs) if needs else read_frame(connection, tables["mart_analysis_cohort"])
        frame = getattr(analysis, name)(cohort)
        wave, origin = one_row(connection, "SELECT wave, data_origin FROM raw_deliveries")
        frame.insert(0, "wave", wave)
        frame.insert(1, "data_origin", origin)
        register_frame(connection, tables[name], frame)

    @dg.asset(**table_options(tables[name], kinds={"python", "statsmodels"}))
    def analysis(context) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        yield from produce(context, name, build)

    return analysis


analysis_assets = [_analysis_asset(name, module) for name, module in ANALYSES.items()]
