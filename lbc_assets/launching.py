"""From deliveries to runs: takes in what lies in the inbox and asks the planner, once for every launcher.

Belongs here: what the sensor, the schedule and the command line have in common. Does not belong here: the comparison
itself (``warehouse/planner.py``), the door (``intake/``), Dagster's run requests.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lbc_assets.intake.delivery import latest_delivery
from lbc_assets.intake.door import NothingDelivered, Received, receive
from lbc_assets.intake.inbox import Inbox, Left, Look, shown_name
from lbc_assets.intake.ledger import Answer, Ledger
from lbc_assets.intake.rejection import DeliveryRejected, StillGrowing
from lbc_assets.intake.states import state_of
from lbc_assets.warehouse.between_waves import BetweenPlan, plan_between
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.planner import Plan, plan
from lbc_assets.warehouse.snapshots import WAVE_ID
from lbc_assets.warehouse.store import Warehouse

# A folder that is still changing after so many looks is left for the next command, or the sensor's next look.
LOOKS_MOST = 3


@dataclass(frozen=True)
class Intake:
    """What came of looking into the inbox: waves taken in (new ones, and known bytes again), rejections, the rest.

    ``rejected``: the last answer, by name of the folder, of all that lie there rejected; ``newly_rejected``: of these,
    the folders that were answered now.
    """

    received: tuple[str, ...]
    again: tuple[str, ...]
    newly_rejected: tuple[str, ...]
    rejected: dict[str, Answer]
    waiting: tuple[Left, ...]
    ignored: tuple[Left, ...]


def take_in(store: Warehouse, waves: Sequence[str] = (), *, wait: bool = False) -> Intake:
    """Take in every delivery of the inbox (or of these waves) that is whole; each gets its answer in the ledger.

    A folder that needs a second look is left for the next call, or, with ``wait``, looked at again.
    """
    inbox, ledger = Inbox(store.home), Ledger(store.home.deliveries)
    received: list[str] = []
    again: list[str] = []
    refused: list[str] = []
    inbox.sweep()
    for number in range(LOOKS_MOST if wait else 1):
        if number:
            time.sleep(store.home.settings().intake.settle_seconds)
        look = inbox.look(tuple(waves))
        growing = [
            left for folder in look.ready if (left := _take(store, inbox, folder, look, (received, again, refused)))
        ]
        if not growing:
            break
    # a rejection stands as long as what was rejected lies there
    rejected = {}
    for name in sorted({*look.answered, *refused}):
        answers = [answer for answer in ledger.answers_to(name) if answer.wave == shown_name(name)]
        if answers and answers[-1].is_rejected:
            rejected[name] = answers[-1]
    return Intake(
        tuple(received), tuple(again), tuple(refused), rejected, (*look.waiting, *growing), tuple(look.ignored)
    )


def _take(
    store: Warehouse, inbox: Inbox, folder: Path, look: Look, answers: tuple[list[str], list[str], list[str]]
) -> Left | None:
    """Ask the door for one folder; what it waits for, if it has no answer yet."""
    received, again, refused = answers
    is_settled = folder.name in look.settled
    try:
        ended = _latest_state(store, folder.name)
        taken: Received = receive(folder, store.home, is_settled=is_settled, ended=ended)
    except NothingDelivered:
        inbox.answered(folder)
    except DeliveryRejected:
        refused.append(folder.name)
        inbox.answered(folder)
    except StillGrowing as growing:
        return Left(shown_name(folder.name), f"{growing} may still be growing")
    else:
        (received if taken.is_new else again).append(folder.name)
        inbox.answered(folder)
        try:
            inbox.give_back(folder, taken.delivery.delivery_sha256, taken.names, keep_manifest=taken.keep_manifest)
        except OSError as error:
            place = shown_name(folder.name)
            return Left(place, f"was taken in, but cannot be moved to 'done' ({error.strerror}): move it yourself")
    return None


def _latest_state(store: Warehouse, wave: str) -> str | None:
    answer = Ledger(store.home.deliveries).latest(wave)
    return state_of(answer, store.snapshots.draft(wave)).value if answer else None


def known_waves(store: Warehouse) -> list[str]:
    """Waves of which a delivery was taken in."""
    ledger = Ledger(store.home.deliveries)
    return [wave for wave in ledger.waves() if ledger.latest(wave)]


def arrival(store: Warehouse, wave: str) -> datetime:
    """When the wave's latest delivery was taken in. Raises DeliveryRejected where none was."""
    latest = Ledger(store.home.deliveries).latest(wave)
    assert latest is not None, f"{wave}: nothing was taken in"
    return latest.received


def state_of_waves(store: Warehouse) -> str:
    """A name for the state of all waves and of the code: as long as it stays, so do their plans. Opens no file."""
    digest = hashlib.sha256("".join(step.code_version for step in flow().values()).encode())
    ledger = Ledger(store.home.deliveries)
    for wave in filter(WAVE_ID.fullmatch, ledger.waves()):
        digest.update(f"{wave}{ledger.changed(wave)}{store.snapshots.changed(wave)}".encode())
    return digest.hexdigest()[:16]


def plan_wave(store: Warehouse, wave: str) -> Plan | None:
    """What is stale for a wave, or None when none of its deliveries was taken in."""
    delivery = latest_delivery(store.home.deliveries, wave)
    if delivery is None:
        return None
    named = (delivery.delivery_sha256, delivery.content_sha256)
    return plan(wave, named, store.snapshots.draft(wave), store.snapshots.current(wave))


def plan_between_waves(store: Warehouse) -> BetweenPlan:
    """What is stale of the tables between all waves of which a delivery was taken in."""
    return plan_between(store, known_waves(store))
