"""Parquet: values in the same way as of the other formats, and what is refused.

Belongs here: Parquet. Does not belong here: the process (``test_formats_process.py``).
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb
import pytest
from formats_files import BOUNDS, CANARY, Reader

from lbc_assets.intake.rejection import ReasonCode


def _save(folder: Path, query: str, name: str = "a.parquet", options: str = "") -> Path:
    duckdb.execute(f"COPY ({query}) TO '{folder / name}' (FORMAT parquet{options})")
    return folder / name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1::DOUBLE", "1"),
        ("1.5::DOUBLE", "1.5"),
        ("'-0.0'::DOUBLE", "0"),
        ("'nan'::DOUBLE", ""),
        ("0.1::FLOAT", "0.1"),
        ("16777216::FLOAT", "16777216"),
        ("12.50::DECIMAL(9,2)", "12.5"),
        ("10::DECIMAL(9,0)", "10"),
        ("10.00::DECIMAL(9,2)", "10"),
        ("123456789012345678::BIGINT", "123456789012345678"),
        ("true", "TRUE"),
        ("DATE '2015-03-01'", "2015-03-01"),
        ("TIMESTAMP '2015-03-01 00:00:00'", "2015-03-01"),
        ("TIMESTAMP '2015-03-01 09:05:00'", "2015-03-01T09:05:00"),
        ("TIME '09:05:00'", "09:05:00"),
        ("NULL::INTEGER", ""),
        ("'a\r\nb' || chr(10) || chr(13)", "a b  "),
        ("'00012'", "00012"),
        ("'a,\"b'", 'a,"b'),
        ("'男'::BLOB", "男"),
    ],
)
def test_values_are_written_in_one_way(tmp_path: Path, reader: Reader, value: str, text: str) -> None:
    query = f"SELECT 'x' AS id, {value} AS v"
    if "BLOB" in value:
        query = "SELECT 'x' AS id, encode('男') AS v"
    assert reader.rows(_save(tmp_path, query)) == [["id", "v"], ["x", text]]


def test_rows_keep_their_order_and_blanks_of_a_column_alone_are_seen(tmp_path: Path, reader: Reader) -> None:
    source = _save(tmp_path, "SELECT CASE WHEN n % 9 THEN n END AS n FROM range(500_000) t(n)")
    rows = reader.rows(source, bounds=dataclasses.replace(BOUNDS, rows=10**6))
    assert [row[0] for row in rows[1:]] == [str(n) if n % 9 else "" for n in range(500_000)]


def test_a_name_that_looks_like_a_pattern_is_a_name(tmp_path: Path, reader: Reader) -> None:
    _save(tmp_path, "SELECT 2 AS other", "a1.parquet")
    source = _save(tmp_path, "SELECT 1 AS id", "a[1]?.parquet")
    assert reader.rows(source) == [["id"], ["1"]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"SELECT ['{CANARY}'] AS x", ReasonCode.COLUMN_NESTED),
        (f"SELECT {{'{CANARY}': 1}} AS x", ReasonCode.COLUMN_NESTED),
        (f"SELECT '{CANARY}' || chr(0) AS x", ReasonCode.NUL_BYTE),
        (f"SELECT repeat('{CANARY}', 40) AS x", ReasonCode.CELL_TOO_LONG),
        (f"SELECT '{CANARY}'::BLOB || '\\xE7'::BLOB AS x", ReasonCode.NOT_DECODABLE),
        (f"SELECT '{CANARY}' AS x FROM range(1001)", ReasonCode.TOO_MANY_ROWS),
        (f"SELECT 1 AS {CANARY}, 2 AS ' '", ReasonCode.HEADER_BLANK),
        (f"SELECT 1 AS {CANARY}, 2 AS '{CANARY} '", ReasonCode.DUPLICATE_HEADER),
        ("SELECT " + ", ".join(f"1 AS {CANARY}{n}" for n in range(51)), ReasonCode.TOO_MANY_COLUMNS),
    ],
)
def test_what_is_refused(tmp_path: Path, reader: Reader, query: str, code: ReasonCode) -> None:
    assert reader.refused(_save(tmp_path, query))[0] is code


def test_text_that_is_no_utf8_is_refused(tmp_path: Path, reader: Reader) -> None:
    text = f"{CANARY}xy".encode()
    source = _save(tmp_path, f"SELECT '{text.decode()}' AS x", options=", COMPRESSION uncompressed")
    assert text in source.read_bytes()
    source.write_bytes(source.read_bytes().replace(text, text[:-1] + b"\xe7"))
    assert reader.refused(source)[0] is ReasonCode.NOT_DECODABLE


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ReasonCode.NOT_OF_FORMAT),
        (b"PAR1", ReasonCode.NOT_OF_FORMAT),
        (b"PAR1" + b"\xff" * 40 + b"PAR1", ReasonCode.NOT_OF_FORMAT),
        (b"PARE" + b"x" * 40 + b"PARE", ReasonCode.ENCRYPTED),
        (b"id,sex\n", ReasonCode.NOT_OF_FORMAT),
    ],
)
def test_files_that_are_no_parquet_are_refused(
    tmp_path: Path, reader: Reader, content: bytes, code: ReasonCode
) -> None:
    (tmp_path / "a.parquet").write_bytes(content)
    assert reader.refused(tmp_path / "a.parquet")[0] is code


def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path, reader: Reader) -> None:
    source = _save(tmp_path, f"SELECT '{CANARY}' || n AS x FROM range(400) t(n)")
    content = source.read_bytes()
    for length in range(0, len(content) - 1, max(1, len(content) // 25)):
        source.write_bytes(content[:length])
        assert reader.refused(source)[0] is ReasonCode.NOT_OF_FORMAT
