"""Whether a request comes from our own pages: Host, Origin, Sec-Fetch-* and Content-Type.

Belongs here: the rules against pages of others that ask in a steward's browser, and against names that lead here by
DNS. Does not belong here: who asks (``who.py``), and headers of answers (``headers.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

from lbc_assets.server.asked import Asked
from lbc_assets.server.refusal import Refused
from lbc_assets.settings import LOOPBACK, Server

LOOPBACK_NAMES = (LOOPBACK, "localhost")
OUR_OWN = ("same-origin", "none")
JSON = ("application/json", "application/json; charset=utf-8", "application/json;charset=utf-8")


@dataclass(frozen=True)
class Origins:
    """The names under which the server answers."""

    scheme: str
    names: tuple[str, ...]
    with_port: bool

    @classmethod
    def of(cls, settings: Server) -> Origins:
        """Those that the settings name behind a proxy, else loopback's."""
        return cls("https", settings.hosts, False) if settings.proxy else cls("http", LOOPBACK_NAMES, True)

    def _hosts(self, port: int) -> list[str]:
        return [f"{name}:{port}" for name in self.names] if self.with_port else list(self.names)

    def check(self, asked: Asked, *, changes: bool) -> None:
        """Raise Refused where the request names another host, or comes from a page that is not ours.

        ``changes``: it may change something (POST, WebSocket): then no other page may have asked for it, in no way.
        Otherwise another page may lead here by a link, and by nothing else (no picture, no script, no frame).
        """
        host = asked.headers.get("host", "").lower()
        if host not in self._hosts(asked.port):
            raise Refused(
                421,
                "No server of this name is here. On loopback open the link that 'lbc ui' printed; behind a proxy its "
                "name has to be among 'hosts' in settings.yaml.",
            )
        foreign = Refused(403, "Refused: another site's page has asked for it. Open it from our own pages.")
        origin, site = asked.headers.get("origin"), asked.headers.get("sec-fetch-site", "none")
        if origin is not None and origin.lower() != f"{self.scheme}://{host}":
            raise foreign
        if site not in OUR_OWN:
            is_link = asked.headers.get("sec-fetch-mode") == "navigate" and (
                asked.headers.get("sec-fetch-dest") == "document"
            )
            if changes or not is_link:
                raise foreign


def check_json(asked: Asked) -> None:
    """Raise Refused for a body that a page of others could send without asking first (a form's, plain text)."""
    if asked.headers.get("content-type", "").lower() not in JSON:
        raise Refused(415, "Refused: GraphQL is asked for with Content-Type application/json.")
