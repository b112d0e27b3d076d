"""DuckDB in memory over Parquet files: the only engine, never a shared database file.

Belongs here: connections, typed views and frames, the fingerprint of a relation's content. Does not
belong here: which files make up a wave (``snapshots.py``, ``store.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from lbc_assets.settings import Engine
from lbc_assets.warehouse.contracts import Table

if TYPE_CHECKING:
    import pandas as pd

FRAME_TYPES = {
    "varchar": "str",
    "smallint": "Int64",
    "integer": "Int64",
    "bigint": "Int64",
    "double": "float64",
    "boolean": "boolean",
}


def connect(spill: Path | None = None, engine: Engine | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database that fetches no extension from anywhere (30 ms: ``cursor()`` of one costs nothing).

    ``spill``: where it may write what memory does not hold, a folder of its own, for two databases in one would
    overwrite each other's files. None: nowhere; DuckDB's own choice would be the working folder. ``engine``: what it
    may use (the defaults of ``settings.yaml``); DuckDB's own choice would be most of the machine's memory.
    """
    engine = engine or Engine()
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{engine.memory_bytes}B",
            "threads": engine.threads,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(spill or ""),
        },
    )


def one_row(connection: duckdb.DuckDBPyConnection, sql: str, values: list[object] | None = None) -> tuple[Any, ...]:
    """The only row of a result, read to its end: DuckDB 2 does nothing else while a result is open."""
    (row,) = connection.execute(sql, values or []).fetchall()
    return tuple(row)


def quote(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """An SQL string, quoted."""
    return "'" + str(text).replace("'", "''") + "'"


def enum(values: Iterable[str]) -> str:
    """The SQL type of a text that is one of these."""
    return f"ENUM ({', '.join(map(literal, values))})"


def parquet(paths: Iterable[Path]) -> str:
    """The SQL that reads these very files: no globs, no columns guessed from folder names."""
    # in a list of paths a '*' or '[' is still a glob: the store's names have none, the home's may
    names = ", ".join(literal(_escape_glob(str(path))) for path in paths)
    return f"read_parquet([{names}], hive_partitioning = false)"


def _escape_glob(path: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def typed_select(table: Table, sources: Iterable[str]) -> str:
    """Name and type every column as the contract declares, so that a union over waves cannot drift.

    A column that a source made by an older version does not have is NULL; without a source there are no rows.
    """
    columns = ", ".join(f"{quote(c.name)}::{c.data_type} AS {quote(c.name)}" for c in table.columns)
    nothing = ", ".join(f"NULL::{c.data_type} AS {quote(c.name)}" for c in table.columns)
    selects = [f"SELECT {nothing} WHERE false"]
    selects += [
        f"SELECT {columns} FROM (SELECT * FROM {source} UNION ALL BY NAME SELECT {nothing} WHERE false)"
        for source in sources
    ]
    return " UNION ALL ".join(selects)


def sorted_select(sql: str, by: Iterable[str], codes: Mapping[str, Iterable[str]]) -> str:
    """The rows of a query in an order. ``codes``: text columns and all the values that they may have.

    A sort moves whole rows: a text takes 16 bytes and more, its place among the values one, so that memory holds what
    would be written to disk and read again. Another value than these is a ConversionException.
    """
    places = ", ".join(f"{quote(name)}::{enum(values)} AS {quote(name)}" for name, values in codes.items())
    texts = ", ".join(f"{quote(name)}::varchar AS {quote(name)}" for name in codes)
    order = ", ".join(map(quote, by))
    if not codes:
        return f"SELECT * FROM ({sql}) ORDER BY {order}"
    return f"SELECT * REPLACE ({texts}) FROM (SELECT * REPLACE ({places}) FROM ({sql}) ORDER BY {order})"


def read_frame(connection: duckdb.DuckDBPyConnection, table: Table, sql: str | None = None) -> pd.DataFrame:
    """A small relation as a frame whose dtypes follow the contract, whatever the data.

    By default all rows of the table in the order of its key; missing values are missing (NaN, NA).
    """
    order = ", ".join(quote(name) for name in table.key)
    frame = connection.execute(sql or f"SELECT * FROM {quote(table.name)} ORDER BY {order}").df()
    declared = {column.name: column.data_type for column in table.columns}
    return frame.astype(
        {name: FRAME_TYPES[declared[name]] for name in map(str, frame) if declared.get(name) in FRAME_TYPES}
    )


def register_frame(connection: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> None:
    """Make a frame a relation named as the table, columns in the contract's order and types, NaN as NULL."""
    connection.register(f"{table.name}__frame", frame)

    def column(name: str, kind: str) -> str:
        if name not in frame:
            return ""
        return f"{quote(name)}::{kind} AS {quote(name)}"

    declared = [column(c.name, c.data_type) for c in table.columns]
    extra = [quote(name) for name in map(str, frame) if name not in {c.name for c in table.columns}]
    # a column too many or too few is not mended here: the gate's 'columns_as_declared' is to say so
    selected = ", ".join([text for text in declared if text] + extra)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(table.name)} AS SELECT {selected} FROM {quote(table.name + '__frame')}"
    )
    connection.unregister(f"{table.name}__frame")


def fingerprint(connection: duckdb.DuckDBPyConnection, relation: str, columns: Iterable[str]) -> str:
    """Name the content of some columns, whatever the order of the rows.

    Sums of two 64-bit halves of each row's MD5 as integers, and the count: exact, the same for any
    number of threads, and in constant memory. Not meant against someone who forges rows.
    """
    fields = ", ".join(quote(name) for name in columns)
    row = f"to_json([{', '.join(f'{quote(name)}::varchar' for name in columns)}])" if fields else "''"
    upper, lower, rows = one_row(
        connection,
        # the halves that md5_number_upper and md5_number_lower give, of a digest made once
        "SELECT coalesce(sum((digest & 18446744073709551615)::hugeint), 0), "
        "coalesce(sum((digest >> 64)::hugeint), 0), count(*) "
        f"FROM (SELECT md5_number({row}::varchar) AS digest FROM {relation})",
    )
    return f"{upper:x}-{lower:x}-{rows:x}"
