"""SPSS and Stata files: codes, what is missing, labels, texts; and what is refused.

Belongs here: SAV, ZSAV, DTA. Does not belong here: the process (``test_formats_process.py``).
"""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from formats_files import BOUNDS, CANARY, Reader

from lbc_assets.intake.rejection import ReasonCode


def _sav(folder: Path, frame: pd.DataFrame, name: str = "a.sav", **options: object) -> Path:
    pyreadstat.write_sav(frame, folder / name, compress=name.endswith(".zsav"), **options)
    return folder / name


def _dta(folder: Path, frame: pd.DataFrame, **options: object) -> Path:
    pyreadstat.write_dta(frame, folder / "a.dta", **options)
    return folder / "a.dta"


@pytest.mark.parametrize("name", ["a.sav", "a.zsav"])
def test_spss_gives_codes_and_keeps_what_is_declared_missing(tmp_path: Path, reader: Reader, name: str) -> None:
    frame = pd.DataFrame(
        {"sex": [1.0, 2.0, -9.0, None], "age": [9.5, 97.0, 98.0, 12.0], "t": ["男\nb", "NA", "", "a,b"]}
    )
    source = _sav(
        tmp_path,
        frame,
        name,
        variable_value_labels={"sex": {1.0: "male", 2.0: "fe\nmale", -9.0: "none"}},
        missing_ranges={"sex": [-9.0, -8.0], "age": [{"lo": 97.0, "hi": 99.0}], "t": ["NA"]},
        column_labels=[CANARY, CANARY, CANARY],
    )
    assert reader.rows(source) == [
        ["sex", "age", "t"],
        ["1", "9.5", "男 b"],
        ["2", "97", "NA"],
        ["-9", "98", ""],
        ["", "12", "a,b"],
    ]
    reading = reader(source)
    assert reading.missing_codes == {"sex": ("-9", "-8"), "age": ("97", "98"), "t": ("NA",)}
    assert reading.value_labels == {"sex": {"1": "male", "2": "fe male", "-9": "none"}}


def test_stata_gives_codes_and_keeps_what_is_extended_missing(tmp_path: Path, reader: Reader) -> None:
    frame = pd.DataFrame({"sex": [1, 2, "a", "z", None], "t": ["男", "a", "", "b", "c"]})
    source = _dta(
        tmp_path,
        frame,
        missing_user_values={"sex": ["a", "z"]},
        variable_value_labels={"sex": {1: "male", 2: "female", "a": "refused"}},
    )
    assert [row[0] for row in reader.rows(source)] == ["sex", "1", "2", ".a", ".z", ""]
    reading = reader(source)
    assert reading.missing_codes == {"sex": (".a", ".z")}
    assert reading.value_labels == {"sex": {"1": "male", "2": "female", ".a": "refused"}}


@pytest.mark.parametrize("write", [_sav, _dta])
def test_dates_are_iso(tmp_path: Path, reader: Reader, write: object) -> None:
    frame = pd.DataFrame({"d": [datetime.date(2015, 3, 1), None], "t": [datetime.datetime(2015, 3, 1, 9, 5, 7), None]})
    source = write(tmp_path, frame)  # type: ignore[operator]
    assert reader.rows(source)[1:] == [["2015-03-01", "2015-03-01T09:05:07"], ["", ""]]


def test_single_precision_has_the_digits_that_were_entered(tmp_path: Path, reader: Reader) -> None:
    frame = pd.DataFrame({"x": pd.Series([0.1, 16777217.0, -0.0], dtype="float32")})
    source = tmp_path / "a.dta"
    frame.to_stata(source, write_index=False, version=118)  # pyreadstat writes doubles only
    assert [row[0] for row in reader.rows(source)[1:]] == ["0.1", "16777216", "0"]


def test_many_pieces_make_one_file(tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lbc_assets.intake.formats.spss_stata.CELLS_AT_ONCE", 7)
    source = _sav(tmp_path, pd.DataFrame({"n": [float(n) for n in range(100)]}))
    assert [row[0] for row in reader.rows(source)[1:]] == [str(n) for n in range(100)]


def test_texts_of_an_old_stata_file_are_refused_until_their_encoding_is_said(tmp_path: Path, reader: Reader) -> None:
    source = _dta(tmp_path, pd.DataFrame({"t": ["abcd", CANARY]}), version=12)
    source.write_bytes(source.read_bytes().replace(b"abcd", "男女".encode("gbk")))
    assert reader.refused(source) == (ReasonCode.NOT_DECODABLE, "answers, row 1, column number 1")
    assert reader.rows(source, encoding="gbk")[1] == ["男女"]
    assert reader.refused(source, encoding="utf-8")[0] is ReasonCode.NOT_DECODABLE
    assert reader.refused(source, encoding="utf-7")[0] is ReasonCode.NOT_DECODABLE


def test_half_a_character_is_refused_and_not_dropped(tmp_path: Path, reader: Reader) -> None:
    source = _sav(tmp_path, pd.DataFrame({"n": [1.0], "t": ["abcdefgh"]}), row_compress=False)
    content = source.read_bytes()
    at = content.rindex(b"abcdefgh")
    source.write_bytes(content[:at] + b"abcdefg\xe7" + content[at + 8 :])
    assert reader.refused(source) == (ReasonCode.NOT_DECODABLE, "answers, row 1, column number 2")


@pytest.mark.parametrize("write", [_sav, _dta])
def test_limits_hold(tmp_path: Path, reader: Reader, write: object) -> None:
    frame = pd.DataFrame({"x": ["a", CANARY * 3], CANARY: [1.0, 2.0]})
    source = write(tmp_path, frame)  # type: ignore[operator]
    for limit, code in (
        ({"rows": 1}, ReasonCode.TOO_MANY_ROWS),
        ({"columns": 1}, ReasonCode.TOO_MANY_COLUMNS),
        ({"cell_characters": 20}, ReasonCode.CELL_TOO_LONG),
    ):
        assert reader.refused(source, bounds=dataclasses.replace(BOUNDS, **limit))[0] is code


@pytest.mark.parametrize("suffix", ["sav", "zsav", "dta"])
@pytest.mark.parametrize("content", [b"", b"$FL2", b"<stata_dta><header><release>118", b"PK\x03\x04", b"id,sex\n"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, reader: Reader, suffix: str, content: bytes) -> None:
    source = tmp_path / f"a.{suffix}"
    source.write_bytes(content)
    assert reader.refused(source)[0] is ReasonCode.NOT_OF_FORMAT


@pytest.mark.parametrize("write", [_sav, _dta])
def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path, reader: Reader, write: object) -> None:
    frame = pd.DataFrame({"x": [CANARY] * 40, "n": [1.0] * 40})
    source = write(tmp_path, frame)  # type: ignore[operator]
    content = source.read_bytes()
    for length in range(len(content) - 9, 0, -max(1, len(content) // 30)):
        source.write_bytes(content[:length])
        assert reader.refused(source)[0] in (ReasonCode.NOT_OF_FORMAT, ReasonCode.NOT_DECODABLE)
