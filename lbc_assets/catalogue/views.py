"""What stands in each drawing: all tables; a table between its neighbours; a column from questionnaire to report.

Belongs here: choosing cards, their lines and the edges. Does not belong here: places and strokes (``drawing.py``), the
text beside a drawing, which names all that a drawing leaves out (``pages.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lbc_assets.catalogue.drawing import Card, Edge, Line
from lbc_assets.catalogue.graph import Graph, Node
from lbc_assets.warehouse.contracts import TIDY_LAYERS

# Of a table that lies no more steps away than this, so many columns are named; of one further off, how many they are.
NEAR, NAMED_MOST = 2, 6

OF_EVERY_ANALYSIS = "raw_deliveries"

Drawing = tuple[dict[str, Card], list[Edge]]


class Views:
    """Drawings of one graph. ``title`` of a table; ``link`` to a table's or a column's page."""

    def __init__(self, graph: Graph, title: Callable[[str], str], link: Callable[[str, str | None], str]) -> None:
        self._graph, self._title, self._link = graph, title, link
        self._places = {node: number for number, node in enumerate(graph.nodes)}
        self._made_of = {node: sorted(of, key=self._places.__getitem__) for node, of in graph.values.items()}

    def _card(self, table: str, lines: Iterable[Line] = (), *, is_meant: bool = False) -> Card:
        return Card(self._title(table), self._link(table, None), self._graph.layers[table], tuple(lines), is_meant)

    def all_tables(self) -> Drawing:
        """Every table, and which is made of which; not drawn is that every analysis names its wave's manifest."""
        cards, edges = self._of_tables(self._graph.columns)
        layers = self._graph.layers
        return cards, [e for e in edges if not (e[0] == OF_EVERY_ANALYSIS and layers[e[2]] in TIDY_LAYERS)]

    def table(self, table: str) -> Drawing:
        """A table with those it is made of and those that are made of it."""
        near = {table, *self._graph.tables_read[table], *self._graph.tables_used_by[table]}
        cards, edges = self._of_tables(name for name in self._graph.columns if name in near)
        cards[table] = self._card(table, is_meant=True)
        return cards, [edge for edge in edges if table in (edge[0], edge[2])]

    def _of_tables(self, tables: Iterable[str]) -> Drawing:
        cards = {table: self._card(table) for table in tables}
        edges: list[Edge] = [
            (source, None, table, None)
            for table in cards
            for source in sorted(self._graph.tables_read[table])
            if source in cards
        ]
        return cards, edges

    def column(self, node: Node, up: Mapping[Node, int], down: Mapping[Node, int]) -> Drawing:
        """A column with all that it is made of (``up``), and all that is made of it (``down``)."""
        steps = {**up, **down, node: 0}
        of_tables: dict[str, list[Node]] = {}
        for other in sorted(steps, key=lambda one: (steps[one], self._places[one])):
            of_tables.setdefault(other[0], []).append(other)
        cards: dict[str, Card] = {}
        lines: dict[Node, int | None] = {}
        for table in (name for name in self._graph.columns if name in of_tables):
            cards[table] = self._of_columns(table, of_tables[table], steps, lines, node)
        edges: dict[Edge, None] = {}
        for side in ({*up, node}, {*down, node}):
            for target in sorted(side, key=self._places.__getitem__):
                for source in self._made_of.get(target, ()):
                    if source in side:
                        edges[source[0], lines[source], target[0], lines[target]] = None
        return cards, list(edges)

    def _of_columns(
        self, table: str, nodes: list[Node], steps: dict[Node, int], lines: dict[Node, int | None], meant: Node
    ) -> Card:
        """The card of a table, of whose columns these are in the drawing; notes on which line each one stands."""
        is_near = steps[nodes[0]] <= NEAR
        named = nodes if len(nodes) <= (NAMED_MOST if is_near else 1) else nodes[: NAMED_MOST - 1] if is_near else []
        shown = [Line(column, self._link(table, column), (table, column) == meant) for _, column in named]
        if len(named) < len(nodes):
            more = len(nodes) - len(named)
            shown.append(Line(f"{'and ' if named else ''}{more} {'more' if named else 'columns'}"))
        for number, node in enumerate(nodes):
            lines[node] = min(number, len(shown) - 1)
        return self._card(table, shown, is_meant=table == meant[0])
