"""The tests of the YAML as SQL and in words.

Belongs here: which rows break a declared test. Does not belong here: the expectations that decide
(``suite.py``); these conditions count and find the rows once an expectation has failed.
"""

from __future__ import annotations

from typing import Any

from lbc_assets.warehouse.contracts import ContractError, Table, Test
from lbc_assets.warehouse.engine import literal, quote

ARGUMENTS = {
    "not_null": frozenset[str](),
    "unique": frozenset[str](),
    "unique_combination": frozenset[str](),
    # 'quote' tells dbt whether to write the values as text; here the column's type says it
    "accepted_values": frozenset({"values", "quote"}),
    "accepted_range": frozenset({"min_value", "max_value"}),
}
LISTED_COLUMNS = 6


def check_arguments(table: Table, test: Test) -> None:
    """Raise ContractError for an argument that the gate would not honour, or one that it needs."""
    where = f"{table.name}: {test.kind} of {', '.join(test.columns)}"
    unknown = test.arguments.keys() - ARGUMENTS[test.kind]
    if unknown:
        raise ContractError(f"{where}: unknown argument {', '.join(sorted(unknown))}")
    if test.kind == "accepted_values" and not test.arguments.get("values"):
        raise ContractError(f"{where}: needs values")
    if test.kind == "accepted_range" and not test.arguments.keys() & {"min_value", "max_value"}:
        raise ContractError(f"{where}: needs min_value or max_value")


def accepted(table: Table, test: Test) -> list[Any]:
    """The accepted values in the column's own type: text for a text column, else as written."""
    (name,) = test.columns
    kind = next(column.data_type for column in table.columns if column.name == name)
    values: list[Any] = test.arguments["values"]
    return [str(value) for value in values] if kind == "varchar" else values


def _sql_value(value: Any) -> str:
    return literal(value) if isinstance(value, str) else str(value).lower()


def breaks(table: Table, test: Test) -> str:
    """An SQL condition that is true of the rows that break ``test``; missing values break only not_null."""
    columns = [quote(name) for name in test.columns]
    if test.kind == "not_null":
        return f"{columns[0]} IS NULL"
    if test.kind == "accepted_values":
        return f"{columns[0]} NOT IN ({', '.join(map(_sql_value, accepted(table, test)))})"
    if test.kind == "accepted_range":
        bounds = [("min_value", "<"), ("max_value", ">")]
        return " OR ".join(
            f"{columns[0]} {sign} {test.arguments[name]}" for name, sign in bounds if name in test.arguments
        )
    present = " OR ".join(f"{column} IS NOT NULL" for column in columns)
    return f"({present}) AND count(*) OVER (PARTITION BY {', '.join(columns)}) > 1"


def _listed(names: list[str]) -> str:
    if len(names) <= LISTED_COLUMNS:
        return ", ".join(names)
    return f"{len(names)} columns from {names[0]} to {names[-1]}"


def _property(table: Table, test: Test) -> str:
    if test.kind == "not_null":
        return "never missing"
    if test.kind == "unique":
        return "unique"
    if test.kind == "unique_combination":
        return f"unique together ({', '.join(test.columns)})"
    if test.kind == "accepted_values":
        return f"one of {', '.join(map(str, accepted(table, test)))}, or missing"
    low, high = test.arguments.get("min_value"), test.arguments.get("max_value")
    bounds = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
    return " and ".join(bounds) + ", or missing"


def in_words(table: Table, tests: tuple[Test, ...]) -> str:
    """The rule for a data steward: columns of one property are named together."""
    columns: dict[str, list[str]] = {}
    for test in tests:
        names = columns.setdefault(_property(table, test), [])
        names += [] if test.kind == "unique_combination" else test.columns
    return " ".join(
        f"{_listed(names)}: {words}." if names else f"{words[0].upper()}{words[1:]}."
        for words, names in columns.items()
    )
