"""The audit log: who asked to change what, and what came of it. What cannot be written here does not happen.

Belongs here: writing and reading the log. Does not belong here: what is said of a mutation (``mutations.py``), and
anything that was given as it was given: names that the project knows, and nothing else.
"""

from __future__ import annotations

import errno
import json
import os
import threading
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lbc_assets.server.who import Person
from lbc_assets.warehouse.files import fsync


class NotWritten(Exception):
    """The log cannot be written; the message names it and says what to do."""


class AuditLog:
    """One JSON line before a mutation (allowed, or refused), and one after (answered), with the same id."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()

    def asked(self, person: Person, what: Sequence[dict[str, Any]], outcome: str) -> str:
        """Note who asks for what, before it happens; the id of the note. Raises NotWritten."""
        number = uuid.uuid4().hex[:12]
        said = {"id": number, "who": person.name, "role": person.role.value, "what": list(what), "outcome": outcome}
        self._append(said)
        return number

    def answered(self, number: str, status: int, kinds: Iterable[str] = ()) -> None:
        """Note what came of it: the status, and what Dagster calls its answer (LaunchRunSuccess, PythonError)."""
        self._append({"id": number, "outcome": "answered", "status": status, "answers": sorted(set(kinds))})

    def _append(self, said: dict[str, Any]) -> None:
        line = json.dumps({"when": datetime.now(UTC).isoformat(timespec="milliseconds"), **said}) + "\n"
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                is_new = not self._path.exists()
                descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
                try:
                    before = os.fstat(descriptor).st_size
                    if os.write(descriptor, line.encode()) != len(line):
                        os.ftruncate(descriptor, before)
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
                if is_new:
                    fsync(self._path.parent)
        except OSError as error:
            raise NotWritten(
                f"{self._path}: the audit log cannot be written ({error.strerror}); nothing was changed. "
                "Make room, or give the file back to the user that runs lbc."
            ) from None


def read_log(path: Path) -> list[dict[str, Any]]:
    """The notes, each with what came of it; a line that was cut by a power failure is left out."""
    notes: dict[str, dict[str, Any]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if said["outcome"] == "answered":
            notes.get(said["id"], {}).update(answered={key: said.get(key) for key in ("when", "status", "answers")})
        else:
            notes[said["id"]] = said
    return list(notes.values())
