"""What a result says: of children who answered, of a paper's printed numbers, or of the generator only.

Belongs here: which results the synthetic reference wave was fitted to. Does not belong here: the fitting (the other
modules), the numbers. The generator knows nothing but the printed numbers, so whatever else is computed on its children
(clustering, reliabilities, bands, imputation, splines) is an artefact and no evidence about the study.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any


class Evidence(StrEnum):
    """What a row of an analysis is evidence of."""

    COLLECTED = "collected"  # computed from answers of children
    CALIBRATED = "calibrated"  # the generator was fitted to what the paper prints of it
    ARTEFACT = "artefact"  # says something of the generator only
    PRINTED = "printed"  # computed from a paper's printed numbers alone, whatever the wave


Row = Mapping[str, Any]

_PRINTED_OUTCOMES = ("emotional", "peer", "hyperactivity")


def _printed_coefficient(row: Row) -> bool:
    """Table 2: total, baseline and adjusted; Table 3: three scales, adjusted."""
    if row["outcome"] == "total":
        return row["model"] in ("baseline", "adjusted")
    return row["outcome"] in _PRINTED_OUTCOMES and row["model"] in ("adjusted", "adjusted_caregiver_mother")


OF_PRINT = ("paper_audit",)

# the results that the paper prints and the generator was fitted to, by table
CALIBRATED: Mapping[str, Callable[[Row], bool]] = {
    "sample_characteristics": lambda row: row["measure"] != "test" or row["test"] in ("chi_square", "anova_f"),
    "model_coefficients": _printed_coefficient,
    "adjusted_means": lambda row: row["weights"] == "equal",
    "adjusted_mean_tests": lambda _row: True,
    # how near the fitting came: of no wave but the one that was fitted
    "paper_comparison": lambda _row: True,
    "paper_agreement": lambda _row: True,
    "departure_age": lambda row: row["model"] == "departure_age" and row["variable"] == "departure_age_years",
}


def evidence(table: str, row: Row, data_origin: str, calibrated_to: str | None) -> Evidence:
    """What a row of an analysis table says; ``data_origin`` is 'collected' or 'synthetic', ``calibrated_to`` the paper
    that the wave's manifest says its children were fitted to.
    """
    if table in OF_PRINT:
        return Evidence.PRINTED
    if data_origin == "collected":
        return Evidence.COLLECTED
    printed = CALIBRATED.get(table)
    if calibrated_to is not None and printed is not None and printed(row):
        return Evidence.CALIBRATED
    return Evidence.ARTEFACT
