"""The zip file that a workbook is: looked at before anything is unpacked, unpacked no further than it said.

Belongs here: zip and the relations between its parts. Does not belong here: what the parts say (``workbook.py``).
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lbc_assets.intake.formats.faults import Fault, Problem
from lbc_assets.intake.formats.markup import PACKAGE, Elements, parse
from lbc_assets.intake.formats.text import Bounds

PARTS_AT_MOST = 5_000
CHUNK_BYTES = 1 << 16
# small files compress by accident; below this no ratio is a bomb
RATIO_FROM_BYTES = 4 << 20
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, struct.error, EOFError, ValueError)


def _is_encrypted_package(source: Path) -> bool:
    """An encrypted workbook is an OLE file with a stream of this name; an old .xls has none."""
    name = "EncryptedPackage".encode("utf-16-le")
    with source.open("rb") as stream:
        kept = b""
        while chunk := stream.read(1 << 20):
            if name in kept + chunk:
                return True
            kept = chunk[-len(name) :]
    return False


class Package:
    """A zip file's parts by name (as OPC has it, without regard to case)."""

    def __init__(self, source: Path, bounds: Bounds) -> None:
        with source.open("rb") as stream:
            magic = stream.read(len(OLE))
        if magic == OLE:
            raise Fault(Problem.ENCRYPTED if _is_encrypted_package(source) else Problem.OLD_WORKBOOK)
        if not magic.startswith(b"PK\x03\x04"):
            raise Fault(Problem.OTHER_FORMAT)
        try:
            self._zip = zipfile.ZipFile(source)
        except (*_DAMAGED, OSError):
            raise Fault(Problem.DAMAGED) from None
        self._look(source.stat().st_size, bounds)

    def _look(self, packed: int, bounds: Bounds) -> None:
        infos = self._zip.infolist()
        self.parts = {info.filename.casefold(): info for info in infos if not info.is_dir()}
        unpacked = sum(info.file_size for info in infos)
        if len(infos) > PARTS_AT_MOST or unpacked > bounds.unpacked_bytes:
            raise Fault(Problem.UNPACKED)
        if unpacked > RATIO_FROM_BYTES and unpacked > packed * bounds.unpacked_ratio:
            raise Fault(Problem.UNPACKED)
        for info in infos:
            if info.flag_bits & 1:
                raise Fault(Problem.ENCRYPTED)
            # bzip2 and lzma unpack without a bound, and no workbook uses them
            packed_so = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            name = info.filename
            if not packed_so or name.startswith("/") or "\\" in name or ".." in name.split("/"):
                raise Fault(Problem.DAMAGED)
        if len(self.parts) < sum(not info.is_dir() for info in infos):  # whose part would be read?
            raise Fault(Problem.DAMAGED)

    def chunks(self, part: str) -> Iterator[bytes]:
        """A part, piece by piece: never more of it than the directory said, whatever the packed bytes hold."""
        info = self.parts.get(part.casefold())
        if info is None:
            raise Fault(Problem.DAMAGED)
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except (*_DAMAGED, OSError):
            raise Fault(Problem.DAMAGED) from None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Of a part ('' is the package): id to (kind, the other part); a part outside the file has no name."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def relation(element: str, attributes: dict[str, str]) -> None:
            if element != f"{PACKAGE}/relationships Relationship":
                return
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            kind = attributes.get("Type", "").rsplit("/", 1)[-1]
            outside = attributes.get("TargetMode") == "External"
            found[attributes.get("Id", "")] = kind, "" if outside else target

        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path.casefold() in self.parts:
            parse(self.chunks(path), Elements(relation))
        return found

    def content_types(self) -> set[str]:
        """The types of content that the package declares."""
        found: set[str] = set()
        parse(
            self.chunks("[Content_Types].xml"),
            Elements(lambda _, attributes: found.add(attributes.get("ContentType", ""))),
        )
        return found
