"""Workbooks: what is written of a sheet, and what is refused.

Belongs here: XLSX. Does not belong here: the process (``test_formats_process.py``).
"""

from __future__ import annotations

import dataclasses
import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from formats_files import BOUNDS, CANARY, HEADER, MAIN, Reader

from lbc_assets.intake.rejection import ReasonCode

RawBook = Callable[..., Path]
SHEET = "xl/worksheets/sheet1.xml"
TWICE = f'<c r="A2" t="str"><v>{CANARY}</v></c>' * 2


def _save(folder: Path, rows: list[list[Any]], spoil: Callable[[Any], None] = lambda book: None) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    spoil(book)
    book.save(folder / "answers.xlsx")
    return folder / "answers.xlsx"


def _cell(at: str, value: str, kind: str = "str") -> str:
    return f'<row r="{at[1:]}"><c r="{at}" t="{kind}"><v>{value}</v></c></row>'


def test_values_are_written_in_one_way(tmp_path: Path, reader: Reader) -> None:
    source = _save(
        tmp_path,
        [
            ["id", "n", "d", "t", "b", "x"],
            ["a,b", 1, datetime.date(2015, 3, 1), datetime.datetime(2015, 3, 1, 9, 5), True, 'say "no"'],
            ["男\nb", 1.5, datetime.date(1900, 1, 5), datetime.time(9, 5), False, " two  blanks "],
            ["00012", -9, None, None, None, "-9"],
        ],
    )
    assert reader.rows(source) == [
        ["id", "n", "d", "t", "b", "x"],
        ["a,b", "1", "2015-03-01", "2015-03-01T09:05:00", "TRUE", 'say "no"'],
        ["男 b", "1.5", "1900-01-05", "09:05:00", "FALSE", " two  blanks "],
        ["00012", "-9", "", "", "", "-9"],
    ]


def test_a_second_reader_agrees(tmp_path: Path, reader: Reader) -> None:
    rows = [["id", "f", "n"]] + [[f"c{n}", n / 7, n] for n in range(1, 40)]
    source = _save(tmp_path, rows)
    other = python_calamine.load_workbook(source).get_sheet_by_index(0).to_python()
    ours = reader.rows(source)
    assert [[a, float(b), float(c)] for a, b, c in ours[1:]] == other[1:]


def test_a_blank_row_in_the_middle_is_kept_and_blank_rows_at_the_end_are_not(tmp_path: Path, reader: Reader) -> None:
    source = _save(tmp_path, [["id", "sex"], ["a", 1], [], ["b", 2], [], [None, ""]])
    assert reader.rows(source) == [["id", "sex"], ["a", "1"], ["", ""], ["b", "2"]]


def test_a_column_alone_shows_its_blanks(tmp_path: Path, reader: Reader) -> None:
    assert reader.rows(_save(tmp_path, [["id"], ["a"], [], ["b"]])) == [["id"], ["a"], [""], ["b"]]


def test_a_code_in_a_column_of_dates_stays_a_code(tmp_path: Path, reader: Reader) -> None:
    def spoil(book: Any) -> None:
        book.active["A2"].number_format = "yyyy-mm-dd"

    assert reader.rows(_save(tmp_path, [["d"], [-9]], spoil))[1] == ["-9"]


def test_years_of_1904_are_dates_too(tmp_path: Path, reader: Reader) -> None:
    def spoil(book: Any) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    assert reader.rows(_save(tmp_path, [["d"], [datetime.date(2015, 3, 1)]], spoil))[1] == ["2015-03-01"]


def test_an_error_is_no_blank(tmp_path: Path, reader: Reader) -> None:
    assert reader.rows(_save(tmp_path, [["x"], ["#N/A"]]))[1] == ["#N/A"]


def test_the_extent_that_a_sheet_claims_is_not_believed(raw_book: RawBook, reader: Reader) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{HEADER}</sheetData></worksheet>'
    assert reader.rows(raw_book(parts={SHEET: sheet})) == [["id", "sex"]]


def test_a_stored_value_of_a_formula_is_read(raw_book: RawBook, reader: Reader) -> None:
    row = '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
    assert reader.rows(raw_book(HEADER + row))[1] == ["2", ""]


