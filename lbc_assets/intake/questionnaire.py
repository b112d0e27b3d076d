"""The canonical questionnaire: which variables there are and which answers each one allows.

Derived from the contracts of ``raw_responses`` and ``stg_responses``, the one truth. Does not belong
here: how a wave codes its answers (its codebook).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

from lbc_assets.warehouse.contracts import load_tables

ID = "questionnaire_id"
# By what a child is linked between waves: read where the manifest approves, and kept where the id is kept, no further.
LINKING_KEY = "linking_key"
NOT_ANSWERS = ("wave", "child_pseudonym")
# Answers that staging sets to missing with an issue of their own; a codebook may map to them.
SEVERAL_CARERS = ("cares_most", "several")


@dataclass(frozen=True)
class Variable:
    """One variable: how it is read, and for coded ones the canonical answers."""

    name: str
    kind: Literal["coded", "integer", "text"]
    allowed: tuple[str, ...] = ()
    required: bool = False


@functools.cache
def questionnaire() -> dict[str, Variable]:
    """Every canonical variable in the order of ``raw_responses`` (without the id)."""
    tables = load_tables()
    staged = {column.name: column for column in tables["stg_responses"].columns}
    variables = {}
    for column in tables["raw_responses"].columns:
        if column.provenance or column.name in NOT_ANSWERS:
            continue
        name = column.name
        values = next((t.arguments["values"] for t in staged[name].tests if t.kind == "accepted_values"), None)
        is_item = name.startswith("sdq_")
        if values is None and is_item:
            values = ["0", "1", "2"]
        allowed = tuple(str(value) for value in values or ())
        if name == SEVERAL_CARERS[0]:
            allowed += (SEVERAL_CARERS[1],)
        kind: Literal["coded", "integer", "text"] = "text"
        if allowed:
            kind = "coded"
        elif staged[name].data_type in ("smallint", "integer", "bigint"):
            kind = "integer"
        variables[name] = Variable(name, kind, allowed, is_item or name.endswith("_migration"))
    return variables
