"""What of Dagster's GraphQL schema is closed: to viewers, and (code that runs on being looked at) to everybody.

Belongs here: the fields, by type and name in the schema itself, where neither alias nor fragment nor nesting passes
them. Does not belong here: mutations (``mutations.py``; a viewer's schema has none), pseudonyms by their look
(``redaction.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_list_type
from graphql.type import GraphQLNonNull

CLOSED_TO_VIEWERS = "Closed to viewers: stewards see it at their address."
# whatever gives one of these gives event logs, or what a process has printed
LOGS = {
    "EventConnection",
    "EventConnectionOrError",
    "InstigationEventConnection",
    "CapturedLogs",
    "CapturedLogsMetadata",
    "LogRetrievalShellCommand",
    "PipelineRunLogsSubscriptionPayload",
    "PartitionRunConfigOrError",
    "EnvVarWithConsumersOrError",
    "DefsStateInfo",
}
TAKES_CONFIG = "RunConfigData"
# run config, error texts and stack traces: a viewer sees that there is an error, not what it says
EMPTIED = {"runConfig", "runConfigYaml"}
ERRORS = {"PythonError", "ErrorChainLink"}
EMPTIED_FIELDS = {
    ("Instance", "info"),
    ("ConfiguredValue", "value"),
    ("InstigationTick", "logKey"),
    ("RunStepStats", "logKey"),
    ("LogsCapturedEvent", "logKey"),
}
# metadata that lists children: a failed check's, and those that a corrected delivery changed
LABELS_WITH_PSEUDONYMS = {"pseudonyms", "latest_changes"}
# looking at a schedule's next tick runs its code
RUNS_CODE = {("DryRunInstigationTick", "evaluationResult"), ("Query", "test")}

Resolve = Callable[..., Any]


class Closed(GraphQLError):
    """A field is closed; nothing is wrong with the server."""


def _refusing(message: str) -> Resolve:
    def resolve(_root: Any, _info: Any, **_arguments: Any) -> Any:
        raise Closed(message)

    return resolve


def _emptied(field: GraphQLField) -> Resolve:
    of_type = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    empty: Any = [] if is_list_type(of_type) else None
    if empty is None and isinstance(field.type, GraphQLNonNull):
        empty = {} if get_named_type(of_type).name == TAKES_CONFIG else CLOSED_TO_VIEWERS
    return lambda _root, _info, **_arguments: empty


def _without_children(given: Resolve | None, name: str) -> Resolve:
    def resolve(root: Any, info: Any, **arguments: Any) -> Any:
        if getattr(root, "label", None) in LABELS_WITH_PSEUDONYMS:
            return '"closed to viewers"'
        return given(root, info, **arguments) if given else getattr(root, name, None)

    return resolve


def _is_refused(of_type: GraphQLObjectType, name: str, field: GraphQLField) -> bool:
    takes = {get_named_type(argument.type).name for argument in field.args.values()}
    return get_named_type(field.type).name in LOGS or TAKES_CONFIG in takes or (of_type.name, name) in RUNS_CODE


def _is_emptied(of_type: GraphQLObjectType, name: str) -> bool:
    is_message = name == "message" and any(interface.name == "MessageEvent" for interface in of_type.interfaces)
    return name in EMPTIED or of_type.name in ERRORS or is_message or (of_type.name, name) in EMPTIED_FIELDS


def _fields(schema: GraphQLSchema) -> list[tuple[GraphQLObjectType, str, GraphQLField]]:
    types = [found for found in schema.type_map.values() if isinstance(found, GraphQLObjectType)]
    return [(found, name, field) for found in types for name, field in found.fields.items() if found.name[:2] != "__"]


def close_to_everybody(schema: GraphQLSchema) -> None:
    """Close what runs code on being looked at."""
    for of_type, name, field in _fields(schema):
        if (of_type.name, name) in RUNS_CODE:
            field.resolve = _refusing("Closed: looking at it would run code.")


def close_to_viewers(schema: GraphQLSchema) -> None:
    """Take out of a schema all that viewers have no part in; mutations and subscriptions are not there at all."""
    schema.mutation_type = schema.subscription_type = None
    for of_type, name, field in _fields(schema):
        if _is_refused(of_type, name, field):
            field.resolve = _refusing(CLOSED_TO_VIEWERS)
        elif _is_emptied(of_type, name):
            field.resolve = _emptied(field)
        elif of_type.name.endswith("MetadataEntry") and name not in ("label", "description"):
            field.resolve = _without_children(field.resolve, name)
