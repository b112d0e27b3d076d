"""Corrections of a delivery: a reviewed, versioned list of answers to replace, applied with a trail.

Belongs here: reading the list, applying it, what was applied. Does not belong here: who may correct (the field's own
rules; the list says who did, and the manifest who reviewed it).

A CSV in UTF-8 with the columns id, field, old, new, who, why, and, where an id alone is not enough (two questionnaires
with one id), file and line. ``field`` is a variable of the canonical questionnaire or the id; ``old`` and ``new`` are
answers as coded in the files. A correction that fits no row rejects the delivery: it was made for another file.
"""

from __future__ import annotations

import csv
import io

import duckdb

from lbc_assets.intake.manifest import Corrections
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject
from lbc_assets.warehouse.engine import quote

COLUMNS = ("id", "field", "old", "new", "who", "why")
PLACE_COLUMNS = ("file", "line")
LINES_MOST = 100_000
NAMED_MOST = 20


def _is_place(file: str, line: str) -> bool:
    return bool(file) == bool(line) and (not line or (line.isascii() and line.isdigit()))


def read_corrections(content: bytes, corrections: Corrections) -> list[dict[str, str | None]]:
    """The list, a dictionary a line (with its line number). Raises DeliveryRejected."""
    name = corrections.path

    def refuse(place: str, remedy: str) -> DeliveryRejected:
        return reject(ReasonCode.CORRECTIONS_NOT_VALID, place, remedy)

    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise reject(ReasonCode.NOT_DECODABLE, name, "Save it as UTF-8.") from None
    except csv.Error:
        raise refuse(name, "Look for quotes that are not closed.") from None
    header = rows[0] if rows else []
    if sorted(header) not in (sorted(COLUMNS), sorted(COLUMNS + PLACE_COLUMNS)):
        raise refuse(f"{name}, line 1", f"Its columns are {', '.join(COLUMNS)}, and {', '.join(PLACE_COLUMNS)} or not.")
    if len(rows) - 1 > LINES_MOST:
        raise reject(ReasonCode.TOO_MANY_ROWS, name, f"At most {LINES_MOST} corrections; mend the file itself.")
    known, listed, reasons = {ID, *questionnaire()}, [], []
    for line, row in enumerate(rows[1:], 2):
        entry = dict(zip(header, row, strict=False))
        remedy = None
        if len(row) != len(header):
            remedy = "The line has too few or too many cells."
        elif entry["field"] not in known:
            remedy = "'field' is a variable of the questionnaire ('lbc codebook draft' lists them)."
        elif not all(entry[column].strip() for column in ("id", "who", "why")):
            remedy = "'id', 'who' and 'why' may not be blank."
        elif not _is_place(entry.get("file", ""), entry.get("line", "")):
            remedy = "'file' and 'line' stand together, and 'line' is a number."
        if remedy:
            reasons.append(Reason(ReasonCode.CORRECTIONS_NOT_VALID, f"{name}, line {line}", remedy))
        else:
            place = {column: entry.get(column) or None for column in PLACE_COLUMNS}
            listed.append({**{column: entry[column] for column in COLUMNS}, **place, "listed_line": str(line)})
    if reasons:
        raise DeliveryRejected(reasons[:NAMED_MOST])
    return listed


def apply_corrections(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    listed: list[dict[str, str | None]],
    name: str,
) -> str:
    """A view like ``rows``, corrected; ``applied_corrections`` lists what was done to which row.

    ``rows`` is a relation with source_file, source_line, the id and every variable. Raises DeliveryRejected for a
    correction that fits no row, or two that fit one answer.
    """
    columns = (*COLUMNS, *PLACE_COLUMNS, "listed_line")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE corrections ({', '.join(f'{quote(c)} VARCHAR' for c in columns)})"
    )
    if listed:
        lists = ", ".join("unnest(?::varchar[])" for _ in columns)
        connection.execute(
            f"INSERT INTO corrections SELECT {lists}", [[entry[column] for entry in listed] for column in columns]
        )
    fields = sorted({str(entry["field"]) for entry in listed})
    matches = " UNION ALL ".join(
        f"SELECT r.source_file, r.source_line, r.{ID} AS id, c.* EXCLUDE (id, file, line) "
        f"FROM {rows} AS r JOIN corrections AS c ON trim(c.id) = r.{ID} AND c.field = '{field}' "
        f"AND trim(c.old) = trim(coalesce(r.{quote(field)}, '')) "
        "AND (c.file IS NULL OR c.file = r.source_file AND TRY_CAST(c.line AS bigint) = r.source_line)"
        for field in fields
    )
    nothing = (
        "SELECT NULL::varchar AS source_file, NULL::bigint AS source_line, * EXCLUDE (file, line) FROM corrections"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE applied_corrections AS {matches or nothing}")
    faults = connection.execute(
        "SELECT listed_line::bigint FROM corrections ANTI JOIN applied_corrections USING (listed_line) "
        "UNION SELECT max(listed_line::bigint) FROM applied_corrections "
        "GROUP BY source_file, source_line, field HAVING count(*) > 1 ORDER BY 1 LIMIT ?",
        [NAMED_MOST],
    ).fetchall()
    if faults:
        remedy = "Compare id, field and old with the file; a correction that the file has in it already goes."
        raise DeliveryRejected(
            [Reason(ReasonCode.CORRECTION_NOT_APPLICABLE, f"{name}, line {line}", remedy) for (line,) in faults]
        )
    if not fields:
        return rows
    wide = ", ".join(f"max(\"new\") FILTER (WHERE field = '{field}') AS {quote('to_' + field)}" for field in fields)
    replaced = ", ".join(f"coalesce(a.{quote('to_' + field)}, r.{quote(field)}) AS {quote(field)}" for field in fields)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW corrected AS SELECT r.* REPLACE ({replaced}) FROM {rows} AS r LEFT JOIN "
        f"(SELECT source_file, source_line, {wide} FROM applied_corrections GROUP BY ALL) AS a "
        "ON a.source_file = r.source_file AND a.source_line = r.source_line"
    )
    return "corrected"
