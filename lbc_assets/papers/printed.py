"""Printed numbers: what stands in a cell, and which values it stands for.

Belongs here: a cell, its reading from CSV, rounding half up, the interval that a printed number stands for. Does not
belong here: which cells a paper has (``paper.py``), where a wave's tables hold them (``places.py``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from typing import NamedTuple

TABLE_COLUMNS = ("table", "row", "column", "statistic", "operator", "value", "decimals", "stars")
COMPARABLE_COLUMNS = ("table", "row", "column", "statistic", "printed")
STARS = "stars"
# numbers of a paper's running text: a table of their own, one a row
FACTS = "text"
FACT_STATISTIC = "value"
NO_STAR = "no star"


class CellName(NamedTuple):
    """Where a number stands in a paper: its table, row, column and statistic, in the paper's words."""

    table: str
    row: str
    column: str
    statistic: str

    def __str__(self) -> str:
        if self.table == FACTS:
            return f"text, {self.row}"
        return ", ".join(part for part in (f"table {self.table}", self.row, self.column, self.statistic) if part)


class Interval(NamedTuple):
    """All values from ``low`` to ``high``."""

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float | int) and self.low <= value <= self.high


@dataclass(frozen=True)
class Printed:
    """One printed cell; ``value`` is None for stars, whose ``text`` are the stars (none: '')."""

    name: CellName
    text: str
    value: Decimal | None
    decimals: int
    operator: str = "="

    @property
    def number(self) -> float:
        """The value as a float. ValueError: stars have none."""
        if self.value is None:
            raise ValueError(f"{self.name}: stars are no number")
        return float(self.value)

    @property
    def interval(self) -> Interval:
        """The values that round to what is printed, ends included; of '<0.001' those from 0 to 0.001."""
        if self.operator == "<":
            return Interval(0.0, self.number)
        half = 0.5 * 10.0**-self.decimals
        return Interval(self.number - half, self.number + half)


class PrintedFault(Exception):
    """A CSV of printed numbers is not as it should be; the message names file, line and what was expected."""


def exact_decimal(value: float) -> Decimal:
    """The shortest decimal that names the float: 0.15, not 0.1499999999999999944."""
    return Decimal(repr(float(value)))


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Rounded to so many decimals, halves away from zero; no negative zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def twice_half_up(value: Decimal, decimals: int) -> Decimal:
    """Rounded to one decimal more, and then again: 44.149 becomes 44.15 and 44.2."""
    return half_up(half_up(value, decimals + 1), decimals)


def _rows(file: Traversable, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        raise PrintedFault(f"{file.name}: no such file in the paper's folder") from None
    if missing := [name for name in columns if name not in (reader.fieldnames or ())]:
        raise PrintedFault(f"{file.name}, header: expected the column {missing[0]}")
    for line, row in enumerate(reader, start=2):
        yield f"{file.name}, line {line}", row


def _number(text: str, place: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise PrintedFault(f"{place}, value: expected a number, found {text!r}") from None


def _cell_name(row: dict[str, str]) -> CellName:
    return CellName(row["table"], row["row"], row["column"], row["statistic"])


def read_printed(file: Traversable, starred: str) -> Iterator[Printed]:
    """The cells of one table: one a row, and the stars of every row whose statistic is ``starred``."""
    for place, row in _rows(file, TABLE_COLUMNS):
        name = _cell_name(row)
        if row["operator"] not in ("=", "<"):
            raise PrintedFault(f"{place}, operator: expected '=' or '<', found {row['operator']!r}")
        if not row["decimals"].isdecimal():
            raise PrintedFault(f"{place}, decimals: expected a whole number, found {row['decimals']!r}")
        decimals, operator = int(row["decimals"]), row["operator"]
        value = half_up(_number(row["value"], place), decimals)
        yield Printed(name, f"{'' if operator == '=' else operator}{value}", value, decimals, operator)
        if name.statistic == starred:
            yield Printed(name._replace(statistic=STARS), row["stars"], None, 0)


def read_comparable(file: Traversable) -> Iterator[tuple[str, CellName, str]]:
    """Place, name and printed text of every comparable cell."""
    for place, row in _rows(file, COMPARABLE_COLUMNS):
        yield place, _cell_name(row), row["printed"]
