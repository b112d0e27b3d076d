"""SPSS and Stata files: codes as text, what the file declares missing, and the labels of its codes.

Belongs here: reading with pyreadstat, in pieces that memory holds. Does not belong here: what a number means as a
date (``dates.py``). Labels of variables are the wording of questions: they are never looked at.

Texts are read as their bytes (as Latin-1, which takes every byte) and decoded here: the library's own decoding drops
half a character at a cell's end without a word, and takes an old Stata file's Chinese for Western European.
"""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyreadstat

from lbc_assets.intake.formats.dates import writer
from lbc_assets.intake.formats.faults import Fault, Problem
from lbc_assets.intake.formats.missing import Missing
from lbc_assets.intake.formats.text import Bounds, CsvFile, Reading, faulty_names, one_line

ANY_BYTE = "ISO-8859-1"
CELLS_AT_ONCE = 4_000_000
BYTES_AT_ONCE = 128 << 20
# all of them write English letters in one byte as ASCII does; names as Python's codecs call them
# fmt: off
ENCODINGS = frozenset((
    "utf-8", "ascii", "gbk", "gb2312", "gb18030", "big5", "cp950", "cp932", "shift_jis", "euc_jp", "cp949", "euc_kr",
    "koi8-r", "mac-roman", "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15", "cp874",
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp437", "cp850",
))
# fmt: on
STATA_IN_UNICODE = 118
STATA_OLDEST, STATA_LAST_BINARY = 102, 115


def _codec(name: str | None) -> str | None:
    """The codec of an encoding that a file names, such as CP936 or windows-1252."""
    if not name:
        return None
    try:
        codec = codecs.lookup(name.lower().removeprefix("x-").replace("windows-", "cp")).name
    except LookupError:
        return None
    return codec if codec in ENCODINGS else None


class _Decoder:
    def __init__(self, codec: str | None) -> None:
        self._codec = codec

    def __call__(self, raw: str, row: int | None = None, column: int = 0) -> str:
        if raw.isascii():
            return raw
        place = (column,) if column else ()
        if self._codec is None:
            raise Fault(Problem.ENCODING_UNKNOWN, row=row, columns=place)
        try:
            return raw.encode("latin-1").decode(self._codec)
        except UnicodeError:
            raise Fault(Problem.NOT_DECODABLE, row=row, columns=place) from None


def _stata_release(source: Path) -> int:
    with source.open("rb") as stream:
        head = stream.read(67)
        if STATA_OLDEST <= (head[0] if head else 0) <= STATA_LAST_BINARY and head[1:2] in (b"\1", b"\2"):
            return head[0]
        if not head.startswith(b"<stata_dta><header><release>"):
            raise Fault(Problem.OTHER_FORMAT)
        stream.seek(-min(64, source.stat().st_size), 2)
        if not stream.read().rstrip().endswith(b"</stata_dta>"):  # the library does not miss labels that are cut off
            raise Fault(Problem.DAMAGED)
    release = head[28:31]
    return int(release) if release.isdigit() else 0


def _call(read: Callable[..., Any], source: Path, **options: Any) -> tuple[dict[str, list[Any]], Any]:
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            data, about = read(
                str(source), output_format="dict", user_missing=True, disable_datetime_conversion=True, **options
            )
    except MemoryError:
        raise
    except Exception as error:  # whatever a damaged file sets off; its words may hold cells
        undecodable = isinstance(error, UnicodeError) or "encoding" in str(error)
        raise Fault(Problem.NOT_DECODABLE if undecodable else Problem.DAMAGED) from None
    if any("is duplicated" in str(warning.message) for warning in told):
        raise Fault(Problem.HEADER_TWICE)
    return data, about


