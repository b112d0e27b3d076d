"""The graph over all columns, from questionnaire field to report cell: what each is made of, and what depends on it.

Belongs here: the graph as plain data, and walking it. Does not belong here: where the edges come from
(``assembly.py``), drawing (``layout.py``, ``drawing.py``).
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Node = tuple[str, str]
Nodes = frozenset[Node]
NOTHING: Nodes = frozenset()
# The layers as columns of every drawing, from left to right.
LAYERS: Mapping[str, str] = {
    "questionnaire": "Questionnaire",
    "raw": "Raw",
    "constants": "Constants",
    "staging": "Staging",
    "intermediate": "Intermediate",
    "marts": "Marts",
    "analysis": "Analysis",
    "between_waves": "Between waves",
    "report": "Report",
}


@dataclass(frozen=True)
class Lineage:
    """Of one table or query. ``values``: of each column, in order, the (table, column) it is made of. ``rows``: what
    decides which rows there are.
    """

    values: Mapping[str, Nodes]
    rows: Nodes


@dataclass(frozen=True)
class Graph:
    """``layers`` and ``columns`` of each table (the questionnaire, a constant, a report's table), in the order in which
    they are made. ``values``: what a column's values are made of; ``rows``: what decides which rows a table has.
    """

    layers: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[Node, frozenset[Node]]
    rows: Mapping[str, frozenset[Node]]

    @functools.cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every column, table by table."""
        return tuple((table, column) for table, columns in self.columns.items() for column in columns)

    @functools.cached_property
    def used_by(self) -> Mapping[Node, frozenset[Node]]:
        """The edges the other way round."""
        turned: dict[Node, set[Node]] = defaultdict(set)
        for node, sources in self.values.items():
            for source in sources:
                turned[source].add(node)
        return {node: frozenset(of_node) for node, of_node in turned.items()}

    @functools.cached_property
    def decides_rows_of(self) -> Mapping[Node, tuple[str, ...]]:
        """The tables whose rows a column decides."""
        turned: dict[Node, list[str]] = defaultdict(list)
        for table, sources in self.rows.items():
            for source in sources:
                turned[source].append(table)
        return {node: tuple(tables) for node, tables in turned.items()}

    @functools.cached_property
    def tables_read(self) -> Mapping[str, frozenset[str]]:
        """Of each table those that its values or rows come from."""
        found = {}
        for table, columns in self.columns.items():
            sources = set(self.rows.get(table, ())).union(*(self.values.get((table, c), ()) for c in columns))
            found[table] = frozenset(name for name, _ in sources) - {table}
        return found

    @functools.cached_property
    def tables_used_by(self) -> Mapping[str, frozenset[str]]:
        """Of each table those that read it."""
        turned: dict[str, set[str]] = defaultdict(set)
        for table, read in self.tables_read.items():
            for name in read:
                turned[name].add(table)
        return {name: frozenset(turned.get(name, ())) for name in self.columns}

    def upstream(self, node: Node) -> dict[Node, int]:
        """All that a column is made of, with the number of steps to it."""
        return _reached([node], self.values)

    def downstream(self, node: Node) -> dict[Node, int]:
        """All that depends on a column's values, with the number of steps to it."""
        return _reached([node], self.used_by)

    def tables_downstream(self, tables: Iterable[str]) -> dict[str, int]:
        """All tables made of these, with the number of steps."""
        return _reached(tables, self.tables_used_by)

    def tables_upstream(self, tables: Iterable[str]) -> dict[str, int]:
        """All tables these are made of."""
        return _reached(tables, self.tables_read)


def _reached(start: Iterable[T], edges: Mapping[T, frozenset[T]]) -> dict[T, int]:
    """Breadth first, without the start."""
    seen = dict.fromkeys(start, 0)
    waiting = list(seen)
    begun = set(seen)
    for node in waiting:
        for other in edges.get(node, ()):
            if other not in seen:
                seen[other] = seen[node] + 1
                waiting.append(other)
    return {node: steps for node, steps in seen.items() if node not in begun}
