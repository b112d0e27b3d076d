"""Cells of the analysed children of all waves: counts, sums and sums of squares of the scores.

Belongs here: reading the cells, and moments of them. Does not belong here: making them (SQL, where the children are),
which cells a table wants.

A cell is a wave, province, migration status and age; scores and ages are whole numbers, so sums are exact, and sums of
cells lose nothing that sums of children have.
"""

from dataclasses import dataclass

import pandas as pd

from lbc_assets.stats.variables import OUTCOMES

CELL_KEYS = ("wave", "province", "migration_status", "age_years")
CELL_SUMS = ("children", *(f"{part}_{outcome}" for outcome in OUTCOMES for part in ("n", "sum", "squares")))


@dataclass(frozen=True)
class Moments:
    """Of `n` whole numbers: their sum and sum of squares, exact."""

    n: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        """ZeroDivisionError without numbers."""
        return self.total / self.n

    @property
    def std_dev(self) -> float:
        """n - 1 in the denominator; ZeroDivisionError for one number."""
        return float(((self.n * self.squares - self.total**2) / (self.n * (self.n - 1))) ** 0.5)


def read_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """The cells with whole numbers as Int64, in an order that does not depend on the rows'. ValueError: a column
    is absent, or a cell stands there twice.
    """
    if absent := [name for name in (*CELL_KEYS, *CELL_SUMS) if name not in frame]:
        raise ValueError(f"the cells have no column {absent[0]!r}")
    if frame.duplicated(list(CELL_KEYS)).any():
        raise ValueError("a cell stands there more than once")
    typed = frame[[*CELL_KEYS, *CELL_SUMS]].astype(dict.fromkeys(("age_years", *CELL_SUMS), "Int64"))
    return typed.sort_values(list(CELL_KEYS)).reset_index(drop=True)


def score_moments(cells: pd.DataFrame, outcome: str) -> Moments:
    """Of the children of these cells who have the score."""
    return Moments(*(int(cells[f"{part}_{outcome}"].sum()) for part in ("n", "sum", "squares")))


def age_moments(cells: pd.DataFrame) -> Moments:
    """Of the children of these cells whose age is known, in years."""
    known = cells[cells["age_years"].notna()]
    weighted = known["children"] * known["age_years"]
    return Moments(int(known["children"].sum()), int(weighted.sum()), int((weighted * known["age_years"]).sum()))
