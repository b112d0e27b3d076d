"""Bad files of programs: workbooks, SPSS, Stata and Parquet files.

Belongs here: the categories XLSX and SPSS/Stata. Does not belong here: text (``corpus_text.py``), the readers' own
tests (``formats/``).
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyreadstat
from corpus_case import Case, accepted, rejected

XLSX, SPSS = "XLSX", "SPSS/Stata"
Change = Callable[[Any], object]


def _deliver(parcel, name: str, content: bytes) -> None:
    parcel.content = b""
    parcel.file.update(path=name, format=name.rpartition(".")[2])
    parcel.more[name] = content


def _book(change: Change = lambda book: None, parts: Change = lambda parts: None):
    """A workbook of the parcel's rows; ``change`` what openpyxl has of it, ``parts`` what is in the zip."""

    def spoil(parcel) -> None:
        book = openpyxl.Workbook()
        for row in (parcel.header, *parcel.rows):
            book.active.append([cell or None for cell in row])
        change(book)
        stream = io.BytesIO()
        book.save(stream)
        with zipfile.ZipFile(stream) as packed:
            content = {name: packed.read(name) for name in packed.namelist()}
        parts(content)
        again = io.BytesIO()
        with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in content.items():
                packed.writestr(name, data)
        _deliver(parcel, "children.xlsx", again.getvalue())

    return spoil


def _bytes(name: str, content: bytes):
    return lambda parcel: _deliver(parcel, name, content)


def _cell(place: str, value: Any) -> Change:
    return lambda book: book.active.__setitem__(place, value)


def _hidden(book) -> None:
    book.create_sheet("more").sheet_state = "hidden"


def _dtd(parts) -> None:
    name = "xl/worksheets/sheet1.xml"
    parts[name] = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + parts[name].partition(b"?>")[2].lstrip()


def _macros(parts) -> None:
    parts["xl/vbaProject.bin"] = b"x"


def _bomb(parts) -> None:
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"] + b" " * (64 << 20)


def _torn(parts) -> None:
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-40]


def _sheet(name: str):
    def spoil(parcel) -> None:
        _book()(parcel)
        parcel.file["sheet"] = name

    return spoil


WORKBOOKS: list[Case] = [
    rejected("no workbook at all", XLSX, _bytes("children.xlsx", b"id,c1\n1,1\n"), "not_of_format", "children.xlsx"),
    rejected(
        "an encrypted workbook",
        XLSX,
        _bytes(
            "children.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096 + "EncryptedPackage".encode("utf-16-le")
        ),
        "encrypted",
    ),
    rejected("a second sheet", XLSX, _book(lambda book: book.create_sheet("more")), "sheet_extra"),
    rejected("a hidden sheet", XLSX, _book(_hidden), "sheet_extra"),
    rejected("a sheet that is not there", XLSX, _sheet("answers"), "sheet_absent"),
    rejected("a formula without its value", XLSX, _book(_cell("C3", "=1+1")), "formula_without_value", "C3"),
    rejected("a far cell", XLSX, _book(_cell("XFD1048576", "x")), "too_many_columns", "XFD1048576"),
    rejected("a cell beyond the header", XLSX, _book(_cell("CZ3", "x")), "rows_not_readable", "CZ3"),
    rejected("a header without a name", XLSX, _book(_cell("D1", None)), "header_blank"),
    rejected("a header twice", XLSX, _book(_cell("D1", "c1")), "duplicate_header"),
    rejected("a document type", XLSX, _book(parts=_dtd), "dtd"),
    rejected("macros", XLSX, _book(parts=_macros), "macros"),
    rejected("a bomb", XLSX, _book(parts=_bomb), "unpacked_too_large"),
    rejected("a torn sheet", XLSX, _book(parts=_torn), "not_of_format"),
    accepted("numbers and dates as cells", XLSX, _book(_cell("H3", 4))),
]


def _frame(parcel) -> pd.DataFrame:
    frame = pd.DataFrame(parcel.rows, columns=parcel.header)
    frame["c1"] = pd.to_numeric(frame["c1"])
    return frame


def _written(name: str, write: Callable[..., object], **said: Any):
    """The parcel's rows as pyreadstat writes them."""

    def spoil(parcel) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(_frame(parcel), path, **said)
            _deliver(parcel, name, path.read_bytes())

    return spoil


def _cut(spoil, name: str, change: Callable[[bytes], bytes]):
    def cut(parcel) -> None:
        spoil(parcel)
        parcel.more[name] = change(parcel.more[name])

    return cut


def _parquet(select: str):
    def spoil(parcel) -> None:
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
            path = Path(folder) / "children.parquet"
            connection.register("children", _frame(parcel))
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
            _deliver(parcel, "children.parquet", path.read_bytes())

    return spoil


SAV = _written("children.sav", pyreadstat.write_sav)
DTA = _written("children.dta", pyreadstat.write_dta)
STATISTICS: list[Case] = [
    rejected("no SPSS file at all", SPSS, _bytes("children.sav", b"id,c1\n1,1\n"), "not_of_format", "children.sav"),
    rejected("an SPSS file cut off", SPSS, _cut(SAV, "children.sav", lambda data: data[:900]), "not_of_format"),
    rejected("no Stata file at all", SPSS, _bytes("children.dta", b"id,c1\n1,1\n"), "not_of_format"),
    rejected("a Stata file cut off", SPSS, _cut(DTA, "children.dta", lambda data: data[:2000]), "not_of_format"),
    rejected("a workbook named as an SPSS file", SPSS, _bytes("children.sav", b"PK\x03\x04" + b"\0" * 500),
             "not_of_format"),
    rejected("an answer that the file calls missing", SPSS, _written(
        "children.sav", pyreadstat.write_sav, missing_ranges={"c1": [1.0]}), "missing_codes_disagree", "consent_child"),
    rejected("a reader that wants more memory than it may have", SPSS, SAV, "reader_stopped",
             settings={"limits": {"parse_bytes": 1 << 20}}),
    rejected("a Parquet file cut off", SPSS, _cut(
        _parquet("FROM children"), "children.parquet", lambda data: data[:-9]), "not_of_format"),
    rejected("lists in a column", SPSS, _parquet("SELECT * REPLACE ([c2] AS c2) FROM children"), "column_nested"),
    accepted("an SPSS file as it should be", SPSS, SAV),
]  # fmt: skip
