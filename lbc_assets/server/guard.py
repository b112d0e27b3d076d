"""The guard: every request passes here, and what is not let through by name is refused.

Belongs here: the order of the questions, and which part of Dagster's app is open to whom. Does not belong here: the
questions themselves (``origin.py``, ``who.py``, ``graphql_requests.py``), what is served (``pages.py``, Dagster).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lbc_assets.server import answers
from lbc_assets.server.asked import Asked, read_body, read_scope
from lbc_assets.server.graphql_requests import GraphqlRequests
from lbc_assets.server.headers import secure
from lbc_assets.server.origin import Origins, check_json
from lbc_assets.server.pages import find_page
from lbc_assets.server.refusal import Refused
from lbc_assets.server.websocket import stewards_socket, viewers_socket
from lbc_assets.server.who import TOKEN, Door, Person, Role
from lbc_assets.settings import Home

GRAPHQL = "/graphql"
# parts of Dagster's app by the first part of their path; whatever else is asked for is its one page, or a file of it
CLOSED = {
    "report_asset_materialization",
    "report_asset_check",
    "report_asset_observation",
    "notebook",
    "dagit",
    "dagit_info",
    "server_info",
}
FOR_STEWARDS = {"logs", "download_debug"}


@dataclass(frozen=True)
class Guard:
    """The ASGI app that is served. ``addresses``: the most that each port lets in."""

    home: Home
    apps: Mapping[Role, ASGIApp]
    addresses: Mapping[int, Role]
    origins: Origins
    door: Door
    graphql: GraphqlRequests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, self._secured(scope, send))

    def _secured(self, scope: Scope, send: Send) -> Send:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                secure(headers, scope["path"], https=self.origins.scheme == "https")
                message = {**message, "headers": headers.raw}
            await send(message)

        return secured

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_graphql = scope["path"] == GRAPHQL
        try:
            answer = await self._answer(scope, receive)
        except Refused as refused:
            refusal = answers.graphql_error if is_graphql else answers.refusal
            answer = refusal(refused.status, refused.message)
        await (answer or answers.refusal(404, "There is no such page."))(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | ASGIApp:
        asked = read_scope(scope)
        most = self.addresses.get(asked.port)
        if most is None:
            raise Refused(421, "No address of this server.")
        self.origins.check(asked, changes=asked.method not in ("GET", "HEAD"))
        if cookie := self.door.cookie(asked, most):
            rest = urlencode({name: value for name, value in asked.query.items() if name != TOKEN})
            return answers.signed_in(asked.path + (f"?{rest}" if rest else ""), cookie)
        person = self.door.who(asked, most)
        if asked.path == GRAPHQL:
            return await self._graphql(asked, person, scope, receive)
        if asked.method not in ("GET", "HEAD"):
            raise Refused(405, "Pages are read with GET; GraphQL is asked for with POST at /graphql.")
        if asked.folder in CLOSED:
            raise Refused(403, "This part of Dagster is closed here.")
        if asked.folder in FOR_STEWARDS and person.role is not Role.STEWARD:
            raise Refused(403, "Logs and debug files are for stewards.")
        ours = await run_in_threadpool(find_page, self.home, asked.path)
        return ours or self.apps[person.role]

    async def _graphql(self, asked: Asked, person: Person, scope: Scope, receive: Receive) -> Response:
        if asked.method != "POST":
            raise Refused(405, "GraphQL is asked for with POST.")
        check_json(asked)
        body = await read_body(asked, receive)
        return await self.graphql.answer(self.apps[person.role], scope, person, body)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            asked = read_scope(scope)
            most = self.addresses.get(asked.port)
            if most is None or asked.path != GRAPHQL or "origin" not in asked.headers:
                raise Refused(403, "No WebSocket here.")
            self.origins.check(asked, changes=True)
            person = self.door.who(asked, most)
        except Refused:
            # before it is accepted: the handshake is answered with 403
            await send({"type": "websocket.close", "code": 1008})
            return
        if person.role is Role.STEWARD:
            await stewards_socket(self.apps[person.role], scope, receive, send)
        else:
            await viewers_socket(receive, send)
