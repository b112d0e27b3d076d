"""Reading one file of a delivery: strictly as declared, everything as text, every line accounted for.

Belongs here: bytes to canonical columns. Does not belong here: the header (``header.py``), files that are no text
(``formats/``), what the codes mean (staging), the delivery as a whole (``door.py``).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from pathlib import Path
from typing import BinaryIO

import duckdb

from lbc_assets.intake.codebook import Codebook
from lbc_assets.intake.header import Columns, match_columns, read_header
from lbc_assets.intake.questionnaire import ID, LINKING_KEY, questionnaire
from lbc_assets.intake.rejection import DeliveryRejected, ReasonCode, reject
from lbc_assets.settings import Limits
from lbc_assets.warehouse.engine import literal, one_row, parquet, quote

CHUNK_BYTES = 1 << 20
ROWS_AT_ONCE = 20_480
LINES_NAMED = 20


def copy_bytes(source: BinaryIO, target: Path, name: str, limits: Limits) -> str:
    """Copy a file in one streaming pass; its sha256. Raises DeliveryRejected."""
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        while chunk := source.read(CHUNK_BYTES):
            size += len(chunk)
            if size > limits.file_bytes:
                raise _too_large(name, limits)
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _too_large(name: str, limits: Limits) -> DeliveryRejected:
    remedy = "Export what the codebook names only, or raise limits.file_bytes in settings.yaml."
    return reject(ReasonCode.TOO_LARGE, f"{name}: more than {limits.file_bytes:,} bytes", remedy)


def transcode(source: BinaryIO, target: Path, encoding: str, name: str, limits: Limits) -> str:
    """Copy a file as UTF-8 with plain line ends in one streaming pass; its sha256 (of the bytes as delivered).

    Raises DeliveryRejected for bytes that are not text in this encoding, and for NUL.
    """
    digest, size = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(errors="strict")
    lines, carried = 1, ""
    with target.open("w", encoding="utf-8", newline="") as out:
        while True:
            chunk = source.read(CHUNK_BYTES)
            size += len(chunk)
            if size > limits.file_bytes:
                raise _too_large(name, limits)
            digest.update(chunk)
            try:
                text = carried + decoder.decode(chunk, final=not chunk)
            except UnicodeError:  # not only its subclass: UTF-16 without its mark
                raise reject(
                    ReasonCode.NOT_DECODABLE,
                    f"{name}, from line {lines} on",
                    f"Declared is {encoding}: declare what it is.",
                ) from None
            # a carriage return at the end of a chunk may belong to a line feed in the next one
            carried = "\r" if text.endswith("\r") and chunk else ""
            text = text.removesuffix("\r") if carried else text
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            if "\0" in text:
                raise reject(ReasonCode.NUL_BYTE, name, "Export the file again; UTF-16 has to be declared.")
            lines += text.count("\n")
            out.write(text)
            if not chunk:
                return digest.hexdigest()


def _lines(text: Path) -> int:
    """Physical lines that are not empty at the end of the file."""
    lines, last = 0, b"\n"
    with text.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")


def _only_comments_go_on(text: Path, separator: str, columns: Columns, rows: int) -> bool:
    """Whether all that makes more lines than rows are line ends within cells that are not read (remarks, notes).

    A quote that is not closed swallows rows into one cell: then some line in it has as many cells as a row.
    """
    read = {*columns.variables.values(), *([columns.selecting] if columns.selecting is not None else [])}
    records = 0
    csv.field_size_limit(1 << 24)
    try:
        with text.open(encoding="utf-8", newline="") as stream:
            for cells in csv.reader(stream, delimiter=separator, strict=True):
                records += 1
                if len(cells) != columns.number:
                    return False
                for place, cell in enumerate(cells):
                    if "\n" not in cell:
                        continue
                    longest = max(line.count(separator) for line in cell.split("\n"))
                    if place in read or longest >= max(1, columns.number - 1) // 2:
                        return False
    except csv.Error:
        return False
    return records == rows + 1


def rows_of(text: Path, separator: str, columns: int) -> str:
    """SQL: the rows of a text file, all cells as text, columns named column_0, column_1 ...

    By position: to DuckDB 'id' and 'ID' are one name, to a header they are two.
    """
    declared = ", ".join(f"'column_{number}': 'VARCHAR'" for number in range(columns))
    return (
        f"read_csv({literal(text)}, columns = {{{declared}}}, header = true, auto_detect = false, "
        f"delim = {literal(separator)}, quote = '\"', escape = '\"', strict_mode = true, "
        "null_padding = false, ignore_errors = false, allow_quoted_nulls = false, "
        "encoding = 'utf-8', parallel = false)"
    )


def copy_rows(connection: duckdb.DuckDBPyConnection, sql: str, name: str, target: Path) -> None:
    """Write what a query reads of a text file as Parquet. Raises DeliveryRejected for rows that are none."""
    try:
        connection.execute(f"COPY ({sql}) TO {literal(target)} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_AT_ONCE})")
    except duckdb.InvalidInputException as error:
        # DuckDB's own words quote the row: only its line number may be shown
        found = re.search(r"Line: (\d+)", str(error))
        place = f"{name}, near line {found[1]}" if found else name
        raise reject(ReasonCode.ROWS_NOT_READABLE, place, "Compare its cells with the header.") from None


def read_rows(
    connection: duckdb.DuckDBPyConnection,
    text: Path,
    separator: str,
    name: str,
    codebook: Codebook,
    limits: Limits,
    target: Path,
) -> int:
    """Write source_file, source_line, is_selected, id, linking key and every canonical variable as Parquet; how many.

    A variable that the file does not carry is NULL, a blank answer is ''. Rows go from file to file, not through a
    table in memory. Raises DeliveryRejected; a fault of the engine stays a fault.
    """
    columns = match_columns(read_header(text, separator, name, limits), name, codebook)
    answers = ", ".join(
        f"coalesce(column_{columns.variables[variable]}, '') AS {quote(variable)}"
        if variable in columns.variables
        else f"NULL::varchar AS {quote(variable)}"
        for variable in questionnaire()
    )
    key = "NULL::varchar"
    if LINKING_KEY in columns.variables:
        none = ", ".join(literal(code) for code in ("", *codebook.variables[LINKING_KEY].missing))
        cell = f"trim(coalesce(column_{columns.variables[LINKING_KEY]}, ''))"
        key = f"CASE WHEN {cell} NOT IN ({none}) THEN {cell} ELSE '' END"
    selected = "true"
    if codebook.rows is not None:
        values = ", ".join(literal(value) for value in codebook.rows.values)
        selected = f"coalesce(trim(column_{columns.selecting}), '') IN ({values})"
    copy_rows(
        connection,
        f"SELECT {literal(name)} AS source_file, row_number() OVER () + 1 AS source_line, "
        f"{selected} AS is_selected, trim(coalesce(column_{columns.variables[ID]}, '')) AS {ID}, "
        f"{key} AS {LINKING_KEY}, {answers} FROM {rows_of(text, separator, columns.number)}",
        name,
        target,
    )
    longest = ", ".join(f"length({quote(variable)})" for variable in (ID, *columns.variables))
    rows, too_long = one_row(
        connection,
        f"SELECT count(*), min(source_line) FILTER (WHERE greatest({longest}) > {limits.cell_characters}) "
        f"FROM {parquet([target])}",
    )
    lines = _lines(text)
    if lines != rows + 1 and not _only_comments_go_on(text, separator, columns, rows):
        raise reject(
            ReasonCode.ROWS_NOT_RECONCILED,
            f"{name}: {lines} lines, 1 header, {rows} rows",
            "Look for empty lines, line breaks inside a cell and quotes that are not closed.",
        )
    if too_long is not None:
        remedy = "Look for a quote that is not closed; or raise limits.cell_characters in settings.yaml."
        raise reject(ReasonCode.CELL_TOO_LONG, f"{name}, line {too_long}", remedy)
    if rows > limits.rows:
        remedy = "Deliver it in parts, as waves of their own, or raise limits.rows in settings.yaml."
        raise reject(ReasonCode.TOO_MANY_ROWS, f"{name}: {rows:,} rows, at most {limits.rows:,}", remedy)
    if not rows:
        raise reject(ReasonCode.ROWS_ABSENT, name, "Export the file again, with its rows.")
    return int(rows)
