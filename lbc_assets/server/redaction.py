"""Pseudonyms out of what viewers are answered, by what they look like: no alias and no nesting hides one.

Belongs here: the pattern, and walking an answer. Does not belong here: fields that are closed as such (``closed.py``).
"""

from __future__ import annotations

import json
import re
from typing import Any

from lbc_assets.intake.pseudonym import PSEUDONYM_DIGITS

INSTEAD = "[pseudonym]"
_DIGITS = f"[0-9A-Fa-f]{{{PSEUDONYM_DIGITS}}}"
_LIKELY = re.compile(_DIGITS.encode())
_PSEUDONYM = re.compile(f"(?<![0-9A-Fa-f]){_DIGITS}(?![0-9A-Fa-f])")


def redacted(body: bytes) -> bytes:
    """The JSON answer without pseudonyms."""
    if not _LIKELY.search(body):
        return body
    return json.dumps(_walked(json.loads(body)), ensure_ascii=False).encode()


def _walked(value: Any) -> Any:
    if isinstance(value, str):
        return _PSEUDONYM.sub(INSTEAD, value)
    if isinstance(value, list):
        return [_walked(item) for item in value]
    if isinstance(value, dict):
        return {_walked(key): _walked(item) for key, item in value.items()}
    return value
