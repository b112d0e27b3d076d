"""GraphQL over WebSocket: each message is read before Dagster reads it, and for viewers in its place.

Belongs here: the messages of Apollo's ``graphql-ws``. Does not belong here: who may open one (``guard.py``).
A viewer's socket is answered here and never reaches Dagster: the UI asks for one and asks again without end where it
gets none, and all that it would learn from it are logs.
"""

from __future__ import annotations

import json
from typing import Any

from graphql import OperationType
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lbc_assets.server.asked import BODY_BYTES_MOST
from lbc_assets.server.graphql import read_json, read_operation
from lbc_assets.server.refusal import Refused

PROTOCOL = "graphql-ws"
INIT, START, STOP, TERMINATE = "connection_init", "start", "stop", "connection_terminate"
TOO_LARGE, NOT_UNDERSTOOD = 1009, 1003


def read_message(text: str) -> dict[str, Any]:
    """A message written anew, with no key that is not known. Raises Refused."""
    said = read_json(text)
    kind = said.get("type") if isinstance(said, dict) else None
    number = said.get("id") if isinstance(said, dict) else None
    if kind not in (INIT, START, STOP, TERMINATE) or not isinstance(number, str | int | None):
        raise Refused(400, "Refused: this is no message of graphql-ws.")
    message: dict[str, Any] = {"type": kind, "id": number}
    if kind == START:
        operation = read_operation(said.get("payload"))
        if operation.kind is not OperationType.SUBSCRIPTION:
            raise Refused(403, "Refused: over WebSocket there are only subscriptions.")
        # what Dagster calls the name of the operation here
        message["payload"] = json.loads(operation.body()) | {"operation_name": operation.name}
    return message


def _sent(said: dict[str, Any]) -> Message:
    return {"type": "websocket.send", "text": json.dumps(said)}


async def viewers_socket(receive: Receive, send: Send) -> None:
    """Accept and acknowledge; whatever is subscribed to never says anything."""
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
    while (message := await receive())["type"] == "websocket.receive":
        try:
            said = read_message(message.get("text") or "")
        except Refused as refused:
            await send(_sent({"type": "error", "id": None, "payload": {"message": refused.message}}))
            continue
        if said["type"] == INIT:
            await send(_sent({"type": "connection_ack"}))
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
                return {"type": "websocket.receive", "text": json.dumps(read_message(text))}
            except Refused as refused:
                await send(_sent({"type": "error", "id": None, "payload": {"message": refused.message}}))

    await app(scope, read, send)
