"""``lbc audit``: who asked the web server to change what, and what came of it.

Belongs here: printing the log. Does not belong here: writing it (``server/audit.py``).
"""

from __future__ import annotations

from typing import Any

import click

FIELDS = ("job", "waves", "assets", "runs", "instigators")


def _line(note: dict[str, Any]) -> str:
    asked = "; ".join(
        " ".join([call["field"], *(f"{name}={','.join(call[name])}" for name in FIELDS if call.get(name))])
        for call in note["what"]
    )
    answered = note.get("answered")
    came = f"answered {answered['status']} {' '.join(answered['answers'])}".strip() if answered else "no answer noted"
    outcome = note["outcome"] if note["outcome"] == "refused" else came
    return f"{note['when']}  {note['who']} ({note['role']})  {asked or 'a mutation that cannot be read'}  {outcome}"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
def audit(as_json: bool, limit: int) -> None:
    """List who asked the web server to change what, the newest last."""
    import json

    from lbc_assets.reporting.inert import for_terminal
    from lbc_assets.server.audit import read_log
    from lbc_assets.settings import find_home

    home = find_home()
    notes = read_log(home.audit)[-limit:]
    for note in notes:
        click.echo(json.dumps(note) if as_json else for_terminal(_line(note)))
    if not notes:
        click.echo(f"Nobody has asked for a change yet (the log: {home.audit}).", err=True)
