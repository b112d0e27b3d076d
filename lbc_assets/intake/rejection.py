"""Why a delivery is not taken in: reasons with the place and the remedy, never with a cell's value.

Belongs here: the reasons. Does not belong here: finding them (``documents.py``, ``reading.py``, ``door.py``).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class ReasonCode(enum.Enum):
    """Why a delivery is rejected; the value is the description."""

    FOLDER_INCOMPLETE = "a file that the manifest names is not in the delivery"
    NAME_NOT_ALLOWED = "a name is not a plain file name, or the file is no regular file"
    YAML_NOT_READABLE = "the file is not YAML"
    DOCUMENT_NOT_VALID = "a key of the manifest or codebook is missing, unknown or has a wrong value"
    WAVE_NOT_AS_FOLDER = "the manifest names another wave than its folder"
    NOT_DECODABLE = "the bytes are not text in the declared encoding"
    NUL_BYTE = "the file holds a NUL byte"
    EMPTY_FILE = "the file has no header"
    DUPLICATE_HEADER = "a column name stands twice in the header"
    COLUMN_UNKNOWN = "a column is not in the codebook"
    COLUMN_ABSENT = "a column of the codebook is not in the file"
    ROWS_NOT_READABLE = "a row has too few or too many cells, or a quote is not closed"
    ROWS_NOT_RECONCILED = "lines of the file and rows read do not add up"
    ROWS_NOT_AS_DECLARED = "the manifest declares another number of rows"
    SHA256_NOT_AS_DECLARED = "the manifest declares another sha256"
    ID_ABSENT = "a questionnaire has no id"


@dataclass(frozen=True)
class Reason:
    """One reason: where it was found, and what to do."""

    code: ReasonCode
    place: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.code.value}. {self.remedy}"


class DeliveryRejected(Exception):
    """A delivery cannot be trusted; nothing of it was taken in."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(str(reason) for reason in self.reasons))


def reject(code: ReasonCode, place: str, remedy: str) -> DeliveryRejected:
    """A rejection for one reason."""
    return DeliveryRejected([Reason(code, place, remedy)])
