"""A paper: the folder of its printed numbers and of ``paper.yaml``, read and validated.

Belongs here: the document as a whole, and that its parts fit each other. Does not belong here: the parts
(``places.py``, ``verdicts.py``, ``audit/``), anything that only one paper has. Another paper is another folder.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NoReturn

import yaml
from pydantic import Field, ValidationError

from lbc_assets.papers.audit.checks import AuditCheck
from lbc_assets.papers.document import Cells, Part, TextLoader, named_in
from lbc_assets.papers.places import Place, PlaceFault, Reading, keys_of, read_by
from lbc_assets.papers.printed import CellName, Printed, PrintedFault, half_up, read_comparable, read_printed
from lbc_assets.papers.verdicts import Tolerance

DOCUMENT = "paper.yaml"


class PaperFault(Exception):
    """A paper's folder is not as it should be; the message names paper, file, key and what was expected."""


class Contradiction(Part):
    """Where a paper contradicts itself: the cells concerned, what resolves it, and whether that is our inference.

    ``explains``: the readings under which it explains that one of its cells is missed; all, where nothing is said.
    """

    says: str
    resolved_by: str
    inference: bool = False
    explains: tuple[str, ...] | None = None
    cells: tuple[Cells, ...] = ()


class Agreed(Part):
    """Of all comparable cells so many at least, and so many at most that are missed and not explained."""

    exact: int = Field(ge=0)
    within_tolerance: int = Field(ge=0)
    not_explained: int = Field(ge=0)


class Unreached(Part):
    """Cells that the calibrated wave does not give, and why; what the paper itself explains is a contradiction."""

    says: str
    cells: tuple[Cells, ...]


class Agreement(Part):
    """What a wave that is calibrated to the paper reproduces at least, by reading, and why not more."""

    wave: str
    readings: Mapping[str, Agreed]
    unreached: tuple[Unreached, ...] = ()


class PaperDocument(Part):
    """``paper.yaml``. ``starred``: the statistic that carries stars; ``stars``: the largest p of each."""

    paper: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    citation: str
    doi: str
    waves: tuple[str, ...] = Field(min_length=1)
    printed: tuple[str, ...] = Field(min_length=1)
    comparable: str
    starred: str = "B"
    stars: Mapping[str, float] = {}
    tolerances: Mapping[str, Tolerance]
    places: Mapping[str, Place]
    readings: Mapping[str, Reading] = Field(min_length=1)
    contradictions: Mapping[str, Contradiction] = {}
    audit: tuple[AuditCheck, ...] = ()
    agreement: Agreement | None = None


@dataclass(frozen=True)
class Paper:
    """A validated paper: its document, every printed cell by name, and the comparable ones in their order."""

    document: PaperDocument
    cells: Mapping[CellName, Printed]
    comparable: tuple[Printed, ...]

    @property
    def name(self) -> str:
        """The paper's name, which is its folder's."""
        return self.document.paper

    def place_name(self, cell: CellName) -> str | None:
        """The only place of a cell; None where it has none or several."""
        names = [
            name
            for name, place in self.document.places.items()
            if place.cells.holds(cell) and cell.statistic in place.statistics
        ]
        return names[0] if len(names) == 1 else None

    def place(self, cell: CellName, reading: str) -> Place:
        """Where a reading finds a comparable cell."""
        name = self.place_name(cell) or ""
        return read_by(self.document.places[name], self.document.readings[reading].places.get(name))

    def tolerance(self, cell: CellName) -> Tolerance:
        """How a comparable cell is compared."""
        name = self.place_name(cell) or ""
        return self.document.tolerances[self.document.places[name].tolerance or cell.statistic]

    def contradictions_at(self, cell: CellName) -> Iterator[tuple[str, Contradiction]]:
        """The contradictions that concern a cell, by name."""
        for name, contradiction in self.document.contradictions.items():
            if any(cells.holds(cell) for cells in contradiction.cells):
                yield name, contradiction

    def unreached_at(self, cell: CellName) -> str | None:
        """Why the calibrated wave does not give a cell, where the paper's folder says so."""
        reasons = self.document.agreement.unreached if self.document.agreement else ()
        return " ".join(r.says for r in reasons if any(cells.holds(cell) for cells in r.cells)) or None


def _fail(folder: Traversable, key: str, expected: str) -> NoReturn:
    raise PaperFault(f"{folder.name}/{DOCUMENT}, {key}: {expected}")


