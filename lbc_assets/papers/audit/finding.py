"""What an audit says: findings, and how many comparisons were made.

Belongs here: the vocabulary of all checks, and small look-ups in printed cells. Does not belong here: the checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lbc_assets.papers.document import Part
from lbc_assets.papers.printed import CellName, Printed

Verdict = Literal["consistent", "contradiction", "undecidable within rounding"]
Numbers = Mapping[CellName, Printed]


class Check(Part):
    """What every check may say: which of the paper's contradictions its findings are, and of which part it speaks."""

    contradiction: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class Finding:
    """One thing found, in short words, with its numbers and the cells that it concerns."""

    place: str
    verdict: Verdict
    finding: str
    evidence: str
    cells: tuple[CellName, ...] = ()


@dataclass
class Tally:
    """Comparisons of one check: those that agree are counted, and some shown; the others are findings."""

    compared: int = 0
    consistent: int = 0
    shown: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def agree(self, evidence: str = "") -> None:
        """One comparison in which the numbers agree."""
        self.compared += 1
        self.consistent += 1
        if evidence:
            self.shown.append(evidence)

    def find(self, verdict: Verdict, place: str, finding: str, evidence: str, cells: Sequence[CellName] = ()) -> None:
        """One comparison that is told by itself: contradicting, left open by rounding, or worth its numbers."""
        self.compared += 1
        self.consistent += verdict == "consistent"
        self.findings.append(Finding(place, verdict, finding, evidence, tuple(cells)))

    def judge(self, verdict: Verdict, place: str, finding: str, evidence: str, cells: Sequence[CellName] = ()) -> None:
        """Either of the two, by verdict."""
        if verdict == "consistent":
            self.agree(f"{place}: {evidence}" if evidence else place)
        else:
            self.find(verdict, place, finding, evidence, cells)


def levels(numbers: Numbers, table: str, variable: str, statistic: str) -> list[str]:
    """The rows of a variable ('Variable: level') that print a statistic, in the order printed. KeyError: none."""
    rows = [
        name.row
        for name in numbers
        if name.table == table and name.statistic == statistic and name.row.startswith(f"{variable}: ")
    ]
    if not rows:
        raise KeyError(f"table {table} has no level of {variable!r} with {statistic}")
    return list(dict.fromkeys(rows))


def counts(numbers: Numbers, table: str, rows: Sequence[str], column: str, statistic: str = "n") -> list[int]:
    """The counts of some rows in one column."""
    return [round(numbers[CellName(table, row, column, statistic)].number) for row in rows]


def rows_with(numbers: Numbers, table: str, column: str, statistic: str) -> Iterator[str]:
    """The rows of a column that print a statistic, in the order printed."""
    for name in numbers:
        if (name.table, name.column, name.statistic) == (table, column, statistic):
            yield name.row


def span(low: float, high: float, digits: int = 2) -> str:
    """An interval in words."""
    return f"{low:.{digits}f} to {high:.{digits}f}"


def p_text(p: float) -> str:
    """A p value in words: four decimals, or the bound below which it lies."""
    return f"{p:.4f}" if p >= 0.0001 else "<0.0001"
