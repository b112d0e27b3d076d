"""A cure of three faults of duckdb-engine 0.17 with duckdb 2.0 that keep Great Expectations off it.

Belongs here: what SQLAlchemy must be told about DuckDB. Does not belong here: expectations, checks. When
``test_dialect.py`` reports that a fault is gone upstream, its cure here goes too.

1. A result that is still pending is lost when SQLAlchemy ends the transaction: rows are fetched at execution.
2. Columns are asked of ``pg_catalog.pg_collation``, which DuckDB does not have: DESCRIBE says them.
3. Primary keys are asked with ``CAST(... AS REGCLASS)``, which fails too, and ends an open transaction of the
   caller: a candidate has none.

And one thing that is no fault: the connection belongs to the caller, so the dialect neither begins nor ends
transactions on it, and does not close it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import duckdb
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper, Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

URL = "lbc+duckdb://"


class LentConnection(ConnectionWrapper):
    """A DuckDB connection that SQLAlchemy may use but not close."""

    def close(self) -> None:
        self.closed = True


class _BufferedContext(PGExecutionContext_psycopg2):
    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, initial_buffer=self.cursor.fetchall()
            )


class GateDialect(Dialect):
    """DuckDB as a guest on a connection that is not its own."""

    execution_ctx_cls = _BufferedContext
    supports_statement_cache = False

    def do_begin(self, connection: Any) -> None:
        pass

    def do_commit(self, connection: Any) -> None:
        pass

    def do_rollback(self, connection: Any) -> None:
        pass

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """Names and types of a table's or view's columns, in their order."""
        rows = connection.exec_driver_sql(f"DESCRIBE {self.identifier_preparer.quote_identifier(table_name)}")
        return [
            {
                "name": name,
                "type": self.ischema_names.get(kind.lower(), sa.types.NullType)(),
                "nullable": True,
                "default": None,
            }
            for name, kind, *_ in rows
        ]

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **kw: Any) -> Any:
        """No primary key: the gate looks at the rows for that."""
        return {"constrained_columns": [], "name": None}


registry.register("lbc.duckdb", __name__, "GateDialect")


class Lender:
    """Hands out the connection that is lent at the moment."""

    def __init__(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None

    @contextlib.contextmanager
    def lending(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Lend this connection within the ``with`` block; one at a time."""
        self._connection = connection
        try:
            yield
        finally:
            self._connection = None

    def __call__(self) -> LentConnection:
        if self._connection is None:
            raise duckdb.ConnectionException("no connection is lent")
        return LentConnection(self._connection)


def engine_arguments(lender: Lender) -> dict[str, Any]:
    """``create_engine`` arguments under which ``URL`` is whatever connection is lent."""
    return {"creator": lender, "poolclass": sa.pool.NullPool}
