"""What is worth an alert: held, rejected, failed, overdue; each event with a key that is the same at every look.

Belongs here: events, pure, from what the ledger, the drafts and Dagster's runs say. Does not belong here: reading those
(``looking.py``), noting and sending (``alerts.py``), words (``messages.py``). An event names waves, tables and checks,
counts and neutral codes: no place in a file, no remedy, no name that a stranger gave to a folder or a column.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from lbc_assets.addresses import asset_address, run_address
from lbc_assets.intake.ledger import Answer
from lbc_assets.intake.states import State, state_of
from lbc_assets.operations.overdue import Overdue, is_published
from lbc_assets.operations.sink_settings import Kind
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES, WAVE_ID, Held, Snapshot

# what a failure by data says of itself, in Dagster's records
REASON_CODE = "reason_code"
HELD_BACK = "held_back"
RUN_FAILED, STEP_FAULT = "run_failed", "step_fault"
NAMELESS = "(no wave id)"
NO_DIGEST = "none"


class Finding(BaseModel):
    """One reason of an event: where, and how many rows (or places of a file) it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason_code: str
    table: str = ""
    check: str = ""
    number: int | None = None


class Event(BaseModel):
    """Something that happened once, or stands since it happened; ``path``: where the UI shows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    kind: Kind
    wave: str
    found: tuple[Finding, ...]
    path: str

    @property
    def id(self) -> str:
        """The key's hash: names the event's note, and tells a receiver that an alert came a second time."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class WaveSeen:
    """A wave of which a delivery was taken in: the answer to the last, its state, what gates hold of it."""

    latest: Answer
    state: State
    held: dict[str, Held]
    is_published: bool


def seen(latest: Answer, draft: Snapshot, current: Snapshot | None) -> WaveSeen:
    """What of a wave decides whether it is worth an alert."""
    return WaveSeen(latest, state_of(latest, draft), draft.held, is_published(latest, draft, current))


@dataclass(frozen=True)
class FailedRun:
    """A run that failed and is not tried again; ``failures``: the steps that failed, each with its reason code."""

    run_id: str
    wave: str
    failures: tuple[tuple[str, str], ...]


def _held(wave: str, delivery: str, held: dict[str, Held]) -> Event:
    # in the order of the study: what is held first is often why the rest is
    order = {name: place for place, name in enumerate(flow())}
    tables = sorted(held, key=lambda name: (order.get(name, len(order)), name))
    found = tuple(
        Finding(reason_code=gate.reason_code, table=table, check=gate.check, number=gate.failing_rows)
        for table in tables
        for gate in held[table].failed
    )
    checks = ",".join(sorted(f"{one.table}:{one.check}" for one in found))
    path = asset_address(tables[0], None if wave == BETWEEN_WAVES else wave)
    return Event(key=f"held:{wave}:{delivery}:{checks}", kind="held", wave=wave, found=found, path=path)


def held(waves: Iterable[WaveSeen], between: Snapshot) -> list[Event]:
    """Waves that a gate holds back, by delivery and failed checks; and the tables between waves."""
    found = [
        _held(wave.latest.wave, wave.latest.delivery_sha256 or NO_DIGEST, wave.held)
        for wave in waves
        if wave.state is State.HELD
    ]
    if between.held:
        inputs = {name: note.inputs for name, note in between.held.items()}
        digest = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
        found.append(_held(BETWEEN_WAVES, digest, between.held))
    return found


def rejected(answers: Iterable[Answer]) -> list[Event]:
    """Deliveries that were rejected and lie in the inbox still."""
    events = []
    for answer in answers:
        codes = [reason.code for reason in answer.reasons]
        found = tuple(Finding(reason_code=code, number=codes.count(code)) for code in dict.fromkeys(codes))
        # the answer's own hash: a delivery that was not taken in has none
        digest = hashlib.sha256(answer.model_dump_json().encode()).hexdigest()
        wave = answer.wave if WAVE_ID.fullmatch(answer.wave) else NAMELESS
        path = asset_address("deliveries")
        events.append(Event(key=f"rejected:{wave}:{digest}", kind="rejected", wave=wave, found=found, path=path))
    return events


def failed(runs: Sequence[FailedRun]) -> list[Event]:
    """Runs that failed by a fault; one that failed because gates held the data back is told of as held."""
    events = []
    for run in runs:
        if run.failures and all(code == HELD_BACK for _, code in run.failures):
            continue
        found = [Finding(reason_code=code, table=step) for step, code in run.failures if code != HELD_BACK]
        found = found or [Finding(reason_code=RUN_FAILED)]
        path = run_address(run.run_id)
        events.append(Event(key=f"failed:{run.run_id}", kind="failed", wave=run.wave, found=tuple(found), path=path))
    return events


def overdue(late: Iterable[Overdue]) -> list[Event]:
    """Waves that are late."""
    events = []
    for one in late:
        found = (Finding(reason_code=one.reason_code),)
        path = (
            asset_address("published_wave", one.wave)
            if one.reason_code == "not_published"
            else asset_address("deliveries")
        )
        key = f"overdue:{one.wave}:{one.due.isoformat(timespec='seconds')}"
        events.append(Event(key=key, kind="overdue", wave=one.wave, found=found, path=path))
    return events
