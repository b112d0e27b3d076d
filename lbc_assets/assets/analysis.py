"""The analyses of a wave, one asset a tidy table.

Belongs here: which pure function makes which table. Does not belong here: statistics and papers (``stats/``,
``papers/``, imported only when a step runs: they are heavy), what an analysis is given (``analysis_inputs.py``).
"""

import importlib
from collections.abc import Iterator
from typing import NamedTuple

import dagster as dg
import duckdb

from lbc_assets.assets.analysis_inputs import Read, beside_papers, cohort_cells, imputation, robustness, tables_read
from lbc_assets.assets.failures import faults_tried_again
from lbc_assets.assets.step import produce, table_options
from lbc_assets.assets.telling import Told
from lbc_assets.reference.evidence import evidence
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import one_row, register_frame


class Analysis(NamedTuple):
    """``module`` of ``room``, whose function is named as the table; ``read`` gives it its arguments."""

    module: str
    read: Read = cohort_cells
    room: str = "lbc_assets.stats.tables"


ANALYSES = {
    "sample_characteristics": Analysis("sample_characteristics"),
    "group_comparisons": Analysis("group_comparisons"),
    "wealth_within_province": Analysis("wealth_within_province"),
    "model_coefficients": Analysis("model_coefficients"),
    "model_terms": Analysis("model_terms"),
    "interaction_tests": Analysis("interaction_tests"),
    "adjusted_means": Analysis("adjusted_means"),
    "adjusted_mean_tests": Analysis("adjusted_means"),
    "adjusted_mean_contrasts": Analysis("adjusted_means"),
    "departure_age": Analysis("departure_age"),
    "exposure_models": Analysis("exposure_models"),
    "imputed_coefficients": Analysis("imputed_coefficients", imputation),
    "imputation_diagnostics": Analysis("imputed_coefficients", imputation),
    "robustness": Analysis("robustness", robustness),
    "specification_curve": Analysis("specification_curve"),
    "model_diagnostics": Analysis("model_diagnostics"),
    "residuals": Analysis("model_diagnostics"),
    "scale_reliability": Analysis("scale_reliability", tables_read),
    "item_statistics": Analysis("item_statistics", tables_read),
    "band_shares": Analysis("band_shares", tables_read),
    "band_models": Analysis("band_models", tables_read),
    "paper_comparison": Analysis("tables", beside_papers, "lbc_assets.papers"),
    "paper_agreement": Analysis("tables", beside_papers, "lbc_assets.papers"),
    "paper_audit": Analysis("tables", beside_papers, "lbc_assets.papers"),
}


def _analysis_asset(name: str, module: str, read: Read, room: str) -> dg.AssetsDefinition:
    table = load_tables()[name]

    def build(connection: duckdb.DuckDBPyConnection) -> None:
        analysis = importlib.import_module(f"{room}.{module}")
        wave, origin, paper = one_row(connection, "SELECT wave, data_origin, calibrated_to FROM raw_deliveries")
        frame = getattr(analysis, name)(*read(connection, analysis, table))
        frame.insert(0, "wave", wave)
        frame.insert(1, "data_origin", origin)
        frame.insert(2, "evidence", [evidence(name, row, origin, paper).value for row in frame.to_dict("records")])
        register_frame(connection, table, frame)

    @dg.asset(
        **table_options(table, kinds={"python", "pandas"} if room.endswith("papers") else {"python", "statsmodels"})
    )
    @faults_tried_again
    def analysis(context) -> Iterator[Told]:
        yield from produce(context, name, build)

    return analysis


analysis_assets = [_analysis_asset(name, *analysis) for name, analysis in ANALYSES.items()]
