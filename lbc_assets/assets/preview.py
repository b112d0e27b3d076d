"""What a steward sees of a table without opening it: its columns and how full they are, or the first rows of a summary.

Belongs here: the preview of a materialization. Does not belong here: how Dagster is told (``step.py``). No row of a
child's is ever in one, nor of any table from which a child could be told: of these only counts of missing values are
read, and from the file's own statistics, not its rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lbc_assets.reporting.inert import for_markdown
from lbc_assets.warehouse.contracts import TIDY_LAYERS, Table
from lbc_assets.warehouse.engine import literal, parquet

if TYPE_CHECKING:
    import duckdb

    from lbc_assets.warehouse.store import Candidate

ROWS_SHOWN = 8
FILLED = """
    SELECT path_in_schema, sum(stats_null_count)::bigint FROM parquet_metadata({file}) GROUP BY path_in_schema
"""


def preview(connection: duckdb.DuckDBPyConnection, table: Table, candidate: Candidate) -> str:
    """Markdown: of an analysis its first rows, of any other table its columns with how many values are missing."""
    if table.layer in TIDY_LAYERS:
        found = connection.execute(f"SELECT * FROM {parquet([candidate.path])} LIMIT {ROWS_SHOWN}")
        names = [column[0] for column in found.description or ()]
        return _grid(names, [[_shown(value) for value in row] for row in found.fetchall()])
    missing = dict(connection.execute(FILLED.format(file=literal(candidate.path))).fetchall())
    rows = [
        [column.name, column.data_type, f"{missing[column.name]:,}" if missing.get(column.name) is not None else ""]
        for column in table.columns
    ]
    return _grid(["column", "type", f"missing of {candidate.rows:,}"], rows)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return for_markdown(f"{value:.4g}" if isinstance(value, float) else str(value))


def _grid(names: list[str], rows: list[list[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
