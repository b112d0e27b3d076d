"""Checks of counts and percentages: they follow from each other, and add up.

Belongs here: arithmetic on whole numbers and their shares. Does not belong here: tests and models
(``testing.py``, ``coefficients.py``, ``means.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from lbc_assets.papers.audit.finding import Check, Numbers, Tally, counts, levels
from lbc_assets.papers.document import Cell
from lbc_assets.papers.printed import CellName, half_up, twice_half_up

# each share may be rounded twice, and is then off by half a unit and a tenth of that
ROUNDED_TWICE = 1.1


class Percentages(Check):
    """Each percentage is its count over the answered, rounded."""

    check: Literal["percentages"]
    table: str
    variables: tuple[str, ...]
    columns: tuple[str, ...]
    count: str = "n"
    percentage: str = "pct"

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: those that plain rounding does not give."""
        tally = Tally()
        for variable in self.variables:
            rows = levels(numbers, self.table, variable, self.count)
            for column in self.columns:
                found = counts(numbers, self.table, rows, column, self.count)
                for row, count in zip(rows, found, strict=True):
                    cell = CellName(self.table, row, column, self.percentage)
                    self._compare(tally, numbers, cell, count, sum(found))
        return tally

    @staticmethod
    def _compare(tally: Tally, numbers: Numbers, cell: CellName, count: int, answered: int) -> None:
        printed = numbers[cell]
        share = Decimal(100 * count) / answered
        if half_up(share, printed.decimals) == printed.value:
            return tally.agree()
        fits = twice_half_up(share, printed.decimals) == printed.value
        tally.find(
            "contradiction",
            str(cell),
            "The percentage is not its count over the answered, rounded; "
            + ("rounded twice it is." if fits else "nor rounded twice."),
            f"{count}/{answered} = {half_up(share, printed.decimals + 2)}, printed {printed.text}",
            [cell],
        )


class MissingAnswers(Check):
    """The levels of a variable count no more children than their group has; the rest did not answer."""

    check: Literal["missing_answers"]
    table: str
    variables: tuple[str, ...]
    groups: Mapping[str, Cell]
    count: str = "n"

    def run(self, numbers: Numbers) -> Tally:
        """Consistent: how many answers are implied to be missing, by variable in the order of the groups."""
        tally = Tally()
        for variable in self.variables:
            rows = levels(numbers, self.table, variable, self.count)
            implied = []
            for column, size in self.groups.items():
                answered = sum(counts(numbers, self.table, rows, column, self.count))
                missing = round(numbers[size].number) - answered
                implied.append(missing)
                if missing >= 0:
                    tally.agree()
                    continue
                tally.find(
                    "contradiction",
                    f"{variable}, {column}",
                    "The levels count more children than the group has.",
                    f"{answered} in the levels, {numbers[size].text} in the group",
                    [CellName(self.table, row, column, self.count) for row in rows],
                )
            tally.shown.append(f"{variable} {'/'.join(map(str, implied))} missing")
        return tally


class Shares(Check):
    """Shares of one whole add up to 100 within their rounding."""

    check: Literal["shares"]
    wholes: Mapping[str, tuple[Cell, ...]] = {}
    table: str | None = None
    variables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    percentage: str = "pct"

    def _wholes(self, numbers: Numbers) -> Mapping[str, tuple[CellName, ...]]:
        of_table = {
            f"{variable}, {column}": tuple(
                CellName(self.table or "", row, column, self.percentage)
                for row in levels(numbers, self.table or "", variable, self.percentage)
            )
            for variable in self.variables
            for column in self.columns
        }
        return {**of_table, **self.wholes}

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: sums further from 100 than rounding explains, and what the complements would be."""
        tally = Tally()
        for name, cells in self._wholes(numbers).items():
            parts = [numbers[cell] for cell in cells]
            total = sum((part.value or Decimal() for part in parts), Decimal())
            allowed = sum(0.5 * 10.0**-part.decimals * ROUNDED_TWICE for part in parts)
            evidence = " + ".join(part.text for part in parts) + f" = {total}"
            if abs(float(total) - 100) <= allowed:
                tally.agree()
                continue
            rests = ", ".join(f"{100 - total + (part.value or 0)} in place of {part.text}" for part in parts)
            tally.find(
                "contradiction", name, "The shares do not add up to 100.", f"{evidence}; 100 with {rests}", cells
            )
        return tally


class Equation(Check):
    """``total`` is the sum of ``plus`` without ``minus``."""

    total: Cell
    plus: tuple[Cell, ...]
    minus: tuple[Cell, ...] = ()


class ShareOf(Check):
    """``printed`` is 100 times ``part`` over ``whole``, rounded."""

    printed: Cell
    part: Cell
    whole: Cell


class Flow(Check):
    """Counts of participants add up, and shares are of what they say."""

    check: Literal["flow"]
    sums: tuple[Equation, ...] = ()
    shares: tuple[ShareOf, ...] = ()

    def run(self, numbers: Numbers) -> Tally:
        """Contradictions: sums and shares that do not follow."""
        tally = Tally()
        for sum_ in self.sums:
            plus, minus = ([numbers[cell] for cell in cells] for cells in (sum_.plus, sum_.minus))
            expected = sum(part.number for part in plus) - sum(part.number for part in minus)
            text = " + ".join(part.text for part in plus) + "".join(f" - {part.text}" for part in minus)
            tally.judge(
                "consistent" if expected == numbers[sum_.total].number else "contradiction",
                sum_.total.row,
                "The counts do not add up.",
                f"{text} = {expected:g}, printed {numbers[sum_.total].text}",
                [sum_.total, *sum_.plus, *sum_.minus],
            )
        for share in self.shares:
            printed = numbers[share.printed]
            percent = Decimal(100) * (numbers[share.part].value or 0) / (numbers[share.whole].value or 1)
            fits = printed.value in (half_up(percent, printed.decimals), twice_half_up(percent, printed.decimals))
            tally.judge(
                "consistent" if fits else "contradiction",
                share.printed.row,
                "The share does not follow from its counts.",
                f"{numbers[share.part].text}/{numbers[share.whole].text} = {half_up(percent, printed.decimals + 2)} "
                f"percent, printed {printed.text}",
                [share.printed, share.part, share.whole],
            )
        return tally


class Mixture(Check):
    """A rate within one part, and the rate of all, imply a rate of the other part between 0 and 100."""

    check: Literal["mixture"]
    part_share: Cell
    part_rate: Cell
    with_it: tuple[Cell, ...]
    of_all: Cell

    def run(self, numbers: Numbers) -> Tally:
        """Contradiction: no rate of the other part can give the rate of all, whatever the rounding."""
        tally = Tally()
        share, rate = numbers[self.part_share].interval, numbers[self.part_rate].interval
        overall = 100 * sum(numbers[cell].number for cell in self.with_it) / numbers[self.of_all].number
        implied = [(100 * overall - s * r) / (100 - s) for s in share for r in rate]
        possible = max(implied) >= 0 and min(implied) <= 100
        tally.judge(
            "consistent" if possible else "contradiction",
            self.about or str(self.part_rate),
            "The rate cannot be that of this part: the other would need more than everybody, or fewer than nobody.",
            f"rate of all {overall:.1f}; share {numbers[self.part_share].text}, rate {numbers[self.part_rate].text}: "
            f"the other part's rate would be {min(implied):.1f} to {max(implied):.1f}",
            [self.part_rate],
        )
        return tally
