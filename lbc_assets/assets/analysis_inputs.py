"""What each analysis is given: cells of the cohort, cells within schools, tables of other analyses.

Belongs here: reading a step's views into the arguments of a function of ``stats/``. Does not belong here: the queries
(``warehouse/cells.py``), the functions. Imports of ``stats/`` stand inside: it is heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import duckdb

from lbc_assets.warehouse.cells import COHORT, read_cells, read_cells_and_incomplete, read_cells_by
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.engine import one_row, quote, read_frame

if TYPE_CHECKING:
    import pandas as pd

Read = Callable[[duckdb.DuckDBPyConnection, ModuleType, Table], tuple[Any, ...]]


def cohort_cells(connection: duckdb.DuckDBPyConnection, analysis: ModuleType, _table: Table) -> tuple[Any, ...]:
    """The cohort in the cells that the analysis tells apart."""
    return (read_cells(connection, analysis.NEEDS),)


def tables_read(connection: duckdb.DuckDBPyConnection, analysis: ModuleType, table: Table) -> tuple[Any, ...]:
    """Of the tables that the contract names the columns that the analysis does (`READS`), in the order of their key:
    aggregates, of few rows however many children there are.
    """
    return tuple(_declared(connection, name, analysis.READS[name], load_tables()[name].key) for name in table.reads)


def _declared(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], order: Sequence[str] = ()
) -> pd.DataFrame:
    """These columns of a table: what an analysis does not declare it is not given."""
    by = f" ORDER BY {', '.join(map(quote, order))}" if order else ""
    return read_frame(
        connection, load_tables()[name], f"SELECT {', '.join(map(quote, columns))} FROM {quote(name)}{by}"
    )


def beside_papers(connection: duckdb.DuckDBPyConnection, _analysis: ModuleType, table: Table) -> tuple[Any, ...]:
    """The wave, and by name the tables that the contract names: papers are compared with what is there of it."""
    tables = load_tables()
    (wave,) = one_row(connection, "SELECT wave FROM raw_deliveries")
    return wave, {name: read_frame(connection, tables[name]) for name in table.reads}


def imputation(connection: duckdb.DuckDBPyConnection, analysis: ModuleType, _table: Table) -> tuple[Any, ...]:
    """Complete children by cell, and those who lack an answer one by one."""
    return (read_cells_and_incomplete(connection, analysis.NEEDS),)


def robustness(connection: duckdb.DuckDBPyConnection, analysis: ModuleType, _table: Table) -> tuple[Any, ...]:
    """The cohort, the same within schools and townships, with the undecided children, and the imputed model."""
    from lbc_assets.stats.specs import CLUSTERS
    from lbc_assets.stats.tables.robustness import RobustnessData

    with_undecided = "cohort_with_undecided"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {with_undecided} AS FROM {COHORT} UNION ALL BY NAME FROM mart_migration_undecided"
    )
    data = RobustnessData(
        cohort=read_cells(connection, analysis.NEEDS),
        within={cluster: partial(read_cells_by, connection, analysis.NEEDS, cluster) for cluster in CLUSTERS},
        with_undecided=read_cells(connection, analysis.NEEDS, with_undecided),
        imputed=_declared(connection, "imputed_coefficients", analysis.READS["imputed_coefficients"]),
    )
    # synthetic children are no evidence: whether a result 'holds' is not said of them
    (origin,) = one_row(connection, "SELECT data_origin FROM raw_deliveries")
    return data, origin == "collected"
