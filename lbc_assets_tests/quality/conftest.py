"""Small tables for the gate's tests.

Belongs here: making a table contract and auditing relations with it. Does not belong here: example data of
single rules, which stand beside their tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from lbc_assets.quality.checks import Check, checks_for
from lbc_assets.quality.gate import CheckResult, audit
from lbc_assets.warehouse.contracts import DEFAULTS, Column, Table, Test, load_tables


def declare(
    columns: dict[str, str], *tests: tuple[str, str, dict[str, Any]], name: str = "sheet", **more: Any
) -> Table:
    """A table of columns (name: type) and tests (kind, columns, arguments); ``more`` changes every test."""
    made = []
    for kind, tested, arguments in tests:
        check, reason = DEFAULTS[kind]
        fields = {"severity": "error", "check": check, "reason": reason} | more
        made.append(Test(kind=kind, columns=tuple(tested.split()), arguments=arguments, **fields))
    return Table(
        name=name,
        layer="staging",
        description="A table of the tests.",
        grain="one row a child",
        key=tuple(columns)[:1],
        columns=tuple(Column(name=c, data_type=kind, description=c) for c, kind in columns.items()),
        tests=tuple(made),
    )


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


SHEET = """
    CREATE TABLE sheet AS
    SELECT 'child' || lpad(i::varchar, 2, '0') AS child_pseudonym, 'w' AS wave,
        CASE WHEN i % 2 = 0 THEN 'male' ELSE 'female' END AS sex, (9 + i % 9)::smallint AS age
    FROM range(40) AS t (i)
"""


@pytest.fixture
def sheet_sql() -> str:
    return SHEET


@pytest.fixture
def sheet(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Forty children, sexes in turn, ages 9 to 17."""
    connection.execute(SHEET)
    return connection


@pytest.fixture(scope="session")
def warehouses() -> Iterator[Callable[[str], duckdb.DuckDBPyConnection]]:
    """Databases by the SQL that makes them, each made once."""
    made: dict[str, duckdb.DuckDBPyConnection] = {}

    def warehouse(setup: str) -> duckdb.DuckDBPyConnection:
        if setup not in made:
            made[setup] = duckdb.connect()
            made[setup].execute(setup)
        return made[setup]

    yield warehouse
    for opened in made.values():
        opened.close()


def completion(table: str) -> str:
    """SQL that gives the candidate what an example of an analysis table need not write out."""
    contract = load_tables()[table]
    if contract.layer != "analysis":
        return ""
    added = "".join(
        f"ALTER TABLE candidate ADD COLUMN IF NOT EXISTS {column.name} {column.data_type}; "
        for column in contract.columns
    )
    if not any(column.name == "status" for column in contract.columns):
        return added
    return added + "UPDATE candidate SET reason = 'empty_level' WHERE status = 'refused' AND reason IS NULL;"


@pytest.fixture
def rule_results(
    warehouses: Callable[[str], duckdb.DuckDBPyConnection],
) -> Callable[..., list[CheckResult]]:
    """Audits ``candidate`` by the rules of one table (or one of them) and takes all changes back.

    Columns that an example of an analysis table leaves out are there and empty; a row it refuses has a reason.
    """

    def run(table: str, setup: str, change: str = "", only: str | None = None) -> list[CheckResult]:
        warehouse = warehouses(setup)
        declared = declare({}, name=table)
        checks: list[Check] = [c for c in checks_for(declared) if c.kind == "rule" and only in (None, c.name)]
        assert checks, f"{table} has no rule {only}"
        # the candidate holds one wave, the tables beside it two
        warehouse.execute(
            f"BEGIN; CREATE TABLE candidate AS FROM {table} WHERE wave = 'w'; {completion(table)} {change}"
        )
        try:
            return audit(warehouse, declared, "candidate", checks=checks)
        finally:
            warehouse.execute("ROLLBACK")

    return run


@pytest.fixture
def declared() -> Callable[..., Table]:
    return declare
