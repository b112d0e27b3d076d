"""Checks of coefficients: stars, p values and claims against estimate and standard error, within rounding.

Belongs here: one coefficient at a time. Does not belong here: what coefficients of one design have in common
(``designs.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from lbc_assets.papers.audit.finding import Check, Numbers, Tally, Verdict, p_text, rows_with
from lbc_assets.papers.audit.testing import SIGNIFICANT
from lbc_assets.papers.document import Cell
from lbc_assets.papers.printed import STARS, CellName, Interval, Printed, half_up
from lbc_assets.papers.verdicts import stars_of

# points a side of the box of all estimates and standard errors that round to the printed ones
GRID = 401


def t_grid(estimate: Printed, std_error: Printed) -> np.ndarray:
    """|t| over the box of all values that round to the printed estimate and standard error."""
    low, high = std_error.interval
    sizes = np.abs(np.linspace(*estimate.interval, GRID))[:, None]
    return np.asarray(sizes / np.linspace(max(low, 1e-9), high, GRID)[None, :])


def p_allowed(estimate: Printed, std_error: Printed, df: float) -> Interval:
    """All p (two-sided t test against zero) that rounding allows."""
    t = t_grid(estimate, std_error)
    low, high = (float(2 * stdtr(df, -end)) for end in (t.max(), t.min()))
    return Interval(low, high)


def share_with(t: np.ndarray, df: float, least: float, most: float) -> float:
    """The share of a box in which p lies above ``least`` and not above ``most``."""
    at_least = 0.0 if most >= 1 else float(stdtrit(df, 1 - most / 2))
    below = float("inf") if least <= 0 else float(stdtrit(df, 1 - least / 2))
    return float(((t >= at_least) & (t < below)).mean())


class Stars(Check):
    """The stars are those of estimate over standard error."""

    check: Literal["stars"]
    tables: Mapping[str, Mapping[str, float]]  # table, column: residual degrees of freedom
    thresholds: Mapping[str, float]
    unlikely: float = 0.05

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: stars of no value in the box; undecidable: of some values only, the rare ones one by one."""
        tally = Tally()
        open_: list[tuple[CellName, str]] = []
        for table, columns in self.tables.items():
            for column, df in columns.items():
                for row in rows_with(numbers, table, column, STARS):
                    self._compare(tally, numbers, CellName(table, row, column, STARS), df, open_)
        for cell, evidence in open_:
            tally.find(
                "undecidable within rounding",
                str(cell),
                "The printed stars are allowed; so are others.",
                evidence,
                [cell],
            )
        return tally

    def _compare(
        self, tally: Tally, numbers: Numbers, cell: CellName, df: float, open_: list[tuple[CellName, str]]
    ) -> None:
        estimate, std_error = (numbers[cell._replace(statistic=name)] for name in ("B", "SE"))
        allowed, printed = p_allowed(estimate, std_error, df), numbers[cell].text
        # the bounds of p that give the printed stars
        most = self.thresholds.get(printed, 1.0)
        least = max((bound for stars, bound in self.thresholds.items() if len(stars) > len(printed)), default=0.0)
        share = share_with(t_grid(estimate, std_error), df, least, most)
        shown = printed or "no star"
        evidence = (
            f"{estimate.text} ({std_error.text}): p {p_text(allowed.low)} to {p_text(allowed.high)}, printed {shown}"
        )
        if share == 1:
            tally.agree()
        elif share == 0:
            own = stars_of(allowed.high, self.thresholds) or "no star"
            tally.find(
                "contradiction",
                str(cell),
                f"No values that round to these have {shown}.",
                f"{evidence}, due {own}",
                [cell],
            )
        elif share < self.unlikely:
            tally.find(
                "undecidable within rounding",
                str(cell),
                f"Almost surely other stars: {shown} only in a sliver of the rounding.",
                f"{evidence}; in {100 * share:.1f} percent of the box",
                [cell],
            )
        else:
            open_.append((cell, f"{evidence}; in {100 * share:.0f} percent of the box"))


class PrintedP(Check):
    """A p that is printed for a coefficient of a table."""

    p: Cell
    table: str
    row: str
    column: str
    df: float


class PValues(Check):
    """A printed p is one that estimate and standard error allow."""

    check: Literal["p_values"]
    of: tuple[PrintedP, ...]

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: p outside of what rounding allows."""
        tally = Tally()
        for each in self.of:
            cell = CellName(each.table, each.row, each.column, "B")
            estimate, std_error = numbers[cell], numbers[cell._replace(statistic="SE")]
            allowed = p_allowed(estimate, std_error, each.df)
            tally.judge(
                "consistent" if numbers[each.p].interval.meets(allowed) else "contradiction",
                str(each.p),
                "The printed p is not that of estimate and standard error.",
                f"{estimate.text} ({std_error.text}): p {p_text(allowed.low)} to {p_text(allowed.high)}, "
                f"printed {numbers[each.p].text}",
                [each.p, cell],
            )
        return tally


class Pair(Check):
    """A number said twice: ``said`` is ``printed``, or its negative (``sign: -1``), rounded; or ``within`` of it."""

    said: Cell
    printed: Cell
    sign: Literal["1", "-1"] = "1"
    within: float = 0.0


class Restated(Check):
    """The text says what the tables print."""

    check: Literal["restated"]
    pairs: tuple[Pair, ...]

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: numbers that do not round to each other."""
        tally = Tally()
        for pair in self.pairs:
            said, printed = numbers[pair.said], numbers[pair.printed]
            value = (printed.value or Decimal()) * int(pair.sign)
            decimals = min(said.decimals, printed.decimals)
            is_same = half_up(value, decimals) == half_up(said.value or Decimal(), decimals)
            is_near = abs(float(value) - said.number) <= pair.within
            tally.judge(
                "consistent" if is_same or is_near else "contradiction",
                str(pair.said),
                "Text and table print different numbers.",
                f"{said.text} in the text, {value} by the table",
                [pair.said, pair.printed],
            )
        return tally


class Claim(Check):
    """Something is said to be associated: by a printed p, or by a coefficient of a table (statistic B) with its df."""

    where: str
    cells: tuple[Cell, ...]
    df: float = 1e6


class Claims(Check):
    """What is said to be associated has a p of 0.05 at most."""

    check: Literal["claims"]
    claims: tuple[Claim, ...]

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: p above 0.05 whatever the rounding."""
        tally = Tally()
        for claim, cell in [(said, cell) for said in self.claims for cell in said.cells]:
            if cell.statistic == "B":
                estimate, std_error = numbers[cell], numbers[cell._replace(statistic="SE")]
                allowed, shown = p_allowed(estimate, std_error, claim.df), f"{estimate.text} ({std_error.text})"
            else:
                allowed, shown = numbers[cell].interval, f"printed p {numbers[cell].text}"
            verdict: Verdict = "undecidable within rounding" if SIGNIFICANT in allowed else "consistent"
            tally.judge(
                "contradiction" if allowed.low > SIGNIFICANT else verdict,
                f"{claim.where}: {cell}",
                "Said to be associated; the numbers do not say so at 0.05.",
                f"{shown}: p {p_text(allowed.low)} to {p_text(allowed.high)}",
                [cell],
            )
        return tally
