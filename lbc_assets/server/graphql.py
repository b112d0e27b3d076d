"""A GraphQL request, read before Dagster reads it: one operation, bounded, and what it would change.

Belongs here: reading the body, finding the fields of a mutation with the values that Dagster will see (variables,
literals, defaults, fragments and directives alike). Does not belong here: which mutation is allowed (``mutations.py``).
What passes is written anew for Dagster, so that no two readers can see two requests in one body.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    validate,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values, get_variable_values

from lbc_assets.server.refusal import Refused

# more than Dagster's UI asks for, and far less than what would keep a process busy
TOKENS_MOST, COMMENTS_MOST, DEPTH_MOST = 15_000, 100, 40
# the UI asks for the same documents over and over; longer ones than its own are not kept
KEPT, KEPT_CHARACTERS_MOST = 64, 25_000
KEYS = {"query", "variables", "operationName"}
IGNORED = {"extensions"}


@dataclass(frozen=True)
class Operation:
    """One operation: what Dagster is given, and what kind it is."""

    query: str
    variables: Mapping[str, Any]
    name: str | None
    document: DocumentNode
    node: OperationDefinitionNode

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.node.operation

    def body(self) -> bytes:
        """The request for Dagster."""
        return json.dumps({"query": self.query, "variables": self.variables, "operationName": self.name}).encode()


@dataclass(frozen=True)
class Call:
    """A field of a mutation, and its arguments as Dagster will see them."""

    field: str
    arguments: Mapping[str, Any]


def read_json(body: bytes | str) -> Any:
    """The JSON of a body. Raises Refused."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "Refused: the request's body is no JSON.") from None


def read_operation(asked: Any) -> Operation:
    """The one operation of a request. Raises Refused for batches, unknown shapes and what is too large."""
    if not isinstance(asked, dict) or not asked.keys() <= KEYS | IGNORED:
        raise Refused(400, "Refused: one GraphQL request is an object of query, variables and operationName.")
    query, variables, name = asked.get("query"), asked.get("variables"), asked.get("operationName")
    if not isinstance(query, str) or not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise Refused(400, "Refused: query and operationName are texts, variables an object.")
    document = (_parsed if len(query) <= KEPT_CHARACTERS_MOST else _parsed.__wrapped__)(query)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1:
        raise Refused(400, f"Refused: a request holds one operation, not {len(operations)}.")
    (node,) = operations
    if name and (node.name is None or node.name.value != name):
        raise Refused(400, "Refused: operationName names no operation of the query.")
    return Operation(query, variables or {}, name or None, document, node)


@functools.lru_cache(maxsize=KEPT)
def _parsed(query: str) -> DocumentNode:
    """The document. Raises Refused."""
    try:
        document = parse(query, max_lexical_tokens=TOKENS_MOST, max_comments=COMMENTS_MOST, no_location=True)
        if _depth(document) > DEPTH_MOST:
            raise Refused(400, f"Refused: the query is deeper than {DEPTH_MOST} levels.")
    except (GraphQLError, RecursionError):
        raise Refused(400, f"Refused: the query is no GraphQL, or longer than {TOKENS_MOST:,} words.") from None
    return document


def _depth(document: DocumentNode) -> int:
    """How deep the operations are, fragments included."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    known: dict[str, int] = {}

    def of(selections: SelectionSetNode | None, within: frozenset[str]) -> int:
        deepest = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in within:
                    raise Refused(400, "Refused: a fragment holds itself.")
                if name in fragments and name not in known:
                    known[name] = of(fragments[name].selection_set, within | {name})
                deepest = max(deepest, known.get(name, 0))
            else:
                deepest = max(deepest, of(getattr(node, "selection_set", None), within))
        return deepest + 1

    return max((of(getattr(node, "selection_set", None), frozenset()) for node in document.definitions), default=0)


def calls(schema: GraphQLSchema, operation: Operation) -> list[Call]:
    """The fields of a mutation, as Dagster will run them. Raises Refused where the schema knows no such mutation."""
    root = schema.mutation_type
    not_valid = Refused(400, "Refused: the mutation does not fit Dagster's schema.")
    if root is None or validate(schema, operation.document, max_errors=1):
        raise not_valid
    variables = get_variable_values(schema, operation.node.variable_definitions or (), dict(operation.variables))
    if isinstance(variables, list):
        raise not_valid
    fragments = {n.name.value: n for n in operation.document.definitions if isinstance(n, FragmentDefinitionNode)}
    found = []
    try:
        for nodes in collect_fields(schema, fragments, variables, root, operation.node.selection_set).values():
            for node in nodes:
                name = node.name.value
                given = get_argument_values(root.fields[name], node, variables) if name in root.fields else {}
                found.append(Call(name, given))
    except GraphQLError:
        raise not_valid from None
    return found
