"""``lbc alerts``: what was told to whom, and whether the sinks can be reached.

Belongs here: printing, and the test. Does not belong here: noting and sending (``operations/``).
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lbc_assets.operations.alerts import Note
    from lbc_assets.operations.sink_settings import Alerts
    from lbc_assets.settings import Home

FAULT = 1


def _row(note: Note, settings: Alerts) -> dict[str, Any]:
    sinks = {name: "waiting" for name in note.wanted if name in {sink.name for sink in settings.sinks}}
    sinks |= {name: f"sent {moment.isoformat(timespec='seconds')}" for name, moment in note.sent.items()}
    return {
        "seen": note.noted.isoformat(timespec="seconds"),
        "kind": note.event.kind,
        "wave": note.event.wave,
        "found": [one.model_dump() for one in note.event.found],
        "link": f"{settings.ui_address}{note.event.path}",
        "sinks": sinks,
    }


def _list(home: Home, settings: Alerts, as_json: bool) -> None:
    from lbc_assets.operations.alerts import Outbox
    from lbc_assets.operations.messages import TITLES, shown_wave

    outbox = Outbox(home.alerts)
    rows = [_row(note, settings) for note in outbox.notes()]
    troubles = {name: trouble.model_dump(mode="json") for name, trouble in outbox.troubles.items()}
    if as_json:
        click.echo(json.dumps({"alerts": rows, "sinks_in_trouble": troubles}, indent=1))
        return
    for row in rows:
        click.echo(f"{row['seen']}  {shown_wave(row['wave'])}: {TITLES[row['kind']]}")
        for one in row["found"]:
            place = ".".join(filter(None, (one["table"], one["check"])))
            click.echo(f"  {one['reason_code']}{f' ({place})' if place else ''}")
        for name, state in row["sinks"].items():
            click.echo(f"  {name}: {state}")
    for name, trouble in outbox.troubles.items():
        again = trouble.again.isoformat(timespec="seconds")
        click.echo(f"{name}: {trouble.failures} times not reached ({trouble.code}); tried again after {again}")
    if not rows:
        click.echo("Nothing to tell of yet.")
    if not settings.sinks:
        click.echo(f"No sink is set up: nothing is sent. Name some under 'alerts' in {home.root / 'settings.yaml'}.")


def _test(home: Home, settings: Alerts) -> bool:
    from lbc_assets.operations.messages import trial_message
    from lbc_assets.operations.sinks import NotDelivered, deliver

    if not settings.sinks:
        raise click.ClickException(f"no sink is set up: name some under 'alerts' in {home.root / 'settings.yaml'}")
    message, all_taken = trial_message(uuid.uuid4().hex, settings.ui_address), True
    for sink in settings.sinks:
        try:
            deliver(sink, message, home.root, settings.timeout_seconds)
        except NotDelivered as failure:
            all_taken = False
            click.echo(f"{sink.name} ({sink.kind}): NOT taken, {failure}")
        else:
            click.echo(f"{sink.name} ({sink.kind}): taken at {datetime.now(UTC).isoformat(timespec='seconds')}")
    return all_taken


def _send(home: Home) -> bool:

    from lbc_assets.instance.home import prepare, records
    from lbc_assets.operations.looking import look
    from lbc_assets.warehouse.store import Warehouse

    prepare(home)
    with records(home) as instance:
        looked = look(Warehouse(home), instance)
    for line in looked.not_taken:
        click.echo(f"not taken: {line}", err=True)
    click.echo(f"{len(looked.new)} new", err=True)
    return not looked.not_taken


@click.command()
@click.option("--test", "test", is_flag=True, help="Send a test alert to every sink, and say what came of it.")
@click.option(
    "--send", "send", is_flag=True, help="Look and send now, as the sensor does (where no daemon runs: cron)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def alerts(test: bool, send: bool, as_json: bool) -> None:
    """List what is and was worth an alert, and which sink has taken it."""
    from lbc_assets.settings import SettingsNotValid, find_home

    home = find_home().make()
    try:
        settings = home.settings().alerts
    except SettingsNotValid as problem:
        raise click.ClickException(str(problem)) from None
    if test:
        sys.exit(0 if _test(home, settings) else FAULT)
    all_taken = _send(home) if send else True
    _list(home, settings, as_json)
    sys.exit(0 if all_taken else FAULT)
