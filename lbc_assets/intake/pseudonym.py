"""Pseudonyms: the only identity of a child that leaves raw.

HMAC-SHA256 of wave and questionnaire id with a secret key, the first 20 hexadecimal digits. The wave is
part of the message, so children of different waves do not link: the paper promised anonymity. Where a manifest
approves of linking, a second pseudonym is made of a key that is the same in every wave. Does not belong here: any
table.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from lbc_assets.warehouse.engine import literal
from lbc_assets.warehouse.files import fsync

PSEUDONYM_DIGITS = 20
KEY_BYTES = 32
BLOCK = 64
# A synthetic wave has nothing to protect, and everybody who refreshes it shall see the same pseudonyms.
PUBLIC_KEY = b"lbc_assets: public key of synthetic waves"


class KeyNotUsable(Exception):
    """The key file is readable by others or damaged; the message names it and says what to do."""


def load_key(home: Path) -> bytes:
    """The home's own key, made on first use (32 random bytes, mode 0600; two first users get the same)."""
    path = home / "pseudonym.key"
    if not path.exists():
        temporary = home / f".tmp-key-{secrets.token_hex(8)}"
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
        fsync(home)  # a key lost in a power cut would give every child another pseudonym
    if path.stat().st_mode & 0o077:
        raise KeyNotUsable(f"{path}: can be read by others. Set its mode with 'chmod 600 {path}'.")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyNotUsable(f"{path}: has {len(key)} bytes, not {KEY_BYTES}. Restore it from a backup.")
    return key


def key_of(synthetic: bool, home: Path) -> bytes:
    """The key of a wave's pseudonyms: the public one of a synthetic wave, else the home's own."""
    return PUBLIC_KEY if synthetic else load_key(home)


def pseudonym_sql(key: bytes, wave: str, column: str) -> str:
    """The SQL expression of a pseudonym (RFC 2104 in SQL, so that no id passes through Python).

    ``key`` at most 64 bytes; ``wave`` a valid wave id; ``column`` an SQL expression of the id's text.
    """
    return _hmac_sql(key, f"{literal(wave)} || chr(31) || {column}")


def linked_pseudonym_sql(key: bytes, linking_key: str, column: str) -> str:
    """The same of a linking key, for all waves alike; ``linking_key`` is the key's name in the manifests.

    '/' begins no wave's id and chr(31) stands in no name: no wave's pseudonym has such a message, nor another key's.
    """
    return _hmac_sql(key, f"'/linked' || chr(31) || {literal(linking_key)} || chr(31) || {column}")


def _hmac_sql(key: bytes, text: str) -> str:
    padded = key.ljust(BLOCK, b"\0")
    inner, outer = (bytes(byte ^ mask for byte in padded).hex() for mask in (0x36, 0x5C))
    message = f"encode({text})"
    digest = f"unhex(sha256(unhex('{inner}') || {message}))"
    return f"sha256(unhex('{outer}') || {digest})[1:{PSEUDONYM_DIGITS}]"
