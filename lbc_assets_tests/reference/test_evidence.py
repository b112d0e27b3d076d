"""Which results of the synthetic reference wave were fitted to printed numbers, and that none passes for an answer."""

import pytest

from lbc_assets.reference.evidence import evidence

TOTAL = {"model": "adjusted", "outcome": "total", "variable": "sex"}


@pytest.mark.parametrize(
    ("table", "row", "marked"),
    [
        ("model_coefficients", TOTAL, "calibrated"),
        ("model_coefficients", {**TOTAL, "model": "baseline_complete_cases"}, "artefact"),
        ("model_coefficients", {**TOTAL, "outcome": "peer"}, "calibrated"),
        ("model_coefficients", {**TOTAL, "model": "baseline", "outcome": "peer"}, "artefact"),
        ("model_coefficients", {**TOTAL, "outcome": "conduct"}, "artefact"),
        ("sample_characteristics", {"measure": "count", "test": None}, "calibrated"),
        ("sample_characteristics", {"measure": "test", "test": "welch_f"}, "artefact"),
        ("adjusted_means", {"weights": "equal"}, "calibrated"),
        ("adjusted_means", {"weights": "observed"}, "artefact"),
        ("departure_age", {"model": "departure_age", "variable": "departure_age_years"}, "calibrated"),
        ("departure_age", {"model": "departure_age_curve", "variable": "departure_age_years"}, "artefact"),
        ("robustness", {"analysis": "ols"}, "artefact"),
        ("paper_comparison", {"verdict": "exact"}, "calibrated"),
        ("paper_agreement", {"exact": 1}, "calibrated"),
    ],
)
def test_marks(table, row, marked):
    assert evidence(table, row, "synthetic", "zhao_2017") == marked
    # another synthetic wave was fitted to nothing; collected answers are what they are
    assert evidence(table, row, "synthetic", None) == "artefact"
    assert evidence(table, row, "collected", None) == "collected"


def test_what_is_computed_from_print_alone_is_evidence_of_print():
    for origin, paper in (("synthetic", "zhao_2017"), ("synthetic", None), ("collected", None)):
        assert evidence("paper_audit", {}, origin, paper) == "printed"
