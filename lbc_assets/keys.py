"""Secret keys of a home: 32 random bytes in a file of their own, made on first use, readable by their owner only.

Belongs here: making and reading such a file. Does not belong here: what a key is for (``intake/pseudonym.py``,
``server/who.py``).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from lbc_assets.warehouse.files import fsync

KEY_BYTES = 32


class KeyNotUsable(Exception):
    """The key file is readable by others or damaged; the message names it and says what to do."""


def load_key_at(path: Path) -> bytes:
    """The key in this file, made on first use (mode 0600; two first users get the same). Raises KeyNotUsable."""
    if not path.exists():
        temporary = path.parent / f".tmp-key-{secrets.token_hex(8)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(temporary, path)  # fails when another process was first: then its key is the key
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        fsync(path.parent)  # a key lost in a power cut would make all that was done with it worthless
    if path.stat().st_mode & 0o077:
        raise KeyNotUsable(f"{path}: can be read by others. Set its mode with 'chmod 600 {path}'.")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyNotUsable(f"{path}: has {len(key)} bytes, not {KEY_BYTES}. Restore it from a backup.")
    return key
