"""Where databases in memory may write what memory does not hold: folders that do not outlive their process.

Belongs here: making, sharing out and sweeping those folders. Does not belong here: the databases (``engine.py``).
What is spilt are children's answers, so a process that was killed must not leave them behind.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
import weakref
from pathlib import Path

from lbc_assets.warehouse.files import alone_in


class Spill:
    """A folder of this process, locked while the object lives; what killed processes left is swept when it is made."""

    def __init__(self, parent: Path) -> None:
        with alone_in(parent):
            for folder in parent.iterdir():
                _sweep(folder)
            self._folder = parent / uuid.uuid4().hex
            self._folder.mkdir(mode=0o700)
            descriptor = os.open(self._folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._close = weakref.finalize(self, _remove, self._folder, descriptor, os.getpid())

    def for_database(self) -> Path:
        """A place for one database (two in one folder would overwrite each other's files); DuckDB makes it."""
        return self._folder / uuid.uuid4().hex

    def close(self) -> None:
        """Remove the folder now."""
        self._close()


def _remove(folder: Path, descriptor: int, owner: int) -> None:
    if owner == os.getpid():  # a fork has a copy of the object, not of the folder
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
    else:
        _remove(folder, descriptor, os.getpid())
