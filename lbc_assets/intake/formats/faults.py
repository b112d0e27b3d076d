"""What the reading process may say of a file that it cannot read: a problem from a list, and where, in numbers.

Belongs here: the list, with its reason and remedy, and the writing of places. Does not belong here: finding
problems. A process that reads a hostile file may be lying: it can choose from the list and give numbers, and no
word of the file comes through.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lbc_assets.intake.rejection import Reason, ReasonCode

EXPORT_AGAIN = "Open it in the program that wrote it, save it again, and send that file."
CALCULATE = "Open the workbook in a spreadsheet program, let it calculate, and save it; or paste values for formulas."
NAME_THE_SETTING = "Correct the file; or, if it is right, raise the limit in settings.yaml"


class Problem(enum.Enum):
    """A problem: its reason, and what to do."""

    # bytes
    DAMAGED = ReasonCode.NOT_OF_FORMAT, EXPORT_AGAIN
    OTHER_FORMAT = ReasonCode.NOT_OF_FORMAT, "Save it in the format that its name and the manifest say."
    OLD_WORKBOOK = ReasonCode.NOT_OF_FORMAT, "It is an old workbook (.xls): save it as an Excel workbook (.xlsx)."
    BINARY_WORKBOOK = ReasonCode.NOT_OF_FORMAT, "It is a binary workbook (.xlsb): save it as an Excel workbook (.xlsx)."
    MACROS = ReasonCode.MACROS, "Save it as an Excel workbook (.xlsx), which leaves the macros out."
    ENCRYPTED = ReasonCode.ENCRYPTED, "Save it without a password, and protect the way by which you send it."
    DTD = ReasonCode.DTD, EXPORT_AGAIN
    NOT_DECODABLE = ReasonCode.NOT_DECODABLE, "Correct the text there: a character is cut, or of another encoding."
    ENCODING_UNKNOWN = (
        ReasonCode.NOT_DECODABLE,
        "The file does not say its encoding, and holds more than English letters: save it as UTF-8 "
        "(Stata 14 or later, SPSS in Unicode mode).",
    )
    NUL = ReasonCode.NUL_BYTE, "Correct the text there, and send the file again."
    # limits
    UNPACKED = (
        ReasonCode.UNPACKED_TOO_LARGE,
        f"Leave out pictures and whatever is not data, or deliver CSV. {NAME_THE_SETTING}: "
        "limits.unpacked_bytes, limits.unpacked_ratio.",
    )
    STOPPED = (
        ReasonCode.READER_STOPPED,
        f"{EXPORT_AGAIN} If it is as large as it must be, deliver CSV, or raise limits.parse_seconds and "
        "limits.parse_bytes in settings.yaml.",
    )
    ROWS = ReasonCode.TOO_MANY_ROWS, f"{NAME_THE_SETTING}: limits.rows."
    COLUMNS = ReasonCode.TOO_MANY_COLUMNS, f"Delete what stands there. {NAME_THE_SETTING}: limits.columns."
    CELL = ReasonCode.CELL_TOO_LONG, f"{NAME_THE_SETTING}: limits.cell_characters."
    # sheets
    SHEET_HIDDEN = ReasonCode.SHEET_EXTRA, "Show the sheet, look at what it holds, and delete it or send it visible."
    SHEET_UNDECLARED = ReasonCode.SHEET_EXTRA, "Declare the sheet's name in the manifest, or delete the other sheets."
    SHEET_ABSENT = ReasonCode.SHEET_ABSENT, "Declare the name of the sheet as it stands on its tab."
    SHEET_NO_CELLS = ReasonCode.SHEET_ABSENT, "It is a chart or a dialog: deliver a sheet with cells."
    FORMULA = ReasonCode.FORMULA_WITHOUT_VALUE, CALCULATE
    # columns
    EMPTY = ReasonCode.EMPTY_FILE, "The first row must be the header: delete what stands above it, or export again."
    HEADER_BLANK = ReasonCode.HEADER_BLANK, "Give the column its name, or delete the column."
    HEADER_TWICE = ReasonCode.DUPLICATE_HEADER, "Rename one."
    NESTED = ReasonCode.COLUMN_NESTED, "Give each value a column of its own."
    # rows
    OUTSIDE = ReasonCode.ROWS_NOT_READABLE, "The cell has no column name above it: name the column or delete the cell."
    FAR_BELOW = ReasonCode.ROWS_NOT_READABLE, "It stands far below the other rows: delete it, or move it to them."
    MERGED = ReasonCode.ROWS_NOT_READABLE, "Cells are merged there: unmerge them and give each cell its value."


@dataclass
class Fault(Exception):
    """A file cannot be read: where, as numbers from 1; a row of a sheet is the sheet's, of other files the data's."""

    problem: Problem
    sheet: int | None = None
    row: int | None = None
    columns: tuple[int, ...] = ()


def letters(column: int) -> str:
    """A column as a spreadsheet names it: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def reason_of(fault: Fault, name: str) -> Reason:
    """The reason for people; ``name`` is the file's. A column of a sheet is named by letters, others by number."""
    place = [name]
    if fault.sheet is not None:
        place.append(f"sheet {fault.sheet}")
        columns = [letters(column) for column in fault.columns]
    else:
        columns = [str(column) for column in fault.columns]
    if fault.sheet is not None and fault.row is not None and len(columns) == 1:
        place.append(f"cell {columns[0]}{fault.row}")
    else:
        if fault.row is not None:
            place.append(f"row {fault.row}")
        if columns:
            number = "" if fault.sheet is not None else " number"
            place.append(f"column{'s' if len(columns) > 1 else ''}{number} {', '.join(columns)}")
    code, remedy = fault.problem.value
    return Reason(code, ", ".join(place), remedy)
