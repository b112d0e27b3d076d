"""Drafts and snapshots of a wave: which file is which table, what made it, and which one is served.

Belongs here: the manifests, their consistency, and the one flip that publishes. Does not belong here:
the table files themselves (``files.py``, ``store.py``), or when to refresh (``planner.py``).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lbc_assets.warehouse.files import changed, write_bytes, write_json

WAVE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# What is made of all waves together is kept like a wave, under a name that none can have.
BETWEEN_WAVES = "_between"


class WaveNotKnown(Exception):
    """No such wave, or no wave could have this name."""


class GateOutcome(BaseModel):
    """What one check said of one table: counts and neutral codes, never a value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    severity: Literal["error", "warn"]
    passed: bool
    failing_rows: int
    reason_code: str
    description: str


class Entry(BaseModel):
    """One table (or artifact) of a wave: the file, what is in it, and what it was made of.

    ``data_version`` names the content without provenance columns: equal content, equal version.
    ``inputs`` are the data versions of what it was made from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    suffix: Literal["parquet", "html"]
    rows: int
    data_version: str
    code_version: str
    inputs: dict[str, str]
    gates: tuple[GateOutcome, ...] = ()


class Held(BaseModel):
    """A candidate that a gate held back: where it lies and which checks it failed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidate: str
    code_version: str
    inputs: dict[str, str]
    failed: tuple[GateOutcome, ...]


class Snapshot(BaseModel):
    """All tables of one wave at one state; as a draft, also what is held back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wave: str
    entries: dict[str, Entry] = Field(default_factory=dict)
    held: dict[str, Held] = Field(default_factory=dict)

    @property
    def id(self) -> str:
        """Name of the state: a hash over the tables' content and code, artifacts left out."""
        tables = {
            name: [entry.data_version, entry.code_version]
            for name, entry in sorted(self.entries.items())
            if entry.suffix == "parquet"
        }
        return hashlib.sha256(json.dumps([self.wave, tables]).encode()).hexdigest()[:16]

    def mismatches(self, names: tuple[str, ...]) -> list[str]:
        """Tables that are missing, held back, or made from another state of their inputs than is here."""
        problems = []
        for name in names:
            entry = self.entries.get(name)
            if name in self.held:
                problems.append(f"{name} is held back")
            elif entry is None:
                problems.append(f"{name} is missing")
            else:
                problems += [
                    f"{name} was made from another {source}"
                    for source, version in entry.inputs.items()
                    if source in self.entries and self.entries[source].data_version != version
                ]
        return problems


class Snapshots:
    """The manifests under ``warehouse/waves/<wave>/``: ``draft.json``, ``snapshots/<id>.json``, ``current``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waves(self) -> list[str]:
        """Waves that have a draft or a snapshot, in order of their names."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if WAVE_ID.fullmatch(path.name))

    def folder(self, wave: str) -> Path:
        """The wave's folder. Raises WaveNotKnown for a name that no wave can have (a path, a script)."""
        if wave != BETWEEN_WAVES and not WAVE_ID.fullmatch(wave):
            raise WaveNotKnown(f"{wave[:60]!r} is no wave id: lower-case letters, digits, '-' and '_', at most 40")
        return self._folder / wave

    def _read(self, path: Path) -> Snapshot | None:
        try:
            return Snapshot.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None

    def changed(self, wave: str) -> tuple[int, int]:
        """When the wave's draft and what is served of it were written last (nanoseconds; 0: never)."""
        return changed(self.folder(wave) / "draft.json"), changed(self.folder(wave) / "current")

    def current(self, wave: str) -> Snapshot | None:
        """The published snapshot, or None when the wave was never published."""
        try:
            name = (self.folder(wave) / "current").read_text().strip()
        except FileNotFoundError:
            return None
        return self._read(self.folder(wave) / "snapshots" / name)

    def draft(self, wave: str) -> Snapshot:
        """The state that the next materialization works on; it inherits what is published."""
        return self._read(self.folder(wave) / "draft.json") or self.current(wave) or Snapshot(wave=wave)

    @contextlib.contextmanager
    def _lock(self, wave: str) -> Iterator[None]:
        self.folder(wave).mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder(wave) / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def change_draft(self, wave: str, name: str, change: Entry | Held) -> Snapshot:
        """Let an audited table join the draft, or note that one is held back."""
        with self._lock(wave):
            draft = self.draft(wave)
            held = {key: value for key, value in draft.held.items() if key != name}
            update: dict[str, Any] = {"held": held}
            if isinstance(change, Held):
                held[name] = change
            else:
                update["entries"] = {**draft.entries, name: change}
            draft = draft.model_copy(update=update)
            write_json(self.folder(wave) / "draft.json", draft.model_dump(mode="json"))
            return draft

    def publish(self, wave: str, snapshot: Snapshot) -> str:
        """Serve this snapshot from now on: its manifest is written first, then ``current`` flips once."""
        content = snapshot.model_dump(mode="json")
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        name = f"{snapshot.id}-{digest[:16]}.json"
        with self._lock(wave):
            write_json(self.folder(wave) / "snapshots" / name, content)
            write_bytes(self.folder(wave) / "current", name.encode())
        return name

    def kept(self, wave: str, *, most: int) -> list[Snapshot]:
        """The draft, the current snapshot and the newest others, ``most`` in all; older manifests are removed."""
        folder = self.folder(wave) / "snapshots"
        paths = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        current = self.current(wave)
        kept = [self.draft(wave), *([current] if current else [])]
        for number, path in enumerate(paths):
            snapshot = self._read(path)
            if snapshot is None or snapshot == current:
                continue
            if number < most:
                kept.append(snapshot)
            else:
                path.unlink()
        return kept
