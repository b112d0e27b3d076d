"""The graph over all columns, put together: SQL models, what Python makes, what the pages show.

Belongs here: which tables there are, from where the lineage of each is taken, and keeping the whole between processes.
Does not belong here: tracing a query (``lineage.py``), declarations (``declared.py``, ``reporting/shown.py``).
"""

from __future__ import annotations

import csv
import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lbc_assets.catalogue.graph import NOTHING, Graph, Lineage, Node, Nodes
from lbc_assets.catalogue.names import QUESTIONNAIRE
from lbc_assets.intake.questionnaire import NOT_ANSWERS
from lbc_assets.reporting.shown import shown
from lbc_assets.warehouse.between_waves import steps
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.files import write_bytes
from lbc_assets.warehouse.flow import flow, source_version
from lbc_assets.warehouse.models import Project, load_project

# stands in every key, join and window (dbt_like_sql/README.md): told of where it becomes a wave again, nowhere else
PARTITION = "wave"


@functools.cache
def code_version() -> str:
    """The version of all that decides a page of the catalogue: every step's code, and the catalogue's own."""
    versions = [step.code_version for step in (*flow().values(), *steps().values())]
    packages, libraries = ("lbc_assets.catalogue", "lbc_assets.quality"), ("sqlglot", "jinja2")
    own = source_version(packages, libraries, ("lbc_assets.addresses",))
    return hashlib.sha256("\x1f".join([*versions, own]).encode()).hexdigest()


@functools.cache
def column_graph(kept: Path | None = None) -> Graph:
    """The graph; with a folder to keep it in it is traced once for each version of the code (2 s of CPU)."""
    path = kept / f"{code_version()[:16]}.json" if kept else None
    if path is not None:
        try:
            return _loaded(json.loads(path.read_bytes()))
        except (OSError, ValueError, KeyError):
            pass  # not kept yet, or cut short
    graph = assemble()
    if path is not None:
        for old in path.parent.glob("*.json"):
            old.unlink(missing_ok=True)
        write_bytes(path, json.dumps(_dumped(graph), separators=(",", ":")).encode())
    return graph


def assemble() -> Graph:
    """Trace every model and put all lineages together."""
    from lbc_assets.catalogue.declared import FIELDS, made_by_python
    from lbc_assets.catalogue.lineage import Schema, trace

    tables, project = load_tables(), load_project()
    columns = {name: tuple(column.name for column in table.columns) for name, table in tables.items()}
    constants = {name: tuple(seed.types) for name, seed in project.seeds.items()}
    keys = {name: table.key for name, table in tables.items()} | {name: c[:1] for name, c in constants.items()}
    schema = Schema({**columns, **constants}, keys, NOT_ANSWERS)
    found = {name: trace(model.sql, schema) for name, model in project.models.items()}
    found["int_item_points"] = Lineage(narrowed(found["int_item_points"].values, project), NOTHING)
    queries = {name: trace(model.sql, schema) for name, model in project.analyses.items() if name.startswith("wave_")}
    found |= made_by_python()
    layers = {QUESTIONNAIRE: "questionnaire", **dict.fromkeys(constants, "constants")}
    order = [*(name for name in flow() if name in tables), *steps()]
    layers |= {name: tables[name].layer for name in order}
    known = {QUESTIONNAIRE: FIELDS, **constants, **{name: columns[name] for name in order}}
    values: dict[Node, Nodes] = {}
    for name in order:
        for column, sources in found[name].values.items():
            values[name, column] = _without_partition(column, _expanded(sources, queries))
    rows = {name: _without_partition("", found[name].rows) for name in order if found[name].rows}
    for one in shown():
        table = f"{one.page}.{one.key}"
        layers[table], known[table] = "report", tuple(part.label for part in one.parts)
        values |= {(table, part.label): frozenset(part.of) for part in one.parts}
    return Graph(layers, known, values, rows)


def _without_partition(column: str, sources: Nodes) -> Nodes:
    return sources if column.startswith(PARTITION) else frozenset(s for s in sources if s[1] != PARTITION)


def _expanded(sources: Nodes, queries: Mapping[str, Lineage]) -> Nodes:
    """A query over all waves is no table: it stands for what its columns and rows are made of."""
    plain = frozenset(source for source in sources if source[0] not in queries)
    return plain.union(*(NOTHING.union(*queries[q].values.values(), queries[q].rows) for q, _ in sources - plain))


def narrowed(values: Mapping[str, Nodes], project: Project) -> dict[str, Nodes]:
    """Of ``int_item_points``: each place is one item, which the seed says and the query alone does not.

    The query looks the answer up in a list of all items by a place that it reads from the seed ``sdq_items``.
    """
    items = list(csv.DictReader(project.seeds["sdq_items"].text.splitlines()))
    answers = {item["variable"] for item in items}
    of_place: dict[str, str] = {}
    for item in sorted(items, key=lambda row: int(row["number"])):
        place = 1 + sum(name.startswith(f"{item['scale']}_item_") for name in of_place)
        of_place[f"{item['scale']}_item_{place}"] = item["variable"]
    return {
        column: frozenset(s for s in sources if s[1] not in answers or s[1] == of_place.get(column))
        for column, sources in values.items()
    }


def _dumped(graph: Graph) -> dict[str, Any]:
    place = {node: number for number, node in enumerate(graph.nodes)}
    return {
        "layers": graph.layers,
        "columns": graph.columns,
        "values": [sorted(place[s] for s in graph.values.get(node, ())) for node in graph.nodes],
        "rows": {table: sorted(place[s] for s in sources) for table, sources in graph.rows.items()},
    }


def _loaded(dumped: dict[str, Any]) -> Graph:
    columns = {table: tuple(names) for table, names in dumped["columns"].items()}
    nodes = [(table, column) for table, names in columns.items() for column in names]
    values = {node: frozenset(nodes[s] for s in of) for node, of in zip(nodes, dumped["values"], strict=True)}
    rows = {table: frozenset(nodes[s] for s in of) for table, of in dumped["rows"].items()}
    return Graph(dumped["layers"], columns, values, rows)