@pytest.mark.parametrize("declared", [None, "two"])
def test_a_hidden_sheet_is_refused_even_if_another_is_declared(
    tmp_path: Path, reader: Reader, declared: str | None
) -> None:
    def spoil(book: Any) -> None:
        book.active.title = "two"
        book.create_sheet(CANARY).sheet_state = "veryHidden"

    source = _save(tmp_path, [["id"]], spoil)
    assert reader.refused(source, sheet=declared) == (ReasonCode.SHEET_EXTRA, "answers, sheet 2")


def test_of_two_sheets_one_must_be_declared_and_be_there(tmp_path: Path, reader: Reader) -> None:
    def spoil(book: Any) -> None:
        book.active.title = CANARY
        book.create_sheet("second").append(["other"])

    source = _save(tmp_path, [["id"]], spoil)
    assert reader.refused(source)[0] is ReasonCode.SHEET_EXTRA
    assert reader.refused(source, sheet="third")[0] is ReasonCode.SHEET_ABSENT
    assert reader.rows(source, sheet="second") == [["other"]]


@pytest.mark.parametrize(
    ("rows", "code", "place"),
    [
        (HEADER + _cell("D2", CANARY), ReasonCode.ROWS_NOT_READABLE, "cell D2"),
        (HEADER + _cell("A9000", CANARY), ReasonCode.TOO_MANY_ROWS, "cell A9000"),
        (HEADER + f'<row r="2"><c r="XFD2" t="str"><v>{CANARY}</v></c></row>', ReasonCode.TOO_MANY_COLUMNS, "XFD2"),
        (HEADER + _cell("A2", CANARY * 30), ReasonCode.CELL_TOO_LONG, "cell A2"),
        (HEADER + _cell("A2", f"{CANARY}_x0000_"), ReasonCode.NUL_BYTE, "cell A2"),
        (HEADER + f'<row r="2"><c r="A2"><f>{CANARY}</f></c></row>', ReasonCode.FORMULA_WITHOUT_VALUE, "cell A2"),
        (HEADER + _cell("A2", CANARY, "s"), ReasonCode.NOT_OF_FORMAT, "cell A2"),
        (HEADER + _cell("A2", CANARY, "n"), ReasonCode.NOT_OF_FORMAT, "cell A2"),
        (HEADER + _cell("A2", CANARY) + _cell("A2", "again"), ReasonCode.NOT_OF_FORMAT, "row 2"),
        (HEADER + f'<row r="2">{TWICE}</row>', ReasonCode.NOT_OF_FORMAT, "cell A2"),
        (_cell("A2", CANARY), ReasonCode.EMPTY_FILE, "row 1"),
        ("", ReasonCode.EMPTY_FILE, "row 1"),
        (_cell("B1", CANARY), ReasonCode.HEADER_BLANK, "cell A1"),
        (HEADER.replace("sex", " id "), ReasonCode.DUPLICATE_HEADER, "columns A, B"),
    ],
)
def test_what_is_refused_of_cells(raw_book: RawBook, reader: Reader, rows: str, code: ReasonCode, place: str) -> None:
    found, where = reader.refused(raw_book(rows))
    assert found is code
    assert where.startswith("answers, sheet 1, ")
    assert where.endswith(place)


def test_a_cell_far_below_the_others_is_refused_within_the_limit_of_rows(raw_book: RawBook, reader: Reader) -> None:
    bounds = dataclasses.replace(BOUNDS, rows=2_000_000)
    source = raw_book(HEADER + _cell("A1048576", CANARY))
    assert reader.refused(source, bounds=bounds)[0] is ReasonCode.ROWS_NOT_READABLE


def test_a_formula_whose_value_is_a_placeholder_is_refused(raw_book: RawBook, reader: Reader) -> None:
    row = '<row r="2"><c r="A2"><f>1+1</f><v>0</v></c></row>'
    source = raw_book(HEADER + row, workbook='<calcPr fullCalcOnLoad="1"/>')
    assert reader.refused(source)[0] is ReasonCode.FORMULA_WITHOUT_VALUE


