"""The audit: every kind of declared test passes and fails, and what is told of a failure.

Belongs here: ``gate.py`` with Great Expectations. Does not belong here: single rules (``test_rules_*.py``),
faults and confidentiality (``test_gate_faults.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from lbc_assets.quality import gate
from lbc_assets.quality.gate import NOT_EXAMINED, GateFault, audit
from lbc_assets.quality.rules import needs
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.store import Warehouse

COLUMNS = {"child_pseudonym": "varchar", "wave": "varchar", "sex": "varchar", "age": "smallint"}
# kind: columns, arguments, what breaks it, how many rows fail, in words
KINDS = {
    "not_null": ("sex", {}, "UPDATE sheet SET sex = NULL WHERE child_pseudonym < 'child03'", 3),
    "unique": (
        "child_pseudonym",
        {},
        "UPDATE sheet SET child_pseudonym = 'child05' WHERE child_pseudonym = 'child06'",
        2,
    ),
    "unique_combination": ("wave child_pseudonym", {}, "INSERT INTO sheet FROM sheet LIMIT 1", 2),
    "accepted_values": ("sex", {"values": ["male", "female"]}, "UPDATE sheet SET sex = 'Male'", 40),
    "accepted_range": (
        "age",
        {"min_value": 9, "max_value": 17},
        "UPDATE sheet SET age = CASE WHEN age = 9 THEN 8 WHEN age = 17 THEN 18 ELSE age END",
        9,
    ),
}


def one_test(declared: Callable[..., Table], kind: str, **more: str) -> Table:
    columns, arguments, *_ = KINDS[kind]
    return declared(COLUMNS, (kind, columns, arguments), **more)


@pytest.mark.parametrize("change", ["", "DELETE FROM sheet"], ids=["good", "empty"])
def test_good_and_empty_tables_pass(
    sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table], change: str
) -> None:
    tests = [(kind, columns, arguments) for kind, (columns, arguments, *_) in KINDS.items()]
    sheet.execute(change)
    results = audit(sheet, declared(COLUMNS, *tests), "sheet")
    assert [r.check.name for r in results] == [
        "columns_as_declared",
        "required_present",
        "key_unique",
        "codes_allowed",
        "values_in_range",
    ]
    assert all(r.passed and not r.failing_rows and not r.pseudonyms for r in results)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fails(sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table], kind: str) -> None:
    columns, _, change, failing = KINDS[kind]
    sheet.execute(change)
    structure, result = audit(sheet, one_test(declared, kind), "sheet")
    assert structure.passed
    assert (result.passed, result.failing_rows) == (False, failing)
    assert result.observed.startswith(f"{failing} failing ({columns.replace(' ', ', ')} {failing}); ")
    assert 1 <= len(result.pseudonyms) <= 20


def test_missing_answers_break_only_not_null(sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table]) -> None:
    sheet.execute("UPDATE sheet SET sex = NULL, age = NULL")
    tests = [(k, KINDS[k][0], KINDS[k][1]) for k in ("not_null", "accepted_values", "accepted_range")]
    results = audit(sheet, declared(COLUMNS, *tests), "sheet")
    assert [r.check.name for r in results if not r.passed] == ["required_present"]


def test_a_check_counts_rows_and_tells_columns(
    sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table]
) -> None:
    sheet.execute("UPDATE sheet SET sex = NULL, age = NULL WHERE child_pseudonym = 'child01'")
    sheet.execute("UPDATE sheet SET age = NULL WHERE child_pseudonym = 'child02'")
    table = declared(COLUMNS, ("not_null", "sex", {}), ("not_null", "age", {}))
    result = audit(sheet, table, "sheet")[1]
    assert (result.failing_rows, result.pseudonyms) == (2, ("child01", "child02"))
    assert result.observed == "2 failing (sex 1; age 2); 40 rows in all"


def test_pseudonyms_are_twenty_and_sorted(sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table]) -> None:
    sheet.execute("UPDATE sheet SET sex = 'other'; INSERT INTO sheet FROM sheet")
    result = audit(sheet, one_test(declared, "accepted_values"), "sheet")[1]
    assert result.failing_rows == 80
    assert result.pseudonyms == tuple(f"child{i:02}" for i in range(20))


def test_warnings_are_judged_and_marked(sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table]) -> None:
    sheet.execute(KINDS["accepted_range"][2])
    structure, result = audit(sheet, one_test(declared, "accepted_range", severity="warn"), "sheet")
    assert structure.check.severity == "error"
    assert (result.check.severity, result.passed) == ("warn", False)


@pytest.mark.parametrize(
    ("change", "observed"),
    [
        ("ALTER TABLE sheet DROP age", "1 columns differ"),
        ("ALTER TABLE sheet ADD extra INTEGER", "1 columns differ"),
        ("ALTER TABLE sheet ALTER age TYPE BIGINT", "1 columns differ"),
        ("ALTER TABLE sheet RENAME age TO years", "2 columns differ"),
        (
            "CREATE OR REPLACE TABLE sheet AS SELECT wave, * EXCLUDE (wave) FROM sheet",
            "columns in another order",
        ),
    ],
    ids=["fewer", "more", "type", "name", "order"],
)
def test_columns_as_declared(
    sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table], change: str, observed: str
) -> None:
    sheet.execute(change)
    structure, other = audit(sheet, one_test(declared, "accepted_range"), "sheet")
    assert not structure.passed
    assert structure.observed == f"{observed}; 40 rows in all"
    assert (other.passed, other.observed, other.failing_rows) == (False, NOT_EXAMINED, 0)


@pytest.mark.parametrize("relation", ["VIEW", "TEMP TABLE"])
def test_any_relation_of_the_connection_is_audited_inside_a_transaction(
    sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table], relation: str
) -> None:
    sheet.execute(f"BEGIN; CREATE {relation} seen AS SELECT * FROM sheet WHERE age > 9")
    table = one_test(declared, "accepted_range")
    assert all(result.passed for result in audit(sheet, table, "seen"))
    sheet.execute("ROLLBACK")
    assert sheet.execute("SELECT count(*) FROM sheet").fetchone() == (40,)


def test_numbers_kept_as_text_are_compared_as_text(
    connection: duckdb.DuckDBPyConnection, declared: Callable[..., Table]
) -> None:
    connection.execute("CREATE TABLE sheet AS SELECT unnest(['0', '01', 'x']) AS code")
    table = declared({"code": "varchar"}, ("accepted_values", "code", {"values": [0, 1]}))
    assert audit(connection, table, "sheet")[1].failing_rows == 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_built_in_expectations_hold_where_no_row_breaks_a_check(
    sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    sheet.execute("UPDATE sheet SET age = NULL WHERE child_pseudonym = 'child03'")
    table = one_test(declared, kind)
    if kind == "not_null":
        sheet.execute("UPDATE sheet SET age = 9 WHERE child_pseudonym = 'child03'")
    assert audit(sheet, table, "sheet")[1].passed
    monkeypatch.setattr(gate, "_spotless", lambda subject, checks: False)
    with pytest.raises(GateFault, match="sheet: a row breaks a check, yet every check of the suite passed"):
        audit(sheet, table, "sheet")


def test_the_suite_agrees_on_every_table_of_the_reference_wave(published: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Warehouse(published.home)
    monkeypatch.setattr(gate, "_spotless", lambda subject, checks: False)
    of_a_wave = [table for name, table in load_tables().items() if name in flow()]
    for name, table in ((table.name, table) for table in of_a_wave):
        read = dict.fromkeys([*flow()[name].reads, *needs(name), name])
        disagree = pytest.raises(GateFault, match=f"{name}: a row breaks a check, yet every check of the suite")
        with store.open("baseline-2015", read) as connection, disagree:
            audit(connection, table, name)


def test_an_expectation_and_its_rows_that_disagree_are_a_fault(
    sheet: duckdb.DuckDBPyConnection, declared: Callable[..., Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet.execute(KINDS["not_null"][2])
    monkeypatch.setattr(gate, "_spotless", lambda subject, checks: False)
    monkeypatch.setattr("lbc_assets.quality.failing.breaks", lambda table, test: "false")
    with pytest.raises(GateFault, match=r"sheet\.required_present failed, but none of its rows was found"):
        audit(sheet, one_test(declared, "not_null"), "sheet")
