"""The list of checks of a table, and that every check of the real tables is one that tests have seen fail.

Belongs here: ``checks.py``, ``predicates.py`` and the rules' registry. Does not belong here: audits.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import duckdb
import pytest

from lbc_assets.quality.checks import checks_for
from lbc_assets.quality.failing import counts_query, pseudonyms_query, rows_query
from lbc_assets.quality.rules import RULES, needs
from lbc_assets.quality.rules_analysis import ANALYSIS_RULES
from lbc_assets.quality.rules_bands import BAND_RULES
from lbc_assets.quality.rules_between_waves import BETWEEN_WAVES_RULES
from lbc_assets.quality.rules_characteristics import CHARACTERISTICS_RULES
from lbc_assets.quality.rules_comparisons import COMPARISON_RULES
from lbc_assets.quality.rules_derivation import DERIVATION_RULES
from lbc_assets.quality.rules_intake import INTAKE_RULES
from lbc_assets.quality.rules_papers import PAPER_RULES
from lbc_assets.quality.rules_patterns import PATTERN_RULES
from lbc_assets.quality.rules_psychometrics import PSYCHOMETRIC_RULES
from lbc_assets.quality.rules_refusals import REFUSAL_RULES
from lbc_assets.quality.rules_robustness import ROBUSTNESS_RULES
from lbc_assets.warehouse.contracts import DEFAULTS, LAYERS, ContractError, Table, load_tables

# what the parametrised failures of test_gate.py and of the test_rules files cover
KINDS_SEEN_FAILING = {"not_null", "unique", "unique_combination", "accepted_values", "accepted_range"}
RULES_SEEN_FAILING = (
    *INTAKE_RULES,
    *PATTERN_RULES,
    *DERIVATION_RULES,
    *CHARACTERISTICS_RULES,
    *ANALYSIS_RULES,
    *ROBUSTNESS_RULES,
    *REFUSAL_RULES,
    *COMPARISON_RULES,
    *PSYCHOMETRIC_RULES,
    *BAND_RULES,
    *PAPER_RULES,
    *BETWEEN_WAVES_RULES,
)


def test_every_check_of_every_table_has_been_seen_to_fail() -> None:
    for table in load_tables().values():
        for check in checks_for(table):
            if check.kind == "rule":
                assert check.rule in RULES_SEEN_FAILING
            else:
                assert {test.kind for test in check.tests} <= KINDS_SEEN_FAILING
    assert set(DEFAULTS) == KINDS_SEEN_FAILING


def test_rules_speak_of_tables_that_exist_and_are_there_in_time() -> None:
    order = list(load_tables())
    layers = {name: table.layer for name, table in load_tables().items()}
    assert {rule.table for rule in RULES} <= set(order)
    for name in order:
        assert set(needs(name)) <= set(order)
        assert all(LAYERS.index(layers[other]) <= LAYERS.index(layers[name]) for other in needs(name))


@pytest.fixture
def empty_warehouse(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    for table in load_tables().values():
        columns = ", ".join(f'"{column.name}" {column.data_type}' for column in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
    return connection


def test_every_query_fits_the_declared_columns(empty_warehouse: duckdb.DuckDBPyConnection) -> None:
    for table in load_tables().values():
        for check in checks_for(table):
            for query in (rows_query(table, table.name, check), counts_query(table, table.name, check)):
                rows = empty_warehouse.execute(query.format(batch=f'"{table.name}"')).fetchall()
                assert not any(any(row) for row in rows), f"{table.name}.{check.name} fails without rows"
            if check.rule is not None and check.rule.names_children:
                empty_warehouse.execute(pseudonyms_query(table, table.name, check))


def test_every_check_tells_what_it_wants_and_what_to_do() -> None:
    for table in load_tables().values():
        checks = checks_for(table)
        assert checks[0].name == "columns_as_declared"
        assert all(check.description and check.reason_code and check.remedy for check in checks)


def test_tests_of_one_name_are_one_check(declared: Callable[..., Table]) -> None:
    items = [("accepted_values", f"item_{i}", {"values": [0, 1, 2]}) for i in range(8)]
    table = declared({f"item_{i}": "smallint" for i in range(8)}, ("not_null", "item_0", {}), *items)
    names = [check.name for check in checks_for(table)]
    assert names == ["columns_as_declared", "required_present", "codes_allowed"]
    description = checks_for(table)[2].description
    assert description == "8 columns from item_0 to item_7: one of 0, 1, 2, or missing."


def test_words_of_every_kind(declared: Callable[..., Table]) -> None:
    table = declared(
        {"a": "varchar", "b": "integer"},
        ("unique_combination", "a b", {}),
        ("unique", "a", {}),
        ("not_null", "a", {}),
        ("accepted_range", "b", {"min_value": 1, "max_value": 5}),
        check="all_in_one",
        reason="any",
    )
    assert checks_for(table)[1].description == (
        "Unique together (a, b). a: unique. a: never missing. b: at least 1 and at most 5, or missing."
    )


@pytest.mark.parametrize(
    ("kind", "arguments", "says"),
    [
        ("accepted_range", {"min_value": 1, "inclusive": False}, "unknown argument inclusive"),
        ("accepted_range", {}, "needs min_value or max_value"),
        ("accepted_values", {}, "needs values"),
    ],
)
def test_arguments_that_no_expectation_would_honour(
    declared: Callable[..., Table], kind: str, arguments: dict, says: str
) -> None:
    with pytest.raises(ContractError, match=says):
        checks_for(declared({"a": "integer"}, (kind, "a", arguments)))


def test_warnings_that_share_a_name_with_errors_are_a_check_of_their_own(
    declared: Callable[..., Table],
) -> None:
    table = declared({"a": "integer"}, ("accepted_range", "a", {"min_value": 0}))
    surprise = table.tests[0].model_copy(update={"severity": "warn", "arguments": {"max_value": 17}})
    _, error, warning = checks_for(table.model_copy(update={"tests": (table.tests[0], surprise)}))
    assert (error.name, error.severity) == ("values_in_range", "error")
    assert (warning.name, warning.severity) == ("values_in_range_as_usual", "warn")


def test_one_check_has_one_reason(declared: Callable[..., Table]) -> None:
    table = declared({"a": "integer"}, ("not_null", "a", {}))
    other = table.tests[0].model_copy(update={"reason": "another"})
    with pytest.raises(ContractError, match="several reasons"):
        checks_for(table.model_copy(update={"tests": (table.tests[0], other)}))


def test_a_test_cannot_be_named_as_a_rule(declared: Callable[..., Table]) -> None:
    table = declared({"a": "integer"}, ("not_null", "a", {}), name="stg_responses", check="rows_conserved")
    with pytest.raises(ContractError, match="more than one check is named rows_conserved"):
        checks_for(table)


def test_the_list_of_checks_is_light() -> None:
    heavy = "great_expectations", "sqlalchemy", "pandas", "numpy"
    code = f"import sys, lbc_assets.quality.gate; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
