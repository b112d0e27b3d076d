"""What every gate said of every candidate of a wave, newest last: a file that only grows, a line a candidate.

Belongs here: writing and reading ``warehouse/waves/<wave>/gates.jsonl``. Does not belong here: judging
(``quality/``), what is served now (``snapshots.py``, which keeps three snapshots and forgets what was held once it is
mended). Counts and neutral codes only, as in a snapshot.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lbc_assets.warehouse.snapshots import GateOutcome

FILE = "gates.jsonl"
# what is read of it: some forty refreshes of a wave
BYTES_READ = 512 * 1024


class NotPassed(BaseModel):
    """A check that did not pass, without its words: these stand in the table's contract."""

    model_config = ConfigDict(frozen=True)

    check: str
    severity: Literal["error", "warn"]
    failing_rows: int
    reason_code: str


class Judged(BaseModel):
    """One candidate: when, of which table, what became of it, how many checks it passed, and which not.

    ``passed`` is None where only the failures are known.
    """

    model_config = ConfigDict(frozen=True)

    at: str
    table: str
    state: Literal["accepted", "held"]
    passed: int | None
    not_passed: tuple[NotPassed, ...]


def note(folder: Path, table: str, state: Literal["accepted", "held"], gates: Sequence[GateOutcome]) -> None:
    """Append what a gate said; ``folder`` is the wave's. One write of one line, so that two steps do not mix."""
    judged = Judged(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        table=table,
        state=state,
        passed=sum(gate.passed for gate in gates) if state == "accepted" else None,
        not_passed=tuple(NotPassed.model_validate(g.model_dump(include=_KEPT)) for g in gates if not g.passed),
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, judged.model_dump_json().encode() + b"\n")
    finally:
        os.close(descriptor)


_KEPT = set(NotPassed.model_fields)


def newest(folder: Path, most: int = BYTES_READ) -> Iterator[Judged]:
    """What was noted, newest first, of the last ``most`` bytes; a line cut short by a power cut is passed over."""
    try:
        with (folder / FILE).open("rb") as stream:
            begin = max(0, os.fstat(stream.fileno()).st_size - most)
            stream.seek(begin)
            lines = stream.read(most).split(b"\n")
    except FileNotFoundError:
        return
    for line in reversed(lines[1:] if begin else lines):
        try:
            yield Judged.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            continue


def length(folder: Path) -> int:
    """Bytes of the file: another length, another history."""
    try:
        return (folder / FILE).stat().st_size
    except FileNotFoundError:
        return 0
