"""Which numbers of a workbook are dates, and their text: a spreadsheet stores a date as a number with a format.

Belongs here: number formats and serial numbers. Does not belong here: where formats are kept (``workbook.py``).
"""

from __future__ import annotations

import enum
import re
from datetime import datetime

from lbc_assets.intake.formats.text import MILLISECONDS_A_DAY, duration, moment, number


class Kind(enum.Enum):
    """What a number format shows."""

    DATE = "a date"
    TIME = "a time of day, perhaps with its date"
    ELAPSED = "hours that may pass 24"


# formats that a workbook may use without saying them; 27 to 36 and 50 to 58 are Excel's in China, Japan and Korea
BUILT_IN = (
    dict.fromkeys([*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58], Kind.DATE)
    | dict.fromkeys([18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 47, 55, 56], Kind.TIME)
    | {46: Kind.ELAPSED}
)
_NOT_SHOWN_AS_SUCH = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
DAY_1904 = datetime(1904, 1, 1)
DAY_1900 = datetime(1899, 12, 30)
# Excel's calendar has a 29 February 1900, number 60: before it, days are one off
LEAP_DAY = 60


def kind_of(code: str) -> Kind | None:
    """What a format code such as ``yyyy-mm-dd`` shows; None for numbers and text."""
    shown = _NOT_SHOWN_AS_SUCH.sub("", code).split(";", 1)[0].lower()
    if "general" in shown:
        return None
    if re.search(r"\[(h+|m+|s+)\]", shown):
        return Kind.ELAPSED
    if re.search("[hs]", shown):
        return Kind.TIME
    return Kind.DATE if re.search("[ymd]", shown) else None


def serial(value: float, kind: Kind, is_1904: bool) -> str:
    """A date's or time's text; a number that is none in its format (a code -9 in a column of dates) stays one."""
    if not -1e9 < value < 1e9:
        return number(value)
    milliseconds = round(value * MILLISECONDS_A_DAY)
    if kind is Kind.ELAPSED:
        return duration(milliseconds)
    if value < 0:
        return number(value)
    if kind is Kind.TIME and milliseconds < MILLISECONDS_A_DAY:
        return duration(milliseconds)
    if is_1904:
        return moment(DAY_1904, milliseconds) or number(value)
    day = milliseconds // MILLISECONDS_A_DAY
    if day == 0 or day == LEAP_DAY:
        return number(value)
    return moment(DAY_1900, milliseconds + (MILLISECONDS_A_DAY if day < LEAP_DAY else 0)) or number(value)
