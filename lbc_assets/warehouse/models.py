"""The thin runner of ``dbt_like_sql``: renders, orders and checks the models, and runs them in DuckDB.

Belongs here: what makes a dbt project runnable without dbt (``ref``, ``source``, ``var``, macros, seeds).
Does not belong here: any rule of the study (SQL), contracts (``contracts.py``), storage (``store.py``).
"""

from __future__ import annotations

import csv
import functools
import graphlib
import hashlib
from dataclasses import dataclass, field
from typing import Any

import duckdb
import jinja2
import yaml

from lbc_assets.warehouse.contracts import sql_folder

SQL_LAYERS = ("staging", "intermediate", "marts")


class ModelError(Exception):
    """A model cannot be rendered or ordered, or reads what it does not declare; the message names it."""


@dataclass(frozen=True)
class Seed:
    """A small table of constants: CSV text, and its columns' DuckDB types from ``seeds.yml``."""

    name: str
    text: str
    types: dict[str, str]


@dataclass(frozen=True)
class Model:
    """One model: rendered SQL, the relations it declares with ``ref`` and ``source``, and its code version."""

    name: str
    layer: str
    sql: str
    depends_on: tuple[str, ...]
    code_version: str


@dataclass(frozen=True)
class Project:
    """All models in an order in which they can run, the seeds, and the analyses (queries that make no table)."""

    models: dict[str, Model]
    seeds: dict[str, Seed]
    analyses: dict[str, Model] = field(default_factory=dict)

    def tables_read_by(self, model: Model) -> tuple[str, ...]:
        """What the model depends on, seeds left out."""
        return tuple(name for name in model.depends_on if name not in self.seeds)


def _read_seeds() -> dict[str, Seed]:
    folder = sql_folder() / "seeds"
    declared = yaml.safe_load((folder / "seeds.yml").read_text(encoding="utf-8"))["seeds"]
    seeds = {}
    for entry in declared:
        text = (folder / f"{entry['name']}.csv").read_text(encoding="utf-8")
        types = dict(entry["config"]["column_types"])
        described = [column["name"] for column in entry["columns"]]
        header = next(csv.reader(text.splitlines()))
        if not header == list(types) == described:
            raise ModelError(
                f"seeds/{entry['name']}.csv: columns {header}, but seeds.yml types {list(types)}, describes {described}"
            )
        seeds[entry["name"]] = Seed(entry["name"], text, types)
    return seeds


class _Renderer:
    """Renders one file after another with dbt's names, noting what each one refers to."""

    def __init__(self, variables: dict[str, Any], known: set[str]) -> None:
        self._variables, self._known = variables, known
        self._name, self._used = "", dict[str, None]()
        environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
        environment.globals |= {
            "ref": self._ref,
            "source": self._source,
            "var": self._var,
            "config": lambda **_: "",
        }
        folder = sql_folder() / "macros"
        macros = "".join(
            file.read_text(encoding="utf-8")
            for file in sorted(folder.iterdir(), key=lambda item: item.name)
            if file.name.endswith(".sql")
        )
        try:
            # compiled once for all files: a second of CPU less
            module = environment.from_string(macros).module
        except jinja2.TemplateError as error:
            raise ModelError(f"macros: {error}") from error
        environment.globals |= {name: macro for name, macro in vars(module).items() if not name.startswith("_")}
        self._environment = environment

    def _ref(self, relation: str) -> str:
        if relation not in self._known:
            raise ModelError(f"{self._name}: ref('{relation}') is neither a model nor a seed")
        self._used[relation] = None
        return relation

    def _source(self, _source: str, relation: str) -> str:
        self._used[relation] = None
        return relation

    def _var(self, variable: str) -> Any:
        if variable not in self._variables:
            raise ModelError(f"{self._name}: var('{variable}') is not in dbt_project.yml")
        return self._variables[variable]

    def render(self, name: str, text: str) -> tuple[str, tuple[str, ...]]:
        self._name, self._used = name, {}
        try:
            sql = self._environment.from_string(text).render()
        except jinja2.TemplateError as error:
            raise ModelError(f"{name}: {error}") from error
        return "\n".join(line.rstrip() for line in sql.strip().splitlines() if line.strip()), tuple(self._used)


