"""XML read as a stream, without what no spreadsheet program writes.

Belongs here: the parser and its restrictions. Does not belong here: what elements mean (``workbook.py``, ``sheet.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn, Protocol
from xml.parsers import expat

from lbc_assets.intake.formats.faults import Fault, Problem

# "strict" workbooks use the second name of each
MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION_ID = tuple(
    f"{name} id"
    for name in (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
)


class Handler(Protocol):
    """What a reader of one part does; names are 'namespace local'."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """A piece of text."""


def names(*local: str) -> dict[str, str]:
    """Full names of elements of a workbook, each to its local name."""
    return {f"{space} {name}": name for space in MAIN for name in local}


def _refuse(*_: object) -> NoReturn:
    raise Fault(Problem.DTD)


def parse(chunks: Iterable[bytes], handler: Handler) -> None:
    """Raises Fault: DTD at a document type, DAMAGED where it is no XML, and what the handler raises."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    # never reached without a document type; said all the same
    parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Fault(Problem.DAMAGED) from None


class Elements:
    """Calls ``found`` for every element; for parts whose attributes are all that matters."""

    def __init__(self, found: Callable[[str, dict[str, str]], None]) -> None:
        self.start = found

    def end(self, name: str) -> None:
        """Nothing."""

    def text(self, data: str) -> None:
        """Nothing."""
