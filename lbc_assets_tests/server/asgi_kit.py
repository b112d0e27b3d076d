"""Asks an ASGI app, as a browser or somebody else would.

Belongs here: requests, WebSockets and what a browser sends by itself. Does not belong here: any expectation.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

STEWARDS, VIEWERS = 3000, 3001


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def headers_of(port: int, **other: str | None) -> dict[str, str]:
    """What our own page's script sends; ``other`` in its place, or nothing for None."""
    host = f"127.0.0.1:{port}"
    given = {
        "host": host,
        "origin": f"http://{host}",
        "sec_fetch_site": "same-origin",
        "content_type": "application/json",
        **other,
    }
    return {name.replace("_", "-"): value for name, value in given.items() if value is not None}


def _scope(
    kind: str, port: int, target: str, headers: dict[str, str], more: list[tuple[bytes, bytes]]
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    raw = [(name.encode(), value.encode()) for name, value in headers.items()] + more
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http" if kind == "http" else "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": raw,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", port),
        "state": {},
    }


def ask(
    app: Any,
    target: str,
    *,
    method: str = "GET",
    port: int = STEWARDS,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    more: list[tuple[bytes, bytes]] | None = None,
) -> Answer:
    """One request and its whole answer. ``more``: headers that come a second time."""
    given = headers_of(port, content_type=None) if headers is None else headers
    scope = _scope("http", port, target, given, more or []) | {"method": method}
    sent: list[dict[str, Any]] = []
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not unread:
            # nobody leaves before the answer is whole
            await asyncio.Event().wait()
        return unread.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start = next(message for message in sent if message["type"] == "http.response.start")
    found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(message.get("body", b"") for message in sent))


def post(app: Any, query: Any, variables: Any = None, *, port: int = STEWARDS, **other: str | None) -> Answer:
    """GraphQL as the UI asks for it; ``query`` may be any body."""
    body = {"query": query, "variables": variables or {}} if isinstance(query, str) else query
    given = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(app, "/graphql", method="POST", port=port, headers=headers_of(port, **other), body=given)


def talk(app: Any, said: list[Any], *, port: int = STEWARDS, **other: str | None) -> list[dict[str, Any]]:
    """Opens a WebSocket, says this, leaves; what the app sent."""
    scope = _scope("websocket", port, "/graphql", headers_of(port, content_type=None, **other), [])
    scope["subprotocols"] = ["graphql-ws"]
    sent: list[dict[str, Any]] = []
    texts = [
        {"type": "websocket.receive", "text": text if isinstance(text, str) else json.dumps(text)} for text in said
    ]
    unread = [{"type": "websocket.connect"}, *texts]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return unread.pop(0) if unread else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent
