"""Rows of a tidy table, for looking up.

Belongs here: frames to plain rows, and finding rows by their keys. Does not belong here: what is made of
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

Row = dict[str, Any]


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """One dictionary a row, in the table's order, with None for every kind of missing."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in record.items()}
        for record in frame.to_dict("records")
    ]


def select(rows: Iterable[Row], **keys: object) -> list[Row]:
    """The rows that have these values, in their order."""
    return [row for row in rows if all(row[name] == value for name, value in keys.items())]


def only(rows: Iterable[Row], **keys: object) -> Row | None:
    """The one row with these values, or None. ValueError: several have them."""
    found = select(rows, **keys)
    if len(found) > 1:
        raise ValueError(f"more than one row has {', '.join(keys)} as asked")
    return found[0] if found else None


def distinct(rows: Iterable[Row], column: str) -> list[Any]:
    """The values of a column, each once, in the order of their first row."""
    return list(dict.fromkeys(row[column] for row in rows))


def is_refused(row: Row) -> bool:
    """True where the data could not carry the statistic."""
    return row["status"] != "ok"