@functools.cache
def load_project() -> Project:
    """Render and order every model of ``dbt_like_sql``. Raises ModelError."""
    root = sql_folder()
    variables = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8")).get("vars") or {}
    seeds = _read_seeds()
    files = {
        file.name.removesuffix(".sql"): (layer, file)
        for layer in SQL_LAYERS
        for file in sorted((root / "models" / layer).iterdir(), key=lambda item: item.name)
        if file.name.endswith(".sql")
    }
    renderer = _Renderer(variables, {*files, *seeds})

    def model(name: str, layer: str, text: str) -> Model:
        sql, used = renderer.render(name, text)
        # a seed's text is part of the code: another limit in it makes another table
        version = hashlib.sha256(sql.encode())
        for relation in sorted(set(used) & set(seeds)):
            version.update(f"\x1f{relation}\x1f{seeds[relation].text}".encode())
        return Model(name, layer, sql, tuple(sorted(used)), version.hexdigest())

    models = {name: model(name, layer, file.read_text("utf-8")) for name, (layer, file) in files.items()}
    try:
        graph = {name: [dep for dep in made.depends_on if dep in models] for name, made in models.items()}
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise ModelError(f"models depend on each other in a circle: {' -> '.join(error.args[1])}") from error
    position = {layer: number for number, layer in enumerate(SQL_LAYERS)}
    for name in order:
        for dep in graph[name]:
            if position[models[dep].layer] > position[models[name].layer]:
                raise ModelError(f"{name} ({models[name].layer}) reads {dep} ({models[dep].layer}): no way back")
    analyses = {
        file.name.removesuffix(".sql"): model(file.name.removesuffix(".sql"), "analyses", file.read_text("utf-8"))
        for file in (root / "analyses").iterdir()
        if file.name.endswith(".sql")
    }
    return Project({name: models[name] for name in order}, seeds, analyses)


@functools.cache  # parsing takes longer than running
def check_dependencies(model: Model) -> None:
    """Compare what a model declares with the relations in its parsed SQL. Raises ModelError on a difference."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    read = {
        source.name
        for scope in traverse_scope(sqlglot.parse_one(model.sql, dialect="duckdb"))
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }
    if read != set(model.depends_on):
        raise ModelError(
            f"{model.name}: reads {sorted(read - set(model.depends_on))} without ref() or source(), "
            f"declares {sorted(set(model.depends_on) - read)} without reading it"
        )


def load_seeds(connection: duckdb.DuckDBPyConnection, project: Project, names: tuple[str, ...] | None = None) -> None:
    """Make each seed (or those named) a temporary table in the connection."""
    for seed in project.seeds.values() if names is None else (project.seeds[name] for name in names):
        columns = ", ".join(f'"{column}" {kind}' for column, kind in seed.types.items())
        connection.execute(f'CREATE OR REPLACE TEMP TABLE "{seed.name}" ({columns})')
        rows = [[value or None for value in row] for row in csv.reader(seed.text.splitlines())][1:]
        # one statement: executemany would plan one for each row
        places = f"({', '.join('?' for _ in seed.types)})"
        connection.execute(
            f'INSERT INTO "{seed.name}" VALUES {", ".join([places] * len(rows))}', [v for row in rows for v in row]
        )


def run_models(connection: duckdb.DuckDBPyConnection, project: Project, names: tuple[str, ...] | None = None) -> None:
    """Create each model (or those named) as a temporary table; raw tables and seeds must be there."""
    for model in project.models.values():
        if names is None or model.name in names:
            check_dependencies(model)
            connection.execute(f'CREATE OR REPLACE TEMP TABLE "{model.name}" AS {model.sql}')
