"""A GraphQL request on its way to Dagster and back: judged, written down, answered, without pseudonyms for viewers.

Belongs here: the order of these. Does not belong here: reading a request (``graphql.py``), judging it
(``mutations.py``), what is closed in Dagster's schema (``closed.py``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, OperationType
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Scope

from lbc_assets.server.audit import AuditLog, NotWritten
from lbc_assets.server.graphql import Operation, calls, read_json, read_operation
from lbc_assets.server.known import Known
from lbc_assets.server.mutations import ALLOWED, CLOSED, judge
from lbc_assets.server.redaction import redacted
from lbc_assets.server.refusal import Refused
from lbc_assets.server.who import Person, Role

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class GraphqlRequests:
    """``schema``: the one in which mutations are read."""

    schema: GraphQLSchema
    known: Callable[[], Known]
    audit: AuditLog

    async def answer(self, app: ASGIApp, scope: Scope, person: Person, body: bytes) -> Response:
        """Dagster's answer. Raises Refused."""
        operation = read_operation(read_json(body))
        if operation.kind is OperationType.SUBSCRIPTION:
            raise Refused(400, "Refused: subscriptions are asked for over WebSocket.")
        if operation.kind is OperationType.MUTATION:
            return await self._mutation(app, scope, person, operation)
        answer = await _ask(app, scope, operation.body())
        if person.role is not Role.STEWARD:
            return Response(
                await run_in_threadpool(redacted, bytes(answer.body)), answer.status_code, media_type="application/json"
            )
        return answer

    async def _mutation(self, app: ASGIApp, scope: Scope, person: Person, operation: Operation) -> Response:
        try:
            number = await run_in_threadpool(self._judged, person, operation)
        except NotWritten as problem:
            logger.error("%s", problem)
            raise Refused(200, f"Refused: {problem}") from None
        answer = await _ask(app, scope, operation.body())
        try:
            await run_in_threadpool(self.audit.answered, number, answer.status_code, _kinds(bytes(answer.body)))
        except NotWritten as problem:
            # it has run: that it was asked for is written down
            logger.error("%s", problem)
        return answer

    def _judged(self, person: Person, operation: Operation) -> str:
        """The number of the note in the audit log, which is written before anything runs. Raises Refused."""
        fields: list[dict[str, Any]] = []
        try:
            found = calls(self.schema, operation)
            fields = [{"field": call.field if call.field in ALLOWED | CLOSED else "unknown"} for call in found]
            if person.role is not Role.STEWARD:
                raise Refused(403, "Refused: viewers change nothing. Ask a steward.")
            known = self.known()
            what = [judge(call, known) for call in found]
        except Refused:
            self.audit.asked(person, fields, "refused")
            raise
        return self.audit.asked(person, what, "allowed")


async def _ask(app: ASGIApp, scope: Scope, body: bytes) -> Response:
    """The app's whole answer to this body, and to nothing else of the request that could be read as GraphQL."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    kept = [(name, value) for name, value in scope["headers"] if name.lower() == b"host"]
    status, parts = 500, []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        parts.append(message.get("body", b""))

    await app({**scope, "query_string": b"", "headers": kept + headers}, receive, send)
    return Response(b"".join(parts), status, media_type="application/json")


def _kinds(body: bytes) -> set[str]:
    """What Dagster calls its answers, where the request asked for it: names of types, no values."""
    try:
        answered = json.loads(body)
    except ValueError:
        return set()
    if answered.get("errors"):
        return {"errors"}
    found = {value.get("__typename") for value in (answered.get("data") or {}).values() if isinstance(value, dict)}
    return {kind for kind in found if isinstance(kind, str) and kind.isidentifier()}
