"""An HTTP request or WebSocket as it was asked for: its address, path, query and headers, each of them once.

Belongs here: reading ASGI's scope and body. Does not belong here: any rule of who may ask for what (``origin.py``,
``who.py``, ``guard.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import cookie_parser
from starlette.types import Receive, Scope

from lbc_assets.server.refusal import Refused

BODY_BYTES_MOST = 1 << 20
# headers that decide something: a second one would leave it open which of the two counts
ONCE = ("host", "origin", "content-type", "content-length", "cookie", "sec-fetch-site", "x-lbc-user", "x-lbc-proxy-key")
_PLAIN = re.compile(r"(/[A-Za-z0-9_~!$&'()*+,;=:@. -]+)*/?")


@dataclass(frozen=True)
class Asked:
    """What a browser, or somebody else, asks for."""

    method: str
    port: int
    path: str
    query: dict[str, str]
    headers: dict[str, str]

    def cookie(self, name: str) -> str:
        """A cookie's value, or nothing."""
        return cookie_parser(self.headers.get("cookie", "")).get(name, "")

    @property
    def folder(self) -> str:
        """The first part of the path: ``reports`` of ``/reports/wave/report.html``."""
        return self.path.split("/", 2)[1]


def read_scope(scope: Scope) -> Asked:
    """The request of a scope. Raises Refused for headers that come twice and paths that are not plain."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").lower()
        if name in ONCE and name in headers:
            raise Refused(400, f"The header {name} came twice.")
        headers[name] = raw_value.decode("latin-1")
    path = scope["path"]
    if not _PLAIN.fullmatch(path) or any(part in (".", "..") for part in path.split("/")):
        raise Refused(404, "There is no such page: the address holds signs that none of ours does.")
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
    server = scope.get("server") or ("", 0)
    return Asked(scope.get("method", "GET"), int(server[1] or 0), path, query, headers)


async def read_body(asked: Asked, receive: Receive) -> bytes:
    """The whole body. Raises Refused where it is larger than anything that the UI sends."""
    too_large = Refused(413, f"The request is larger than {BODY_BYTES_MOST:,} bytes.")
    said = asked.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > BODY_BYTES_MOST:
        raise too_large
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "The request ended before its end.")
        body += message.get("body", b"")
        if len(body) > BODY_BYTES_MOST:
            raise too_large
        if not message.get("more_body"):
            return body
