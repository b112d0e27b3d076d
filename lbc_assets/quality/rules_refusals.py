"""The rule of every analysis table: what is refused says why.

Belongs here: that rule. Does not belong here: the reasons (``stats/refusal.py``), rules of the numbers.
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import rule
from lbc_assets.stats.refusal import RefusalReason
from lbc_assets.warehouse.contracts import load_tables

_REASONS = ", ".join(f"'{reason}'" for reason in RefusalReason)

REFUSAL_RULES: tuple[Rule, ...] = tuple(
    rule(
        table.name,
        "reasons_stated",
        "A refused row says why, by one of the reasons that stats/refusal.py lists; no other row has a reason.",
        f"""
            SELECT 1 FROM {{candidate}}
            WHERE CASE status WHEN 'refused' THEN reason IS NULL OR reason NOT IN ({_REASONS})
                  ELSE reason IS NOT NULL END
        """,
        reason_code="refusal_without_reason",
    )
    for table in load_tables().values()
    if table.layer == "analysis"
)
