"""The tables' contracts, read from the YAML of ``dbt_like_sql/models``: the one truth about columns.

Belongs here: reading dbt's YAML into typed, frozen objects. Does not belong here: what is made from
them (gates in ``quality/``, Dagster's column schema in ``assets/``, SQL in ``warehouse/models.py``).
"""

from __future__ import annotations

import functools
import importlib.resources
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Layer = Literal["raw", "staging", "intermediate", "marts", "analysis", "between_waves"]
LAYERS: tuple[Layer, ...] = ("raw", "staging", "intermediate", "marts", "analysis", "between_waves")
# made by Python as tidy tables, in the order in which their rows are to be read
TIDY_LAYERS = ("analysis", "between_waves")

# What a test is called in the gate, and which neutral reason a failure carries, where the YAML says nothing.
DEFAULTS = {
    "not_null": ("required_present", "missing_required"),
    "unique": ("key_unique", "duplicate_key"),
    "unique_combination": ("key_unique", "duplicate_key"),
    "accepted_values": ("codes_allowed", "code_not_allowed"),
    "accepted_range": ("values_in_range", "out_of_range"),
}


class ContractError(Exception):
    """A YAML file of the models is not as it should be; the message names file, table and key."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Test(_Frozen):
    """One declared test: a rule over one or more columns, and the name of the check it belongs to."""

    __test__ = False  # not a test case for pytest

    kind: Literal["not_null", "unique", "accepted_values", "accepted_range", "unique_combination"]
    columns: tuple[str, ...]
    arguments: dict[str, Any]
    severity: Literal["error", "warn"]
    check: str
    reason: str


class Column(_Frozen):
    """One column: DuckDB type in lower case, what it means, its unit, and its tests."""

    name: str
    data_type: str
    description: str
    unit: str | None = None
    provenance: bool = False
    tests: tuple[Test, ...] = ()


class Table(_Frozen):
    """One table: its grain and key, its columns in order, and all of its tests.

    ``reads``: the tables that an analysis is made from, in the order of its function's arguments; empty for others.
    ``order``: 'key' where rows are written in the order of their key, 'as_made' where in that in which they come.
    """

    name: str
    layer: Layer
    description: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    tests: tuple[Test, ...]
    reads: tuple[str, ...] = ()
    order: Literal["key", "as_made"] = "key"

    @property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """The text columns whose values the contract lists, and these values."""
        kinds = {column.name: column.data_type for column in self.columns}
        return {
            test.columns[0]: tuple(map(str, test.arguments["values"]))
            for test in self.tests
            if test.kind == "accepted_values" and kinds[test.columns[0]] == "varchar"
        }

    @property
    def content_columns(self) -> tuple[str, ...]:
        """Columns that say what the table holds, without those that say where it came from."""
        return tuple(column.name for column in self.columns if not column.provenance)


def sql_folder() -> Traversable:
    """The folder ``dbt_like_sql``, in a checkout and in an installed wheel alike."""
    return importlib.resources.files("dbt_like_sql")


def _test(entry: Any, columns: tuple[str, ...], where: str) -> Test:
    (kind, body), *more = entry.items() if isinstance(entry, dict) else [(entry, {})]
    if kind not in DEFAULTS:
        raise ContractError(f"{where}: unknown test {kind!r}; known are {', '.join(DEFAULTS)}")
    body = dict(body or {})
    arguments = dict(body.pop("arguments", None) or {})
    config = dict(body.pop("config", None) or {})
    meta = dict(config.pop("meta", None) or {})
    check, reason = DEFAULTS[kind]
    test = Test(
        kind=kind,
        columns=tuple(arguments.pop("columns", columns)),
        arguments=arguments,
        severity=config.pop("severity", "error"),
        check=meta.pop("check", check),
        reason=meta.pop("reason", reason),
    )
    # what dbt would honour and the gate would not makes two tests of one
    if unread := [*(name for name, _ in more), *body, *config, *meta]:
        raise ContractError(
            f"{where}: {kind} says {', '.join(unread)}, which the gate does not read: a test takes 'arguments' and a "
            "'config' of severity and meta (check, reason)"
        )
    return test


def _table(entry: dict[str, Any], layer: Layer, where: str) -> Table:
    where = f"{where}: {entry.get('name', '(no name)')}"
    meta = (entry.get("config") or {}).get("meta") or {}
    columns = []
    for column in entry.get("columns") or []:
        column_meta = (column.get("config") or {}).get("meta") or {}
        columns.append(
            Column(
                name=column["name"],
                data_type=column["data_type"],
                description=" ".join(str(column["description"]).split()),
                unit=column_meta.get("unit"),
                provenance=column_meta.get("provenance", False),
                tests=tuple(
                    _test(test, (column["name"],), f"{where}.{column['name']}")
                    for test in column.get("data_tests") or []
                ),
            )
        )
    table_tests = tuple(_test(test, (), where) for test in entry.get("data_tests") or [])
    key = tuple(meta.get("key") or ())
    unknown = {*key, *(name for test in table_tests for name in test.columns)} - {c.name for c in columns}
    if not key or unknown:
        raise ContractError(f"{where}: needs a key, and its tests need columns, that exist: {sorted(unknown)}")
    return Table(
        name=entry["name"],
        layer=layer,
        description=" ".join(str(entry["description"]).split()),
        grain=meta["grain"],
        key=key,
        columns=tuple(columns),
        tests=table_tests + tuple(test for column in columns for test in column.tests),
        reads=tuple(meta.get("reads") or (("mart_analysis_cohort",) if layer == "analysis" else ())),
        order=meta.get("order") or ("as_made" if layer in TIDY_LAYERS else "key"),
    )


def _entries(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document.get("models") or []
    for source in document.get("sources") or []:
        yield from source["tables"]


@functools.cache
def load_tables() -> dict[str, Table]:
    """Every table of the warehouse by name, in the order of the layers and of the YAML files.

    Raises ContractError where a file does not hold what a contract needs.
    """
    tables: dict[str, Table] = {}
    for layer in LAYERS:
        folder = sql_folder() / "models" / layer
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if not file.name.endswith(".yml"):
                continue
            where = f"dbt_like_sql/models/{layer}/{file.name}"
            try:
                # libyaml's loader where it is built in: these files are read each time definitions load
                loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
                document = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
                for entry in _entries(document):
                    tables[entry["name"]] = _table(entry, layer, where)
            except (KeyError, ValidationError, yaml.YAMLError) as error:
                raise ContractError(f"{where}: {error}") from error
    return tables
