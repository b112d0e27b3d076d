"""Putting questionnaires through the real SQL models, for specifications and tests.

Belongs here: raw tables made of a few answers, and running models over them. Does not belong here: any rule
of the study, and any expectation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import yaml
from spec_tables import SpecTable, answer

from lbc_assets.warehouse.contracts import load_tables, sql_folder
from lbc_assets.warehouse.models import load_project, load_seeds, run_models

Answers = Mapping[str, str | None]
VARIABLES: dict[str, Any] = yaml.safe_load((sql_folder() / "dbt_project.yml").read_text("utf-8"))["vars"]
INTEGERS, TEXTS, CODED = (
    VARIABLES["integer_variables"],
    VARIABLES["text_variables"],
    VARIABLES["coded_variables"],
)

_CODES = {
    column.name: [
        str(value) for test in column.tests if test.kind == "accepted_values" for value in test.arguments["values"]
    ]
    for column in load_tables()["stg_responses"].columns
} | {name: ["0", "1", "2"] for name in VARIABLES["sdq_items"]}
_CODES["cares_most"] = [*_CODES["cares_most"], "several"]

# what a specification calls the answers to one item, a file a row
ITEM_COLUMN = "item_column"
ITEMS: list[str] = VARIABLES["sdq_items"]
ALL_ITEMS = "sdq_*"

# A questionnaire with nothing unusual: items in the middle but for one, a household with all, a twelve-year-old.
USUAL: dict[str, str | None] = {
    **{name: "yes" if "yes" in _CODES[name] else _CODES[name][0] for name in CODED},
    **dict.fromkeys(ITEMS, "1"),
    "sdq_helpout": "2",
    **{"father_migration": "never", "mother_migration": "never", "parents_divorced": "no"},
    **{"age_years": "12", "school_year": "6", "siblings_number": "1", "departure_age_years": ""},
    **{"township": "T01", "school": "S01", "village": "V01"},
}


def plain_codebook(rows: Iterable[Answers]) -> list[dict[str, str | None]]:
    """Each value its own code, for the variables that at least one of the questionnaires carries."""
    carried = [name for name in USUAL if any(row.get(name, USUAL[name]) is not None for row in rows)]
    codes: list[dict[str, str | None]] = []
    for name in carried:
        values: list[str | None] = [None] if name in INTEGERS or name in TEXTS else list(_CODES[name])
        codes += [{"variable": name, "code": value, "value": value, "status": "value"} for value in values]
    return codes


def _create(connection: duckdb.DuckDBPyConnection, name: str, rows: list[list[Any]]) -> None:
    columns = load_tables()[name].columns
    # a column at a time: inserting row by row takes seconds
    lists = ", ".join(f'unnest(CAST(? AS {column.data_type}[])) AS "{column.name}"' for column in columns)
    cells = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT {lists}", cells)


class RawTables:
    """The raw tables of some waves, gathered wave by wave."""

    def __init__(self) -> None:
        self._responses: list[list[Any]] = []
        self._codebook: list[list[Any]] = []
        self._fates: list[list[Any]] = []

    def add_wave(self, wave: str, rows: Iterable[Answers], codebook: Iterable[Answers] | None = None) -> None:
        """Add questionnaires; what a row does not mention is USUAL, in the codes of the codebook. For
        variables that the codebook leaves out (or all, without one) each value is its own code."""
        rows = list(rows)
        own = list(codebook or ())
        known = {entry["variable"] for entry in own}
        coded = {
            str(entry["variable"]): entry["code"] for entry in own if entry["value"] == USUAL[str(entry["variable"])]
        }
        columns = [column.name for column in load_tables()["raw_responses"].columns]
        for number, row in enumerate(rows, start=1):
            full = {"source_file": "file.csv"} | USUAL | coded
            full |= dict.fromkeys(ITEMS, row[ALL_ITEMS]) if ALL_ITEMS in row else {}
            full |= dict(row) | {"wave": wave, "child_pseudonym": child(number), "delivery_sha256": "0"}
            self._responses.append([number + 1 if name == "source_line" else full[name] for name in columns])
        for entry in own + [entry for entry in plain_codebook(rows) if entry["variable"] not in known]:
            name = entry["variable"]
            kind = "integer" if name in INTEGERS else "text" if name in TEXTS else "coded"
            value = entry["value"] if entry["status"] == "value" else None
            self._codebook.append([wave, name, name, kind, entry["code"], None, value, entry["status"], None])

        self._fates.append([wave, "file.csv", "published", None, None, len(rows)])

    def add_rows_kept_out(self, wave: str, fate: str, province: str, rows: int) -> None:
        """Rows of which the door let nothing through but their number."""
        self._fates.append([wave, "file.csv", fate, None, province, rows])

    def run(self) -> duckdb.DuckDBPyConnection:
        """All models over these tables, in a fresh in-memory database that the caller closes."""
        connection = duckdb.connect()
        _create(connection, "raw_responses", self._responses)
        _create(connection, "raw_codebook", self._codebook)
        _create(connection, "raw_row_fates", self._fates)
        project = load_project()
        load_seeds(connection, project)
        run_models(connection, project)
        return connection


def files_of_one_item(columns: Iterable[str]) -> list[dict[str, str | None]]:
    """Questionnaires of some files, each told by its answers to sdq_lies; other items are in no order."""
    rows: list[dict[str, str | None]] = []
    for number, column in enumerate(columns):
        runs = [run.split("x ") for run in column.split(", ")]
        for line, cell in enumerate(cell for times, cell in runs for _ in range(int(times))):
            row = {item: str((line + place) % 3) for place, item in enumerate(ITEMS)}
            rows.append(row | {"source_file": f"file-{number:02d}.csv", "sdq_lies": answer(cell)})
    return rows


def child(number: int) -> str:
    """The pseudonym of a wave's number-th questionnaire."""
    return f"child-{number:04d}"


