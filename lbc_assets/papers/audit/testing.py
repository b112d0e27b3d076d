"""Checks of tests: p recomputed from counts, from means and standard deviations, from F.

Belongs here: tests that need nothing but printed numbers, over all values that the printing allows. Does not belong
here: coefficients (``coefficients.py``), adjusted means (``means.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Literal

import numpy as np
from scipy.special import chdtrc, fdtrc

from lbc_assets.papers.audit.finding import Check, Numbers, Tally, Verdict, counts, levels, p_text
from lbc_assets.papers.document import Cell
from lbc_assets.papers.printed import CellName, Interval

SIGNIFICANT = 0.05


class Comparison(Check):
    """A p that is printed elsewhere than in the variable's row, of these columns only."""

    variable: str
    columns: tuple[str, ...]
    printed: Cell


def chi_square_p(table: Sequence[Sequence[int]]) -> tuple[float, float, int]:
    """Pearson's statistic of counts (levels by groups), its p and degrees of freedom; no continuity correction."""
    observed = np.array(table, dtype=float)
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0) / observed.sum()
    statistic, df = float(((observed - expected) ** 2 / expected).sum()), (len(table) - 1) * (len(table[0]) - 1)
    return statistic, float(chdtrc(df, statistic)), df


class ChiSquare(Check):
    """The printed p is that of Pearson's chi-square of the printed counts."""

    check: Literal["chi_square"]
    table: str
    variables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    count: str = "n"
    column_of_p: str = "all"

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: printed p that the counts do not give."""
        tally = Tally()
        asked = [
            (variable, self.columns, CellName(self.table, variable, self.column_of_p, "p"))
            for variable in self.variables
        ]
        asked += [(each.variable, each.columns, each.printed) for each in self.comparisons]
        for variable, columns, cell in asked:
            rows = levels(numbers, self.table, variable, self.count)
            table = list(
                zip(*(counts(numbers, self.table, rows, column, self.count) for column in columns), strict=True)
            )
            statistic, p, df = chi_square_p(table)
            tally.judge(
                "consistent" if p in numbers[cell].interval else "contradiction",
                variable,
                "The printed p is not that of the printed counts.",
                f"chi-square {statistic:.2f}, df {df}, p {p_text(p)}, printed {numbers[cell].text}",
                [cell],
            )
        return tally


def anova_p(sizes: Sequence[int], means: Sequence[Interval], deviations: Sequence[Interval]) -> Interval:
    """All p of a one-way analysis of variance that means and standard deviations within these intervals allow.

    The sum of squares between groups is largest at a corner; it is smallest where every mean lies as near as it can to
    one common value.
    """
    n, df = np.array(sizes, dtype=float), len(sizes) - 1
    corners = np.array(list(product(*means)))
    centre = (corners @ n / n.sum())[:, None]
    most = float((n * (corners - centre) ** 2).sum(axis=1).max())
    # convex and piecewise quadratic in the common value
    low, high = np.array([m.low for m in means]), np.array([m.high for m in means])

    def between(common: float) -> float:
        nearest = np.clip(common, low, high)
        return float((n * (nearest - common) ** 2).sum())

    a, b = float(low.min()), float(high.max())
    for _ in range(80):
        third = (b - a) / 3
        a, b = (a, b - third) if between(a + third) < between(b - third) else (a + third, b)
    least = between((a + b) / 2)
    within = [
        sum((size - 1) * max(getattr(sd, end), 0.0) ** 2 for size, sd in zip(sizes, deviations, strict=True))
        for end in ("low", "high")
    ]
    residual = sum(sizes) - len(sizes)
    f_low, f_high = (least / df) / (within[1] / residual), (most / df) / (within[0] / residual)
    return Interval(float(fdtrc(df, residual, f_high)), float(fdtrc(df, residual, f_low)))


def verdict_of_p(printed: Interval, allowed: Interval) -> Verdict:
    """Contradiction: no value allows the printed p. Undecidable: the values allow p on both sides of 0.05."""
    if not printed.meets(allowed):
        return "contradiction"
    return "undecidable within rounding" if allowed.low < SIGNIFICANT < allowed.high else "consistent"


class Anova(Check):
    """The printed p is one that the printed means and standard deviations allow."""

    check: Literal["anova"]
    table: str
    variables: tuple[str, ...]
    groups: Mapping[str, Cell]
    column_of_p: str = "all"

    def run(self, numbers: Numbers) -> Tally:
        """Each p against the whole interval that rounding allows."""
        tally = Tally()
        sizes = [round(numbers[cell].number) for cell in self.groups.values()]
        for variable in self.variables:
            means, deviations = (
                [numbers[CellName(self.table, variable, group, statistic)].interval for group in self.groups]
                for statistic in ("mean", "sd")
            )
            cell = CellName(self.table, variable, self.column_of_p, "p")
            allowed = anova_p(sizes, means, deviations)
            verdict = verdict_of_p(numbers[cell].interval, allowed)
            said = {
                "contradiction": "No means and standard deviations that round to these give the printed p.",
                "undecidable within rounding": "The printed p is allowed; so are p on the other side of 0.05.",
            }
            tally.judge(
                verdict,
                variable,
                said.get(verdict, ""),
                f"p {p_text(allowed.low)} to {p_text(allowed.high)}, printed {numbers[cell].text}",
                [cell],
            )
        return tally


class FTests(Check):
    """The printed p is that of the printed F."""

    check: Literal["f_tests"]
    table: str
    variables: tuple[str, ...]
    columns: tuple[str, ...]
    df: float = 1
    df_residual: float

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: a p that no F rounding to the printed one has."""
        tally = Tally()
        for variable, column in product(self.variables, self.columns):
            f, p = (numbers[CellName(self.table, variable, column, statistic)] for statistic in ("F", "p"))
            ends = [float(fdtrc(self.df, self.df_residual, max(value, 0.0))) for value in f.interval]
            tally.judge(
                "consistent" if p.interval.meets(Interval(min(ends), max(ends))) else "contradiction",
                f"{variable}, {column}",
                "The printed p is not that of the printed F.",
                f"F {f.text}: p {p_text(min(ends))} to {p_text(max(ends))}, printed {p.text}",
                [f.name, p.name],
            )
        return tally
