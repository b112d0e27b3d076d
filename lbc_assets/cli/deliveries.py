"""``lbc deliveries`` and ``lbc quarantine``: what was answered to each delivery, and the rows that were held back.

Belongs here: printing answers. Does not belong here: finding them (``intake/``), delivering (``deliver.py``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from lbc_assets.intake.ledger import Answer
    from lbc_assets.launching import Intake
    from lbc_assets.warehouse.store import Warehouse

SHOWN = (
    ("rows in the files", "rows_in"),
    ("published", "published"),
    ("quarantined", "quarantined"),
    ("collapsed", "collapsed"),
    ("without consent", "without_consent"),
)


def tell_of(store: Warehouse, intake: Intake) -> None:
    """Say on the terminal what was taken in just now, and what was left in the inbox."""
    from lbc_assets.intake.ledger import Ledger

    for wave in intake.received:
        answer = Ledger(store.home.deliveries).latest(wave)
        if answer:
            click.echo(f"{wave}: {in_words(answer)}", err=True)
    for wave in intake.again:
        click.echo(f"{wave}: the same bytes again; they are taken in already", err=True)
    for left in (*intake.waiting, *intake.ignored):
        click.echo(f"left in the inbox: {left.place}: {left.why}", err=True)


def in_words(answer: Answer) -> str:
    """One line: version, files, rows and what became of them."""
    total = {name: sum(getattr(file, name) for file in answer.files) for name in FATE_FIELDS}
    parts = [f"{number:,} {name.replace('_', ' ')}" for name, number in total.items() if number and name != "rows"]
    files = f"{len(answer.files)} file" + "s" * (len(answer.files) > 1)
    return f"delivery version {answer.version} taken in: {files}, {total['rows']:,} rows = {' + '.join(parts)}"


FATE_FIELDS = ("rows", "published", "quarantined", "collapsed", "without_consent", "of_other_events")


def report_deliveries(store: Warehouse, instance: DagsterInstance) -> None:
    """Let the UI know that the list of deliveries has grown, and which waves are held, rejected or overdue."""
    from lbc_assets.assets.deliveries import deliveries_reported
    from lbc_assets.operations.looking import stands

    for event in deliveries_reported(store, stands(store).events):
        instance.report_runless_asset_event(event)


def _changes(answer: Answer) -> list[str]:
    if answer.changes is None:
        return []
    said = answer.changes
    lines = [
        f"    {name:<9} {changed.children:,} children" + (": " + ", ".join(changed.pseudonyms)) * bool(changed.children)
        for name, changed in (("added", said.added), ("removed", said.removed), ("changed", said.changed))
    ]
    if said.fields:
        lines.append("    by field  " + ", ".join(f"{name} {number:,}" for name, number in said.fields.items()))
    return [f"  against version {(answer.version or 1) - 1}", *lines]


@click.command()
@click.argument("wave", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON: one object a file, and changes by version.")
def deliveries(wave: str | None, as_json: bool) -> None:
    """List every delivery (of WAVE, or of all) with its answer: state, rows, reasons, changes, what to do."""
    from lbc_assets.deliveries import list_deliveries
    from lbc_assets.intake.inbox import Inbox
    from lbc_assets.intake.ledger import Ledger
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.store import Warehouse

    home = find_home().make()
    store, ledger = Warehouse(home), Ledger(home.deliveries)
    if wave and wave not in ledger.waves():
        raise click.ClickException(f"no delivery of {wave[:60]!r}; there are {', '.join(ledger.waves()) or 'none'}")
    rows = list_deliveries(store, wave)
    versions = {(a.wave, a.version): a for key in ledger.waves() for a in ledger.answers(key) if a.version}
    look = Inbox(home).look()
    left = [{"place": other.place, "why": other.why} for other in (*look.waiting, *look.ignored)]
    if as_json:
        changes = [
            {"wave": name, "version": version, **answer.changes.model_dump()}
            for (name, version), answer in versions.items()
            if answer.changes and (not wave or name == wave)
        ]
        click.echo(json.dumps({"deliveries": rows, "changes": changes, "left_in_inbox": left}, indent=1))
        return
    if not rows:
        click.echo(f"No delivery yet. Put a folder <wave>/ with wave.yaml into {home.inbox}, or use 'lbc deliver'.")
    shown: tuple[Any, ...] | None = None
    for row in rows:
        this = (row["wave"], row["version"], row["received"])
        if this != shown:
            shown = this
            version = f"version {row['version']}  " if row["version"] else ""
            click.echo(f"\n{row['wave']}  {version}{row['state'].upper()}  {row['received']}")
            for label, text in (("reasons", row["reasons"]), ("do", row["what_to_do"])):
                if text:
                    click.echo(f"  {label:<8}{text}")
            answer = versions.get((row["wave"], row["version"]))
            for line in _changes(answer) if answer else []:
                click.echo(line)
        if row["file"]:
            counts = ", ".join(f"{row[name]:,} {label}" for label, name in SHOWN if row[name] or name == "rows_in")
            click.echo(f"  {row['file']} ({row['sha256'][:12]}): {counts}")
    for other in left:
        click.echo(f"\nleft in the inbox: {other['place']}: {other['why']}")


@click.command()
@click.argument("wave")
def quarantine(wave: str) -> None:
    """Write the held rows of WAVE's latest delivery to a file for its data manager, and say where.

    The file holds children's answers: readable by you only, and safe to open in a spreadsheet program.
    """
    from lbc_assets.intake.delivery import latest_delivery
    from lbc_assets.intake.held_rows import write_held_rows
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.snapshots import WAVE_ID

    home = find_home().make()
    delivery = latest_delivery(home.deliveries, wave) if WAVE_ID.fullmatch(wave) else None
    if delivery is None:
        raise click.ClickException(f"no delivery of {wave[:60]!r} was taken in ('lbc deliveries' lists them)")
    path, rows = write_held_rows(delivery, home.quarantine)
    click.echo(f"{rows:,} rows held back: {path}" if rows else f"{wave}: no row is held back")
