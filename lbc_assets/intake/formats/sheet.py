"""A sheet, row by row, in one pass that checks and reads: no more than one row is held.

Belongs here: rows, where cells stand, which may be there. Does not belong here: what a cell says (``cells.py``), the
other parts of the workbook (``workbook.py``).

Row 1 is the header. Row n of the sheet is line n of the CSV as long as no cell is blank below: blank rows between
rows are written as rows of blanks, blank rows at the end are not written. Cells that are formatted and empty do
not count, wherever they are. The extent that a sheet claims for itself is not read.
"""

from __future__ import annotations

import re
from pathlib import Path

from lbc_assets.intake.formats.cells import ESCAPE_LENGTH, CellValues
from lbc_assets.intake.formats.faults import Fault, Problem
from lbc_assets.intake.formats.markup import names, parse
from lbc_assets.intake.formats.text import Bounds, CsvFile, Reading, faulty_names
from lbc_assets.intake.formats.workbook import TextRuns, Workbook, open_workbook

# a filtered sheet has gaps; a key pressed at the end of the sheet leaves a million blank rows
BLANK_ROWS_AT_MOST = 1_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


def column_of(letters: str) -> int:
    """A is 1, AA is 27."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


class _Rows:
    """From cells, in the order of the sheet, to lines."""

    def __init__(self, target: Path, sheet: int, bounds: Bounds) -> None:
        self._target, self._sheet, self._bounds = target, sheet, bounds
        self.width = 0
        self.last = 0
        self.csv: CsvFile | None = None

    def write(self, row: int, cells: list[tuple[int, str]]) -> None:
        """A row that has at least one cell with something in it."""
        if row == 1:
            self._header(cells)
            return
        first = cells[0][0]
        if self.csv is None:
            raise Fault(Problem.EMPTY, self._sheet, 1)
        if row > self._bounds.rows + 1:
            raise Fault(Problem.ROWS, self._sheet, row, (first,))
        if cells[-1][0] > self.width:
            outside = next(column for column, _ in cells if column > self.width)
            raise Fault(Problem.OUTSIDE, self._sheet, row, (outside,))
        if row - self.last > BLANK_ROWS_AT_MOST:
            raise Fault(Problem.FAR_BELOW, self._sheet, row, (first,))
        blank = [""] * self.width
        for _ in range(self.last + 1, row):
            self.csv.write(blank)
        for column, text in cells:
            blank[column - 1] = text
        self.csv.write(blank)
        self.last = row

    def _header(self, cells: list[tuple[int, str]]) -> None:
        self.width = cells[-1][0]
        header = [""] * self.width
        for column, text in cells:
            header[column - 1] = text
        blank, twice = faulty_names(header)
        if blank:
            raise Fault(Problem.HEADER_BLANK, self._sheet, 1, blank)
        if twice:
            raise Fault(Problem.HEADER_TWICE, self._sheet, 1, twice)
        self.csv, self.last = CsvFile(self._target, header), 1


class _Sheet:
    """The parser's handler."""

    def __init__(self, workbook: Workbook, rows: _Rows, bounds: Bounds) -> None:
        self._known = names("row", "c", "v", "f", "is", "mergeCell", "sheetData", "worksheet")
        self._workbook, self._rows, self._bounds = workbook, rows, bounds
        self._row = self._column = 0
        self._row_text = ""
        self._cells: list[tuple[int, str]] = []
        self._columns: dict[str, int] = {}
        self._type = "n"
        self._style = ""
        self._in_value = self._in_runs = self._formula = self._stored = False
        self._runs = TextRuns()
        self._pieces: list[str] = []
        self._length = 0
        self._values = CellValues(workbook)
        self._ended = self.is_sheet = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._known.get(name)
        if local == "c":
            self._begin_cell(attributes)
        elif local == "v":
            self._in_value = self._stored = True
        elif local == "row":
            self._begin_row(attributes)
        elif local == "f":
            self._formula = True
        elif local == "is":
            self._in_runs = self._stored = True
        elif local == "mergeCell":
            self._merged(attributes.get("ref", ""))
        elif self._in_runs:
            self._runs.start(name)
        elif local == "worksheet":
            self.is_sheet = True

    def end(self, name: str) -> None:
        local = self._known.get(name)
        if local == "v":
            self._in_value = False
        elif local == "c":
            self._end_cell()
        elif local == "row":
            if self._cells:
                self._rows.write(self._row, self._cells)
        elif local == "is":
            self._in_runs = False
            self._pieces.append(self._runs.take())
        elif self._in_runs:
            self._runs.end(name)
        elif local == "sheetData":
            self._ended = True

    def text(self, data: str) -> None:
        if self._in_value:
            self._pieces.append(data)
        elif self._in_runs:
            self._runs.text(data)
        else:
            return
        self._length += len(data)
        if self._length > self._bounds.cell_characters * ESCAPE_LENGTH:
            raise self._fault(Problem.CELL)

    def _fault(self, problem: Problem) -> Fault:
        return Fault(problem, self._workbook.number, self._row or None, (self._column,) if self._column else ())

    def _begin_row(self, attributes: dict[str, str]) -> None:
        before, self._column = self._row, 0
        self._row_text = attributes.get("r") or str(before + 1)
        if not _ROW.fullmatch(self._row_text) or int(self._row_text) <= before:
            raise self._fault(Problem.DAMAGED)
        self._row = int(self._row_text)
        self._cells = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        before = self._column
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.removesuffix(self._row_text)
            column = self._columns.get(letters)
            if column is None or len(letters) + len(self._row_text) != len(reference):
                column = self._columns[letters] = self._new_column(reference)
            self._column = column
        if self._column <= before:  # a cell twice, or out of order: which one would count?
            raise self._fault(Problem.DAMAGED)
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._formula = self._stored = False
        self._length = 0
        self._pieces.clear()

    def _new_column(self, reference: str) -> int:
        found = _REFERENCE.fullmatch(reference)
        if not found or found[2] != self._row_text:
            raise self._fault(Problem.DAMAGED)
        return column_of(found[1])

    def _end_cell(self) -> None:
        raw = "".join(self._pieces)
        if self._formula and (not (raw or (self._stored and self._type == "str")) or self._workbook.not_calculated):
            raise self._fault(Problem.FORMULA)
        if not raw:
            return
        try:
            text = self._values.text(self._type, self._style, raw)
        except Fault as fault:
            raise self._fault(fault.problem) from None
        if not text:
            return
        if self._column > self._bounds.columns:
            raise self._fault(Problem.COLUMNS)
        if len(text) > self._bounds.cell_characters:
            raise self._fault(Problem.CELL)
        self._cells.append((self._column, text))

    def _merged(self, area: str) -> None:
        """Sheets say merged cells after their rows: whose answer is it that lies over several children?"""
        corners = [_REFERENCE.fullmatch(corner) for corner in area.split(":")]
        first = corners[0]
        if first is None or not all(corners) or not self._ended:
            raise Fault(Problem.DAMAGED, self._workbook.number)
        row, column = int(first[2]), column_of(first[1])
        if row <= self._rows.last and column <= self._rows.width:
            raise Fault(Problem.MERGED, self._workbook.number, row, (column,))


def read_workbook(source: Path, target: Path, bounds: Bounds, sheet: str | None) -> Reading:
    """Raises Fault."""
    workbook = open_workbook(source, bounds, sheet)
    rows = _Rows(target, workbook.number, bounds)
    try:
        handler = _Sheet(workbook, rows, bounds)
        parse(workbook.package.chunks(workbook.part), handler)
    except Fault as fault:
        fault.sheet = fault.sheet or workbook.number
        raise
    finally:
        if rows.csv is not None:
            rows.csv.close()
    if not handler.is_sheet:
        raise Fault(Problem.DAMAGED, workbook.number)
    if rows.csv is None:
        raise Fault(Problem.EMPTY, workbook.number, 1)
    return Reading(rows.csv.rows, {}, {})
