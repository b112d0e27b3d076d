"""``lbc show`` and ``lbc sql``: published tables, read-only, all waves.

Belongs here: printing rows. Does not belong here: what may be read (``warehouse/store.py``).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import duckdb

from lbc_assets.reporting.inert import for_json, for_terminal

FORMATS = click.Choice(["table", "csv", "json"])
INERT = """Text from files does nothing where it is shown. table and csv: characters that control or hide are written as
escapes (\\x1b), line ends as blanks. csv also has an apostrophe before a text that a spreadsheet would take for a
formula (= + - @ first; numbers stay numbers). json: the very text, such characters as JSON escapes."""
BETWEEN = "between_waves"
SYNTHETIC = "SYNTHETIC DATA: no child's answers ({waves})"


def _print(connection: duckdb.DuckDBPyConnection, sql: str, style: str, values: list[Any] | None = None) -> None:
    result = connection.execute(sql, values or [])
    if style == "csv":
        from lbc_assets.warehouse.csv_rows import write_csv

        write_csv(result, sys.stdout)
        return
    names = [column[0] for column in result.description or []]
    if style == "json":
        records = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        click.echo(for_json(json.dumps(records, indent=1, default=str, ensure_ascii=False)))
        return
    # names too: a pivot makes them of values
    heads = [for_terminal(name) for name in names]
    texts = [["" if value is None else for_terminal(str(value)) for value in row] for row in result.fetchall()]
    widths = [max(len(text) for text in column) for column in zip(heads, *texts, strict=True)]
    for line in [heads, ["-" * width for width in widths], *texts]:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _exists(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM duckdb_views() WHERE view_name = ?", [table]).fetchall())


def _published() -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.files import FileDamaged
    from lbc_assets.warehouse.store import Warehouse

    try:
        connection, waves = Warehouse(find_home().make()).published()
    except FileDamaged as damage:
        raise click.ClickException(str(damage)) from None
    if not waves:
        raise click.ClickException("nothing is published yet; run 'lbc refresh'")
    synthetic = connection.execute(
        "SELECT wave FROM raw_deliveries WHERE data_origin = 'synthetic' ORDER BY 1"
    ).fetchall()
    if synthetic:
        click.echo(SYNTHETIC.format(waves=", ".join(row[0] for row in synthetic)), err=True)
    return connection, waves


@click.command(epilog=INERT)
@click.argument("table")
@click.option("--wave", help="Only this wave (default: all).")
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many rows.")
def show(table: str, wave: str | None, style: str, limit: int | None) -> None:
    """Show the published TABLE."""
    from lbc_assets.warehouse.contracts import TIDY_LAYERS, load_tables
    from lbc_assets.warehouse.engine import quote

    tables = load_tables()
    if table not in tables:
        raise click.ClickException(f"no table {table!r}; there are {', '.join(tables)}")
    connection, waves = _published()
    if wave and wave not in waves:
        raise click.ClickException(f"no published wave {wave!r}; there are {', '.join(waves)}")
    if tables[table].layer == BETWEEN and not _exists(connection, table):
        raise click.ClickException(f"{table} is not made: it needs two published waves, and then 'lbc refresh'")
    # tidy tables keep the order of their analysis, waves one after the other: sorting by wave would mix the rows of one
    keys = () if tables[table].layer in TIDY_LAYERS else tables[table].key
    order = f" ORDER BY {', '.join(quote(name) for name in keys)}" if keys else ""
    named = [column.name for column in tables[table].columns if column.name in ("wave", "wave_before", "wave_after")]
    where = f" WHERE ? IN ({', '.join(named)})" if wave else ""
    most = f" LIMIT {limit}" if limit else ""
    _print(connection, f"SELECT * FROM {quote(table)}{where}{order}{most}", style, [wave] if wave else None)


@click.command(epilog=INERT)
@click.argument("select")
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
def sql(select: str, style: str) -> None:
    """Answer exactly one SELECT over the published tables of all waves, read-only."""
    from lbc_assets.warehouse.store import NotOneSelect, one_select

    connection, _ = _published()
    try:
        _print(connection, one_select(connection, select), style)
    except (NotOneSelect, duckdb.Error) as error:
        # a message may quote a value
        raise click.ClickException(for_terminal(str(error), keep_lines=True)) from None
