"""Why a delivery is not taken in: reasons with the place and the remedy, never with a cell's value.

Belongs here: the reasons. Does not belong here: finding them (``documents.py``, ``reading.py``, ``door.py``).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from lbc_assets.reporting.inert import visible

PLACE_MOST, REMEDY_MOST = 300, 2000


class ReasonCode(enum.Enum):
    """Why a delivery is rejected; the value is the description."""

    # names and documents
    WAVE_NAME_NOT_ALLOWED = "the folder's name is no wave id"
    FOLDER_INCOMPLETE = "a file that the manifest names is not in the delivery"
    NAME_NOT_ALLOWED = "a name is not a plain file name, or the file is no regular file"
    YAML_NOT_READABLE = "the file is not YAML"
    DOCUMENT_NOT_VALID = "a key of the manifest or codebook is missing, unknown or has a wrong value"
    WAVE_NOT_AS_FOLDER = "the manifest names another wave than its folder"
    # limits
    TOO_LARGE = "the file is larger than the limit"
    TOO_MANY_ROWS = "the file has more rows than the limit"
    TOO_MANY_COLUMNS = "the file has more columns than the limit"
    CELL_TOO_LONG = "a cell is longer than the limit"
    UNPACKED_TOO_LARGE = "unpacked, the file is larger than the limit, or than its packed size explains"
    READER_STOPPED = "reading took more time or memory than the limit, or the file crashed its reader"
    # bytes
    NOT_DECODABLE = "the bytes are not text in the declared encoding"
    NUL_BYTE = "the file holds a NUL byte"
    NOT_OF_FORMAT = "the file is not of the declared format, or is damaged"
    ENCRYPTED = "the file is encrypted or protected by a password"
    DTD = "the file holds a document type definition, which no spreadsheet program writes"
    SHA256_NOT_AS_DECLARED = "the manifest declares another sha256"
    # sheets
    SHEET_ABSENT = "the declared sheet is not in the workbook"
    SHEET_EXTRA = "the workbook has a hidden sheet, or more than one and none is declared"
    MACROS = "the workbook holds macros"
    COLUMN_NESTED = "a column holds lists or structures, not single values"
    FORMULA_WITHOUT_VALUE = "a cell holds a formula whose value was not stored"
    # columns
    EMPTY_FILE = "the file has no header"
    HEADER_BLANK = "a column has no name"
    DUPLICATE_HEADER = "a column name stands twice in the header"
    COLUMN_UNKNOWN = "a column is not in the codebook"
    COLUMN_ABSENT = "a column of the codebook is not in the file"
    COLUMN_AMBIGUOUS = "a column of the codebook fits several columns of the file, or one column fits several"
    MISSING_CODES_DISAGREE = "a code that the file declares missing is an answer in the codebook"
    # rows
    ROWS_NOT_READABLE = "a row has too few, too many or merged cells, or a quote is not closed"
    ROWS_NOT_RECONCILED = "lines of the file and rows read do not add up"
    ROWS_NOT_AS_DECLARED = "the manifest declares another number of rows"
    ROWS_ABSENT = "the file has a header and no row"
    ID_ABSENT = "a questionnaire has no id"
    # values
    TOO_MANY_UNREADABLE = "more answers than the limit are no code of the codebook"
    # corrections
    CORRECTIONS_NOT_VALID = "the corrections are not as they must be: id, field, old, new, who, why"
    CORRECTION_NOT_APPLICABLE = "a correction names a questionnaire, field or old answer that is not there"


@dataclass(frozen=True)
class Reason:
    """One reason: where it was found, and what to do."""

    code: ReasonCode
    place: str
    remedy: str

    def __post_init__(self) -> None:
        # both may name what a stranger wrote (a file, a key of his YAML): short, and nothing that a terminal obeys
        for name, most in (("place", PLACE_MOST), ("remedy", REMEDY_MOST)):
            text = visible(getattr(self, name))
            object.__setattr__(self, name, text if len(text) <= most else f"{text[:most]} ...")

    def __str__(self) -> str:
        return f"{self.place}: {self.code.value}. {self.remedy}"


class DeliveryRejected(Exception):
    """A delivery cannot be trusted; nothing of it was taken in."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(str(reason) for reason in self.reasons))


class StillGrowing(Exception):
    """A file changed while it was read, or is not yet what the manifest declares: it is left for another look."""


def reject(code: ReasonCode, place: str, remedy: str) -> DeliveryRejected:
    """A rejection for one reason."""
    return DeliveryRejected([Reason(code, place, remedy)])
