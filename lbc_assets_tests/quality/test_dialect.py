"""The three faults that ``dialect.py`` cures, seen without the cure and with it.

A test of ``..._without_the_cure`` that fails says that upstream has mended the fault: remove the cure.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import sqlalchemy as sa

from lbc_assets.quality import dialect


@pytest.fixture
def plain() -> sa.Engine:
    """duckdb-engine as it is."""
    return sa.create_engine("duckdb:///:memory:")


@pytest.fixture
def cured(connection: duckdb.DuckDBPyConnection) -> Iterator[sa.Engine]:
    lender = dialect.Lender()
    with lender.lending(connection):
        yield sa.create_engine(dialect.URL, **dialect.engine_arguments(lender))


def rows_read_after_commit(engine: sa.Engine) -> list:
    with engine.connect() as opened:
        result = opened.execute(sa.text("SELECT 7"))
        opened.commit()
        return [tuple(row) for row in result.fetchall()]


def test_rows_are_lost_at_commit_without_the_cure(plain: sa.Engine) -> None:
    try:
        lost = rows_read_after_commit(plain) == []
    except (duckdb.Error, sa.exc.DBAPIError):
        lost = True
    assert lost


def test_rows_survive_commit(cured: sa.Engine) -> None:
    assert rows_read_after_commit(cured) == [(7,)]


def test_rows_survive_another_statement(cured: sa.Engine) -> None:
    with cured.connect() as opened:
        first = opened.execute(sa.text("SELECT 7"))
        opened.execute(sa.text("SELECT 8"))
        assert first.scalar() == 7


def test_columns_cannot_be_told_without_the_cure(plain: sa.Engine) -> None:
    with plain.connect() as opened:
        opened.execute(sa.text("CREATE TABLE t (a INTEGER)"))
        with pytest.raises(sa.exc.ProgrammingError, match="pg_collation"):
            sa.inspect(opened).get_columns("t")


def test_primary_keys_cannot_be_told_without_the_cure(plain: sa.Engine) -> None:
    with plain.connect() as opened:
        opened.execute(sa.text("CREATE TABLE t (a INTEGER)"))
        with pytest.raises(sa.exc.ProgrammingError, match="REGCLASS"):
            sa.inspect(opened).get_pk_constraint("t")


def test_primary_keys_are_none(cured: sa.Engine, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("BEGIN; CREATE TABLE t (a INTEGER)")
    with cured.connect() as opened:
        assert sa.inspect(opened).get_pk_constraint("t")["constrained_columns"] == []
    connection.execute("FROM t; ROLLBACK")


def test_columns_of_tables_views_and_frames(cured: sa.Engine, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute('CREATE TEMP TABLE "odd name" (b SMALLINT, a VARCHAR, d DATE)')
    connection.execute('CREATE VIEW v AS SELECT a, b FROM "odd name"')
    with cured.connect() as opened:
        columns = sa.inspect(opened).get_columns("odd name")
        assert [column["name"] for column in columns] == ["b", "a", "d"]
        assert [str(column["type"]) for column in columns] == ["SMALLINT", "VARCHAR", "DATE"]
        assert [column["name"] for column in sa.inspect(opened).get_columns("v")] == ["a", "b"]


def test_the_connection_is_a_guest_house(cured: sa.Engine, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("BEGIN; CREATE TABLE mine (a INTEGER)")
    with cured.begin() as opened:
        opened.execute(sa.text("SELECT * FROM mine"))
    cured.dispose()
    connection.execute("ROLLBACK")
    with pytest.raises(duckdb.CatalogException):
        connection.execute("FROM mine")


def test_nothing_is_lent_afterwards(connection: duckdb.DuckDBPyConnection) -> None:
    lender = dialect.Lender()
    engine = sa.create_engine(dialect.URL, **dialect.engine_arguments(lender))
    with lender.lending(connection), engine.connect() as opened:
        assert opened.execute(sa.text("SELECT 7")).scalar() == 7
    with pytest.raises(sa.exc.OperationalError, match="no connection is lent"):
        engine.connect()
    assert connection.execute("SELECT 8").fetchone() == (8,)
