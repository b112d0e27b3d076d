"""Small deliveries made from the baked reference wave: its documents, and a few of its rows."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from lbc_assets.intake.door import Delivery, receive
from lbc_assets.reference.deliver import BAKED, REFERENCE_WAVE

FILE = "children.csv"
CHILDREN = 6


def _baked(name: str) -> Any:
    return yaml.load(BAKED.joinpath(name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


class Parcel:
    """A delivery before it is sent; a test spoils what it likes. ``content`` replaces the written CSV."""

    def __init__(self, base: Path, manifest: dict[str, Any], codebook: dict[str, Any], rows: list[list[str]]) -> None:
        self.folder = base / "inbox" / REFERENCE_WAVE
        self.deliveries = base / "deliveries"
        self.manifest = manifest
        self.codebook = codebook
        self.header, *self.rows = rows
        self.newline = "\n"
        self.content: bytes | None = None

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
        return self.folder

    def send(self) -> Delivery:
        """Put everything into the inbox, and through the door."""
        return receive(self.write(), self.deliveries)


@pytest.fixture(scope="session")
def _documents() -> tuple[dict[str, Any], dict[str, Any], list[list[str]]]:
    manifest = _baked("wave.yaml")
    manifest["files"] = [{"path": FILE, "encoding": "utf-8", "delimiter": ",", "form": "child-questionnaire"}]
    manifest["schools"] = manifest["schools"][:2]
    lines = BAKED.joinpath("zhejiang.csv").read_text(encoding="utf-8").splitlines()[: CHILDREN + 1]
    return manifest, _baked("codebook.yaml"), list(csv.reader(lines))


def _parcel(base: Path, documents: tuple[dict[str, Any], dict[str, Any], list[list[str]]]) -> Parcel:
    parcel = Parcel(base, *copy.deepcopy(documents))
    parcel.rows[0][parcel.column("township")] = "齐溪镇"
    return parcel


@pytest.fixture
def make_parcel(
    tmp_path: Path, _documents: tuple[dict[str, Any], dict[str, Any], list[list[str]]]
) -> Callable[[], Parcel]:
    """Makes a fresh parcel of the same wave; all go through the same door."""

    return lambda: _parcel(tmp_path, _documents)


@pytest.fixture(scope="session")
def delivery(
    tmp_path_factory: pytest.TempPathFactory, _documents: tuple[dict[str, Any], dict[str, Any], list[list[str]]]
) -> Delivery:
    """The unspoiled parcel, taken in once for all tests that only read it."""
    return _parcel(tmp_path_factory.mktemp("delivery"), _documents).send()


@pytest.fixture
def parcel(make_parcel: Callable[[], Parcel]) -> Parcel:
    return make_parcel()
