"""Children gathered into cells: the query that a set of models needs, made from what the models say.

Belongs here: the GROUP BY over the cohort, its sums, and reading them. Does not belong here: what models need
(``stats/needs.py``), what is computed from cells (``stats/``). Sums of scores are sums of whole numbers, hence exact:
neither threads nor the order of rows can change one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import duckdb

from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import FRAME_TYPES, enum, quote

if TYPE_CHECKING:
    import pandas as pd

    from lbc_assets.stats.needs import Needs

COHORT = "mart_analysis_cohort"


def cells_sql(needs: Needs, relation: str = COHORT) -> str:
    """One row a combination of the variables' values: children, and for each outcome answers, sum and squares."""
    from lbc_assets.stats.sample import ANSWERED, CHILDREN, SQUARES, TOTAL, sums_column

    sums = [f"count(*) AS {quote(CHILDREN)}"]
    for outcome in needs.outcomes:
        score = quote(f"{outcome}_score")
        for what, expression in (
            (ANSWERED, f"count({score})"),
            (TOTAL, f"coalesce(sum({score}), 0)"),
            (SQUARES, f"coalesce(sum({score}::bigint * {score}), 0)"),
        ):
            sums.append(f"({expression})::bigint AS {quote(sums_column(outcome, what))}")
    variables = ", ".join(quote(name) for name in needs.variables)
    return f"SELECT {variables}, {', '.join(sums)} FROM {quote(relation)} GROUP BY ALL ORDER BY {variables}"


def read_cells(connection: duckdb.DuckDBPyConnection, needs: Needs, relation: str = COHORT) -> pd.DataFrame:
    """The cells as one frame: as many rows as there are different children, not as there are children."""
    return _typed(connection.execute(_with_positions(cells_sql(needs, relation), needs.variables)).df())


def read_cells_by(
    connection: duckdb.DuckDBPyConnection, needs: Needs, cluster: str, relation: str = COHORT
) -> Iterator[pd.DataFrame]:
    """Cells of one child, cluster after cluster (a column such as ``school``), a bounded number of rows at a time.

    They are not gathered: within a school hardly any two children are alike. Nor are they in order within a cluster,
    for all that is made of them are sums of whole numbers.
    """
    from lbc_assets.stats.sample import ANSWERED, CHILDREN, SQUARES, TOTAL, sums_column

    variables = (cluster, *(name for name in needs.variables if name != cluster))
    sums = [f"1::bigint AS {quote(CHILDREN)}"]
    for outcome in needs.outcomes:
        score = quote(f"{outcome}_score")
        sums += [
            f"({score} IS NOT NULL)::bigint AS {quote(sums_column(outcome, ANSWERED))}",
            f"coalesce({score}, 0)::bigint AS {quote(sums_column(outcome, TOTAL))}",
            f"coalesce({score}::bigint * {score}, 0)::bigint AS {quote(sums_column(outcome, SQUARES))}",
        ]
    children = f"SELECT {', '.join(map(quote, variables))}, {', '.join(sums)} FROM {quote(relation)}"
    result = connection.execute(f"{_with_positions(children, variables)} ORDER BY {quote(cluster)}")
    while len(frame := result.fetch_df_chunk(VECTORS_AT_ONCE)):
        yield _typed(frame)


# of 2,048 rows each: some 130,000 children are read at a time
VECTORS_AT_ONCE = 64


def read_cells_and_incomplete(
    connection: duckdb.DuckDBPyConnection, needs: Needs, relation: str = COHORT
) -> pd.DataFrame:
    """The cells of the complete children, told apart by the scores too; each other child alone, by pseudonym."""
    from lbc_assets.stats.sample import CHILDREN, SCORE

    columns = [*needs.variables, *(f"{outcome}{SCORE}" for outcome in needs.outcomes)]
    names = ", ".join(quote(name) for name in columns)
    lacking = " OR ".join(f"{quote(name)} IS NULL" for name in needs.variables)
    sql = (
        f"SELECT {names}, CASE WHEN {lacking} THEN child_pseudonym END AS child_pseudonym, "
        f"count(*) AS {quote(CHILDREN)} FROM {quote(relation)} GROUP BY ALL ORDER BY ALL"
    )
    return _typed(connection.execute(_with_positions(sql, needs.variables)).df())


def _with_positions(sql: str, variables: tuple[str, ...]) -> str:
    """The same rows in the same order, codes of the contract as an ENUM: a byte in a frame, where text is an object."""
    listed = {name: enum(values) for name, values in load_tables()[COHORT].codes.items() if name in variables}
    if not listed:
        return sql
    positions = ", ".join(f"{quote(name)}::{kind} AS {quote(name)}" for name, kind in listed.items())
    return f"SELECT * REPLACE ({positions}) FROM ({sql})"


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """dtypes as the contract says, whatever the data; sums are whole numbers, codes of the contract categories."""
    declared = {column.name: column.data_type for column in load_tables()[COHORT].columns}
    others = [str(name) for name, kind in frame.dtypes.items() if str(kind) != "category"]
    return frame.astype({name: FRAME_TYPES[declared.get(name, "bigint")] for name in others})
