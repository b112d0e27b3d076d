"""Checks of coefficients and of designs: stars, p, restatements, claims, ratios of errors, sums, interactions."""

from __future__ import annotations

import numpy as np
import pytest

from lbc_assets.papers.audit.coefficients import Claims, PValues, Restated, Stars, p_allowed, share_with
from lbc_assets.papers.audit.designs import Additivity, ErrorRatios, common, ratio
from lbc_assets.papers.audit.means import ImpliedErrors, Interactions
from lbc_assets.papers.printed import CellName, Interval
from lbc_assets_tests.papers.papers_kit import numbers, printed, verdicts

THRESHOLDS = {"*": 0.05, "**": 0.01, "***": 0.001}
DF = 1e6


def coefficient(estimate: str, std_error: str, stars: str = "") -> dict:
    return {
        ("2", "X", "m", "B"): estimate,
        ("2", "X", "m", "SE"): std_error,
        ("2", "X", "m", "stars"): stars,
    }


def test_p_of_all_values_that_round_to_the_printed() -> None:
    names = [CellName("2", "X", "m", statistic) for statistic in ("B", "SE")]
    # t from 1.95/1.005 = 1.940 to 2.05/0.995 = 2.060
    allowed = p_allowed(printed("2.0", names[0]), printed("1.00", names[1]), DF)
    assert allowed == pytest.approx((0.0394, 0.0523), abs=1e-4)
    # an estimate that may be zero allows p = 1
    assert p_allowed(printed("0.0", names[0]), printed("1.00", names[1]), DF).high == 1


def test_the_share_of_a_box_with_some_stars() -> None:
    t = np.array([[1.0, 1.959], [1.961, 4.0]])  # p = .05 at 1.96, .001 at 3.29
    assert [share_with(t, DF, least, most) for least, most in ((0.05, 1.0), (0.001, 0.05), (0.0, 0.001))] == [
        0.5,
        0.25,
        0.25,
    ]


@pytest.mark.parametrize(
    ("estimate", "std_error", "stars", "found"),
    [
        ("0.75", "0.22", "***", []),  # t at least 3.311
        ("0.75", "0.22", "**", ["contradiction"]),
        ("0.35", "0.10", "**", ["undecidable within rounding"]),  # t 3.286 to 3.737: two stars below 3.291
        ("0.35", "0.10", "***", ["undecidable within rounding"]),
        ("0.10", "0.30", "", []),
        ("0.10", "0.30", "*", ["contradiction"]),
    ],
)
def test_stars(estimate: str, std_error: str, stars: str, found: list[str]) -> None:
    check = Stars(check="stars", tables={"2": {"m": DF}}, thresholds=THRESHOLDS)
    tally = check.run(numbers(coefficient(estimate, std_error, stars)))
    assert verdicts(tally) == (1, 1 - len(found), found)
    if (estimate, stars) == ("0.35", "**"):
        assert tally.findings[0].finding.startswith("Almost surely other stars")


def test_p_values() -> None:
    check = PValues(check="p_values", of=[{"p": "said", "table": "2", "row": "X", "column": "m", "df": DF}])
    cells = coefficient("2.0", "1.00")
    assert verdicts(check.run(numbers({**cells, "said": "0.045"}))) == (1, 1, [])
    assert verdicts(check.run(numbers({**cells, "said": "0.060"}))) == (1, 0, ["contradiction"])


@pytest.mark.parametrize(
    ("said", "sign", "within", "found"),
    [
        ("0.33", "-1", 0.0, []),
        ("0.3", "-1", 0.0, []),
        ("0.67", "-1", 0.0, ["contradiction"]),
        ("0.33", "1", 0.0, ["contradiction"]),
        ("0.40", "-1", 0.1, []),
    ],
)
def test_restated(said: str, sign: str, within: float, found: list[str]) -> None:
    pair = {"said": "said", "printed": ["2", "X", "m", "B"], "sign": sign, "within": within}
    cells = {**coefficient("-0.33", "0.17"), "said": said}
    tally = Restated(check="restated", pairs=[pair]).run(numbers(cells))
    assert verdicts(tally) == (1, 1 - len(found), found)


@pytest.mark.parametrize(
    ("estimate", "found"), [("3.00", []), ("1.00", ["contradiction"]), ("1.96", ["undecidable within rounding"])]
)
def test_claims_of_a_coefficient(estimate: str, found: list[str]) -> None:
    claim = {"where": "abstract", "cells": [["2", "X", "m", "B"]], "df": DF}
    tally = Claims(check="claims", claims=[claim]).run(numbers(coefficient(estimate, "1.00")))
    assert verdicts(tally)[2] == found


def test_claims_of_a_printed_p() -> None:
    check = Claims(check="claims", claims=[{"where": "abstract", "cells": [["1", "X", "all", "p"]]}])
    for p, found in (("0.130", ["contradiction"]), ("<0.001", []), ("0.050", ["undecidable within rounding"])):
        assert verdicts(check.run(numbers({("1", "X", "all", "p"): p})))[2] == found


