"""Immutable files named by their content: written whole or not at all, verified before use.

Belongs here: hashing, atomic placing, verifying, being alone in a folder. Does not belong here: what the files mean
(``snapshots.py``), or SQL (``engine.py``).
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class FileDamaged(Exception):
    """A file's bytes are not those that were published; the message names it and says what to do."""


def sha256_of(path: Path) -> str:
    """The file's sha256 in hexadecimal, read in chunks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fsync(path: Path) -> None:
    """Force a file, or a folder's entries, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def changed(path: Path) -> int:
    """When the file was written last, in nanoseconds since 1970; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def alone_in(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Be the only process in a folder (made with mode 0700 if missing); a killed process frees it.

    Without ``wait`` BlockingIOError says that another one is there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def temporary_beside(path: Path) -> Path:
    """A name that no other process uses, in the same folder (so that a rename is atomic)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.parent / f".tmp-{uuid.uuid4().hex}"


def place(temporary: Path, path: Path, *, mode: int = 0o600) -> None:
    """Move a finished temporary file to its name in one step that survives a power cut."""
    temporary.chmod(mode)
    fsync(temporary)
    os.replace(temporary, path)
    fsync(path.parent)


def write_bytes(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a whole file, atomically."""
    temporary = temporary_beside(path)
    try:
        temporary.write_bytes(content)
        place(temporary, path, mode=mode)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file, atomically, with keys in order (equal content, equal bytes)."""
    write_bytes(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode())


@functools.lru_cache(maxsize=4096)
def _sha256_seen(path: Path, _inode: int, _size: int, _mtime_ns: int) -> str:
    return sha256_of(path)


def verify(path: Path, sha256: str) -> Path:
    """Give the path back if its bytes have this sha256; raise FileDamaged if not.

    A file is hashed once a process, and again as soon as its inode, size or time changes.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise FileDamaged(f"{path}: is missing. Refresh the wave with 'lbc refresh', or restore a backup.") from None
    if _sha256_seen(path, status.st_ino, status.st_size, status.st_mtime_ns) != sha256:
        raise FileDamaged(
            f"{path}: its bytes are not those that were published. Remove it and refresh the wave, "
            "or restore it from a backup; nothing was read from it."
        )
    return path
