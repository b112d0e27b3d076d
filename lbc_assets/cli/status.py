"""``lbc status``: where every wave stands.

Belongs here: telling. Does not belong here: planning (``launching.py``).
"""

from __future__ import annotations

import json
from typing import Any

import click

from lbc_assets.reporting.inert import for_terminal


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def status(as_json: bool) -> None:
    """Say which waves are published, held back, rejected or stale."""
    from lbc_assets.launching import known_waves, plan_between_waves, plan_wave
    from lbc_assets.operations.looking import rejected_now
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.snapshots import WAVE_ID
    from lbc_assets.warehouse.store import Warehouse

    home = find_home()
    store = Warehouse(home.make())
    rejected = {
        answer.wave: [{"code": r.code, "place": r.place, "remedy": r.remedy} for r in answer.reasons]
        for answer in rejected_now(home)
        if WAVE_ID.fullmatch(answer.wave)
    }
    waves: list[dict[str, Any]] = []
    for wave in sorted({*known_waves(store), *rejected}):
        current, answer = store.snapshots.current(wave), plan_wave(store, wave)
        held = store.snapshots.draft(wave).held
        state = "published" if answer and not answer.stale and not answer.blocked else "stale"
        state = "held" if held else state
        waves.append(
            {
                "wave": wave,
                "state": "rejected" if wave in rejected else state,
                "served": current.id if current else None,
                "children": current.entries["raw_responses"].rows if current else None,
                "stale": list(answer.stale) if answer else [],
                "held": {name: [gate.check for gate in note.failed] for name, note in held.items()},
                "rejected": rejected.get(wave, []),
                "report": str(store.report_path(wave) or ""),
            }
        )
    planned = plan_between_waves(store)
    between = {"state": planned.state, "published_waves": planned.published, "held": list(planned.held)}
    between["stale"] = list(planned.stale)
    if as_json:
        click.echo(json.dumps({"home": str(home.root), "waves": waves, "between_waves": between}, indent=1))
        return
    click.echo(f"home  {home.root}")
    if not waves:
        click.echo(f"No wave yet. Put a delivery into {home.inbox}, or run 'lbc reference deliver'.")
    for said in waves:
        click.echo(f"\n{said['wave']}  {said['state'].upper()}")
        click.echo(
            f"  served    {said['served'] or 'nothing'}"
            + (f", {said['children']:,} questionnaires" if said["served"] else "")
        )
        if said["report"]:
            click.echo(f"  report    {said['report']}")
        for name, checks in said["held"].items():
            click.echo(f"  held back {name}: {', '.join(checks)}")
        for reason in said["rejected"]:
            place, remedy = for_terminal(reason["place"]), for_terminal(reason["remedy"])
            click.echo(f"  rejected  {place}: {reason['code']}. {remedy}")
        if said["stale"]:
            click.echo(f"  stale     {', '.join(said['stale'])}: run 'lbc refresh {said['wave']}'")
    if waves:
        more = ": " + ", ".join(planned.stale or planned.held) if planned.stale or planned.held else ""
        state = planned.state.replace("_", " ").upper()
        click.echo(f"\nbetween waves  {state} ({planned.published} published){more}")
