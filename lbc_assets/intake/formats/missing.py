"""Which codes of a column an SPSS or Stata file itself declares missing.

Belongs here: collecting them. Does not belong here: what the codebook says of them (the door compares).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lbc_assets.intake.formats.text import number, one_line


class Missing:
    """Of one column. SPSS declares single codes and ranges; Stata's are the values .a to .z themselves.

    A single code counts whether it occurs or not; of a range, those codes count that occur or have a label; of .a
    to .z, those that occur. pyreadstat gives .a in a column of numbers as the text 'a' (``tagged``).
    """

    def __init__(self, ranges: Sequence[dict[str, Any]], decode: Callable[[str], str], tagged: bool) -> None:
        self._decode, self._tagged = decode, tagged
        self._single = {found["lo"] for found in ranges if found["lo"] == found["hi"]}
        self._ranges = [(found["lo"], found["hi"]) for found in ranges if found["lo"] != found["hi"]]
        self._seen: set[Any] = set()

    def _declared(self, value: Any) -> bool:
        if isinstance(value, str):
            return self._tagged or value in self._single
        return value in self._single or any(low <= value <= high for low, high in self._ranges)

    def see(self, value: Any) -> bool:
        """Take note of a value of the column (not of every repetition); whether it is declared missing."""
        is_missing = self._declared(value)
        if is_missing:
            self._seen.add(value)
        return is_missing

    def text(self, code: Any) -> str:
        """A code as the CSV has it."""
        if isinstance(code, str):
            return f".{code}" if self._tagged else one_line(self._decode(code))
        return number(code)

    def codes(self, labelled: Iterable[Any]) -> tuple[str, ...]:
        """All of them as text, in order."""
        in_ranges = {code for code in labelled if not isinstance(code, str) and self._declared(code)}
        codes = self._single | self._seen | in_ranges
        return tuple(self.text(code) for code in sorted(codes, key=lambda code: (isinstance(code, str), code)))
