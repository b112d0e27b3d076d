"""What a rule is: a property that YAML cannot say, as SQL that returns the rows that break it.

Belongs here: the vocabulary. Does not belong here: the rules (``rules_*.py``), their audit (``gate.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Rule:
    """One property of a table, as plain data.

    ``query`` returns the failing rows; it names the audited table ``{candidate}`` and may read the tables of
    ``needs`` by their own names. Every join and group goes by wave, for a relation may hold several. With
    ``names_children`` the rows carry ``child_pseudonym``. The query selects no answers: a row that fails is
    a key or a number 1, and ``:name`` and ``%`` do not occur (SQLAlchemy would read them).
    """

    name: str
    table: str
    severity: Severity
    reason_code: str
    description: str
    remedy: str
    query: str
    needs: tuple[str, ...] = ()
    names_children: bool = False

    def __post_init__(self) -> None:
        if "{candidate}" not in self.query:
            raise ValueError(f"{self.table}.{self.name}: the query has to name {{candidate}}")


def in_scope(alias: str) -> str:
    """Limit a table of ``needs`` to the candidate's waves; all of its waves when the candidate is empty."""
    return f"({alias}.wave IN (SELECT wave FROM {{candidate}}) OR NOT EXISTS (SELECT 1 FROM {{candidate}}))"
