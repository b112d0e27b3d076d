"""Who is asking: by the link that ``lbc ui`` prints, or as the proxy in front says.

Belongs here: names, roles, the link's secrets, the proxy's key. Does not belong here: what a role may do (``guard.py``,
``dagster_app.py``), passwords (the proxy's).
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from lbc_assets.keys import load_key_at
from lbc_assets.server.asked import Asked
from lbc_assets.server.refusal import Refused
from lbc_assets.settings import USER_NAME, Home
from lbc_assets.warehouse.files import write_bytes

USER_HEADER, KEY_HEADER = "x-lbc-user", "x-lbc-proxy-key"
TOKEN = "token"


class Role(enum.StrEnum):
    """A viewer sees what is published and how it was made; a steward also starts runs, and sees pseudonyms and logs."""

    VIEWER = "viewer"
    STEWARD = "steward"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    name: str
    role: Role


class Door(Protocol):
    """Tells who asks, on an address that lets ``most`` in."""

    def who(self, asked: Asked, most: Role) -> Person:
        """Who it is. Raises Refused (401) where nobody is signed in."""

    def cookie(self, asked: Asked, most: Role) -> str | None:
        """The cookie that signs in whoever asks by a valid link; None where the request is no such link."""


class Links(BaseModel):
    """The secrets of the two links of one start of ``lbc ui``, one a role."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steward: str
    viewer: str

    @classmethod
    def new(cls) -> Links:
        """Secrets that nobody can guess."""
        return cls(steward=secrets.token_urlsafe(32), viewer=secrets.token_urlsafe(32))

    def token(self, role: Role) -> str:
        """What the role's link ends with."""
        return self.steward if role is Role.STEWARD else self.viewer

    def session(self, role: Role) -> str:
        """What a browser keeps instead, so that the link itself lies in no profile."""
        return hmac.new(self.token(role).encode(), b"session", hashlib.sha256).hexdigest()

    @staticmethod
    def _path(home: Home) -> Path:
        return home.dagster / "ui.links"

    def write(self, home: Home) -> None:
        """For the server's process: not in its environment or command line, which runs inherit and others may list."""
        write_bytes(self._path(home), self.model_dump_json().encode())

    @classmethod
    def read(cls, home: Home) -> Links:
        """What ``write`` has written."""
        return cls.model_validate_json(cls._path(home).read_bytes())

    @classmethod
    def forget(cls, home: Home) -> None:
        """A link ends with its server."""
        cls._path(home).unlink(missing_ok=True)


def cookie_name(role: Role, port: int) -> str:
    """Cookies do not know ports: each address has a name of its own."""
    return f"lbc-{role}-{port}"


@dataclass(frozen=True)
class ByLink:
    """On loopback, without a proxy: one steward, and one viewer's link for everybody else on the machine."""

    links: Links

    def who(self, asked: Asked, most: Role) -> Person:
        given = asked.cookie(cookie_name(most, asked.port))
        if not hmac.compare_digest(given.encode(), self.links.session(most).encode()):
            raise Refused(
                401, "Nobody is signed in. Open the link that 'lbc ui' has printed; each start prints another."
            )
        return Person(most.value, most)

    def cookie(self, asked: Asked, most: Role) -> str | None:
        token = asked.query.get(TOKEN)
        if asked.method != "GET" or token is None:
            return None
        if not hmac.compare_digest(token.encode(), self.links.token(most).encode()):
            raise Refused(
                401, "This link is of an earlier start, or of the other address: 'lbc ui' printed another one."
            )
        name = cookie_name(most, asked.port)
        return f"{name}={self.links.session(most)}; HttpOnly; SameSite=Strict; Path=/"


def proxy_key(home: Home) -> str:
    """What the proxy sends so that it is believed; made on first use."""
    return load_key_at(home.root / "proxy.key").hex()


@dataclass(frozen=True)
class ByProxy:
    """Behind a proxy that has asked for a password: it names the user, and proves by a key that it is the proxy."""

    key: str
    stewards: frozenset[str]

    def who(self, asked: Asked, most: Role) -> Person:
        key, name = asked.headers.get(KEY_HEADER, ""), asked.headers.get(USER_HEADER, "")
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            raise Refused(
                401, "Only the proxy is answered here: ask for the site's own address (see deploy/README.md)."
            )
        if not re.fullmatch(USER_NAME, name):
            raise Refused(401, "The proxy names no user, or one whose name holds other signs than A-Z a-z 0-9 . _ @ -")
        is_steward = name in self.stewards and most is Role.STEWARD
        return Person(name, Role.STEWARD if is_steward else Role.VIEWER)

    def cookie(self, asked: Asked, most: Role) -> str | None:
        return None


def door_of(home: Home) -> Door:
    """The door that the settings ask for."""
    settings = home.settings().server
    if settings.proxy:
        return ByProxy(proxy_key(home), frozenset(settings.stewards))
    return ByLink(Links.read(home))
