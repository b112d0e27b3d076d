"""How much of what papers print the wave reproduces: for the pages, the terminal and JSON alike.

Belongs here: the counts of `paper_agreement` as one line a paper. Does not belong here: counting (`papers/`), layout.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from lbc_assets.reporting.rows import Row, distinct, rows_of, select


@dataclass(frozen=True)
class Reproduced:
    """Of a paper's `cells` so many have which verdict under a reading."""

    paper: str
    reading: str
    says: str
    cells: int
    exact: int
    within_tolerance: int
    missed: int
    not_comparable: int

    @property
    def statement(self) -> str:
        """'413 of 442 printed numbers reproduced exactly, 5 more within tolerance'."""
        return (
            f"{self.exact:,} of {self.cells:,} printed numbers reproduced at the printed digits, "
            f"{self.within_tolerance:,} more within tolerance"
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _reproduced(row: Row) -> Reproduced:
    numbers = ("cells", "exact", "within_tolerance", "missed", "not_comparable")
    counts = {name: int(row[name]) for name in numbers}
    return Reproduced(str(row["paper"]), str(row["reading"]), str(row["says"]), **counts)


def all_readings(paper_agreement: pd.DataFrame) -> tuple[Reproduced, ...]:
    """Every paper and reading, in the table's order."""
    return tuple(map(_reproduced, rows_of(paper_agreement)))


def first_readings(paper_agreement: pd.DataFrame) -> tuple[Reproduced, ...]:
    """Each paper under its first reading; none where no paper reports the wave."""
    rows = rows_of(paper_agreement)
    return tuple(_reproduced(select(rows, paper=paper)[0]) for paper in distinct(rows, "paper"))
