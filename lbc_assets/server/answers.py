"""Answers of the guard's own: a short page, a GraphQL error, a redirect.

Belongs here: how they look. Does not belong here: when they are given (``guard.py``), their headers (``headers.py``).
"""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse, JSONResponse, Response

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}</style></head>
<body><h1>{title}</h1>{body}<p><a href="/">Back to the assets</a></p></body></html>
"""
TITLES = {401: "Not signed in", 404: "Not found", 503: "Not now"}


def page(title: str, body: str, status: int = 200) -> Response:
    """A short page; ``body`` is HTML."""
    return HTMLResponse(_PAGE.format(title=escape(title), body=body), status)


def refusal(status: int, message: str) -> Response:
    """A refusal as a page."""
    return page(TITLES.get(status, "Refused"), f"<p>{escape(message)}</p>", status)


def graphql_error(status: int, message: str) -> Response:
    """A refusal as GraphQL has errors: Dagster's UI shows the message of one with status 200."""
    return JSONResponse({"data": None, "errors": [{"message": message}]}, status)


def signed_in(where: str, cookie: str) -> Response:
    """To the page asked for, by an address that holds no secret."""
    return Response(status_code=303, headers={"Location": where, "Set-Cookie": cookie})
