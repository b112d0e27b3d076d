"""The rules of comparing at their edges: half up, rounded twice, bounds, classes of p, stars."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lbc_assets.papers.printed import CellName, exact_decimal, half_up, twice_half_up
from lbc_assets.papers.verdicts import Tolerance, class_of, compare, stars_of
from lbc_assets_tests.papers.papers_kit import printed

THRESHOLDS = {"*": 0.05, "**": 0.01, "***": 0.001}
RULES = {
    "n": Tolerance(rule="count"),
    "pct": Tolerance(rule="percentage", within=0.06),
    "sd": Tolerance(rule="digits"),
    "mean": Tolerance(rule="digits", within=0.06),
    "F": Tolerance(rule="digits", within=0.02),
    "p": Tolerance(rule="p_value", within=0.005, classes=(0.001, 0.01, 0.05)),
    "stars": Tolerance(rule="stars"),
}


@pytest.mark.parametrize(
    ("value", "decimals", "once", "twice"),
    [
        (0.15, 1, "0.2", "0.2"),
        (0.25, 1, "0.3", "0.3"),
        (-0.25, 1, "-0.3", "-0.3"),
        (2.675, 2, "2.68", "2.68"),  # as a binary number it lies below
        (44.1498, 1, "44.1", "44.2"),
        (44.1449, 1, "44.1", "44.1"),
        (-0.004, 2, "0.00", "0.00"),
        (12.5, 0, "13", "13"),
    ],
)
def test_rounding(value: float, decimals: int, once: str, twice: str) -> None:
    assert str(half_up(exact_decimal(value), decimals)) == once
    assert str(twice_half_up(exact_decimal(value), decimals)) == twice


def test_the_decimal_is_the_shortest_that_names_the_number() -> None:
    assert exact_decimal(0.1) == Decimal("0.1")


@pytest.mark.parametrize(
    ("statistic", "text", "value", "verdict", "shown"),
    [
        ("n", "30", 30.0, "exact", "30"),
        ("n", "30", 31.0, "missed", "31"),
        ("pct", "44.1", 44.1498, "exact", "44.1"),
        ("pct", "44.2", 44.1498, "exact", "44.2"),
        ("pct", "44.2", 44.141, "within tolerance", "44.1"),
        ("pct", "44.2", 44.139, "missed", "44.1"),
        ("sd", "4.7", 4.75, "missed", "4.8"),
        ("sd", "4.8", 4.75, "exact", "4.8"),
        ("sd", "4.7", 4.7499, "exact", "4.7"),
        ("mean", "12.6", 12.549, "within tolerance", "12.5"),
        ("mean", "12.6", 12.54, "within tolerance", "12.5"),
        ("mean", "12.6", 12.5399, "missed", "12.5"),
        ("F", "5.55", 5.57, "within tolerance", "5.57"),
        ("F", "5.55", 5.5701, "missed", "5.57"),
        ("p", "<0.001", 0.00099, "exact", "<0.001"),
        ("p", "<0.001", 0.001, "missed", "0.001"),
        ("p", "0.001", 0.0005, "exact", "0.001"),
        ("p", "0.001", 0.0016, "within tolerance", "0.002"),
        ("p", "0.001", 0.0004, "missed", "0.000"),  # below 0.001: another class
        ("p", "0.051", 0.0528, "within tolerance", "0.053"),
        ("p", "0.051", 0.0499, "missed", "0.050"),
        ("p", "0.854", 0.859, "within tolerance", "0.859"),
        ("p", "0.854", 0.8591, "missed", "0.859"),
        ("stars", "**", 0.01, "exact", "**"),
        ("stars", "**", 0.001, "missed", "***"),
        ("stars", "", 0.0501, "exact", "no star"),
        ("stars", "", 0.05, "missed", "*"),
    ],
)
def test_verdicts(statistic: str, text: str, value: float, verdict: str, shown: str) -> None:
    cell = printed(text, CellName("1", "row", "column", statistic))
    found = compare(cell, value, RULES[statistic], THRESHOLDS)
    assert (found.verdict, found.text) == (verdict, shown)


def test_the_rounding_that_matched_is_named() -> None:
    for text, rounding in (("44.1", "half up"), ("44.2", "half up twice"), ("44.3", None)):
        cell = printed(text, CellName("1", "row", "column", "pct"))
        assert compare(cell, 44.1498, RULES["pct"], THRESHOLDS).rounding == rounding


def test_only_percentages_may_be_rounded_twice() -> None:
    cell = printed("44.2", CellName("1", "row", "column", "sd"))
    assert compare(cell, 44.1498, RULES["sd"], THRESHOLDS).verdict == "missed"


def test_what_is_no_number_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no number"):
        compare(printed("1.0", CellName("1", "row", "", "sd")), float("nan"), RULES["sd"], THRESHOLDS)


def test_stars_and_classes() -> None:
    assert [stars_of(p, THRESHOLDS) for p in (0.2, 0.05, 0.01, 0.001)] == ["", "*", "**", "***"]
    assert [class_of(p, (0.001, 0.01, 0.05)) for p in (0.05, 0.04, 0.01, 0.0009)] == [0, 1, 1, 3]
