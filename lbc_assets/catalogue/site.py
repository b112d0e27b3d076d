"""The site on disk: laid down whole beside the old one, then served by one flip; and whether it is stale.

Belongs here: versions under ``catalogue/`` of the home, the link ``current``, what a version was made of. Does not
belong here: what the pages say (``pages.py``), who asks for it (``assets/catalogue.py``, ``cli/catalogue.py``,
``sensors.py``).
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lbc_assets.catalogue.assembly import code_version, column_graph
from lbc_assets.settings import Home
from lbc_assets.warehouse.files import alone_in, fsync
from lbc_assets.warehouse.flow import PAGES
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES
from lbc_assets.warehouse.store import Warehouse

if TYPE_CHECKING:
    from lbc_assets.catalogue.pages import Pages

CURRENT, VERSIONS, LINEAGE, MADE_OF = "current", "versions", "lineage", "made_of.json"
# the one that is served, and the one before it, of which somebody may be reading a page
KEPT = 2


@dataclass(frozen=True)
class CatalogueState:
    """What a site would be made of now (``key``), whether the one that is served was made of something else, and its
    name ('' where none is), which no other version has.
    """

    key: str
    is_stale: bool
    version: str


@dataclass(frozen=True)
class Built:
    """A site that was laid down: its folder, its pages."""

    folder: Path
    pages: int


def served(home: Home) -> Path | None:
    """The folder of the site that is served, or None."""
    folder = home.catalogue / CURRENT
    return folder.resolve() if (folder / "index.html").is_file() else None


def state_of(store: Warehouse) -> CatalogueState:
    """Compare code, snapshots and what is held with what the served site was made of."""
    digest = hashlib.sha256(code_version().encode())
    for wave in (*store.snapshots.waves(), BETWEEN_WAVES):
        current, held = store.snapshots.current(wave), store.snapshots.draft(wave).held
        said = [current.model_dump_json() if current else "", *(f"{n}{h.model_dump_json()}" for n, h in held.items())]
        digest.update("\x1f".join([wave, *said]).encode())
    key = digest.hexdigest()[:16]
    folder = served(store.home)
    try:
        made_of = json.loads((folder / MADE_OF).read_text()) if folder else None
    except (OSError, ValueError):
        made_of = None
    return CatalogueState(key, made_of != key, folder.name if folder else "")


def build(store: Warehouse) -> Built:
    """Lay the site down and serve it. Readers see the old site or the new one, never a mixture."""
    from lbc_assets.catalogue.facts import facts_of
    from lbc_assets.catalogue.pages import Pages

    root = store.home.catalogue
    key = state_of(store).key  # asked first: what changes meanwhile makes the site stale again
    graph = column_graph(root / LINEAGE)
    pages = Pages(graph, facts_of(store), captions(store))
    versions = root / VERSIONS
    with alone_in(versions):
        folder = versions / f"{key}-{uuid.uuid4().hex[:8]}"
        try:
            number = _lay_down(pages, folder)
            (folder / MADE_OF).write_text(json.dumps(key))
            flip(root, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _sweep(versions, folder)
    return Built(folder, number)


def _lay_down(pages: Pages, folder: Path) -> int:
    """Write every file; how many pages."""
    number = 0
    for name in ("tables", "columns"):
        (folder / name).mkdir(mode=0o700, parents=True)
    for path, text in pages.all():
        (folder / path).write_text(text, encoding="utf-8")
        number += path.endswith(".html")
    return number


def flip(root: Path, folder: Path) -> None:
    """Let ``current`` lead to another version, in one step."""
    link = root / f".tmp-{uuid.uuid4().hex}"
    link.symlink_to(folder.relative_to(root))
    os.replace(link, root / CURRENT)
    fsync(root)


def _sweep(versions: Path, newest: Path) -> None:
    """Remove what is neither served nor was served last; versions that were never finished too."""
    others = sorted((path for path in versions.iterdir() if path != newest), key=lambda path: path.stat().st_mtime_ns)
    for old in others[: max(0, len(others) - KEPT + 1)]:
        shutil.rmtree(old, ignore_errors=True)


_CAPTION = re.compile(r'<caption id="([\w-]+)-caption">.*?<b>[^<]*</b>(.*?)</caption>', re.DOTALL)
_FIGURE = re.compile(r'<figure id="([\w-]+)">.*?<figcaption>.*?<b>[^<]*</b>(.*?)</figcaption>', re.DOTALL)


def captions(store: Warehouse) -> dict[str, str]:
    """What the tables and figures of a published wave's pages are called there, by their names in the graph."""
    found: dict[str, str] = {}
    for wave in store.snapshots.waves():
        for page, file in PAGES.items():
            path = store.page_path(wave, file)
            if path is None or not path.is_file():
                continue
            text = path.read_text(encoding="utf-8")
            for key, caption in (*_CAPTION.findall(text), *_FIGURE.findall(text)):
                found.setdefault(f"{page}.{key}", html.unescape(re.sub(r"<[^>]*>", "", caption)).strip())
    return found
