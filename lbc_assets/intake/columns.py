"""Which column of a file a codebook means: by name, position, question number or hash of its header.

Belongs here: references to columns, and finding them in a header. Does not belong here: codes (``codebook.py``),
reading rows (``reading.py``).

Survey platforms put the wording of questions into headers. It is copyrighted, so a header is matched by position
(``@12``: the twelfth column), by its question number (``#7``: begins with 7, as in '7. ...'; ``#7.3``: the third of the
columns that do) or by its hash (``sha256:`` and 64 digits, of the header without blanks at its ends), and never stored
or shown. Any other reference is the name itself; ``=`` before a name takes it as it is (``=@12``).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

_POSITION = re.compile(r"@([1-9][0-9]{0,4})")
_NUMBER = re.compile(r"#([1-9][0-9]{0,3})(?:\.([1-9][0-9]{0,3}))?")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")
_QUESTION = re.compile(r"\s*(?:[Qq]|第)?\s*([0-9]{1,4})\s*题?\s*(?=[\W_]|$)")
# What a variable is called in a data file; a header that is anything else may be a question.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]{0,39}")


def hash_of(header: str) -> str:
    """The reference by hash of a header."""
    return "sha256:" + hashlib.sha256(header.strip().encode()).hexdigest()


def without_wording(reference: str) -> str:
    """The reference in a form that may be stored and shown: a name that could be wording becomes its hash."""
    if any(form.fullmatch(reference) for form in (_POSITION, _NUMBER, _HASH)):
        return reference
    name = reference.removeprefix("=")
    return reference if _PLAIN.fullmatch(name) else hash_of(name)


def question_number(header: str) -> str | None:
    """The number with which a header begins ('7. ...', 'Q7', full-width digits too), or None."""
    found = _QUESTION.match(unicodedata.normalize("NFKC", header))
    return str(int(found[1])) if found else None


def find(reference: str, header: Sequence[str]) -> list[int]:
    """Positions (from 0) of all columns that the reference fits."""
    if found := _POSITION.fullmatch(reference):
        place = int(found[1]) - 1
        return [place] if place < len(header) else []
    if found := _NUMBER.fullmatch(reference):
        places = [place for place, name in enumerate(header) if question_number(name) == found[1]]
        return places if found[2] is None else places[int(found[2]) - 1 : int(found[2])]
    if _HASH.fullmatch(reference):
        return [place for place, name in enumerate(header) if hash_of(name) == reference]
    name = reference.removeprefix("=")
    return [place for place, other in enumerate(header) if other == name]
