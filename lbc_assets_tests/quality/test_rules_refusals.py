"""Every analysis table is held back when a refusal gives no reason or an unknown one, or a number is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.warehouse.contracts import load_tables

# those of papers refuse nothing: they have verdicts
TABLES = {
    table.name: table
    for table in load_tables().values()
    if table.layer == "analysis" and any(column.name == "status" for column in table.columns)
}
DOUBLES = {
    name: [column.name for column in table.columns if column.data_type == "double"] for name, table in TABLES.items()
}


@pytest.fixture
def judged(rule_results: Callable) -> Callable:
    """Whether a rule passes a table of an answered and a refused row, after a change, and how many rows it names."""

    def judge(table: str, change: str, rule: str) -> tuple[bool, int]:
        columns = ", ".join(f"NULL::{column.data_type} AS {column.name}" for column in TABLES[table].columns)
        setup = f"""
            CREATE TABLE {table} AS
            SELECT * EXCLUDE (status_, reason_) REPLACE ('w' AS wave, status_ AS status, reason_ AS reason)
            FROM (SELECT {columns}), (VALUES ('ok', NULL), ('refused', 'empty_level')) AS t (status_, reason_)
        """
        (result,) = rule_results(table, setup, change, rule)
        return result.passed, result.failing_rows

    return judge


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ("", 0),
        ("UPDATE candidate SET reason = NULL", 1),
        ("UPDATE candidate SET reason = 'because' WHERE status = 'refused'", 1),
        ("UPDATE candidate SET reason = 'collinear'", 1),
    ],
)
@pytest.mark.parametrize("table", ["model_coefficients", "robustness"])
def test_reasons(judged: Callable, table: str, change: str, failing: int) -> None:
    assert judged(table, change, "reasons_stated") == (not failing, failing)


@pytest.mark.parametrize("value", ["nan", "inf"])
@pytest.mark.parametrize("table", TABLES)
def test_numbers(judged: Callable, table: str, value: str) -> None:
    column = DOUBLES[table][-1]
    assert judged(table, f"UPDATE candidate SET {column} = '{value}'", "numbers_finite") == (False, 2)
    assert judged(table, "UPDATE candidate SET reason = 'x'", "reasons_stated") == (False, 2)
    change = "UPDATE candidate SET data_origin = 'synthetic', evidence = '{}'"
    assert judged(table, change.format("collected"), "synthetic_results_marked") == (False, 2)
    assert judged(table, change.format("artefact"), "synthetic_results_marked") == (True, 0)
