"""What a cell of a sheet says, as text.

Belongs here: a cell's type and stored value to text. Does not belong here: where it stands (``sheet.py``); how
numbers and dates are written (``text.py``, ``dates.py``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from lbc_assets.intake.formats.dates import Kind, serial
from lbc_assets.intake.formats.faults import Fault, Problem
from lbc_assets.intake.formats.text import Texts, number, one_line
from lbc_assets.intake.formats.workbook import Workbook

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d+))?)?Z?", re.ASCII)
_TRUTH = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
# control characters are written so in a workbook's XML: _x000D_ is a carriage return
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ESCAPE_LENGTH = 7
NUMBER_LENGTH = 400


def _float(text: str) -> float:
    value = float(text) if len(text) <= NUMBER_LENGTH and _NUMBER.fullmatch(text) else math.inf
    if math.isinf(value):
        raise Fault(Problem.DAMAGED)
    return value


def _serial_in(kind: Kind, is_1904: bool) -> Callable[[str], str]:
    return lambda text: serial(_float(text), kind, is_1904)


def _moment(text: str) -> str:
    found = _MOMENT.fullmatch(text)
    if not found:
        raise Fault(Problem.DAMAGED)
    rest = (found[3] or "").rstrip("0")
    if found[2] in (None, "00:00:00") and not rest:
        return found[1]
    return f"{found[1]}T{found[2]}{'.' if rest else ''}{rest}"


def _meant(text: str) -> str:
    if "_x" in text:
        try:
            text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeError:  # half a character
            raise Fault(Problem.NOT_DECODABLE) from None
        if "\0" in text:
            raise Fault(Problem.NUL)
    return one_line(text)


class CellValues:
    """Reads the values of one sheet's cells."""

    def __init__(self, workbook: Workbook) -> None:
        self._strings = workbook.strings
        self._plain = Texts(lambda text: number(_float(text)))
        self._by_style = {
            str(style): Texts(_serial_in(kind, workbook.is_1904)) for style, kind in enumerate(workbook.kinds) if kind
        }

    def text(self, kind: str, style: str, raw: str) -> str:
        """Of the value as stored (not empty). Raises Fault without a place."""
        if kind == "n":
            return self._by_style.get(style, self._plain)[raw]
        if kind == "s":
            if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or int(raw) >= len(self._strings):
                raise Fault(Problem.DAMAGED)
            return _meant(self._strings[int(raw)])
        if kind in ("str", "inlineStr", "e"):  # an error is kept as its text: #N/A is no blank
            return _meant(raw)
        if kind == "d":
            return _moment(raw)
        if kind == "b" and raw in _TRUTH:
            return _TRUTH[raw]
        raise Fault(Problem.DAMAGED)
