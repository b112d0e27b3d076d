"""One look: what stands, what failed, who is told. The sensor does it, and ``lbc alerts --send``.

Belongs here: reading ledger, drafts and Dagster's records for the pure modules beside. Does not belong here: their
rules (``events.py``, ``overdue.py``), notes and sinks (``alerts.py``, ``sinks.py``), what Dagster shows (``assets/``).
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from lbc_assets.intake.inbox import shown_name
from lbc_assets.intake.ledger import Answer, Ledger
from lbc_assets.operations import events
from lbc_assets.operations.alerts import Outbox, sender
from lbc_assets.operations.events import Event, FailedRun, WaveSeen
from lbc_assets.operations.overdue import overdue
from lbc_assets.runs.at_work import PARTITION_TAG, is_tried_again, waves_at_work
from lbc_assets.settings import Home
from lbc_assets.warehouse.files import alone_in
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES
from lbc_assets.warehouse.store import Warehouse

# the first look of all goes back so far, each other one begins a little before the end of the one before: what is
# seen twice is noted once
FIRST_LOOK_BACK, OVERLAP = timedelta(days=1), timedelta(minutes=10)
# shorter than the overlap: a run in whose place none has been started by then is looked at once more
RETRY_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Standing:
    """What stands now. ``state`` is the same as long as neither this nor any delivery's state has changed."""

    events: tuple[Event, ...]
    state: str


@dataclass(frozen=True)
class Looked:
    """What came of a look: events that are new, and a line for each alert that a sink did not take."""

    standing: Standing
    new: tuple[Event, ...]
    not_taken: tuple[str, ...]


def rejected_now(home: Home, answers: Iterable[Answer] | None = None) -> list[Answer]:
    """The answers to deliveries that were rejected and lie in the inbox still, unmended; ``answers``: all, in order."""
    if answers is None:
        ledger = Ledger(home.deliveries)
        answers = itertools.chain.from_iterable(map(ledger.answers, ledger.waves()))
    latest = {answer.wave: answer for answer in answers}
    there = {shown_name(path.name) for path in home.inbox.iterdir()} if home.inbox.is_dir() else set()
    return [answer for wave, answer in sorted(latest.items()) if answer.is_rejected and wave in there]


def _seen(store: Warehouse, latest: Answer) -> WaveSeen:
    """What is known of a wave; its manifests, which are long, are read again only when one has changed."""
    folder = store.snapshots.folder(latest.wave)  # of which home, too
    stamps = (latest.delivery_sha256, store.snapshots.changed(latest.wave))
    known = _KNOWN.get(folder)
    if known is None or known[0] != stamps:
        wave = latest.wave
        known = (stamps, events.seen(latest, store.snapshots.draft(wave), store.snapshots.current(wave)))
        _KNOWN[folder] = known
    return known[1]


_KNOWN: dict[Path, tuple[object, WaveSeen]] = {}


def stands(store: Warehouse, now: datetime | None = None) -> Standing:
    """What is held, rejected and overdue."""
    ledger, seen = Ledger(store.home.deliveries), []
    answers = {wave: ledger.answers(wave) for wave in ledger.waves()}
    for known in answers.values():
        latest = next((answer for answer in reversed(known) if not answer.is_rejected), None)
        if latest:
            seen.append(_seen(store, latest))
    freshness = store.home.settings().freshness
    late = overdue(
        [(one.latest, one.is_published) for one in seen],
        freshness.expected_waves,
        freshness.hours_to_publish,
        now or datetime.now(UTC),
    )
    found = [
        *events.held(seen, store.snapshots.draft(BETWEEN_WAVES)),
        *events.rejected(rejected_now(store.home, itertools.chain.from_iterable(answers.values()))),
        *events.overdue(late),
    ]
    states = {one.latest.wave: [one.latest.version, one.state.value] for one in seen}
    said = json.dumps([sorted(event.key for event in found), states], sort_keys=True)
    return Standing(tuple(found), hashlib.sha256(said.encode()).hexdigest())


def failed_runs(instance: dg.DagsterInstance, since: datetime, now: datetime) -> list[FailedRun]:
    """Runs that failed since then, and in whose place the inbox's sensor starts no other."""
    wanted = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=since)
    found = []
    for record in instance.get_run_records(wanted):
        run, ended = record.dagster_run, record.end_time or record.update_timestamp.timestamp()
        # where no daemon runs, or a run has broken off too often, no other comes
        is_young = now.timestamp() - ended < RETRY_PATIENCE.total_seconds()
        if is_tried_again(run) and (is_young or _has_successor(instance, run)):
            continue
        found.append(FailedRun(run.run_id, run.tags.get(PARTITION_TAG, ""), _failures(instance, run.run_id)))
    return found


def _has_successor(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    latest = instance.get_runs(dg.RunsFilter(tags={PARTITION_TAG: run.tags.get(PARTITION_TAG, "")}), limit=1)
    return bool(latest) and latest[0].run_id != run.run_id and is_tried_again(latest[0])


def _failures(instance: dg.DagsterInstance, run_id: str) -> tuple[tuple[str, str], ...]:
    failures = []
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        event = entry.dagster_event
        if event is None:
            continue
        said = event.step_failure_data.user_failure_data
        code = said.metadata.get(events.REASON_CODE) if said else None
        failures.append((event.step_key or "", str(code.value) if code else events.STEP_FAULT))
    return tuple(failures)


def look(
    store: Warehouse, instance: dg.DagsterInstance, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Looked:
    """Note what is new, send what waits. While another process does it, only what stands is said."""
    # asked first: a run that ends meanwhile counts as at work, and what it held back is told of whole at the next look
    at_work = waves_at_work(instance)
    now = clock()
    standing = stands(store, now)
    settings, outbox = store.home.settings().alerts, Outbox(store.home.alerts)
    try:
        with alone_in(store.home.alerts, wait=False):
            since = (outbox.failed_runs_until or now - FIRST_LOOK_BACK) - OVERLAP
            new = outbox.note(
                [*_ended(standing, at_work), *events.failed(failed_runs(instance, since, now))], settings, now
            )
            outbox.failed_runs_until = now
            keys = {event.key for event in standing.events}
            outbox.forget(keys, now)
            not_taken = outbox.send(settings, keys, clock, sender(settings, store.home.root))
            return Looked(standing, tuple(new), tuple(not_taken))
    except BlockingIOError:
        return Looked(standing, (), ())


def _ended(standing: Standing, at_work: Collection[str]) -> list[Event]:
    """What stands and is no run's affair any more: one that is at work may hold back another table yet."""
    # a run without a partition is one between waves
    busy = {wave or BETWEEN_WAVES for wave in at_work}
    return [event for event in standing.events if event.kind != "held" or event.wave not in busy]
