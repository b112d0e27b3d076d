"""Parquet files as CSV, by DuckDB: the rules of ``text.py`` and ``dates.py`` said in SQL.

Belongs here: Parquet. Does not belong here: tables of ours, which are Parquet too (``warehouse/``).
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from lbc_assets.intake.formats.faults import Fault, Problem
from lbc_assets.intake.formats.text import Bounds, Reading, faulty_names, one_line

MAGIC = b"PAR1"
MAGIC_ENCRYPTED = b"PARE"
MEMORY = "600MB"
_NESTED = re.compile(r"\]$|^(?:STRUCT|MAP|UNION|VARIANT|GEOMETRY|INTERVAL|BIT)\b")
# the words by which DuckDB says so; they are followed by the value
_NOT_UTF8 = re.compile(r"not valid UTF-?8|invalid UTF-?8|Invalid string encoding", re.IGNORECASE)
_TOO_LONG, _NUL = "lbc: cell too long", "lbc: nul"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _text(cell: str, bounds: Bounds) -> str:
    lines = f"replace(replace(replace({cell}, chr(13) || chr(10), ' '), chr(10), ' '), chr(13), ' ')"
    return (
        f"CASE WHEN length({cell}) > {bounds.cell_characters} THEN error('{_TOO_LONG}') "
        f"WHEN contains({cell}, chr(0)) THEN error('{_NUL}') ELSE {lines} END"
    )


def _as_text(name: str, kind: str, bounds: Bounds) -> str:
    cell = _quoted(name)
    if kind in ("DOUBLE", "FLOAT"):  # a whole number of single precision in all its digits, another in its few
        return (
            f"CASE WHEN isnan({cell}) THEN NULL WHEN {cell} = 0 THEN '0' "
            f"WHEN {cell} = trunc({cell}) THEN regexp_replace(CAST({cell}::DOUBLE AS VARCHAR), '\\.0$', '') "
            f"ELSE CAST({cell} AS VARCHAR) END"
        )
    if kind.startswith("DECIMAL"):
        return f"regexp_replace(CAST({cell} AS VARCHAR), '\\.?0*$', '')" if not kind.endswith(",0)") else cell
    if kind == "BOOLEAN":
        return f"upper(CAST({cell} AS VARCHAR))"
    if kind.startswith("TIMESTAMP"):
        zone = "+00:00" if kind.endswith("TIME ZONE") else ""
        plain = f"CAST({cell} AT TIME ZONE 'UTC' AS VARCHAR)" if zone else f"CAST({cell} AS VARCHAR)"
        return (
            f"CASE WHEN {plain} LIKE '% 00:00:00' AND '{zone}' = '' THEN replace({plain}, ' 00:00:00', '') "
            f"ELSE replace({plain}, ' ', 'T') || '{zone}' END"
        )
    if kind == "BLOB":  # old writers do not say that bytes are text
        return _text(f"decode({cell})", bounds)
    if kind in ("VARCHAR", "JSON") or kind.startswith("ENUM"):
        return _text(f"CAST({cell} AS VARCHAR)", bounds)
    return f"CAST({cell} AS VARCHAR)"


def _fault_of(error: duckdb.Error) -> Fault:
    words = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return Fault(Problem.STOPPED)
    if _TOO_LONG in words:
        return Fault(Problem.CELL)
    if _NUL in words:
        return Fault(Problem.NUL)
    return Fault(Problem.NOT_DECODABLE if _NOT_UTF8.search(words) else Problem.DAMAGED)


def _check_magic(source: Path) -> None:
    with source.open("rb") as stream:
        head = stream.read(4)
        if head == MAGIC_ENCRYPTED:
            raise Fault(Problem.ENCRYPTED)
        if head != MAGIC:
            raise Fault(Problem.OTHER_FORMAT)
        stream.seek(-4, 2)
        if stream.read() != MAGIC:
            raise Fault(Problem.DAMAGED)


def read_parquet(source: Path, target: Path, bounds: Bounds) -> Reading:
    """Raises Fault."""
    _check_magic(source)
    try:
        with duckdb.connect(config=_CONFIG) as connection:
            return _copy(connection, source, target, bounds)
    except duckdb.Error as error:
        raise _fault_of(error) from None


# one thread, and no waiting for order: rows are read and written as they stand (pinned in a test). With order
# preserved DuckDB piles rows up when the disk is slow, 570 MB of a file of 20 MB
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "preserve_insertion_order": False,
    "memory_limit": MEMORY,
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def _copy(connection: duckdb.DuckDBPyConnection, source: Path, target: Path, bounds: Bounds) -> Reading:
    # a path is a pattern to DuckDB
    path = _literal(Path(re.sub(r"([\[*?])", r"[\1]", str(source))))
    claimed = connection.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({path})").fetchone()
    if claimed and claimed[0] is not None and claimed[0] > bounds.rows:
        raise Fault(Problem.ROWS)
    relation = f"read_parquet({path}, hive_partitioning = false, file_row_number = false)"
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    names, kinds = [row[0] for row in described], [str(row[1]) for row in described]
    if len(names) > bounds.columns:
        raise Fault(Problem.COLUMNS, columns=(bounds.columns + 1,))
    blank, twice = faulty_names(names)
    if blank or twice:
        raise Fault(Problem.HEADER_BLANK if blank else Problem.HEADER_TWICE, columns=blank or twice)
    nested = tuple(number for number, kind in enumerate(kinds, 1) if _NESTED.search(kind))
    if nested:
        raise Fault(Problem.NESTED, columns=nested[:20])
    texts = [_as_text(name, kind, bounds) for name, kind in zip(names, kinds, strict=True)]
    if len(texts) == 1:  # a blank alone on its line must be seen
        texts = [f"coalesce({texts[0]}, '')"]
    columns = ", ".join(f"{text} AS {_quoted(one_line(name))}" for text, name in zip(texts, names, strict=True))
    written = connection.execute(
        f"COPY (SELECT {columns} FROM {relation}) TO {_literal(target)} "
        "(FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '')"
    ).fetchone()
    return Reading(int(written[0]) if written else 0, {}, {})
