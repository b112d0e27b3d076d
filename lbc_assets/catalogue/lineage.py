"""Which columns the columns of a query are made of, read from the query alone.

Belongs here: one SELECT of DuckDB's dialect to its columns' sources. Does not belong here: whose query it is, what
Python makes (``declared.py``), the graph over all tables (``graph.py``).

A value is made of every column that stands in its expression, conditions inside it (CASE, FILTER, windows) too. Of a
constant, what tells the rows that have it: the WHERE beside it ('no_consent' where not has_consent). Of count(*), what
decides the rows that are counted: conditions, groups, and the keys of the tables. What is looked up in a relation that
is joined is made of what it was looked up by, too: a band is made of the score. A condition that joins a questionnaire
with itself (a.child_pseudonym = b.child_pseudonym) decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.optimizer.scope import Scope, traverse_scope

from lbc_assets.catalogue.graph import NOTHING, Lineage
from lbc_assets.catalogue.graph import Nodes as Sources


class LineageError(Exception):
    """A query names a column that none of its relations has, or is written in a way that is not read here."""


@dataclass(frozen=True)
class _Relation:
    """A table, or a query inside the query: its columns, what decides its rows, and the keys of its tables."""

    columns: Mapping[str, Sources]
    rows: Sources
    keys: Sources


@dataclass(frozen=True)
class Schema:
    """Of the tables that a query may read: their columns and keys, by name; and which columns say who is meant."""

    columns: Mapping[str, Sequence[str]]
    keys: Mapping[str, Sequence[str]]
    who: Sequence[str] = ()


def trace(sql: str, schema: Schema) -> Lineage:
    """The lineage of a query. Raises LineageError."""
    known: dict[int, _Relation] = {}
    for scope in traverse_scope(parse_one(sql, dialect="duckdb")):
        known[id(scope)] = _relation(scope, known, schema)
    last = known[id(scope)]
    return Lineage(last.columns, last.rows)


def _relation(scope: Scope, known: Mapping[int, _Relation], schema: Schema) -> _Relation:
    if isinstance(scope.expression, exp.SetOperation):
        return _union([known[id(part)] for part in scope.set_operation_scopes])
    if not isinstance(scope.expression, exp.Select):
        raise LineageError(f"a {type(scope.expression).__name__.lower()} is not read here")
    sources = {}
    for alias, (node, source) in scope.selected_sources.items():
        relation = known[id(source)] if isinstance(source, Scope) else _table(source.name, schema)
        for pivot in node.args.get("pivots") or ():
            relation = _unpivoted(relation, pivot)
        sources[alias] = relation
    return _Select(scope.expression, sources, schema.who).relation()


def _table(name: str, schema: Schema) -> _Relation:
    if name not in schema.columns:
        raise LineageError(f"no table {name!r}")
    made = {column: frozenset({(name, column)}) for column in schema.columns[name]}
    return _Relation(made, NOTHING, frozenset((name, key) for key in schema.keys.get(name, ())))


def _union(parts: Sequence[_Relation]) -> _Relation:
    """By position; the first query names the columns."""
    of_places = zip(*(part.columns.values() for part in parts), strict=True)
    merged = {name: _all(of_place) for name, of_place in zip(parts[0].columns, of_places, strict=True)}
    return _Relation(merged, _all(part.rows for part in parts), _all(part.keys for part in parts))


def _unpivoted(relation: _Relation, pivot: exp.Expr) -> _Relation:
    if not pivot.args.get("unpivot"):
        raise LineageError("a PIVOT is not read here")
    (field,) = pivot.args["fields"]
    turned = [column.name for column in field.expressions]
    left = {name: sources for name, sources in relation.columns.items() if name not in turned}
    made = _all(relation.columns[name] for name in turned)
    # the name of the column a value comes from: which rows have it is decided by the values themselves
    named = {field.this.name: made, **{value.name: made for value in pivot.expressions}}
    return _Relation({**left, **named}, relation.rows | made, relation.keys)


def _all(many: Iterable[Sources]) -> Sources:
    return NOTHING.union(*many)


class _Select:
    """One SELECT over relations that are known. ``who``: columns that say which questionnaire is meant."""

    def __init__(self, select: exp.Select, sources: Mapping[str, _Relation], who: Sequence[str]) -> None:
        self._select, self._sources, self._who = select, sources, who
        self._made: dict[str, Sources] = {}
        self._looked_up: dict[str, Sources] = {}
        self._where = self._all_of("where", "having", "qualify")
        self._kept = dict(sources)
        for join in select.args.get("joins") or ():
            alias, by = join.this.alias_or_name, self._looked_up_by(join)
            self._looked_up[alias] = by
            if (join.side or "").upper() == "LEFT":  # takes no row away: whether it has one decides the value
                self._looked_up[alias] |= self._kept.pop(alias).rows
            else:
                self._where |= by

    def relation(self) -> _Relation:
        rows = self._where | _all(relation.rows for relation in self._kept.values())
        keys = _all(relation.keys for relation in self._sources.values())
        counted = rows | keys | self._groups()
        for expression in self._select.expressions:
            for name, sources in self._columns(expression, counted):
                self._made[name] = sources
        is_one_row = not self._select.args.get("group") and any(
            found.find_ancestor(exp.Window) is None
            for expression in self._select.expressions
            for found in expression.find_all(exp.AggFunc)
        )
        # an aggregate over all rows is one row, whatever they are
        return _Relation(self._made, NOTHING if is_one_row else rows, keys)

    def _all_of(self, *names: str) -> Sources:
        return _all(self._of(part) for name in names if (part := self._select.args.get(name)) is not None)

    def _looked_up_by(self, join: exp.Join) -> Sources:
        condition = join.args.get("on")
        parts = [] if condition is None else condition.flatten() if isinstance(condition, exp.And) else [condition]
        return _all(self._of(part) for part in parts if not self._joins_who(part))

    def _joins_who(self, condition: exp.Expr) -> bool:
        left, right = condition.args.get("this"), condition.args.get("expression")
        if not (isinstance(condition, exp.EQ) and isinstance(left, exp.Column) and isinstance(right, exp.Column)):
            return False
        return left.name == right.name and left.name in self._who

    def _groups(self) -> Sources:
        group = self._select.args.get("group")
        found = []
        for part in group.expressions if group else ():
            is_place = isinstance(part, exp.Literal) and not part.is_string
            found.append(self._of(self._select.expressions[int(part.name) - 1] if is_place else part))
        return _all(found)

    def _columns(self, expression: exp.Expr, counted: Sources) -> Iterator[tuple[str, Sources]]:
        if isinstance(expression, exp.Star) or (
            isinstance(expression, exp.Column) and isinstance(expression.this, exp.Star)
        ):
            star = expression if isinstance(expression, exp.Star) else expression.this
            if any(star.args.get(name) for name in ("except_", "except", "replace", "rename")):
                raise LineageError("a star that leaves out or replaces is not read here")
            alias = expression.table if isinstance(expression, exp.Column) else ""
            for one in [alias] if alias else self._sources:
                yield from ((name, self._in(one, name)) for name in self._sources[one].columns)
            return
        if expression.find(exp.Query):
            raise LineageError("a query inside an expression is not read here")
        sources = self._of(expression)
        if not any(expression.find_all(exp.Column)):
            sources = counted if expression.find(exp.Count) else self._where
        yield expression.alias_or_name, sources

    def _of(self, expression: exp.Expr) -> Sources:
        return _all(self._column(column) for column in expression.find_all(exp.Column))

    def _in(self, alias: str, name: str) -> Sources:
        return self._sources[alias].columns[name] | self._looked_up.get(alias, NOTHING)

    def _column(self, column: exp.Column) -> Sources:
        name = column.name
        if column.table:
            if column.table in self._sources and name in self._sources[column.table].columns:
                return self._in(column.table, name)
            raise LineageError(f"no column {column.table}.{name}")
        found = [alias for alias, relation in self._sources.items() if name in relation.columns]
        if len(found) == 1:
            return self._in(found[0], name)
        if name in self._made:  # an alias of the same SELECT
            return self._made[name]
        raise LineageError(f"{'two relations have' if found else 'no'} column {name!r}")
