"""The outbox: an event is noted before it is sent, and each sink's delivery after; one alert an event and sink.

Belongs here: notes, pauses, and what is tried when. Does not belong here: what happened (``events.py``,
``looking.py``), the sinks themselves (``sinks.py``).

A note lies under the hash of its event's key, so that no look and no restart makes a second one. A process that is
killed between sending and noting sends again, with the same Message-ID or Idempotency-Key: at least once, and known as
the same. A sink that fails is left alone for a pause that grows up to an hour; its alert that was tried least often
comes first, so that one which the sink never takes does not stop the others. After thirty days it is given up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from lbc_assets.operations.events import Event
from lbc_assets.operations.messages import Message, message_of
from lbc_assets.operations.sink_settings import Alerts, Sink
from lbc_assets.operations.sinks import NotDelivered, deliver
from lbc_assets.warehouse.files import write_bytes

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=30)
KEPT = timedelta(days=400)
# a sensor's evaluation is ended by Dagster after sixty seconds: no sending begins later than this
SECONDS_OF_SENDING = 25.0


class Note(BaseModel):
    """What is known of an event's alerts. ``wanted``: the sinks that were set up for it when it was first seen."""

    model_config = ConfigDict(extra="forbid")

    event: Event
    noted: datetime
    wanted: tuple[str, ...] = ()
    sent: dict[str, datetime] = Field(default_factory=dict)
    tried: dict[str, int] = Field(default_factory=dict)


class Trouble(BaseModel):
    """A sink that failed: how often in a row, when it is tried again, and the last code."""

    failures: int = 0
    again: datetime
    code: str


class _Memory(BaseModel):
    failed_runs_until: datetime | None = None
    troubles: dict[str, Trouble] = Field(default_factory=dict)


class Outbox:
    """The notes under ``alerts/``. Writing is for who is alone in that folder (``warehouse.files.alone_in``)."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._memory_path = folder, folder / "memory.json"

    def _path(self, event: Event) -> Path:
        return self._folder / "events" / f"{event.id}.json"

    def _write(self, note: Note) -> None:
        write_bytes(self._path(note.event), note.model_dump_json(indent=1).encode())

    def _read_memory(self) -> _Memory:
        try:
            return _Memory.model_validate_json(self._memory_path.read_bytes())
        except (FileNotFoundError, ValueError):
            return _Memory()  # forgetting costs a look further back, and a try too early

    def _write_memory(self, memory: _Memory) -> None:
        write_bytes(self._memory_path, memory.model_dump_json(indent=1).encode())

    @property
    def failed_runs_until(self) -> datetime | None:
        """Up to when Dagster's records were looked through for failed runs."""
        return self._read_memory().failed_runs_until

    @failed_runs_until.setter
    def failed_runs_until(self, moment: datetime) -> None:
        self._write_memory(self._read_memory().model_copy(update={"failed_runs_until": moment}))

    @property
    def troubles(self) -> dict[str, Trouble]:
        """The sinks that failed last time, by name."""
        return self._read_memory().troubles

    def notes(self) -> list[Note]:
        """Every note, the oldest first."""
        paths = (self._folder / "events").glob("*.json")
        notes = [Note.model_validate_json(path.read_bytes()) for path in paths]
        return sorted(notes, key=lambda note: (note.noted, note.event.key))

    def note(self, events: Iterable[Event], settings: Alerts, now: datetime) -> list[Event]:
        """Note the events that were not seen before, and give them back."""
        new = [event for event in events if not self._path(event).exists()]
        for event in new:
            wanted = tuple(sink.name for sink in settings.sinks if event.kind in sink.events)
            self._write(Note(event=event, noted=now, wanted=wanted))
        return new

    def forget(self, standing: Collection[str], now: datetime) -> None:
        """Remove notes that are old and whose event does not stand any more."""
        for note in self.notes():
            if now - note.noted > KEPT and note.event.key not in standing:
                self._path(note.event).unlink()

    def send(
        self,
        settings: Alerts,
        standing: Collection[str],
        clock: Callable[[], datetime],
        hand_over: Callable[[Sink, Message], None],
    ) -> list[str]:
        """Hand what waits to each sink that is not left alone for now; a line for each alert that was not taken."""
        began = time.monotonic()
        lines: list[str] = []
        notes, troubles = self.notes(), self.troubles
        for sink in _healthy_first(settings.sinks, troubles):
            trouble = troubles.get(sink.name)
            if trouble and clock() < trouble.again:
                continue
            for note in _waiting(notes, sink, standing, clock()):
                if time.monotonic() - began > SECONDS_OF_SENDING:
                    return lines
                note.tried[sink.name] = note.tried.get(sink.name, 0) + 1
                self._write(note)
                message = message_of(note.event, settings.ui_address, note.noted.isoformat(timespec="seconds"))
                try:
                    hand_over(sink, message)
                except NotDelivered as failure:
                    lines.append(f"{sink.name}: {failure}")
                    self._remember(sink.name, _worse(troubles.get(sink.name), failure.code, clock()))
                    break
                note.sent[sink.name] = clock()
                self._write(note)
                if troubles.pop(sink.name, None):
                    self._remember(sink.name, None)
        return lines

    def _remember(self, sink: str, trouble: Trouble | None) -> None:
        memory = self._read_memory()
        troubles = {name: known for name, known in memory.troubles.items() if name != sink}
        if trouble:
            troubles[sink] = trouble
        self._write_memory(memory.model_copy(update={"troubles": troubles}))


def _waiting(notes: Iterable[Note], sink: Sink, standing: Collection[str], now: datetime) -> list[Note]:
    """What a sink has not taken yet: what it was set up for, and what stands since before it was set up."""
    found = [
        note
        for note in notes
        if sink.name not in note.sent
        and note.event.kind in sink.events
        and (sink.name in note.wanted or note.event.key in standing)
        and now - note.noted <= GIVEN_UP_AFTER
    ]
    return sorted(found, key=lambda note: note.tried.get(sink.name, 0))


def _healthy_first(sinks: Sequence[Sink], troubles: Collection[str]) -> list[Sink]:
    return sorted(sinks, key=lambda sink: sink.name in troubles)


def _worse(before: Trouble | None, code: str, now: datetime) -> Trouble:
    failures = before.failures + 1 if before else 1
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
    return Trouble(failures=failures, again=now + pause, code=code)


def sender(settings: Alerts, home: Path) -> Callable[[Sink, Message], None]:
    """What ``Outbox.send`` hands alerts over with."""
    return lambda sink, message: deliver(sink, message, home, settings.timeout_seconds)
