"""A printed table, ready for the template: heads, blocks of lines, cells, notes.

Belongs here: the shape every table of the report has, and cells for numbers. Does not belong here: which
table has which lines (`tables_*`), HTML (templates).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lbc_assets.reporting import labels, number_text
from lbc_assets.reporting.rows import Row, is_refused


@dataclass(frozen=True)
class PaperMark:
    """What a paper prints where the wave gives another number: shown below it. `words` are the sign, read aloud."""

    sign: str
    words: str
    where: str
    number: str

    @property
    def text(self) -> str:
        return f"{self.where}: {self.number}"


@dataclass(frozen=True)
class ContradictionNote:
    """Where a paper contradicts itself: the numbers it rests on (`more` stand on the comparison page), and what
    resolves it; `inference`: that is our own conclusion.
    """

    key: str
    says: str
    resolved_by: str
    inference: bool
    evidence: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True)
class Cell:
    """One cell. `suffix` (a percentage, stars) stands behind the number in its own width, kept when it is
    empty. `tone`: the class of a verdict.
    """

    text: str = ""
    suffix: str | None = None
    detail: str = ""
    kind: Literal["number", "text", "refused"] = "number"
    span: int = 1
    paper: PaperMark | None = None
    tone: str = ""


EMPTY = Cell()


@dataclass(frozen=True)
class Head:
    """A column's heading over `span` columns and `depth` heading rows; `detail` stands below it."""

    text: str
    span: int = 1
    depth: int = 1
    detail: str = ""
    kind: Literal["number", "text"] = "number"


@dataclass(frozen=True)
class Line:
    """One row: its label and its cells. A heading belongs to all lines of its block. `detail` stands below the
    label.
    """

    label: str
    cells: tuple[Cell, ...] = ()
    is_heading: bool = False
    is_indented: bool = False
    detail: str = ""


Block = tuple[Line, ...]


@dataclass(frozen=True)
class TableView:
    """A table. `suffix`: what stands behind its numbers; sets the width kept for it. `is_even`: columns of
    one width. `mark`: what its numbers are evidence of, on a synthetic wave. `contradictions`: of a paper
    that prints numbers shown here.
    """

    key: str
    number: str
    caption: str
    heads: tuple[tuple[Head, ...], ...]
    blocks: tuple[Block, ...]
    foot: Block = ()
    notes: tuple[str, ...] = ()
    suffix: Literal["none", "stars", "bracket"] = "none"
    is_even: bool = True
    mark: str = ""
    contradictions: tuple[ContradictionNote, ...] = ()

    @property
    def columns(self) -> int:
        """All columns, the labels' included."""
        return sum(head.span for head in self.heads[0])


def number_cell(row: Row | None, column: str, write: Callable[[float], str], suffix: str | None = None) -> Cell:
    """The number of a row as `write` writes it; the reason where it is refused, nothing where there is no
    row.
    """
    if row is None:
        return EMPTY
    if is_refused(row):
        return Cell(labels.refusal(row["reason"]), kind="refused")
    return Cell(write(row[column]), suffix)


def coefficient_cells(row: Row | None) -> tuple[Cell, ...]:
    """B with its stars, and SE. Of a refused model the reason stands across both."""
    if row is None:
        return EMPTY, EMPTY
    if is_refused(row):
        return (Cell(labels.refusal_reason(row["reason"]), kind="refused", span=2),)
    estimate = Cell(two_decimals(row["estimate"]), suffix=number_text.stars(row["p_value"]))
    return estimate, Cell(two_decimals(row["std_error"]))


def one_decimal(value: float) -> str:
    return number_text.fixed(value, 1)


def two_decimals(value: float) -> str:
    return number_text.fixed(value, 2)


def three_decimals(value: float) -> str:
    return number_text.fixed(value, 3)
