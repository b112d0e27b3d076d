"""Rules on surprising answers: one warning a reason of ``stg_answer_patterns``.

Belongs here: making warnings of listed patterns. Does not belong here: what is a pattern (the model's SQL), its
name and what to do about it in words (``seeds/answer_pattern_reasons.csv``).
"""

from __future__ import annotations

import csv

from lbc_assets.quality.rule import Rule
from lbc_assets.warehouse.contracts import sql_folder

TABLE = "stg_answer_patterns"
# The gate shows counts and pseudonyms; which file and which question it was stands in the table.
_WHERE = f"Files, questions and children: lbc show {TABLE}."


def _rule(reason: dict[str, str]) -> Rule:
    return Rule(
        name=f"no_{reason['reason_code']}",
        table=TABLE,
        severity="warn",
        reason_code=reason["reason_code"],
        description=f"Not found: {reason['label'][:1].lower()}{reason['label'][1:]}.",
        remedy=f"{reason['remedy']}. {_WHERE}",
        # a column has no child, and names none
        names_children=True,
        query=f"SELECT child_pseudonym FROM {{candidate}} WHERE reason_code = '{reason['reason_code']}'",
    )


def _reasons() -> list[dict[str, str]]:
    seed = sql_folder() / "seeds" / "answer_pattern_reasons.csv"
    return list(csv.DictReader(seed.read_text(encoding="utf-8").splitlines()))


PATTERN_RULES: tuple[Rule, ...] = tuple(map(_rule, _reasons()))
