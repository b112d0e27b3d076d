"""Checks of adjusted means: the standard errors that differences and F imply, and what they say of interactions.

Belongs here: two levels within groups, with an F each. Does not belong here: tests of the printed F (``testing.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import sqrt
from typing import Literal

import numpy as np
from scipy.special import chdtrc

from lbc_assets.papers.audit.finding import Check, Numbers, Tally, Verdict, counts, p_text, span
from lbc_assets.papers.audit.testing import SIGNIFICANT
from lbc_assets.papers.document import Part
from lbc_assets.papers.printed import CellName, Interval

# steps a difference between its rounding limits is taken in, for each group
STEPS = 9


class Levels(Part):
    """The counted rows that a level is, by each reading of it; of one reading where nothing is open."""

    level: str
    against: str
    readings: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


class _Means(Check):
    table: str
    groups: tuple[str, ...]
    factors: Mapping[str, Levels]
    count_table: str
    residual_sd: float
    statistic: str = "adjusted_mean"

    def _difference(self, numbers: Numbers, factor: str, group: str) -> Interval:
        of = self.factors[factor]
        one, other = (
            numbers[CellName(self.table, f"{factor}: {level}", group, self.statistic)].interval
            for level in (of.level, of.against)
        )
        return Interval(one.low - other.high, one.high - other.low)

    def _implied(self, numbers: Numbers, factor: str, group: str) -> Interval:
        """All standard errors of the difference: its size over the root of F."""
        difference = self._difference(numbers, factor, group)
        f = numbers[CellName(self.table, factor, group, "F")].interval
        sizes = sorted(abs(end) for end in difference)
        least = 0.0 if 0.0 in difference else sizes[0]
        return Interval(least / sqrt(f.high), sizes[1] / sqrt(max(f.low, 1e-9)))

    def _least(self, numbers: Numbers, factor: str, group: str, reading: str) -> float:
        """No design has a smaller one: of two means of so many children, nothing else in the model."""
        sizes = [sum(counts(numbers, self.count_table, rows, group)) for rows in self.factors[factor].readings[reading]]
        return self.residual_sd * sqrt(sum(1 / size for size in sizes))


class ImpliedErrors(_Means):
    """The standard error that difference and F imply is not below the least that the counts allow."""

    check: Literal["implied_errors"]

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: readings of a level whose counts cannot give the printed F."""
        tally = Tally()
        for factor, of in self.factors.items():
            for reading, group in product(of.readings, self.groups):
                implied, least = self._implied(numbers, factor, group), self._least(numbers, factor, group, reading)
                rows = [f"{factor}: {level}" for level in (of.level, of.against)]
                cells = [CellName(self.table, factor, group, "F")]
                cells += [CellName(self.table, row, group, self.statistic) for row in rows]
                tally.judge(
                    "contradiction" if implied.high < least else "consistent",
                    f"{factor} ({reading}), {group}",
                    "Difference and F imply a smaller standard error than so few children can have.",
                    f"implied {span(*implied)}, at least {least:.2f}",
                    cells,
                )
        return tally


class Interactions(_Means):
    """Said to differ between groups: do the differences differ more than their standard errors explain?"""

    check: Literal["interactions"]
    reading: Mapping[str, str]

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: p of heterogeneity above 0.05 for all differences that rounding and counts allow."""
        tally = Tally()
        for factor in self.reading:
            p = self._p(numbers, factor)
            cells = [CellName(self.table, factor, group, "F") for group in self.groups]
            verdict: Verdict = "undecidable within rounding" if SIGNIFICANT in p else "consistent"
            tally.judge(
                "contradiction" if p.low > SIGNIFICANT else verdict,
                f"{self.about}: {factor}" if self.about else factor,
                "Said to matter more in some groups; the printed differences do not differ between the groups.",
                f"heterogeneity of the differences, p {p_text(p.low)} to {p_text(p.high)}",
                cells,
            )
        return tally

    def _p(self, numbers: Numbers, factor: str) -> Interval:
        choices = []
        for group in self.groups:
            root = sqrt(numbers[CellName(self.table, factor, group, "F")].number)
            least = self._least(numbers, factor, group, self.reading[factor])
            steps = np.linspace(*self._difference(numbers, factor, group), STEPS)
            possible = [(d, abs(d) / root) for d in map(float, steps) if abs(d) / root >= least]
            choices.append(possible or [(float(steps[-1]), least)])
        found = []
        for each in product(*choices):
            d, weight = np.array([x for x, _ in each]), np.array([1 / s**2 for _, s in each])
            centre = float((weight * d).sum() / weight.sum())
            found.append(float(chdtrc(len(d) - 1, float((weight * (d - centre) ** 2).sum()))))
        return Interval(min(found), max(found))
