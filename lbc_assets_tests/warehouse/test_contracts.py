"""Contracts are read from dbt's YAML, and what the gate would not honour there is refused, not passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from lbc_assets.warehouse import contracts
from lbc_assets.warehouse.contracts import LAYERS, ContractError, Table


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Reads a table with one column of these tests (YAML), as if it stood in the folder of the SQL."""
    monkeypatch.setattr(contracts, "sql_folder", lambda: tmp_path)

    def table(column_tests: str, table_tests: str = "[]") -> Table:
        for layer in LAYERS:
            (tmp_path / "models" / layer).mkdir(parents=True)
        (tmp_path / "models" / "staging" / "staging.yml").write_text(
            f"""
            models:
              - name: stg_sheet
                description: A sheet.
                config: {{meta: {{grain: one row a child, key: [child]}}}}
                data_tests: {table_tests}
                columns:
                  - {{name: child, data_type: varchar, description: Child.}}
                  - {{name: age, data_type: smallint, description: Age., data_tests: {column_tests}}}
            """
        )
        return contracts.load_tables.__wrapped__()["stg_sheet"]

    return table


def test_a_test_says_its_arguments_severity_check_and_reason(read) -> None:
    limits = (
        "accepted_range: {arguments: {min_value: 9}, config: {severity: warn, meta: {check: as_usual, reason: odd}}}"
    )
    key = "unique_combination: {arguments: {columns: [child, age]}}"
    combination, present, ranged = read(f"[not_null, {limits}]", f"[{key}]").tests
    assert (combination.kind, combination.columns, combination.arguments) == (
        "unique_combination",
        ("child", "age"),
        {},
    )
    assert (present.kind, present.columns, present.severity) == ("not_null", ("age",), "error")
    assert (present.check, present.reason) == ("required_present", "missing_required")
    assert (ranged.columns, ranged.arguments, ranged.severity) == (("age",), {"min_value": 9}, "warn")
    assert (ranged.check, ranged.reason) == ("as_usual", "odd")


@pytest.mark.parametrize(
    ("test", "unread"),
    [
        ("accepted_range: {min_value: 9}", "min_value"),
        ("not_null: {severity: warn}", "severity"),
        ("not_null: {config: {where: age > 9}}", "where"),
        ("not_null: {config: {enabled: false, severity: warn}}", "enabled"),
        ("not_null: {config: {meta: {chek: as_usual}}}", "chek"),
        ("{not_null: {}, config: {severity: warn}}", "config"),
    ],
)
def test_what_the_gate_does_not_read_is_refused(read, test: str, unread: str) -> None:
    with pytest.raises(ContractError, match=rf"stg_sheet\.age: \w+ says {unread}, which the gate does not read"):
        read(f"[{test}]")


def test_an_unknown_test_is_refused(read) -> None:
    with pytest.raises(ContractError, match="unknown test 'relationships'; known are not_null"):
        read("[relationships: {arguments: {to: ref('stg_responses'), field: child}}]")
