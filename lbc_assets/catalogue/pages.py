"""The site's pages, from the graph and what is known of each wave: paths and texts, nothing written.

Belongs here: which pages there are and what each is given. Does not belong here: sentences and marks (``templates/``),
drawings (``views.py``), writing (``site.py``). The same graph and facts give the same pages.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from lbc_assets.addresses import asset_address, page_address
from lbc_assets.catalogue.drawing import draw
from lbc_assets.catalogue.facts import WaveFacts
from lbc_assets.catalogue.fields import asked_by_wave
from lbc_assets.catalogue.graph import LAYERS, Graph, Node
from lbc_assets.catalogue.links import Links
from lbc_assets.catalogue.names import (
    QUESTIONNAIRE,
    column_file,
    describe_column,
    describe_table,
    of_report,
    origin,
    table_file,
    title,
)
from lbc_assets.catalogue.views import Views
from lbc_assets.quality.checks import checks_for
from lbc_assets.quality.predicates import in_words
from lbc_assets.reporting.page import templates
from lbc_assets.warehouse.contracts import Column, Table, load_tables
from lbc_assets.warehouse.models import load_project

PACKAGE = "lbc_assets.catalogue"
ASSETS = ("catalogue.css", "catalogue.js")
SEARCH = "search-index.js"
# those that no code names of their own: (file, template, title)
OVERVIEWS = (
    ("index.html", "index.html.j2", "All tables"),
    ("fields.html", "fields.html.j2", "Fields by wave"),
    ("gates.html", "gates.html.j2", "Gates by wave"),
    ("columns.html", "columns.html.j2", "All columns"),
)


class Pages:
    """The site of one graph and one state of the waves. ``captions``: of the report's tables, by their names."""

    def __init__(self, graph: Graph, waves: Sequence[WaveFacts], captions: dict[str, str]) -> None:
        self._graph, self._waves, self._captions = graph, tuple(waves), captions
        self._tables, self._project = load_tables(), load_project()
        self._top, self._below = Links(graph, ""), Links(graph, "../")
        self._views = {root: Views(graph, title, links.to) for root, links in (("", self._top), ("../", self._below))}
        self._fields = asked_by_wave(self._waves)

    def all(self) -> Iterator[tuple[str, str]]:
        """Every file of the site: its path and its text."""
        for name in ASSETS:
            yield name, files(PACKAGE).joinpath("templates", name).read_text(encoding="utf-8")
        yield SEARCH, self._search()
        for path, _, _ in OVERVIEWS:
            yield path, self.overview(path)
        for table in self._graph.columns:
            yield table_file(table), self.table(table)
        for node in self._graph.nodes:
            yield column_file(*node), self.column(node)

    def overview(self, path: str) -> str:
        """A page of the site's root."""
        (template, name) = next((template, name) for file, template, name in OVERVIEWS if file == path)
        return self._rendered(template, self._top, name, path, **self._overview(path))

    def table(self, table: str) -> str:
        """The page of a table, of the questionnaire, or of a table of the report."""
        return self._rendered("table.html.j2", self._below, title(table), "", **self._table(table))

    def column(self, node: Node) -> str:
        """The page of a column."""
        name = f"{title(node[0])}: {node[1]}"
        return self._rendered("column.html.j2", self._below, name, "", **self._column(node))

    def _rendered(self, template: str, links: Links, name: str, here: str, **given: Any) -> str:
        common = {"root": links.root, "links": links, "title": name, "here": here, "overviews": OVERVIEWS}
        return templates(PACKAGE).get_template(template).render(**common, waves=self._waves, **given)

    def _overview(self, path: str) -> dict[str, Any]:
        if path == "fields.html":
            return {"fields": self._fields}
        if path == "gates.html":
            return {}
        described = {table: describe_table(table) for table in self._graph.columns}
        layers = [
            (name, [(table, described[table]) for table, layer in self._graph.layers.items() if layer == key])
            for key, name in LAYERS.items()
        ]
        if path == "columns.html":
            return {
                "layers": layers,
                "columns": self._graph.columns,
                "described_of": {node: describe_column(*node) for node in self._graph.nodes},
            }
        return {
            "drawing": draw("drawing", "All tables by layer", *self._views[""].all_tables()),
            "layers": layers,
            "sizes": {table: len(columns) for table, columns in self._graph.columns.items()},
        }

    def _table(self, table: str) -> dict[str, Any]:
        graph, contract, shown = self._graph, self._tables.get(table), of_report().get(table)
        model, seed = self._project.models.get(table), self._project.seeds.get(table)
        return {
            "table": table,
            "layer": LAYERS[graph.layers[table]],
            "caption": self._captions.get(table, ""),
            "described": describe_table(table),
            "contract": contract,
            "columns": [self._row(table, column, contract) for column in graph.columns[table]],
            "checks": checks_for(contract) if contract else (),
            "sql": model.sql if model else "",
            "constants": list(csv.reader(seed.text.splitlines())) if seed else [],
            "reads": self._below.tables(graph.tables_read[table]),
            "used_by": self._below.tables(graph.tables_used_by[table]),
            "after": self._below.tables(set(graph.tables_downstream([table])) - graph.tables_used_by[table]),
            "rows_of": self._below.columns(graph.rows.get(table, ())),
            "drawing": draw("drawing", f"{title(table)} and its neighbours", *self._views["../"].table(table)),
            "served": self._served(table),
            "asked": self._fields if table == QUESTIONNAIRE else None,
            "is_shown": shown is not None,
        }

    def _row(self, table: str, name: str, contract: Table | None) -> dict[str, Any]:
        """A column in its table's list."""
        node = (table, name)
        declared = self._declared(contract, name)
        seed = self._project.seeds.get(table)
        return {
            "link": self._below.column(table, name),
            "kind": declared.data_type if declared else seed.types[name] if seed else "",
            "unit": (declared.unit if declared else None) or "",
            "codes": self._codes(contract, name),
            "described": describe_column(*node),
            "tests": _said(contract, declared),
            "is_key": bool(contract and name in contract.key),
            "is_provenance": bool(declared and declared.provenance),
            "made_of": len(self._graph.values.get(node, ())),
            "used_by": len(self._graph.used_by.get(node, ())),
        }

    @staticmethod
    def _declared(contract: Table | None, name: str) -> Column | None:
        return next((column for column in contract.columns if column.name == name), None) if contract else None

    @staticmethod
    def _codes(contract: Table | None, name: str) -> tuple[str, ...]:
        """The values that the contract lists."""
        for test in contract.tests if contract else ():
            if test.kind == "accepted_values" and test.columns == (name,):
                return tuple(map(str, test.arguments["values"]))
        return ()

    def _column(self, node: Node) -> dict[str, Any]:
        graph, (table, name) = self._graph, node
        up, down = graph.upstream(node), graph.downstream(node)
        drawn = self._views["../"].column(node, up, down)
        # a column decides rows by itself, or through what is made of it
        decided = [t for one in (node, *down) for t in graph.decides_rows_of.get(one, ())]
        decided = list(dict.fromkeys(decided))
        direct = graph.values.get(node, frozenset())
        return {
            "table": table,
            "column": name,
            "layer": LAYERS[graph.layers[table]],
            "facts": self._row(table, name, self._tables.get(table)),
            # where a wave's files meet the questionnaire
            "asked": self._fields.get(name) if table in (QUESTIONNAIRE, "raw_responses") else None,
            "made_of": self._below.columns(direct),
            "before": self._below.columns(set(up) - direct),
            "used_by": self._below.columns(down),
            "counts": _counted(graph, down),
            "decides": self._below.tables(decided),
            "through": self._below.tables(set(graph.tables_downstream(decided)) - set(decided)),
            "source": origin(table),
            "is_alone": not direct and not down,
            "drawing": draw("drawing", f"Lineage of {title(table)}, {name}", *drawn),
            "is_shown": table in of_report(),
            "caption": self._captions.get(table, ""),
        }

    def _served(self, table: str) -> list[tuple[str, str]]:
        """Where the server has it: the asset in Dagster, the place in each published report."""
        if (shown := of_report().get(table)) is not None:
            waves = [wave.wave for wave in self._waves if wave.snapshot and not wave.is_between]
            return [(f"{wave}: {title(table)}", f"{page_address(wave, shown.file)}#{shown.key}") for wave in waves]
        return [("The asset in Dagster", asset_address(table))] if table in self._tables else []

    def _search(self) -> str:
        """The index as a script, for a page that was opened as a file may load scripts and nothing else."""
        entries = [[title(table), "", table_file(table), describe_table(table)] for table in self._graph.columns]
        entries += [[c, title(t), column_file(t, c), describe_column(t, c)] for t, c in self._graph.nodes]
        return f"window.lbcCatalogue = {json.dumps(entries, separators=(',', ':'))};\n"


def _said(contract: Table | None, column: Column | None) -> str:
    """The tests of a column in words, which name it each time: here it stands beside them."""
    if contract is None or column is None or not column.tests:
        return ""
    return in_words(contract, column.tests).replace(f"{column.name}: ", "")


def _counted(graph: Graph, down: dict[Node, int]) -> str:
    """How much depends on a column, in words."""
    shown = [node for node in down if graph.layers[node[0]] == "report"]
    rest = len(down) - len(shown)
    tables = len({table for table, _ in down}) - len({table for table, _ in shown})
    said = []
    if rest:
        said.append(f"{rest} {'column' if rest == 1 else 'columns'} of {tables} {'table' if tables == 1 else 'tables'}")
    if shown:
        of = len({table for table, _ in shown})
        said.append(f"{len(shown)} kinds of numbers and words in {of} tables and figures of the report")
    return " and ".join(said)
