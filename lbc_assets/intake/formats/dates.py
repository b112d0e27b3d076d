"""Which numbers are dates, and their text: workbooks, SPSS and Stata all store a date as a number with a format.

Belongs here: formats, and since when the numbers count. Does not belong here: where a workbook keeps its formats
(``workbook.py``), reading SPSS and Stata files (``spss_stata.py``).
"""

from __future__ import annotations

import enum
import re
from datetime import datetime
from typing import Any

from lbc_assets.intake.formats.missing import Missing
from lbc_assets.intake.formats.text import MILLISECONDS_A_DAY, Texts, duration, moment, number


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
SPSS_EPOCH = datetime(1582, 10, 14)
STATA_EPOCH = datetime(1960, 1, 1)
# MOYR, QYR and WKYR show the month, quarter or week of a day that is stored
SPSS_DATES = frozenset(("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "MOYR", "QYR", "WKYR", "DATETIME", "YMDHMS"))
SPSS_TIMES = frozenset(("TIME", "DTIME", "MTIME"))
# the calendar ends at 9999; what lies beyond is no date, whatever its column's format
FURTHEST = 1e15


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


def _spss(value: float, shown: str) -> str | None:
    milliseconds = round(value * 1000)
    if shown in SPSS_TIMES:
        return duration(milliseconds)
    return moment(SPSS_EPOCH, milliseconds) if shown in SPSS_DATES else None


def _stata(value: float, shown: str) -> str | None:
    """%td counts days and %tc milliseconds; %tw, %tm, %tq, %th stay numbers, and so does %tC (leap seconds)."""
    if shown.startswith(("%td", "%d")):
        return moment(STATA_EPOCH, int(value) * MILLISECONDS_A_DAY)
    if not shown.startswith("%tc"):
        return None
    if shown.startswith(("%tcHH", "%tchh")) and 0 <= value < MILLISECONDS_A_DAY:
        return duration(round(value))
    return moment(STATA_EPOCH, round(value))


def writer(shown: str | None, missing: Missing, *, is_stata: bool, is_single: bool) -> Texts:
    """Values of a numeric column to text; ``shown`` is its format, ``is_single`` that it has single precision.

    A code that is declared missing stays the code in a column of dates too.
    """
    import numpy as np  # not for workbooks, which would wait for it

    shown = (shown or "").replace("-", "") if is_stata else re.sub(r"[0-9.]*$", "", shown or "")

    def write(value: Any) -> str:
        if value is None:
            return ""
        if missing.see(value):
            return missing.text(value)
        if not -FURTHEST < value < FURTHEST:
            return number(value)
        dated = _stata(value, shown) if is_stata else _spss(value, shown)
        if dated is not None:
            return dated
        if is_single and not value.is_integer():  # 0.1 was stored, not 0.10000000149011612
            return number(float(str(np.float32(value))))
        return number(value)

    return Texts(write)
