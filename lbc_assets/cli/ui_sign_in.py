"""How one signs in to this start of ``lbc ui``: by the links that it prints, or at the proxy in front.

Belongs here: what is printed of it, and how ``lbc ui`` itself asks whether all is well. Does not belong here: whom the
server lets in (``server/who.py``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from lbc_assets.server.who import KEY_HEADER, TOKEN, USER_HEADER, Links, Role, cookie_name, proxy_key
from lbc_assets.settings import LOOPBACK, Home, Server

ITSELF = "lbc-ui"


@dataclass(frozen=True)
class Asking:
    """``links`` without a proxy, ``key`` with one."""

    settings: Server
    links: Links | None
    key: str

    def address(self, port: int) -> str:
        """Where a browser finds it."""
        return f"http://{LOOPBACK}:{port}" if self.links else f"https://{self.settings.hosts[0]}"

    def headers(self, port: int) -> dict[str, str]:
        """With which the guard lets ``lbc ui`` itself in."""
        if self.links:
            return {"Cookie": f"{cookie_name(Role.STEWARD, port)}={self.links.session(Role.STEWARD)}"}
        return {"Host": self.settings.hosts[0], KEY_HEADER: self.key, USER_HEADER: ITSELF}

    def said(self, port: int, viewer_port: int) -> str:
        """How to sign in, in words."""
        if self.links is None:
            stewards = ", ".join(self.settings.stewards) or "nobody (settings.yaml names none)"
            return f"Behind a proxy, which asks for a password. Stewards: {stewards}; everybody else is a viewer."
        return (
            f"One steward, signed in by this link: http://{LOOPBACK}:{port}/?{TOKEN}={self.links.steward}\n"
            f"Viewers, read-only, by this link: http://{LOOPBACK}:{viewer_port}/?{TOKEN}={self.links.viewer}\n"
            "Whoever has a link is signed in: other users of this machine too. Both end with this start."
        )


@contextlib.contextmanager
def asking_at(home: Home) -> Iterator[Asking]:
    """New links, as long as the server runs; or the key that the proxy has."""
    settings = home.settings().server
    if settings.proxy:
        yield Asking(settings, None, proxy_key(home))
        return
    links = Links.new()
    links.write(home)
    try:
        yield Asking(settings, links, "")
    finally:
        Links.forget(home)
