"""Reading one file of a delivery: strictly as declared, everything as text, every line accounted for.

Belongs here: bytes to canonical columns. Does not belong here: what the codes mean (staging), the
delivery as a whole (``door.py``).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from pathlib import Path

import duckdb

from lbc_assets.intake.documents import Codebook, File
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject
from lbc_assets.warehouse.engine import literal, one_row, parquet, quote

CHUNK_BYTES = 1 << 20
ROWS_AT_ONCE = 20_480


def transcode(source: Path, target: Path, encoding: str, name: str) -> str:
    """Copy a file as UTF-8 with plain line ends in one streaming pass; its sha256 (of the bytes as delivered).

    Raises DeliveryRejected for bytes that are not text in this encoding, and for NUL.
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(errors="strict")
    lines, carried = 1, ""
    with source.open("rb") as stream, target.open("w", encoding="utf-8", newline="") as out:
        while True:
            chunk = stream.read(CHUNK_BYTES)
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
                raise reject(ReasonCode.NUL_BYTE, name, "Export the file again.")
            lines += text.count("\n")
            out.write(text)
            if not chunk:
                return digest.hexdigest()


def _header(text: Path, file: File, codebook: Codebook) -> list[str]:
    with text.open(encoding="utf-8", newline="") as stream:
        first = stream.readline().removesuffix("\n")
    if not first.strip():
        raise reject(ReasonCode.EMPTY_FILE, file.path, "Export the file again, with its header.")
    try:
        header = next(csv.reader([first], delimiter=file.delimiter))
    except csv.Error:  # a cell longer than any column's name: no header at all
        raise reject(
            ReasonCode.ROWS_NOT_READABLE, f"{file.path}, line 1", "Export the file again, with its header."
        ) from None
    reasons = []
    # by position: a header may be the wording of a question, or answers where it is missing: never shown
    twice = [str(number) for number, name in enumerate(header, 1) if header.count(name) > 1]
    if twice:
        place = f"{file.path}, columns number {', '.join(twice)}"
        reasons.append(Reason(ReasonCode.DUPLICATE_HEADER, place, "Rename one."))
    mapped = {mapping.column for mapping in codebook.variables.values()}
    known = mapped | {*codebook.identifiers, *codebook.ignored}
    unknown = [str(number) for number, name in enumerate(header, 1) if name not in known]
    if unknown:
        reasons.append(
            Reason(
                ReasonCode.COLUMN_UNKNOWN,
                f"{file.path}, column number {', '.join(unknown)}",
                "Map it in the codebook, or list it there under 'ignored' or 'identifiers'.",
            )
        )
    absent = sorted(mapped - set(header))
    if absent:
        reasons.append(
            Reason(
                ReasonCode.COLUMN_ABSENT,
                f"{file.path}, {', '.join(absent)}",
                "Deliver the column, or correct the codebook.",
            )
        )
    if reasons:
        raise DeliveryRejected(reasons)
    return header


def _lines(text: Path) -> int:
    """Physical lines that are not empty at the end of the file."""
    lines, last = 0, b"\n"
    with text.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")


def read_rows(connection: duckdb.DuckDBPyConnection, text: Path, file: File, codebook: Codebook, target: Path) -> int:
    """Write id, source_file, source_line and every canonical variable as Parquet; the number of rows.

    A variable that the codebook does not carry is NULL, a blank answer is ''. Rows go from file to
    file, not through a table in memory. Raises DeliveryRejected; a fault of the engine stays a fault.
    """
    header = _header(text, file, codebook)
    # by position: to DuckDB 'id' and 'ID' are one name, to a header they are two
    columns = ", ".join(f"'column_{number}': 'VARCHAR'" for number in range(len(header)))
    carried = {name: f"column_{header.index(mapping.column)}" for name, mapping in codebook.variables.items()}
    answers = ", ".join(
        f"coalesce({quote(carried[name])}, '') AS {quote(name)}"
        if name in carried
        else f"NULL::varchar AS {quote(name)}"
        for name in questionnaire()
    )
    try:
        connection.execute(
            f"COPY (SELECT coalesce({quote(carried[ID])}, '') AS {ID}, {literal(file.path)} AS source_file, "
            f"row_number() OVER () + 1 AS source_line, {answers} "
            f"FROM read_csv({literal(text)}, columns = {{{columns}}}, header = true, auto_detect = false, "
            f"delim = {literal(file.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, "
            "null_padding = false, ignore_errors = false, allow_quoted_nulls = false, "
            "encoding = 'utf-8', parallel = false)) "
            f"TO {literal(target)} (FORMAT parquet, ROW_GROUP_SIZE {ROWS_AT_ONCE})"
        )
    except duckdb.InvalidInputException as error:
        # DuckDB's own words quote the row: only its line number may be shown
        found = re.search(r"Line: (\d+)", str(error))
        place = f"{file.path}, near line {found[1]}" if found else file.path
        raise reject(ReasonCode.ROWS_NOT_READABLE, place, "Compare its cells with the header.") from None
    rows = one_row(connection, f"SELECT count(*) FROM {parquet([target])}")[0]
    lines = _lines(text)
    if lines != rows + 1:
        raise reject(
            ReasonCode.ROWS_NOT_RECONCILED,
            f"{file.path}: {lines} lines, 1 header, {rows} rows",
            "Look for empty lines, line breaks inside a cell and quotes that are not closed.",
        )
    if file.rows is not None and file.rows != rows:
        raise reject(
            ReasonCode.ROWS_NOT_AS_DECLARED,
            f"{file.path}: {rows} rows, declared {file.rows}",
            "Send the whole file.",
        )
    blank = connection.execute(
        f"SELECT source_line FROM {parquet([target])} WHERE trim({ID}) = '' ORDER BY 1 LIMIT 20"
    ).fetchall()
    if blank:
        numbers = ", ".join(str(row[0]) for row in blank)
        raise reject(ReasonCode.ID_ABSENT, f"{file.path}, line {numbers}", "Give each questionnaire its id.")
    return int(rows)
