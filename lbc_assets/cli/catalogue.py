"""``lbc catalogue``: the catalogue's site, made now.

Belongs here: asking for it and telling. Does not belong here: the site (``catalogue/``).
"""

from __future__ import annotations

import time

import click


@click.command()
@click.option("--if-stale", is_flag=True, help="Only where snapshots, gates or code have changed since.")
def catalogue(if_stale: bool) -> None:
    """Make the catalogue: what each table and column is, what it is made of, what depends on it.

    A folder of pages that need no network: open the file that is printed, or copy the folder to whoever has no access.
    It holds tables, columns, codes and counts; no child's answer.
    """
    from lbc_assets.catalogue.site import CURRENT, build, state_of
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.store import Warehouse

    store, started = Warehouse(find_home().make()), time.monotonic()
    path = store.home.catalogue / CURRENT / "index.html"
    if if_stale and not state_of(store).is_stale:
        click.echo(f"{path}\nnothing has changed")
        return
    built = build(store)
    click.echo(f"{path}\n{built.pages:,} pages, {time.monotonic() - started:.1f} s")
