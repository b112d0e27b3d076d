"""Numbers of SPSS and Stata files as text: which are dates, by the format of their column, and since when they count.

Belongs here: formats of SPSS and Stata. Does not belong here: reading the files (``spss_stata.py``), dates of
workbooks (``dates.py``).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import numpy as np

from lbc_assets.intake.formats.missing import Missing
from lbc_assets.intake.formats.text import MILLISECONDS_A_DAY, Texts, duration, moment, number

SPSS_EPOCH = datetime(1582, 10, 14)
STATA_EPOCH = datetime(1960, 1, 1)
# MOYR, QYR and WKYR show the month, quarter or week of a day that is stored
SPSS_DATES = frozenset(["DATE", "ADATE", "EDATE", "JDATE", "SDATE", "MOYR", "QYR", "WKYR", "DATETIME", "YMDHMS"])
SPSS_TIMES = frozenset(["TIME", "DTIME", "MTIME"])
# the calendar ends at 9999; what lies beyond is no date, whatever its column's format
FURTHEST = 1e15


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
