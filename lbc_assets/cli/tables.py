"""``lbc show`` and ``lbc sql``: published tables, read-only, all waves.

Belongs here: printing rows. Does not belong here: what may be read (``warehouse/store.py``).
"""

from __future__ import annotations

import csv
import json
import sys
from typing import Any

import click
import duckdb

FORMATS = click.Choice(["table", "csv", "json"])
SYNTHETIC = "SYNTHETIC DATA: no child's answers ({waves})"


def _print(connection: duckdb.DuckDBPyConnection, sql: str, style: str, values: list[Any] | None = None) -> None:
    result = connection.execute(sql, values or [])
    names = [column[0] for column in result.description or []]
    if style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while rows := result.fetchmany(10_000):
            writer.writerows(rows)
        return
    if style == "json":
        records = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        click.echo(json.dumps(records, indent=1, default=str, ensure_ascii=False))
        return
    texts = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
    widths = [max(len(text) for text in column) for column in zip(names, *texts, strict=True)]
    for line in [names, ["-" * width for width in widths], *texts]:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


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


@click.command()
@click.argument("table")
@click.option("--wave", help="Only this wave (default: all).")
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many rows.")
def show(table: str, wave: str | None, style: str, limit: int | None) -> None:
    """Show the published TABLE."""
    from lbc_assets.warehouse.contracts import load_tables
    from lbc_assets.warehouse.engine import quote

    tables = load_tables()
    if table not in tables:
        raise click.ClickException(f"no table {table!r}; there are {', '.join(tables)}")
    connection, waves = _published()
    if wave and wave not in waves:
        raise click.ClickException(f"no published wave {wave!r}; there are {', '.join(waves)}")
    keys = ("wave",) if tables[table].layer == "analysis" else tables[table].key
    order = ", ".join(quote(name) for name in keys)
    where = " WHERE wave = ?" if wave else ""
    most = f" LIMIT {limit}" if limit else ""
    _print(
        connection,
        f"SELECT * FROM {quote(table)}{where} ORDER BY {order}{most}",
        style,
        [wave] if wave else None,
    )


@click.command()
@click.argument("select")
@click.option("--format", "style", type=FORMATS, default="table", show_default=True)
def sql(select: str, style: str) -> None:
    """Answer exactly one SELECT over the published tables of all waves, read-only."""
    from lbc_assets.warehouse.store import NotOneSelect, one_select

    connection, _ = _published()
    try:
        _print(connection, one_select(connection, select), style)
    except (NotOneSelect, duckdb.Error) as error:
        raise click.ClickException(str(error)) from None
