"""A small delivery of the reference wave's documents, before it is sent; a test spoils what it likes.

Belongs here: writing a delivery's folder. Does not belong here: where documents and rows come from (``conftest.py``),
how they are spoilt (the tests, ``corpus/``).
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from lbc_assets.intake.delivery import Delivery
from lbc_assets.intake.door import receive
from lbc_assets.reference.deliver import REFERENCE_WAVE
from lbc_assets.settings import Home

FILE = "children.csv"


class Parcel:
    """A delivery before it is sent. ``content`` replaces the written CSV; ``more`` are other files, and replace any."""

    def __init__(self, base: Path, manifest: dict[str, Any], codebook: dict[str, Any], rows: list[list[str]]) -> None:
        self.home = Home(base)
        self.folder = self.home.inbox / REFERENCE_WAVE
        self.deliveries = self.home.deliveries
        self.manifest = manifest
        self.codebook = codebook
        self.header, *self.rows = rows
        self.newline = "\n"
        self.content: bytes | None = None
        self.more: dict[str, bytes] = {}

    @property
    def file(self) -> dict[str, Any]:
        """The manifest's entry of the only file."""
        entry: dict[str, Any] = self.manifest["files"][0]
        return entry

    def column(self, variable: str) -> int:
        """Position of a variable's column."""
        return self.header.index(self.codebook["variables"][variable]["column"])

    def csv(self) -> bytes:
        """The rows as the manifest declares them."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.file["delimiter"], lineterminator=self.newline)
        writer.writerows([self.header, *self.rows])
        return text.getvalue().encode(self.file["encoding"])

    def write(self) -> Path:
        """Put everything into the inbox, in place of what was there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, document in (("wave.yaml", self.manifest), ("codebook.yaml", self.codebook)):
            (self.folder / name).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        (self.folder / FILE).write_bytes(self.csv() if self.content is None else self.content)
        for name, content in self.more.items():
            (self.folder / name).write_bytes(content)
        return self.folder

    def send(self) -> Delivery:
        """Put everything into the inbox, and through the door."""
        return receive(self.write(), self.home).delivery
