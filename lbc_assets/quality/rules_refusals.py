"""The rules of every analysis table: what is refused says why, and what is given is a number.

Belongs here: these rules. Does not belong here: the reasons (``stats/refusal.py``), rules of the numbers.
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import rule
from lbc_assets.stats.refusal import RefusalReason
from lbc_assets.warehouse.contracts import Table, load_tables

_REASONS = ", ".join(f"'{reason}'" for reason in RefusalReason)

_ANALYSES = [table for table in load_tables().values() if table.layer == "analysis"]


def _finite(table: Table) -> Rule:
    doubles = [column.name for column in table.columns if column.data_type == "double"]
    return rule(
        table.name,
        "numbers_finite",
        "A number that is given is finite; one that cannot be computed is empty.",
        f"SELECT 1 FROM {{candidate}} WHERE {' OR '.join(f'NOT isfinite({name})' for name in doubles)}",
    )


def _evidence(table: Table) -> Rule:
    return rule(
        table.name,
        "synthetic_results_marked",
        "No result of synthetic children passes for one of children who answered, nor the other way round.",
        # what is computed from printed numbers alone is of no children
        "SELECT 1 FROM {candidate} "
        "WHERE evidence <> 'printed' AND (data_origin = 'collected') <> (evidence = 'collected')",
        reason_code="synthetic_result_not_marked",
    )


def _has(table: Table, **wanted: str) -> bool:
    return any(getattr(column, field) == value for column in table.columns for field, value in wanted.items())


def _reasons(table: Table) -> Rule:
    return rule(
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


REFUSAL_RULES: tuple[Rule, ...] = (
    *(_finite(table) for table in _ANALYSES if _has(table, data_type="double")),
    *(_evidence(table) for table in _ANALYSES),
    *(_reasons(table) for table in _ANALYSES if _has(table, name="status")),
)
