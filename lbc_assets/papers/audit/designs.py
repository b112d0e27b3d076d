"""Checks of models on one sample: standard errors keep one ratio, coefficients add up.

Belongs here: what the coefficients of one design must have in common. Does not belong here: single coefficients
(``coefficients.py``), adjusted means (``means.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from lbc_assets.papers.audit.finding import Check, Numbers, Tally, rows_with, span
from lbc_assets.papers.printed import CellName, Interval


def ratio(upper: Interval, lower: Interval) -> Interval:
    """All ratios of two positive numbers within these intervals."""
    return Interval(max(upper.low, 0.0) / lower.high, upper.high / lower.low if lower.low > 0 else float("inf"))


def common(intervals: Sequence[Interval]) -> tuple[Interval, list[bool]]:
    """The values that lie in most of the intervals, and which intervals those are."""
    starts = sorted({interval.low for interval in intervals})
    best = max(starts, key=lambda start: sum(start in interval for interval in intervals))
    holding = [best in interval for interval in intervals]
    high = min(interval.high for interval, holds in zip(intervals, holding, strict=True) if holds)
    return Interval(best, high), holding


class ErrorRatios(Check):
    """SE(outcome) / SE(total) is the same for every row of one design: both are the same column times a residual SD.

    ``renamed``: which row of the total's a row would be by the reading that resolves what stands out.
    """

    check: Literal["error_ratios"]
    table: str
    columns: tuple[str, ...]
    total_table: str
    total_column: str
    renamed: Mapping[str, str] = {}

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: rows whose ratio no rounding brings to that of most rows."""
        tally = Tally()
        for column in self.columns:
            rows = list(rows_with(numbers, self.table, column, "SE"))
            ratios = [self._ratio(numbers, row, column, row) for row in rows]
            shared, holding = common(ratios)
            for row, interval, holds in zip(rows, ratios, holding, strict=True):
                if holds:
                    tally.agree()
                    continue
                evidence = f"SE ratio {span(*interval, 3)}; {sum(holding)} of {len(rows)} rows allow {span(*shared, 3)}"
                if row in self.renamed:
                    as_read = self._ratio(numbers, row, column, self.renamed[row])
                    fits = "fits" if as_read.meets(shared) else "does not fit"
                    evidence += f"; against the total's {self.renamed[row]} {span(*as_read, 3)}, which {fits}"
                cell = CellName(self.table, row, column, "SE")
                tally.find(
                    "contradiction",
                    str(cell),
                    "The standard error is of another design than its row says.",
                    evidence,
                    [cell],
                )
        return tally

    def _ratio(self, numbers: Numbers, row: str, column: str, total_row: str) -> Interval:
        upper = numbers[CellName(self.table, row, column, "SE")]
        return ratio(upper.interval, numbers[CellName(self.total_table, total_row, self.total_column, "SE")].interval)


def _sum(parts: Sequence[Interval]) -> Interval:
    return Interval(sum(part.low for part in parts), sum(part.high for part in parts))


class Additivity(Check):
    """A total's mean or coefficient is the sum of its parts', on the same children.

    ``sums``: the total's row and its parts' rows, in each of ``columns``. ``remainders``: of a model of the total
    (``total_table``, ``total_column``) and of all parts but one (``columns`` of ``table``), what is left for that one.
    """

    check: Literal["additivity"]
    table: str
    columns: tuple[str, ...]
    statistic: str
    sums: Mapping[str, tuple[str, ...]] = {}
    total_table: str | None = None
    total_column: str | None = None
    remainder: str | None = None
    not_rows: tuple[str, ...] = ()

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: sums that rounding does not allow. Implied remainders are shown."""
        tally = Tally()
        for total, parts in self.sums.items():
            for column in self.columns:
                cells = [CellName(self.table, row, column, self.statistic) for row in (total, *parts)]
                whole, *rest = (numbers[cell] for cell in cells)
                tally.judge(
                    "consistent" if _sum([part.interval for part in rest]).meets(whole.interval) else "contradiction",
                    f"{total}, {column}",
                    "The parts do not add up to the total.",
                    " + ".join(part.text for part in rest)
                    + f" = {sum((part.value or Decimal() for part in rest), Decimal())}, printed {whole.text}",
                    cells,
                )
        if self.remainder and self.total_table and self.total_column:
            self._remainders(tally, numbers, self.total_table, self.total_column)
        return tally

    def _remainders(self, tally: Tally, numbers: Numbers, table: str, column: str) -> None:
        rows = [row for row in rows_with(numbers, table, column, self.statistic) if row not in self.not_rows]
        implied, cells = [], []
        for row in rows:
            total = CellName(table, row, column, self.statistic)
            parts = [CellName(self.table, row, part, self.statistic) for part in self.columns]
            rest = (numbers[total].value or Decimal()) - sum(
                (numbers[part].value or Decimal() for part in parts), Decimal()
            )
            implied.append(f"{row} {rest}")
            cells += [total, *parts]
        half = 0.5 * 10.0 ** -numbers[cells[0]].decimals * (len(self.columns) + 1)
        tally.find(
            "consistent",
            self.about or str(self.remainder),
            f"What is not printed follows: the coefficients of {self.remainder} are the total's without the others'.",
            f"{', '.join(implied)} (each within {half:g})",
            cells,
        )
