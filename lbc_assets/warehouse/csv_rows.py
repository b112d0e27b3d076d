"""Rows of a query as CSV that a spreadsheet may open.

Belongs here: the one way in which rows leave as CSV. Does not belong here: where to (a file of the home, the
terminal), what a spreadsheet must not see (``inert.py``).
"""

from __future__ import annotations

import csv
from typing import TextIO

import duckdb

from lbc_assets.reporting.inert import for_spreadsheet

_ROWS_AT_ONCE = 10_000


def write_csv(result: duckdb.DuckDBPyConnection, stream: TextIO) -> None:
    """Write a header and every row of an executed query; text is made inert, numbers and dates are as they are."""
    writer = csv.writer(stream, lineterminator="\n")
    # a pivot makes names of values
    writer.writerow([for_spreadsheet(column[0]) for column in result.description or []])
    while rows := result.fetchmany(_ROWS_AT_ONCE):
        writer.writerows([for_spreadsheet(value) if isinstance(value, str) else value for value in row] for row in rows)
