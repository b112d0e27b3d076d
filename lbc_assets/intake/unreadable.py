"""How many answers of a file no code of its codebook allows, and whether that is more than the policy lets pass.

Belongs here: counting, and the limits. Does not belong here: what an answer means (SQL: ``door_unreadable.sql``), which
rows are looked at (``keeping.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from lbc_assets.intake.questionnaire import questionnaire
from lbc_assets.intake.rejection import Reason, ReasonCode
from lbc_assets.settings import Intake
from lbc_assets.warehouse.models import load_project

REMEDY = "Compare codes and columns with the codebook ('lbc codebook check'), and the rows with the header."


@dataclass(frozen=True)
class Unreadable:
    """Of one file: its questionnaires, how many variables each has, and unreadable answers by variable (if any)."""

    path: str
    questionnaires: int
    carried: int
    by_variable: dict[str, int]

    @property
    def total(self) -> int:
        """Unreadable answers."""
        return sum(self.by_variable.values())

    @property
    def answers(self) -> int:
        """Answers of which they are a part."""
        return self.questionnaires * self.carried

    def is_too_many(self, variable: str, policy: Intake) -> bool:
        """Whether a variable has more of them than the policy allows."""
        return self.by_variable.get(variable, 0) > policy.unreadable_share_of_column * self.questionnaires

    def reasons(self, policy: Intake) -> list[Reason]:
        """Why the file is rejected, if it is."""
        places = [
            f"{self.path}, {name}: {number} of {self.questionnaires} answers"
            for name, number in self.by_variable.items()
            if self.is_too_many(name, policy)
        ]
        if self.total > policy.unreadable_share_of_file * self.answers:
            places.append(f"{self.path}: {self.total} of {self.answers} answers")
        return [Reason(ReasonCode.TOO_MANY_UNREADABLE, place, REMEDY) for place in places]


def count_unreadable(connection: duckdb.DuckDBPyConnection, paths: list[str], carried: int) -> list[Unreadable]:
    """Count them in the views raw_responses (a row's pseudonym: its file's path) and raw_codebook, file by file."""
    # it groups by each field apart; looking for sets of which others could be made takes DuckDB half the query's time
    connection.execute("SET disabled_optimizers = 'grouping_sets'")
    try:
        counted = connection.execute(load_project().analyses["door_unreadable"].sql).fetchall()
    finally:
        connection.execute("RESET disabled_optimizers")
    numbers = {(path, field): number for path, field, number in counted}

    def of_file(path: str) -> Unreadable:
        by_variable = {name: numbers[path, name] for name in questionnaire() if (path, name) in numbers}
        return Unreadable(path, numbers.get((path, None), 0), carried, by_variable)

    return [of_file(path) for path in paths]
