"""Values as text, and rows of text as CSV: one way for all formats.

Belongs here: how a number, a date and a line are written. Does not belong here: which cell holds which
(``cells.py``, ``dates.py``). ``parquet.py`` says the same of Parquet in SQL.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

KEPT = 100_000
MILLISECONDS_A_DAY = 86_400_000
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Bounds:
    """The limits that a reader itself keeps; the process's own are set in ``child.py``."""

    rows: int
    columns: int
    cell_characters: int
    unpacked_bytes: int
    unpacked_ratio: int


@dataclass(frozen=True)
class Reading:
    """What a reader found; see ``convert.Converted``."""

    rows: int
    missing_codes: dict[str, tuple[str, ...]]
    value_labels: dict[str, dict[str, str]]


def number(value: float) -> str:
    """A whole number without a point, another as the shortest text that reads back the same; no number is ''.

    From 1e16 on Python, and we, write an exponent: a double cannot tell neighbours apart there, and an id of 18
    digits that a spreadsheet has rounded must not look like one.
    """
    if value != value:
        return ""
    text = repr(value)
    return ("0" if text == "-0.0" else text[:-2]) if text.endswith(".0") else text


def moment(origin: datetime, milliseconds: int) -> str | None:
    """ISO 8601: a date at midnight, else date and time; None where the calendar (years 1 to 9999) ends."""
    try:
        when = origin + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    if milliseconds % MILLISECONDS_A_DAY == 0:
        return when.date().isoformat()
    return when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")


def duration(milliseconds: int) -> str:
    """Hours, minutes and seconds; hours may pass 24, as they do in a spreadsheet's [h]:mm."""
    sign = "-" if milliseconds < 0 else ""
    seconds, rest = divmod(abs(milliseconds), 1000)
    text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{rest:03}" if rest else text


def one_line(text: str) -> str:
    """Line ends become blanks: the next reader counts rows by lines."""
    return _LINE_END.sub(" ", text) if "\n" in text or "\r" in text else text


class Texts(dict[object, str]):
    """Values to text, each worked out once: a questionnaire has few codes and many answers."""

    def __init__(self, write: Callable[..., str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: object) -> str:
        text = self._write(value)
        if len(self) >= KEPT:
            self.clear()
        if value == value:  # what is not equal to itself is never found again
            self[value] = text
        return text


class CsvFile:
    """UTF-8, comma, header line first, a line feed after each row; a quote in a cell is doubled."""

    def __init__(self, target: Path, header: Sequence[str]) -> None:
        self._stream = target.open("w", encoding="utf-8", newline="", buffering=1 << 20)
        self._writer = csv.writer(self._stream, lineterminator="\n")
        self._writer.writerow([one_line(name) for name in header])
        self.rows = 0

    def write(self, row: Sequence[str]) -> None:
        """One row."""
        self._writer.writerow(row)
        self.rows += 1

    def write_columns(self, columns: Sequence[Sequence[str]], rows: int) -> None:
        """Many rows, given by column."""
        self._writer.writerows(zip(*columns, strict=True))
        self.rows += rows

    def close(self) -> None:
        """What is not written yet is written."""
        self._stream.close()


def faulty_names(header: Iterable[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Columns (from 1) without a name, and columns whose name another one bears too; at most 20 of each."""
    names = [name.strip() for name in header]
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    blank = [column for column, name in enumerate(names, 1) if not name]
    twice = [column for column, name in enumerate(names, 1) if name and counts[name] > 1]
    return tuple(blank[:20]), tuple(twice[:20])
