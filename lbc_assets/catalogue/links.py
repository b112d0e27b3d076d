"""Links between the site's pages: relative, so that they lead the same way on the server and from a folder of files.

Belongs here: links as markup, and lists of them. Does not belong here: where a page lies (``names.py``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup, escape

from lbc_assets.catalogue.graph import LAYERS, Graph, Node
from lbc_assets.catalogue.names import column_file, table_file, title
from lbc_assets.reporting.inert import visible


class Links:
    """Links from pages at one depth: ``root`` leads from them to the site's root ('', '../')."""

    def __init__(self, graph: Graph, root: str) -> None:
        self._graph, self.root = graph, root
        self._order = {node: number for number, node in enumerate(graph.nodes)}
        self._tables = {table: number for number, table in enumerate(graph.columns)}
        # a page names hundreds of columns, and the site has a thousand pages
        self.to = functools.cache(self._to)
        self.column = functools.cache(self._column)
        self.table = functools.cache(self._table)

    def _to(self, table: str, column: str | None) -> str:
        """The address of a table's page or a column's."""
        return self.root + quote(table_file(table) if column is None else column_file(table, column))

    def _column(self, table: str, column: str) -> Markup:
        return Markup('<a href="{}">{}</a>').format(self.to(table, column), visible(column))

    def _table(self, table: str) -> Markup:
        """A table, as a link where the catalogue has it (the pages' own gates are no table's)."""
        if table not in self._graph.columns:
            return escape(table)
        return Markup('<a href="{}">{}</a>').format(self.to(table, None), visible(title(table)))

    def tables(self, tables: Iterable[str]) -> Markup:
        """Tables in the order in which they are made, with commas."""
        return _listed(map(self.table, sorted(tables, key=self._tables.__getitem__)))

    def columns(self, nodes: Iterable[Node]) -> list[tuple[str, list[tuple[Markup, Markup]]]]:
        """Columns by layer and table: of each layer its name, and a pair a table: the table, its columns."""
        grouped: dict[str, dict[str, list[Markup]]] = {}
        for table, column in sorted(nodes, key=self._order.__getitem__):
            of_layer = grouped.setdefault(self._graph.layers[table], {})
            of_layer.setdefault(table, []).append(self.column(table, column))
        return [
            (name, [(self.table(table), _listed(columns)) for table, columns in grouped[layer].items()])
            for layer, name in LAYERS.items()
            if layer in grouped
        ]


def _listed(links: Iterable[Markup]) -> Markup:
    """With commas. They are markup already: `Markup.join` would look at each again, a second of CPU for the site."""
    return Markup(", ".join(links))
