"""Where pages lie on the guarded server: for links in the UI's metadata, in alerts and between pages.

Belongs here: the paths below the server's address, each of them once. Does not belong here: serving them (``server/``),
writing what they show (``reporting/``, ``catalogue/``), the server's own address (``settings.py``).
"""

from __future__ import annotations

from urllib.parse import quote

CATALOGUE = "/catalogue/"
REPORTS = "/reports/"


def page_address(wave: str, file: str) -> str:
    """A published page of a wave (``report.html``, ``comparison.html``)."""
    return f"{REPORTS}{quote(wave)}/{quote(file)}"


def table_address(table: str) -> str:
    """The catalogue's page of a table."""
    return f"{CATALOGUE}tables/{quote(table)}.html"


def column_address(table: str, column: str) -> str:
    """The catalogue's page of a column, with its lineage."""
    return f"{CATALOGUE}columns/{quote(table)}.{quote(column)}.html"


def asset_address(asset: str, wave: str | None = None) -> str:
    """An asset in Dagster's UI, at a wave's partition where one is named."""
    return f"/assets/{quote(asset)}" + (f"?partition={quote(wave)}" if wave else "")


def run_address(run: str) -> str:
    """A run in Dagster's UI."""
    return f"/runs/{quote(run)}"