def read_spss(source: Path, target: Path, bounds: Bounds, encoding: str | None) -> Reading:
    """``encoding`` counts only where the file names none. Raises Fault."""
    with source.open("rb") as stream:
        if stream.read(4) not in (b"$FL2", b"$FL3"):
            raise Fault(Problem.OTHER_FORMAT)
    _, about = _call(pyreadstat.read_sav, source, metadataonly=True)
    named = about.file_encoding
    if named and _codec(named) is None:
        raise Fault(Problem.ENCODING_UNKNOWN)
    return _read(pyreadstat.read_sav, source, target, bounds, _Decoder(_codec(named or encoding)), is_stata=False)


def read_stata(source: Path, target: Path, bounds: Bounds, encoding: str | None) -> Reading:
    """``encoding`` counts for files of Stata 13 and older, which name none. Raises Fault."""
    codec = "utf-8" if _stata_release(source) >= STATA_IN_UNICODE else _codec(encoding)
    return _read(pyreadstat.read_dta, source, target, bounds, _Decoder(codec), is_stata=True)


def _read(
    read: Callable[..., Any], source: Path, target: Path, bounds: Bounds, decode: _Decoder, *, is_stata: bool
) -> Reading:
    _, about = _call(read, source, metadataonly=True, encoding=ANY_BYTE)
    raw_names = about.column_names
    declared = about.number_rows if about.number_rows is not None else -1
    if len(raw_names) > bounds.columns:
        raise Fault(Problem.COLUMNS, columns=(bounds.columns + 1,))
    if declared > bounds.rows:
        raise Fault(Problem.ROWS)
    header = [decode(name, None, column) for column, name in enumerate(raw_names, 1)]
    if not header:
        raise Fault(Problem.EMPTY)
    blank, twice = faulty_names(header)
    if blank or twice:
        raise Fault(Problem.HEADER_BLANK if blank else Problem.HEADER_TWICE, columns=blank or twice)
    kinds, shown = about.readstat_variable_types, about.original_variable_types
    missing = {
        raw: Missing(about.missing_ranges.get(raw, ()), decode, tagged=is_stata and kinds[raw] != "string")
        for raw in raw_names
    }
    numbers = {
        raw: writer(shown[raw], missing[raw], is_stata=is_stata, is_single=kinds[raw] == "float")
        for raw in raw_names
        if kinds[raw] != "string"
    }
    width = sum(max(8, about.variable_storage_width.get(raw) or 0) for raw in raw_names)
    at_once = max(1, min(CELLS_AT_ONCE // len(header), BYTES_AT_ONCE // width))
    csv = CsvFile(target, header)
    try:
        rows = at_once
        while rows == at_once and csv.rows != declared:
            data, about = _call(read, source, row_offset=csv.rows, row_limit=at_once, encoding=ANY_BYTE)
            columns = [
                list(map(numbers[raw].__getitem__, data[raw]))
                if raw in numbers
                else _texts(data[raw], decode, csv.rows, column, bounds)
                for column, raw in enumerate(raw_names, 1)
            ]
            del data
            rows = len(columns[0])
            csv.write_columns(columns, rows)
            if csv.rows > bounds.rows:
                raise Fault(Problem.ROWS)
    finally:
        csv.close()
    named = dict(zip(raw_names, header, strict=True))
    labels = {raw: about.variable_value_labels.get(raw, {}) for raw in raw_names}
    return Reading(
        csv.rows,
        {named[raw]: codes for raw in raw_names if (codes := missing[raw].codes(labels[raw]))},
        {
            named[raw]: {missing[raw].text(code): _label(label, decode) for code, label in codes.items()}
            for raw, codes in labels.items()
            if codes
        },
    )


def _label(raw: str, decode: _Decoder) -> str:
    try:
        return one_line(decode(raw))
    except Fault:  # the answers can be read without it
        return ""


def _texts(values: list[str | None], decode: _Decoder, before: int, column: int, bounds: Bounds) -> list[str]:
    texts = []
    for row, raw in enumerate(values, before + 1):
        text = one_line(decode(raw or "", row, column))
        if len(text) > bounds.cell_characters:
            raise Fault(Problem.CELL, row=row, columns=(column,))
        texts.append(text)
    return texts
