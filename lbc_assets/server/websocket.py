"""GraphQL over WebSocket: each message is read before Dagster reads it, and for viewers in its place.

Belongs here: the messages of Apollo's ``graphql-ws``. Does not belong here: who may open one (``guard.py``).
A viewer's socket is answered here and never reaches Dagster: the UI asks for one and asks again without end where it
gets none, and all that it would learn from it are logs.
"""

from __future__ import annotations

import json
from typing import Any

from graphql import FieldNode, OperationType
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lbc_assets.server.asked import BODY_BYTES_MOST
from lbc_assets.server.graphql import Operation, read_json, read_operation
from lbc_assets.server.refusal import Refused

PROTOCOL = "graphql-ws"
INIT, START, STOP, TERMINATE = "connection_init", "start", "stop", "connection_terminate"
TOO_LARGE, NOT_UNDERSTOOD = 1009, 1003


def read_message(text: str) -> tuple[dict[str, Any], Operation | None]:
    """A message written anew, with no key that is not known, and what it subscribes to. Raises Refused."""
    said = read_json(text)
    kind = said.get("type") if isinstance(said, dict) else None
    number = said.get("id") if isinstance(said, dict) else None
    if kind not in (INIT, START, STOP, TERMINATE) or not isinstance(number, str | int | None):
        raise Refused(400, "Refused: this is no message of graphql-ws.")
    message: dict[str, Any] = {"type": kind, "id": number}
    operation = None
    if kind == START:
        operation = read_operation(said.get("payload"))
        if operation.kind is not OperationType.SUBSCRIPTION:
            raise Refused(403, "Refused: over WebSocket there are only subscriptions.")
        # what Dagster calls the name of the operation here
        message["payload"] = json.loads(operation.body()) | {"operation_name": operation.name}
    return message, operation


def _sent(said: dict[str, Any]) -> Message:
    return {"type": "websocket.send", "text": json.dumps(said)}


def _no_logs(operation: Operation) -> dict[str, Any]:
    """A run's log, without a line: else its page would say for ever that the log is on its way."""
    nothing = {"__typename": "PipelineRunLogsSubscriptionSuccess", "messages": [], "hasMorePastEvents": False}
    names = [node for node in operation.node.selection_set.selections if isinstance(node, FieldNode)]
    return {
        (node.alias or node.name).value: {**nothing, "run": None, "cursor": "HEAD"}
        for node in names
        if node.name.value == "pipelineRunLogs"
    }


async def viewers_socket(receive: Receive, send: Send) -> None:
    """Accept and acknowledge; whatever is subscribed to has nothing to say."""
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
    while (message := await receive())["type"] == "websocket.receive":
        try:
            said, operation = read_message(message.get("text") or "")
        except Refused as refused:
            await send(_sent({"type": "error", "id": None, "payload": {"message": refused.message}}))
            continue
        if said["type"] == INIT:
            await send(_sent({"type": "connection_ack"}))
        elif operation is not None and (answer := _no_logs(operation)):
            await send(_sent({"type": "data", "id": said["id"], "payload": {"data": answer}}))
        elif said["type"] == TERMINATE:
            await send({"type": "websocket.close", "code": 1000})
            return


async def stewards_socket(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let subscriptions through to Dagster; a message that is refused is answered, and Dagster never sees it."""

    async def read() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            text = message.get("text")
            if text is None or len(text) > BODY_BYTES_MOST:
                await send({"type": "websocket.close", "code": NOT_UNDERSTOOD if text is None else TOO_LARGE})
                return {"type": "websocket.disconnect", "code": NOT_UNDERSTOOD}
            try:
                return {"type": "websocket.receive", "text": json.dumps(read_message(text)[0])}
            except Refused as refused:
                await send(_sent({"type": "error", "id": None, "payload": {"message": refused.message}}))

    await app(scope, read, send)
