"""Pseudonyms: the only identity of a child that leaves raw.

HMAC-SHA256 of wave and questionnaire id with a secret key, the first 20 hexadecimal digits. The wave is
part of the message, so children of different waves do not link: the paper promised anonymity. Where a manifest
approves of linking, a second pseudonym is made of a key that is the same in every wave. Does not belong here: any
table.
"""

from __future__ import annotations

from pathlib import Path

from lbc_assets.keys import load_key_at
from lbc_assets.warehouse.engine import literal

PSEUDONYM_DIGITS = 20
BLOCK = 64
# A synthetic wave has nothing to protect, and everybody who refreshes it shall see the same pseudonyms.
PUBLIC_KEY = b"lbc_assets: public key of synthetic waves"


def load_key(home: Path) -> bytes:
    """The home's own key, made on first use. Raises KeyNotUsable."""
    return load_key_at(home / "pseudonym.key")


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