def test_merged_answers_are_refused_and_merged_blanks_are_not(raw_book: RawBook, reader: Reader) -> None:
    rows = HEADER + _cell("A2", CANARY) + _cell("A3", "b")
    merged = '<mergeCells><mergeCell ref="{}"/></mergeCells>'
    found = reader.refused(raw_book(rows, after=merged.format("A2:A3")))
    assert found == (ReasonCode.ROWS_NOT_READABLE, "answers, sheet 1, cell A2")
    assert len(reader.rows(raw_book(rows, after=merged.format("D8:E9")))) == 3


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("xml", [f'<!DOCTYPE a [<!ENTITY e "{CANARY}">]><a>&e;</a>', "<!DOCTYPE a><a/>"])
def test_a_document_type_is_refused_in_every_part(raw_book: RawBook, reader: Reader, part: str, xml: str) -> None:
    assert reader.refused(raw_book(parts={part: xml}))[0] is ReasonCode.DTD


@pytest.mark.parametrize("xml", ["", f"<a>{CANARY}", f"<{CANARY}/>"])
def test_xml_that_is_none_or_another_is_refused(raw_book: RawBook, reader: Reader, xml: str) -> None:
    assert reader.refused(raw_book(parts={SHEET: xml}))[0] is ReasonCode.NOT_OF_FORMAT


def test_macros_are_refused(raw_book: RawBook, reader: Reader) -> None:
    assert reader.refused(raw_book(parts={"xl/vbaProject.bin": "x"}))[0] is ReasonCode.MACROS


def test_a_bomb_is_refused_by_size_and_by_ratio(raw_book: RawBook, reader: Reader) -> None:
    source = raw_book(HEADER + " " * (5 << 20))
    assert reader.refused(source)[0] is ReasonCode.UNPACKED_TOO_LARGE
    bounds = dataclasses.replace(BOUNDS, unpacked_ratio=10**6)
    assert reader.rows(source, bounds=bounds) == [["id", "sex"]]
    bounds = dataclasses.replace(bounds, unpacked_bytes=5 << 20)
    assert reader.refused(source, bounds=bounds)[0] is ReasonCode.UNPACKED_TOO_LARGE


def test_a_directory_that_says_less_than_is_packed_is_refused(raw_book: RawBook, reader: Reader) -> None:
    source = raw_book(HEADER + " " * (1 << 20))
    with zipfile.ZipFile(source) as book:
        size = book.getinfo(SHEET).file_size.to_bytes(4, "little")
    content = source.read_bytes()
    assert content.count(size) == 2
    source.write_bytes(content.replace(size, (500).to_bytes(4, "little")))
    assert reader.refused(source)[0] is ReasonCode.NOT_OF_FORMAT


@pytest.mark.parametrize("names", [("/etc/x",), ("../x",), ("a\\b",), ("x/a.xml", "X/A.xml")])
def test_parts_that_lie_elsewhere_or_twice_are_refused(
    raw_book: RawBook, reader: Reader, names: tuple[str, ...]
) -> None:
    assert reader.refused(raw_book(parts=dict.fromkeys(names, CANARY)))[0] is ReasonCode.NOT_OF_FORMAT


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"x" * 99 + "EncryptedPackage".encode("utf-16-le"), ReasonCode.ENCRYPTED),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"Workbook", ReasonCode.NOT_OF_FORMAT),
        (b"id,sex\n", ReasonCode.NOT_OF_FORMAT),
        (b"", ReasonCode.NOT_OF_FORMAT),
        (b"PK\x03\x04" + b"\0" * 40, ReasonCode.NOT_OF_FORMAT),
    ],
)
def test_files_that_are_no_zip_are_refused(tmp_path: Path, reader: Reader, content: bytes, code: ReasonCode) -> None:
    (tmp_path / "answers.xlsx").write_bytes(content)
    assert reader.refused(tmp_path / "answers.xlsx")[0] is code


def test_a_cut_workbook_is_refused_wherever_it_is_cut(tmp_path: Path, reader: Reader) -> None:
    content = _save(tmp_path, [["id"], [CANARY]]).read_bytes()
    for length in range(0, len(content), 401):
        (tmp_path / "cut.xlsx").write_bytes(content[:length])
        assert reader.refused(tmp_path / "cut.xlsx")[0] is ReasonCode.NOT_OF_FORMAT
