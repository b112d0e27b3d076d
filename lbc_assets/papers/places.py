"""Where a wave's tables hold what a paper prints: keys composed of a cell's row, column and statistic.

Belongs here: places, readings that change them, and finding a number in a table's rows. Does not belong here: the
maps of a paper (its ``paper.yaml``), what the number is compared by (``verdicts.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import Field, model_validator

from lbc_assets.papers.document import Cells, Part
from lbc_assets.papers.printed import CellName

Keys = Mapping[str, str]
Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]


class PlaceFault(Exception):
    """A map does not fit the tables: a fault of the paper's document; the message names place and key."""


class Share(Part):
    """100 times the sum over the rows of ``of``, divided by the sum over the rows of ``out_of``."""

    of: tuple[Keys, ...]
    out_of: tuple[Keys, ...]


class Place(Part):
    """The rows of ``table`` that hold ``cells``: ``keys``, those of the cell's column, and those of its row.

    A row's key wins over a column's, and that over ``keys``. ``statistics`` names the table's column. ``tolerance`` is
    the name of one of the paper's, by default the statistic's own.
    """

    cells: Cells
    table: str
    keys: Keys = Field(default_factory=dict)
    rows: Mapping[str, Keys] = Field(default_factory=dict)
    columns: Mapping[str, Keys] = Field(default_factory=dict)
    statistics: Mapping[str, str]
    share: Share | None = None
    tolerance: str | None = None
    not_comparable: str | None = None

    @model_validator(mode="after")
    def _rows_of_its_cells(self) -> Place:
        if unmapped := set(self.cells.rows) - set(self.rows) if self.rows else set():
            raise ValueError(f"rows: no keys of {sorted(unmapped)[0]!r}")
        return self


class Override(Part):
    """What a reading changes of a place: keys are added or replaced, row by row and column by column."""

    keys: Keys = Field(default_factory=dict)
    rows: Mapping[str, Keys] = Field(default_factory=dict)
    columns: Mapping[str, Keys] = Field(default_factory=dict)
    not_comparable: str | None = None


class Reading(Part):
    """One way to read what a paper leaves open; places that are not named are the same in every reading."""

    says: str
    places: Mapping[str, Override] = {}


class Found(NamedTuple):
    """A number of a table, or why there is none."""

    value: float | None
    evidence: str | None = None
    why_not: str | None = None


def read_by(place: Place, override: Override | None) -> Place:
    """The place as a reading has it."""
    if override is None:
        return place
    rows = {
        name: {**place.rows.get(name, {}), **override.rows.get(name, {})} for name in {**place.rows, **override.rows}
    }
    columns = {
        name: {**place.columns.get(name, {}), **override.columns.get(name, {})}
        for name in {**place.columns, **override.columns}
    }
    return place.model_copy(
        update={
            "keys": {**place.keys, **override.keys},
            "rows": rows,
            "columns": columns,
            "not_comparable": override.not_comparable or place.not_comparable,
        }
    )


def keys_of(place: Place, cell: CellName) -> Keys:
    """The keys of a cell's row in the table. PlaceFault: row or column is not mapped."""
    for kind, name, known in (("rows", cell.row, place.rows), ("columns", cell.column, place.columns)):
        if name and known and name not in known:
            raise PlaceFault(f"{kind}: no keys of {name!r}")
    return {**place.keys, **place.columns.get(cell.column, {}), **place.rows.get(cell.row, {})}


def _matching(rows: Sequence[Row], keys: Keys, table: str) -> list[Row]:
    if rows and (unknown := sorted(set(keys) - set(rows[0]))):
        raise PlaceFault(f"{table} has no column {unknown[0]!r}")
    return [row for row in rows if all(row[name] == value for name, value in keys.items())]


def _number(rows: Sequence[Row], keys: Keys, table: str, column: str) -> Found:
    found = _matching(rows, keys, table)
    said = ", ".join(f"{name} {value}" for name, value in keys.items())
    if not found:
        return Found(None, why_not=f"{table} has no row of {said}")
    if len(found) > 1:
        raise PlaceFault(f"{table} has {len(found)} rows of {said}: one was expected")
    (row,) = found
    if column not in row:
        raise PlaceFault(f"{table} has no column {column!r}")
    if row.get("status") == "refused":
        return Found(None, row.get("evidence"), f"refused: {row.get('reason')}")
    value = row[column]
    if value is None or value != value or not math.isfinite(float(value)):
        return Found(None, row.get("evidence"), f"{table} has no number there")
    return Found(float(value), row.get("evidence"))


def find(place: Place, cell: CellName, tables: Tables) -> Found:
    """What a wave's tables hold at a cell's place. PlaceFault: the map does not fit the tables."""
    if place.not_comparable:
        return Found(None, why_not=place.not_comparable)
    if place.table not in tables:
        raise PlaceFault(f"{place.table} is not among the tables that are compared")
    rows, column = tables[place.table], place.statistics[cell.statistic]
    if place.share is None:
        return _number(rows, keys_of(place, cell), place.table, column)
    sums = []
    for keys in (place.share.of, place.share.out_of):
        parts = [_number(rows, {**place.keys, **more}, place.table, column) for more in keys]
        if missing := [part for part in parts if part.value is None]:
            return missing[0]
        sums.append(sum(part.value or 0.0 for part in parts))
    if not sums[1]:
        return Found(None, why_not="nobody to take the share of")
    return Found(100 * sums[0] / sums[1], parts[0].evidence)
