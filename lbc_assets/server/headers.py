"""The headers of every answer: what a browser may do with it, and that nobody keeps it.

Belongs here: the policy a kind of page. Does not belong here: headers of requests (``origin.py``, ``who.py``).
"""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders

# what is served here never looks elsewhere, is framed by nobody and posts to nobody else
ALL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
TO_NOBODY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# a page of ours: no script at all
PAGE = f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; {TO_NOBODY}"
# the catalogue: its own files, and nothing in the pages themselves but style
SITE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    f"font-src 'self' data:; connect-src 'self'; {TO_NOBODY}"
)
# what Dagster's own policy leaves open, added to it
BESIDE_DAGSTERS = (
    "default-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    f"worker-src 'self' blob:; {TO_NOBODY}"
)
# files of Dagster's program: a browser may keep them, for their names change with their content; and they hold no data
PROGRAM = re.compile(r"/(_next/static|vendor)/")
YEAR = 365 * 24 * 3600
HIDDEN = ("server", "x-dagster-call-counts", "feature-policy")


# a file of Dagster's program may be a worker, whose policy is its own file's
WORKER = f"default-src 'self'; {TO_NOBODY}"


def policy(given: str | None, path: str) -> str:
    """Dagster's policy, with its nonce, and what it leaves open; a page's own where it sends one."""
    if given is None:
        return WORKER if PROGRAM.match(path) else PAGE
    if "nonce-" not in given:
        return given
    said = {part.split()[0] for part in given.split(";") if part.strip()}
    more = [part.strip() for part in BESIDE_DAGSTERS.split(";") if part.split()[0] not in said]
    return f"{given.rstrip('; ')}; {'; '.join(more)}"


def secure(headers: MutableHeaders, path: str, *, https: bool) -> None:
    """Set what every answer has, in place of whatever the app has said of it."""
    for name in HIDDEN:
        if name in headers:
            del headers[name]
    for name, value in ALL.items():
        headers[name] = value
    headers["Content-Security-Policy"] = policy(headers.get("content-security-policy"), path)
    headers["Cache-Control"] = "private, max-age=3600" if PROGRAM.match(path) else "no-store"
    if https:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
