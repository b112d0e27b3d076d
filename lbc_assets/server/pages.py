"""What is served beside Dagster: the published pages of a wave, and the catalogue.

Belongs here: finding a page by its address. Does not belong here: writing pages (``reporting/``, ``catalogue/``),
addresses (``addresses.py``), who may see them (everybody who is signed in: they hold no child).
"""

from __future__ import annotations

import mimetypes
from html import escape
from pathlib import Path

from starlette.responses import FileResponse, Response

from lbc_assets.addresses import CATALOGUE, REPORTS, page_address
from lbc_assets.server.answers import page
from lbc_assets.server.headers import PAGE, SITE
from lbc_assets.server.refusal import Refused
from lbc_assets.settings import Home
from lbc_assets.warehouse.flow import PAGES
from lbc_assets.warehouse.snapshots import WAVE_ID
from lbc_assets.warehouse.store import Warehouse

CATALOGUE_SERVED = "current"
NO_SUCH_PAGE = "No such page is published. The list of reports has those that are."
# a catalogue is made of these; anything else that lies in the folder is nobody's business
SUFFIXES = {".html", ".css", ".js", ".json", ".svg", ".png", ".woff2", ".txt"}


def _published(home: Home) -> list[tuple[str, str]]:
    store = Warehouse(home)
    return [
        (wave, file)
        for wave in store.snapshots.waves()
        for file in PAGES.values()
        if (path := store.page_path(wave, file)) and path.is_file()
    ]


def _report(home: Home, rest: str) -> Response:
    if not rest:
        rows = [
            f'<li><a href="{escape(page_address(wave, file))}">{escape(wave)}: {escape(file)}</a></li>'
            for wave, file in _published(home)
        ]
        return page("Reports", f"<ul>{''.join(rows)}</ul>" if rows else "<p>No wave is published yet.</p>")
    wave, _, file = rest.partition("/")
    # both are names that we know, before either is part of a path
    if file not in PAGES.values() or not WAVE_ID.fullmatch(wave):
        raise Refused(404, NO_SUCH_PAGE)
    path = Warehouse(home).page_path(wave, file)
    if path is None or not path.is_file():
        raise Refused(404, NO_SUCH_PAGE)
    return FileResponse(path, headers={"Content-Security-Policy": PAGE}, media_type="text/html")


def _catalogue(home: Home, rest: str) -> Response:
    # asked anew each time: another version may be served from one request to the next
    folder = (home.catalogue / CATALOGUE_SERVED).resolve()
    if not folder.is_dir():
        raise Refused(404, "The catalogue is not built yet: run 'lbc catalogue'.")
    path = Path(folder, rest or "index.html").resolve()
    if not path.is_relative_to(folder) or path.suffix not in SUFFIXES or not path.is_file():
        raise Refused(404, "The catalogue has no such page.")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return FileResponse(path, headers={"Content-Security-Policy": SITE}, media_type=kind)


def find_page(home: Home, path: str) -> Response | None:
    """The answer for an address of ours; None where it is Dagster's. Raises Refused (404)."""
    for begin, find in ((REPORTS, _report), (CATALOGUE, _catalogue)):
        if path == begin.rstrip("/"):
            # the pages' links are relative
            return Response(status_code=308, headers={"Location": begin})
        if path.startswith(begin):
            return find(home, path.removeprefix(begin))
    return None
