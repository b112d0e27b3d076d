"""A workbook apart from its cells: which sheet is meant, the texts that cells share, which formats are dates.

Belongs here: ``workbook.xml``, shared strings, styles. Does not belong here: the sheet (``sheet.py``).

python-calamine reads workbooks faster, and was tried: an error such as #N/A becomes blank, -9 in a column of dates
becomes midnight, blanks around a text are cut. So the pass that checks a sheet reads it too; calamine is the second
opinion in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lbc_assets.intake.formats.dates import BUILT_IN, Kind, kind_of
from lbc_assets.intake.formats.faults import Fault, Problem
from lbc_assets.intake.formats.markup import RELATION_ID, Elements, names, parse
from lbc_assets.intake.formats.package import Package
from lbc_assets.intake.formats.text import Bounds


@dataclass
class Workbook:
    """What the reading of a sheet needs."""

    package: Package
    number: int  # of the sheet, from 1
    part: str  # of the sheet
    is_1904: bool
    # asks for calculation at the next opening: what is stored for formulas is a placeholder (XlsxWriter's 0)
    not_calculated: bool
    strings: list[str] = field(default_factory=list)
    kinds: list[Kind | None] = field(default_factory=list)


def open_workbook(source: Path, bounds: Bounds, sheet: str | None) -> Workbook:
    """Everything but the cells. Raises Fault."""
    package = Package(source, bounds)
    main = next((part for kind, part in package.relations("").values() if kind == "officeDocument" and part), None)
    if main is None:
        raise Fault(Problem.OTHER_FORMAT)
    if main.casefold().endswith(".bin"):
        raise Fault(Problem.BINARY_WORKBOOK)
    if any("macroenabled" in declared.casefold() for declared in package.content_types()) or any(
        part.endswith("vbaproject.bin") for part in package.parts
    ):
        raise Fault(Problem.MACROS)
    workbook = _choose(package, main, sheet)
    relations = dict(package.relations(main).values())
    if relations.get("sharedStrings"):
        workbook.strings = _strings(package, relations["sharedStrings"], bounds)
    if relations.get("styles"):
        workbook.kinds = _kinds(package, relations["styles"])
    return workbook


def _choose(package: Package, main: str, wanted: str | None) -> Workbook:
    sheets: list[dict[str, str]] = []
    properties: dict[str, dict[str, str]] = {}
    known = names("workbook", "sheet", "workbookPr", "calcPr")

    def found(element: str, attributes: dict[str, str]) -> None:
        name = known.get(element, "")
        if name == "sheet":
            sheets.append(attributes)
        elif name:
            properties[name] = attributes

    parse(package.chunks(main), Elements(found))
    if "workbook" not in properties:
        raise Fault(Problem.OTHER_FORMAT)
    for number, attributes in enumerate(sheets, 1):
        if attributes.get("state", "visible") != "visible":
            raise Fault(Problem.SHEET_HIDDEN, sheet=number)
    if wanted is None and len(sheets) > 1:
        raise Fault(Problem.SHEET_UNDECLARED, sheet=2)
    chosen = [n for n, attributes in enumerate(sheets, 1) if wanted in (None, attributes.get("name"))]
    if not chosen:
        raise Fault(Problem.SHEET_ABSENT)
    number = chosen[0]
    identity = next((value for name in RELATION_ID if (value := sheets[number - 1].get(name))), "")
    kind, part = package.relations(main).get(identity, ("", ""))
    if kind.casefold().endswith("macrosheet"):
        raise Fault(Problem.MACROS, sheet=number)
    if kind != "worksheet" or not part:
        raise Fault(Problem.SHEET_NO_CELLS, sheet=number)
    return Workbook(
        package,
        number,
        part,
        is_1904=_is_on(properties.get("workbookPr", {}).get("date1904")),
        not_calculated=_is_on(properties.get("calcPr", {}).get("fullCalcOnLoad")),
    )


def _is_on(value: str | None) -> bool:
    return value in ("1", "true", "on")


class TextRuns:
    """A text in runs (bold, plain), put together; the reading aids over Chinese and Japanese are not part of it."""

    def __init__(self) -> None:
        self._known = names("t", "rPh")
        self._pieces: list[str] = []
        self._wanted = self._aid = False

    def start(self, name: str) -> None:
        """An element within the text begins."""
        local = self._known.get(name)
        if local == "rPh":
            self._aid = True
        elif local == "t":
            self._wanted = not self._aid

    def end(self, name: str) -> None:
        """An element within the text ends."""
        local = self._known.get(name)
        if local == "rPh":
            self._aid = False
        elif local == "t":
            self._wanted = False

    def text(self, data: str) -> None:
        """A piece."""
        if self._wanted:
            self._pieces.append(data)

    def take(self) -> str:
        """The text, and begin the next one."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text


class _Strings:
    def __init__(self, keep: Callable[[str], None]) -> None:
        self._item = names("si")
        self._runs = TextRuns()
        self._keep = keep
        self.text = self._runs.text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._runs.start(name)

    def end(self, name: str) -> None:
        self._runs.end(name)
        if name in self._item:
            self._keep(self._runs.take())


def _strings(package: Package, part: str, bounds: Bounds) -> list[str]:
    """As they stand in the file: what is wrong with one is said of the cell that uses it."""
    strings: list[str] = []
    parse(package.chunks(part), _Strings(strings.append))
    return strings


def _kinds(package: Package, part: str) -> list[Kind | None]:
    """For each cell format (a cell's ``s``): whether it shows dates."""
    custom: dict[str, Kind | None] = {}
    formats: list[str] = []
    known = names("numFmt", "cellXfs", "cellStyleXfs", "dxfs", "xf")
    within = ""

    def found(element: str, attributes: dict[str, str]) -> None:
        nonlocal within
        name = known.get(element)
        if name == "numFmt" and within != "dxfs":
            custom[attributes.get("numFmtId", "")] = kind_of(attributes.get("formatCode", ""))
        elif name == "xf" and within == "cellXfs":
            formats.append(attributes.get("numFmtId", "0"))
        elif name in ("cellXfs", "cellStyleXfs", "dxfs"):
            within = name

    parse(package.chunks(part), Elements(found))
    built_in = {str(number): kind for number, kind in BUILT_IN.items()}
    return [custom.get(number, built_in.get(number)) for number in formats]
