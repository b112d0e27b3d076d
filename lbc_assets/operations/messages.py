"""An event in words and as a document, for mail, webhook and file.

Belongs here: what an alert says. Does not belong here: what happened (``events.py``), sending it (``sinks.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lbc_assets.operations.events import Event
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES

TITLES = {
    "held": "held back by a gate",
    "rejected": "delivery rejected",
    "failed": "run failed",
    "overdue": "overdue",
}
WHAT_TO_DO = {
    "held": "Open the link, or run 'lbc status': the failed checks say what to do. Mend the data and deliver again. "
    "What was published before stays served.",
    "rejected": "Run 'lbc deliveries': it names each place and its remedy. Mend it and deliver again. "
    "Nothing of the delivery was taken in.",
    "failed": "Open the link: the run shows the step and the fault. It was tried again already; once the cause is "
    "mended, run 'lbc refresh'. What was published before stays served.",
    "overdue": "Run 'lbc status' and 'lbc deliveries': they say where the wave is. If it is late for a good reason, "
    "change the section 'freshness' of settings.yaml.",
}
TRIAL = "test-"


@dataclass(frozen=True)
class Message:
    """An alert as it is sent; ``id`` is the same whenever it is sent again."""

    id: str
    subject: str
    text: str
    document: dict[str, Any]


def shown_wave(wave: str) -> str:
    """A wave's name as alerts and checks show it."""
    return "between waves" if wave == BETWEEN_WAVES else wave or "(no wave)"


def _line(reason: dict[str, Any]) -> str:
    place = ".".join(filter(None, (reason["table"], reason["check"])))
    number = "" if reason["number"] is None else f" ({reason['number']:,})"
    return f"- {f'{place}: ' if place else ''}{reason['reason_code']}{number}"


def message_of(event: Event, ui_address: str, noted: str) -> Message:
    """The alert of an event; ``noted``: when it was first seen."""
    wave, link = shown_wave(event.wave), f"{ui_address}{event.path}"
    found = [one.model_dump() for one in event.found]
    title = f"{wave}: {TITLES[event.kind]}"
    text = "\n".join([f"{title}.", "", *map(_line, found), "", WHAT_TO_DO[event.kind], link, "", f"Seen {noted}.", ""])
    document = {
        "id": event.id,
        "kind": event.kind,
        "wave": event.wave,
        "found": found,
        "what_to_do": WHAT_TO_DO[event.kind],
        "link": link,
        "seen": noted,
    }
    return Message(event.id, f"[lbc] {title}", text, document)


def trial_message(number: str, ui_address: str) -> Message:
    """What ``lbc alerts --test`` sends."""
    text = f"A test of lbc alerts: nothing has happened.\n{ui_address}\n"
    document = {"id": f"{TRIAL}{number}", "kind": "test", "link": ui_address}
    return Message(f"{TRIAL}{number}", "[lbc] test alert", text, document)