def run_on(name: str, rows: Iterable[Mapping[str, Any]], models: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
    """Some models over one given table; columns that a row leaves out are NULL. The caller closes it."""
    connection = duckdb.connect()
    columns = [column.name for column in load_tables()[name].columns]
    _create(connection, name, [[row.get(column) for column in columns] for row in rows])
    project = load_project()
    load_seeds(connection, project)
    run_models(connection, project, models)
    return connection


def records(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    cursor = connection.execute(query)
    names = [entry[0] for entry in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def shown(value: Any) -> str:
    """A value as specifications write it."""
    if value is None:
        return "missing"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def outcomes(connection: duckdb.DuckDBPyConnection, table: SpecTable, wave: str) -> list[dict[str, str]]:
    """What the models made of each row of a specification, in its order; `issues` and `patterns` joined to texts."""
    if table.given == ITEM_COLUMN:
        return _outcomes_of_files(connection, len(table.rows), wave)
    found = records(connection, f"SELECT * FROM {table.expect} WHERE wave = '{wave}' ORDER BY child_pseudonym")
    listed: dict[str, dict[str, list[str]]] = {"stg_value_issues": {}, "stg_answer_patterns": {}}
    if table.given == "raw_responses":
        for name, by_child in listed.items():
            query = f"SELECT * FROM {name} WHERE wave = '{wave}' ORDER BY field NULLS FIRST"
            for row in records(connection, query):
                words = " ".join(filter(None, (row["field"], row["reason_code"])))
                by_child.setdefault(row["child_pseudonym"], []).append(words)
    issues, patterns = listed.values()
    return [
        {name: shown(value) for name, value in row.items()}
        | {"issues": ", ".join(issues.get(row["child_pseudonym"], ["none"]))}
        | {"patterns": ", ".join(patterns.get(row["child_pseudonym"], ["none"]))}
        for row in found
    ]


def _outcomes_of_files(connection: duckdb.DuckDBPyConnection, files: int, wave: str) -> list[dict[str, str]]:
    """The one item of each file that is in an order; ValueError where another is listed too."""
    found = {}
    for row in records(connection, f"SELECT * FROM stg_answer_patterns WHERE wave = '{wave}'"):
        if row["field"] != "sdq_lies" or row["child_pseudonym"] is not None or row["source_file"] in found:
            raise ValueError(f"not of the column that the specification tells: {row}")
        found[row["source_file"]] = row["reason_code"]
    return [{"patterns": found.get(f"file-{number:02d}.csv", "none")} for number in range(files)]