def test_ratios() -> None:
    assert ratio(Interval(1, 2), Interval(4, 5)) == pytest.approx((0.2, 0.5))
    assert common([Interval(0, 2), Interval(1, 3), Interval(5, 6)]) == (Interval(1, 2), [True, True, False])


def test_one_ratio_of_errors_in_one_design() -> None:
    check = ErrorRatios(
        check="error_ratios",
        table="3",
        columns=("peer",),
        total_table="2",
        total_column="total",
        renamed={"C": "B"},
    )
    totals = {"A": "0.20", "B": "0.40", "C": "0.80"}
    cells = {("2", row, "total", "SE"): text for row, text in totals.items()}
    good = {("3", row, "peer", "SE"): text for row, text in {"A": "0.10", "B": "0.20", "C": "0.40"}.items()}
    assert verdicts(check.run(numbers({**cells, **good}))) == (3, 3, [])
    tally = check.run(numbers({**cells, **good, ("3", "C", "peer", "SE"): "0.20"}))
    assert verdicts(tally) == (3, 2, ["contradiction"])
    assert "against the total's B" in tally.findings[0].evidence
    assert "which fits" in tally.findings[0].evidence


def test_parts_add_up_to_their_total() -> None:
    check = Additivity(check="additivity", table="1", columns=("g",), statistic="mean", sums={"T": ("P", "Q")})
    cells = {("1", "P", "g", "mean"): "1.0", ("1", "Q", "g", "mean"): "2.0"}
    for total, found in (("3.0", []), ("3.1", []), ("3.2", ["contradiction"])):  # 2.90 to 3.10, 3.15 to 3.25
        assert verdicts(check.run(numbers({**cells, ("1", "T", "g", "mean"): total})))[2] == found


def test_what_is_left_for_the_part_that_is_not_printed() -> None:
    check = Additivity(
        check="additivity",
        table="3",
        columns=("p", "q"),
        statistic="B",
        total_table="2",
        total_column="t",
        remainder="r",
        not_rows=("Y",),
    )
    cells = {("2", row, "t", "B"): "1.00" for row in "XY"} | {
        ("3", "X", "p", "B"): "0.30",
        ("3", "X", "q", "B"): "0.50",
    }
    tally = check.run(numbers(cells))
    assert verdicts(tally) == (1, 1, ["consistent"])
    assert tally.findings[0].evidence == "X 0.20 (each within 0.015)"


MEANS = {
    "table": "4",
    "count_table": "1",
    "residual_sd": 5.0,
    "factors": {
        "F": {
            "level": "low",
            "against": "high",
            "readings": {"few": [["S: a"], ["S: c"]], "many": [["S: a", "S: b"], ["S: c"]]},
        }
    },
}


def means(differences: dict[str, tuple[str, str]]) -> dict:
    """Groups with 4, 96 and 100 children: standard errors of at least 2.550 (few) and 0.707 (many)."""
    cells: dict = {}
    for group, (difference, f) in differences.items():
        cells |= {("1", f"S: {level}", group, "n"): n for level, n in {"a": "4", "b": "96", "c": "100"}.items()}
        cells |= {("4", "F: low", group, "adjusted_mean"): difference, ("4", "F: high", group, "adjusted_mean"): "0.00"}
        cells["4", "F", group, "F"] = f
    return cells


def test_errors_that_differences_and_f_imply() -> None:
    check = ImpliedErrors(check="implied_errors", groups=("g",), **MEANS)
    # 2.00 over the root of 4.00 is 1: enough for a hundred against a hundred, not for four
    tally = check.run(numbers(means({"g": ("2.00", "4.00")})))
    assert verdicts(tally) == (2, 1, ["contradiction"])
    assert tally.findings[0].place == "F (few), g"
    assert tally.findings[0].evidence == "implied 0.99 to 1.01, at least 2.55"
    # 6.00 over the root of 4.00 is 3
    assert verdicts(check.run(numbers(means({"g": ("6.00", "4.00")})))) == (2, 2, [])


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (("2.10", "4.41"), ["contradiction"]),  # 2.0 and 2.1, errors of 1: they do not differ
        (("9.00", "81.00"), []),  # 2 and 9, errors of 1: 24.5 on one degree of freedom
        (("4.77", "22.75"), ["undecidable within rounding"]),  # 2.77 apart: 1.96 times the root of 2
    ],
)
def test_interactions(second: tuple[str, str], found: list[str]) -> None:
    check = Interactions(check="interactions", groups=("g", "h"), reading={"F": "many"}, **MEANS)
    assert verdicts(check.run(numbers(means({"g": ("2.00", "4.00"), "h": second}))))[2] == found
