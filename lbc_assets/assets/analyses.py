"""Which pure function makes which table of a wave's analyses, and what it is given.

Belongs here: the list. Does not belong here: the functions (``stats/``, ``papers/``: named, not imported, for they are
heavy), reading what they are given (``analysis_inputs.py``), the assets (``analysis.py``).
"""

from typing import NamedTuple

from lbc_assets.assets.analysis_inputs import Read, beside_papers, cohort_cells, imputation, robustness, tables_read


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
