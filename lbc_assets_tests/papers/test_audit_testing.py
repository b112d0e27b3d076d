"""Checks of tests: p from counts, from means and standard deviations, from F."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f_oneway

from lbc_assets.papers.audit.testing import Anova, ChiSquare, FTests, anova_p, chi_square_p, verdict_of_p
from lbc_assets.papers.printed import Interval
from lbc_assets_tests.papers.papers_kit import numbers, verdicts

COUNTS = {
    ("A", "Fruit: Apple", "old", "n"): "30",
    ("A", "Fruit: Apple", "young", "n"): "20",
    ("A", "Fruit: Pear", "old", "n"): "10",
    ("A", "Fruit: Pear", "young", "n"): "20",
}


def test_chi_square_by_hand() -> None:
    # 80 (30 * 20 - 20 * 10)^2 / (50 * 30 * 40 * 40) = 5.3333
    statistic, p, df = chi_square_p([[30, 20], [10, 20]])
    assert (statistic, df) == (pytest.approx(16 / 3), 1)
    assert p == pytest.approx(0.020921, abs=1e-6)


def test_chi_square_of_printed_counts() -> None:
    check = ChiSquare(check="chi_square", table="A", variables=("Fruit",), columns=("old", "young"))
    for printed, found in (("0.021", []), ("0.022", ["contradiction"]), ("<0.05", []), ("<0.001", ["contradiction"])):
        assert verdicts(check.run(numbers({**COUNTS, ("A", "Fruit", "all", "p"): printed})))[2] == found


def test_chi_square_printed_elsewhere() -> None:
    check = ChiSquare(
        check="chi_square",
        table="A",
        comparisons=[{"variable": "Fruit", "columns": ["old", "young"], "printed": "said"}],
    )
    assert verdicts(check.run(numbers({**COUNTS, "said": "0.021"}))) == (1, 1, [])
    assert verdicts(check.run(numbers({**COUNTS, "said": "<0.001"}))) == (1, 0, ["contradiction"])


def test_anova_of_exact_values_is_the_test_itself() -> None:
    groups = [np.array([1.0, 2, 3, 4]), np.array([2.0, 4, 6]), np.array([5.0, 6, 8, 9, 9])]
    exact = [(len(g), Interval(g.mean(), g.mean()), Interval(g.std(ddof=1), g.std(ddof=1))) for g in groups]
    allowed = anova_p(*map(list, zip(*exact, strict=True)))
    assert allowed == pytest.approx((f_oneway(*groups).pvalue,) * 2, rel=1e-9)


def test_anova_interval_holds_every_value_that_rounds_and_touches_its_ends() -> None:
    sizes, means, sds = [40, 30, 20], [5.0, 5.2, 4.9], [1.0, 1.1, 0.9]
    box = [Interval(m - 0.05, m + 0.05) for m in means], [Interval(s - 0.05, s + 0.05) for s in sds]
    allowed = anova_p(sizes, *box)
    random = np.random.default_rng(1)
    drawn = [
        anova_p(sizes, *([Interval(v, v) for v in (random.uniform(*i) for i in part)] for part in box)).low
        for _ in range(50)
    ]
    assert allowed.low <= min(drawn) <= max(drawn) <= allowed.high
    # 5.2 and 4.9 cannot round to one value: the means are never all equal
    assert allowed.high < 1


def test_means_that_can_be_equal_allow_a_p_of_1() -> None:
    assert anova_p(
        [10, 10], [Interval(1, 2), Interval(1.5, 3)], [Interval(1, 1), Interval(1, 1)]
    ).high == pytest.approx(1)


def test_verdicts_of_p() -> None:
    allowed = Interval(0.001, 0.2)
    assert verdict_of_p(Interval(0.1295, 0.1305), allowed) == "undecidable within rounding"
    assert verdict_of_p(Interval(0.2005, 0.3), allowed) == "contradiction"
    assert verdict_of_p(Interval(0, 0.001), Interval(0.0001, 0.0011)) == "consistent"


@pytest.mark.parametrize(
    ("mean", "p", "found"),
    [("9.0", "<0.001", []), ("9.0", "0.500", ["contradiction"]), ("5.1", "0.300", ["undecidable within rounding"])],
)
def test_anova_of_printed_means(mean: str, p: str, found: list[str]) -> None:
    cells = {
        "one": "50",
        "other": "50",
        ("1", "Height", "one", "mean"): "5.0",
        ("1", "Height", "one", "sd"): "0.5",
        ("1", "Height", "other", "mean"): mean,
        ("1", "Height", "other", "sd"): "0.5",
        ("1", "Height", "all", "p"): p,
    }
    check = Anova(check="anova", table="1", variables=("Height",), groups={"one": "one", "other": "other"})
    assert verdicts(check.run(numbers(cells))) == (1, 1 - len(found), found)


def test_p_of_a_printed_f() -> None:
    # F(1, many) = 3.84 has p = 0.05
    check = FTests(check="f_tests", table="4", variables=("X",), columns=("g",), df_residual=1e6)
    cells = {("4", "X", "g", "F"): "3.84"}
    assert verdicts(check.run(numbers({**cells, ("4", "X", "g", "p"): "0.050"}))) == (1, 1, [])
    assert verdicts(check.run(numbers({**cells, ("4", "X", "g", "p"): "0.040"}))) == (1, 0, ["contradiction"])