def _document(folder: Traversable) -> PaperDocument:
    try:
        written = yaml.load((folder / DOCUMENT).read_text(encoding="utf-8"), Loader=TextLoader)
    except FileNotFoundError:
        raise PaperFault(f"{folder.name}/{DOCUMENT}: expected in the paper's folder") from None
    except yaml.YAMLError as error:
        raise PaperFault(f"{folder.name}/{DOCUMENT}: cannot be read: {error}") from None
    try:
        document = PaperDocument.model_validate(written)
    except ValidationError as error:
        problems = [
            f"{folder.name}/{DOCUMENT}, {'.'.join(map(str, problem['loc'])) or 'whole file'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise PaperFault("; ".join(problems)) from None
    if document.paper != folder.name:
        _fail(folder, "paper", f"expected the folder's name, {folder.name!r}")
    return document


def _check_references(folder: Traversable, paper: Paper) -> None:
    document = paper.document
    for name, reading in document.readings.items():
        if unknown := sorted(set(reading.places) - set(document.places)):
            _fail(folder, f"readings.{name}.places", f"no place {unknown[0]!r}")
    for number, check in enumerate(document.audit):
        if check.contradiction and check.contradiction not in document.contradictions:
            _fail(folder, f"audit.{number}.contradiction", f"no contradiction {check.contradiction!r}")
        for cell in named_in(check):
            if cell not in paper.cells:
                _fail(folder, f"audit.{number}", f"no printed cell {cell}")
    told = [(check.check, check.about) for check in document.audit]
    if twice := [check for check in told if told.count(check) > 1]:
        _fail(folder, "audit", f"two checks {twice[0][0]!r} about {twice[0][1]!r}: expected different words")
    for name, contradiction in document.contradictions.items():
        if name not in {check.contradiction for check in document.audit}:
            _fail(folder, f"contradictions.{name}", "expected a check of 'audit' that finds it")
        if unknown := sorted(set(contradiction.explains or ()) - set(document.readings)):
            _fail(folder, f"contradictions.{name}.explains", f"no reading {unknown[0]!r}")
        for cells in contradiction.cells:
            if not any(cells.holds(cell) for cell in paper.cells):
                _fail(folder, f"contradictions.{name}.cells", f"no printed cell of table {cells.table} is one of them")
    if document.agreement and (unknown := sorted(set(document.agreement.readings) - set(document.readings))):
        _fail(folder, "agreement.readings", f"no reading {unknown[0]!r}")


def _check_places(folder: Traversable, paper: Paper) -> None:
    document = paper.document
    for cell in (printed.name for printed in paper.comparable):
        if (name := paper.place_name(cell)) is None:
            _fail(folder, "places", f"expected exactly one place of the cell {cell}")
        tolerance = document.places[name].tolerance or cell.statistic
        if tolerance not in document.tolerances:
            _fail(folder, "tolerances", f"expected one named {tolerance!r}")
        for reading in document.readings:
            place = paper.place(cell, reading)
            try:
                keys_of(place, cell)
            except PlaceFault as fault:
                _fail(folder, f"places.{name}.{fault} ({reading})", "expected keys")


def load_paper(folder: Traversable) -> Paper:
    """Read and validate a paper's folder. Raises PaperFault naming file, key and what was expected."""
    document = _document(folder)
    try:
        cells: dict[CellName, Printed] = {}
        for file in document.printed:
            for printed in read_printed(folder / file, document.starred):
                if printed.name in cells:
                    raise PaperFault(f"{folder.name}/{file}: the cell {printed.name} stands twice")
                cells[printed.name] = printed
        comparable = []
        for place, name, text in read_comparable(folder / document.comparable):
            if name not in cells:
                raise PaperFault(f"{folder.name}/{place}: no printed table has the cell {name}")
            if not _agrees(cells[name], text):
                raise PaperFault(f"{folder.name}/{place}: expected what its table has, {cells[name].text!r}")
            comparable.append(cells[name])
    except PrintedFault as fault:
        raise PaperFault(f"{folder.name}/{fault}") from None
    if len({printed.name for printed in comparable}) < len(comparable):
        raise PaperFault(f"{folder.name}/{document.comparable}: a cell stands twice")
    paper = Paper(document, cells, tuple(comparable))
    _check_references(folder, paper)
    _check_places(folder, paper)
    return paper


def _agrees(printed: Printed, text: str) -> bool:
    """Whether the list of comparable cells says the same; it may leave out zeros at the end."""
    if printed.value is None or printed.operator == "<":
        return text == printed.text
    try:
        return half_up(Decimal(text), printed.decimals) == printed.value
    except ArithmeticError:
        return False


def papers_folder() -> Traversable:
    """The folder of all papers, in a checkout and in an installed wheel alike."""
    return resources.files("lbc_assets.papers")


@functools.cache
def load_papers() -> tuple[Paper, ...]:
    """Every paper of the project, by name."""
    folders = [folder for folder in papers_folder().iterdir() if folder.is_dir() and (folder / DOCUMENT).is_file()]
    return tuple(load_paper(folder) for folder in sorted(folders, key=lambda folder: folder.name))
