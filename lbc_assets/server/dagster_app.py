"""Dagster's web app, twice over one workspace: for stewards with the permissions they need, for viewers read-only.

Belongs here: the two apps, their permissions and schemas. Does not belong here: who gets which (``guard.py``), which
mutations pass (``mutations.py``: Dagster's permissions say the same to its UI, so that it offers nothing else).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dagster._core.instance import DagsterInstance
from dagster._core.workspace.context import (
    IWorkspaceProcessContext,
    WorkspaceProcessContext,
    WorkspaceRequestContext,
)
from dagster._core.workspace.permissions import (
    PermissionResult,
    Permissions,
    get_location_scoped_user_permissions,
    get_user_permissions,
)
from dagster_graphql.schema import create_schema
from dagster_webserver.webserver import DagsterWebserver
from graphene import Schema
from graphql import GraphQLError
from starlette.types import ASGIApp

from lbc_assets.server.closed import Closed, close_to_everybody, close_to_viewers
from lbc_assets.server.who import Role

STEWARDS_MAY = frozenset(
    {
        Permissions.LAUNCH_PIPELINE_EXECUTION,
        Permissions.LAUNCH_PIPELINE_REEXECUTION,
        Permissions.LAUNCH_PARTITION_BACKFILL,
        Permissions.CANCEL_PARTITION_BACKFILL,
        Permissions.TERMINATE_PIPELINE_EXECUTION,
        Permissions.START_SCHEDULE,
        Permissions.STOP_RUNNING_SCHEDULE,
        Permissions.EDIT_SENSOR,
    }
)
MILLISECONDS_BETWEEN_LOOKS = 2000
FAULT = "The server has a fault; stewards see which."


def _only(given: Mapping[str, PermissionResult], allowed: frozenset[Permissions]) -> dict[str, PermissionResult]:
    closed = PermissionResult(enabled=False, disabled_reason="Closed here (docs/server.md)")
    return {name: result if name in allowed else closed for name, result in given.items()}


class _Request(WorkspaceRequestContext):
    """A request whose permissions are those of its role."""

    def __init__(self, allowed: frozenset[Permissions], **options: Any) -> None:
        super().__init__(read_only=not allowed, **options)
        self._allowed = allowed

    @property
    def permissions(self) -> Mapping[str, PermissionResult]:
        return _only(get_user_permissions(self.read_only), self._allowed)

    def permissions_for_location(self, *, location_name: str) -> Mapping[str, PermissionResult]:
        return _only(get_location_scoped_user_permissions(self.read_only), self._allowed)


class _OfRole(IWorkspaceProcessContext[WorkspaceRequestContext]):
    """The one workspace as a role sees it; nothing can be reloaded or shut down through it."""

    def __init__(self, workspace: WorkspaceProcessContext, allowed: frozenset[Permissions]) -> None:
        self._workspace, self._allowed = workspace, allowed

    def create_request_context(self, source: Any | None = None) -> WorkspaceRequestContext:
        return _Request(
            self._allowed,
            instance=self._workspace.instance,
            current_workspace=self._workspace.get_current_workspace(),
            process_context=self,
            version=self.version,
            source=source,
        )

    @property
    def version(self) -> str:
        return self._workspace.version

    @property
    def instance(self) -> DagsterInstance:
        return self._workspace.instance

    def reload_code_location(self, name: str) -> None:
        raise PermissionError("definitions are loaded when 'lbc ui' starts, and not again: restart it")

    def reload_workspace(self) -> None:
        raise PermissionError("definitions are loaded when 'lbc ui' starts, and not again: restart it")

    def refresh_workspace(self) -> None:
        raise PermissionError("definitions are loaded when 'lbc ui' starts, and not again: restart it")


class _Webserver(DagsterWebserver[_OfRole, WorkspaceRequestContext]):
    def build_graphql_schema(self) -> Schema:
        schema = create_schema()
        close_to_everybody(schema.graphql_schema)
        return schema

    def _determine_status_code(
        self, resolver_errors: list[GraphQLError] | None, captured_errors: list[Exception]
    ) -> int:
        faults = [error for error in resolver_errors or () if not isinstance(error.original_error, Closed)]
        others = [error for error in captured_errors if not isinstance(error, Closed)]
        return super()._determine_status_code(faults, others)


class _ViewersWebserver(_Webserver):
    def build_graphql_schema(self) -> Schema:
        schema = super().build_graphql_schema()
        close_to_viewers(schema.graphql_schema)
        return schema

    def handle_graphql_errors(self, errors: Sequence[GraphQLError]) -> list[Any]:
        """What is wrong with a query is said; what a resolver has run into (paths, a stack) is not."""
        return [
            {"message": error.message if isinstance(error.original_error, Closed | None) else FAULT} for error in errors
        ]


def _webserver(workspace: WorkspaceProcessContext, role: Role) -> _Webserver:
    if role is Role.STEWARD:
        return _Webserver(_OfRole(workspace, STEWARDS_MAY), "", MILLISECONDS_BETWEEN_LOOKS)
    return _ViewersWebserver(_OfRole(workspace, frozenset()), "", MILLISECONDS_BETWEEN_LOOKS)


def apps(workspace: WorkspaceProcessContext) -> tuple[dict[Role, ASGIApp], Schema]:
    """Dagster's app a role, and the schema in which a steward's mutations are read."""
    servers = {role: _webserver(workspace, role) for role in Role}
    schema = servers[Role.STEWARD]._graphene_schema.graphql_schema
    return {role: server.create_asgi_app() for role, server in servers.items()}, schema
