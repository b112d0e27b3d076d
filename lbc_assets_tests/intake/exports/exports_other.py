"""Exports as files of programs: Excel, SPSS, Stata, Parquet.

Belongs here: how each of these programs stores what was answered. Does not belong here: the answers
(``make_exports.py``), laying out text (``exports_text.py``).
"""

from __future__ import annotations

import datetime

import duckdb
import openpyxl
import pandas as pd
import pyreadstat
from make_exports import ASKED, CHINESE, FREE, HERE, ITEMS, Child, codes, label, mapping, table, write

from lbc_assets.intake.questionnaire import ID

NAMES = {name: f"v{number:02}" for number, name in enumerate(ASKED, 1)} | {ID: "id"}
MISSING = "-9"
FULL_WIDTH = {"0": "０", "1": "１", "2": "２"}  # noqa: RUF001


def _book(coded: dict[str, dict[str, str]], missing: dict[str, str] | None) -> dict[str, object]:
    return {
        "variables": {ID: {"column": "id"}}
        | {name: mapping(NAMES[name], coded.get(name), missing if name in coded else None) for name in ASKED}
    }


def xlsx(rows: list[Child]) -> None:
    """Label texts in Chinese, items as full-width digits, ages as numbers, and a date that nobody needs."""
    coded = {name: {v: CHINESE.get(v, label(name, v)) for v in codes(name)} for name in ASKED if name not in FREE}
    coded |= dict.fromkeys(ITEMS, FULL_WIDTH)
    header, body = table(rows, NAMES, coded)
    sheet_book = openpyxl.Workbook()
    sheet_book.properties.created = sheet_book.properties.modified = datetime.datetime(2015, 3, 1)
    sheet = sheet_book.active
    sheet.title = "answers"
    sheet.append([*header, "entered"])
    for row in body:
        sheet.append(
            [int(cell) if cell.isascii() and cell.isdigit() else cell or None for cell in row]
            + [datetime.date(2015, 3, 1)]
        )
    (HERE / "xlsx").mkdir(exist_ok=True)
    sheet_book.save(HERE / "xlsx" / "answers.xlsx")
    write("xlsx", [{"path": "answers.xlsx", "format": "xlsx"}], {"ignored": ["entered"], **_book(coded, None)})


def _frame(rows: list[Child], coded: dict[str, dict[str, str]], missing: float | None) -> pd.DataFrame:
    header, body = table(rows, NAMES, coded, dict.fromkeys(coded, "" if missing is None else str(int(missing))))
    frame = pd.DataFrame(body, columns=header)
    numbers = [NAMES[name] for name in ASKED if name in coded or name.endswith(("_years", "_year", "_number"))]
    frame[numbers] = frame[numbers].apply(pd.to_numeric)
    return frame


def _labels(coded: dict[str, dict[str, str]]) -> dict[str, dict[float, str]]:
    return {NAMES[name]: {float(c): label(name, v) for v, c in coded[name].items()} for name in coded}


def sav(rows: list[Child]) -> None:
    """Numbers with value labels; -9 is declared missing by the file, and the codebook need not know it."""
    coded = {name: codes(name) for name in ASKED if name not in FREE}
    frame = _frame(rows, coded, float(MISSING))
    (HERE / "sav").mkdir(exist_ok=True)
    pyreadstat.write_sav(
        frame,
        HERE / "sav" / "answers.sav",
        variable_value_labels=_labels(coded),
        missing_ranges={NAMES[name]: [float(MISSING)] for name in coded},
    )
    write("sav", [{"path": "answers.sav", "format": "sav"}], _book(coded, None))


def dta(rows: list[Child]) -> None:
    """Numbers with value labels; what is missing is the system's missing value."""
    coded = {name: codes(name) for name in ASKED if name not in FREE}
    frame = _frame(rows, coded, None)
    (HERE / "dta").mkdir(exist_ok=True)
    pyreadstat.write_dta(frame, HERE / "dta" / "answers.dta", variable_value_labels=_labels(coded))
    write("dta", [{"path": "answers.dta", "format": "dta"}], _book(coded, None))


def parquet(rows: list[Child]) -> None:
    """Typed columns."""
    coded = {name: codes(name) for name in ASKED if name not in FREE}
    (HERE / "parquet").mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.register("answers", _frame(rows, coded, None))
        connection.execute(f"COPY answers TO '{HERE / 'parquet' / 'answers.parquet'}' (FORMAT parquet)")
    write("parquet", [{"path": "answers.parquet", "format": "parquet"}], _book(coded, None))


def write_all(rows: list[Child]) -> None:
    """Every other export."""
    for export in (xlsx, sav, dta, parquet):
        export(rows)
