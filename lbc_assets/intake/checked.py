"""The answer of a look into a file with a codebook, before anything is delivered.

Belongs here: what the answer says. Does not belong here: finding it (``codebook_check.py``), printing it (``cli/``).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Verdict = Literal["accepted", "accepted_but_rows_held", "rejected"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Column(_Part):
    """Where a variable was found; ``reference`` is the codebook's, ``number`` counts from 1 (None: not in the file)."""

    variable: str
    reference: str
    number: int | None


class Field(_Part):
    """What was read of a variable, over the rows that the study may read.

    ``values``: by canonical value (of numbers and free text only how many: key ''); ``missing``: by declared code;
    ``unreadable``: by code where it may be shown; ``not_shown``: the other unreadable answers.
    """

    variable: str
    column: str
    values: dict[str, int] = {}
    missing: dict[str, int] = {}
    blank: int = 0
    out_of_range: int = 0
    unreadable: dict[str, int] = {}
    not_shown: int = 0
    unreadable_share: float = 0
    is_too_many: bool = False


class Why(_Part):
    """One reason for a rejection."""

    code: str
    place: str
    remedy: str


class Checked(_Part):
    """The answer. Row counts are those of the file, or of its first rows where ``sampled``."""

    file: str
    codebook: str
    sampled: int | None
    verdict: Verdict
    reasons: tuple[Why, ...] = ()
    rows: int | None = None
    fates: dict[str, int] = {}
    columns: int | None = None
    matched: tuple[Column, ...] = ()
    absent: tuple[Column, ...] = ()
    dropped: tuple[int, ...] = ()
    in_neither: tuple[int, ...] = ()
    unreadable_share: float | None = None
    limit_of_column: float
    limit_of_file: float
    fields: tuple[Field, ...] = ()
