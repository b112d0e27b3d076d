"""A stand-in for Dagster's app, and asking the guard around it as somebody.

Belongs here: what several files of this folder share. Does not belong here: any expectation, plain ASGI
(``asgi_kit.py``).
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from asgi_kit import STEWARDS, VIEWERS, ask, post, talk

from lbc_assets.server.audit import read_log
from lbc_assets.server.guard import Guard
from lbc_assets.server.known import Known
from lbc_assets.server.who import Links, Role, cookie_name

WAVE = "baseline-2015"
CHILD = "0123456789abcdef0123"
KNOWN = Known(
    jobs={
        "refresh_wave": frozenset({"raw_schools", "report"}),
        "refresh_between_waves": frozenset({"wave_changes"}),
        "__ASSET_JOB": frozenset({"raw_schools", "report", "wave_changes", "deliveries"}),
    },
    assets={"raw_schools": True, "report": True, "wave_changes": False, "deliveries": False},
    checks=frozenset({("raw_schools", "school_counts_possible")}),
    instigators=frozenset({"inbox_sensor", "nightly_refresh"}),
    waves=frozenset({WAVE}),
)


class StandIn:
    """Answers like Dagster, and remembers what reached it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.bodies: list[Any] = []
        self.heard: list[Any] = []
        self.answer: Any = {"data": {"answer": "of Dagster"}}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            while (message := await receive())["type"] != "websocket.disconnect":
                self.heard += [json.loads(message["text"])] if "text" in message else []
            return
        self.asked.append((scope["method"], scope["path"]))
        if scope["method"] == "POST":
            self.bodies.append(json.loads((await receive())["body"]))
        headers = [(b"content-type", b"application/json"), (b"server", b"of Dagster"), (b"x-dagster-call-counts", b"9")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(self.answer).encode()})


class Site:
    """A guard, and what one needs to ask it as somebody."""

    def __init__(self, guard: Guard, links: Links, dagster: StandIn | None = None) -> None:
        self.guard, self.links = guard, links
        self.dagster = dagster or StandIn()

    def cookie(self, role: Role) -> str:
        port = STEWARDS if role is Role.STEWARD else VIEWERS
        return f"{cookie_name(role, port)}={self.links.session(role)}"

    def get(self, target: str, role: Role = Role.STEWARD, method: str = "GET", **other: str) -> Any:
        port = STEWARDS if role is Role.STEWARD else VIEWERS
        headers = {"host": f"127.0.0.1:{port}", "cookie": self.cookie(role)} | {
            name.replace("_", "-"): value for name, value in other.items()
        }
        return ask(self.guard, target, method=method, port=port, headers=headers)

    def post(self, query: Any, variables: Any = None, role: Role = Role.STEWARD, **other: str | None) -> Any:
        port = STEWARDS if role is Role.STEWARD else VIEWERS
        return post(self.guard, query, variables, port=port, **({"cookie": self.cookie(role)} | other))

    def talk(self, said: list[Any], role: Role = Role.STEWARD, **other: str | None) -> Any:
        port = STEWARDS if role is Role.STEWARD else VIEWERS
        return talk(self.guard, said, port=port, **({"cookie": self.cookie(role)} | other))

    def log(self) -> list[dict[str, Any]]:
        return read_log(self.guard.home.audit)

    def but(self, **changes: Any) -> Site:
        """The same with another door or origins."""
        return Site(dataclasses.replace(self.guard, **changes), self.links, self.dagster)
