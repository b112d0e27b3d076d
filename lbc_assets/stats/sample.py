"""The analysis cohort, made ready for models: children who agree in every variable stand together as one cell.

Belongs here: reading a frame into arrays, and the cells of one model (how many children, the sums of their outcome and
of its squares). Does not belong here: the query that groups (``warehouse/cells.py``), models, statistics.

A frame of children is the special case of cells of one child each; every statistic of `Cells` is the same to the last
bit for both, for sums of whole numbers are exact and cells have one order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lbc_assets.stats.terms import AtLeast, Factor, ModelSpec, Predictor

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
Values = NDArray[np.float64] | NDArray[np.int64]

# The columns of a frame of cells beside the variables: children in a cell, and for each outcome the children who have
# it, the sum of their scores and of the scores' squares.
CHILDREN = "children"
SCORE = "_score"
ANSWERED, TOTAL, SQUARES = "answered", "total", "squares"


def sums_column(outcome: str, what: str) -> str:
    """The column of a frame of cells that holds one of an outcome's sums."""
    return f"{outcome}__{what}"


@dataclass(frozen=True, eq=False)
class OutcomeSums:
    """An outcome by cell: children who have it, the sum of their scores, the sum of the squares."""

    answered: Numbers
    total: Numbers
    squares: Numbers

    def of(self, chosen: Mask | Codes) -> "OutcomeSums":
        """The chosen cells."""
        return OutcomeSums(self.answered[chosen], self.total[chosen], self.squares[chosen])


@dataclass(frozen=True, eq=False)
class Cells:
    """The complete cases of one model, in the order of their variables' values.

    `values`: level positions of a factor, numbers of a covariate, by variable; `n` children a cell, `total` and
    `squares` the sums of their outcome. Two cells differ in some variable of the model.
    """

    values: Mapping[str, Values]
    n: Numbers
    total: Numbers
    squares: Numbers

    @property
    def children(self) -> int:
        return int(self.n.sum())


class Sample:
    """One wave's cohort: one row a child, or one row a cell (`CHILDREN` and `sums_column` say which columns).

    The frame given is not changed. ValueError: a column is absent, a code is not among the declared levels, a number
    cannot be read, or the frame holds several waves or a child twice. The messages name columns, never answers.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        if "wave" in frame and frame["wave"].nunique(dropna=False) > 1:
            raise ValueError("the cohort of one wave is expected; this frame holds several")
        self.is_grouped = CHILDREN in frame
        if not self.is_grouped and self._column("child_pseudonym").duplicated().any():
            raise ValueError("child_pseudonym: a child stands in the cohort more than once")
        self._codes: dict[tuple[str, tuple[str, ...]], Codes] = {}
        self._numbers: dict[str, Numbers] = {}

    def __len__(self) -> int:
        return len(self._frame)

    @property
    def children(self) -> Numbers:
        """Children a row of the frame."""
        return self.numbers(CHILDREN) if self.is_grouped else np.ones(len(self._frame))

    def codes(self, factor: Factor) -> Codes:
        """Positions in `factor.levels`; -1 where the answer is missing."""
        key = (factor.variable, factor.levels)
        if key not in self._codes:
            # categories are few; -1, a missing answer, finds the place behind the last of them
            values = pd.Categorical(self._column(factor.variable))
            found = values.categories.astype(object)
            positions = np.append(pd.Index(factor.levels).get_indexer(found), -1)
            unknown = (positions[:-1] == -1) & ~found.isin(factor.elsewhere)
            if bool(unknown.any()) and bool(np.isin(values.codes, np.flatnonzero(unknown)).any()):
                raise ValueError(f"{factor.variable}: holds a code that is not one of the declared levels")
            self._codes[key] = positions[values.codes].astype(np.int64)
        return self._codes[key]

    def numbers(self, variable: str) -> Numbers:
        """Values as float; NaN where missing."""
        if variable not in self._numbers:
            column = self._column(variable)
            try:
                values = column.to_numpy(dtype=np.float64, na_value=np.nan)
            except (TypeError, ValueError):
                # 'from None': pandas quotes the value it could not read.
                raise ValueError(f"{variable}: holds something that is not a number") from None
            if bool(np.isinf(values).any()):
                raise ValueError(f"{variable}: holds something that is not a number")
            self._numbers[variable] = values
        return self._numbers[variable]

    def outcome(self, outcome: str) -> OutcomeSums:
        """The sums of one score, a row of the frame each: 'total' is the column `total_score` of a child."""
        if self.is_grouped:
            return OutcomeSums(*(self.numbers(sums_column(outcome, what)) for what in (ANSWERED, TOTAL, SQUARES)))
        scores = self.numbers(f"{outcome}{SCORE}")
        answered = ~np.isnan(scores)
        known = np.where(answered, scores, 0.0)
        return OutcomeSums(answered.astype(np.float64), known, known**2)

    def values(self, predictor: Predictor) -> Values:
        """What `Cells.values` holds of one predictor."""
        return self.codes(predictor) if isinstance(predictor, Factor) else self.numbers(predictor.variable)

    def has(self, predictor: Predictor) -> Mask:
        """Where the predictor is known."""
        values = self.values(predictor)
        return values >= 0 if isinstance(predictor, Factor) else ~np.isnan(values)

    def population(self, spec: ModelSpec) -> Mask:
        """The rows of the children whom the model is about."""
        chosen = np.ones(len(self), dtype=bool)
        for restriction in spec.population:
            if isinstance(restriction, AtLeast):
                chosen = chosen & (self.numbers(restriction.covariate.variable) >= restriction.minimum)
            else:
                position = restriction.factor.levels.index(restriction.level)
                chosen = chosen & (self.codes(restriction.factor) == position)
        return chosen

    def complete_cases(self, spec: ModelSpec) -> Mask:
        """The rows of the model's population in which no variable of the model is missing (the outcome apart)."""
        complete = reduce(np.logical_and, map(self.has, spec.predictors), self.population(spec))
        if spec.complete_cases_of is not None:
            complete = complete & self.complete_cases(spec.complete_cases_of)
        return complete

    def cells(self, spec: ModelSpec) -> Cells:
        """The model's complete cases, gathered and in order."""
        outcome = self.outcome(spec.outcome)
        chosen = np.flatnonzero(self.complete_cases(spec) & (outcome.answered > 0))
        values = {predictor.variable: self.values(predictor)[chosen] for predictor in spec.predictors}
        order = np.lexsort(list(values.values())[::-1])
        ordered = {variable: column[order] for variable, column in values.items()}
        starts = _starts(list(ordered.values()), len(order))
        sums = outcome.of(chosen[order])
        return Cells(
            {variable: column[starts] for variable, column in ordered.items()},
            *(_added(column, starts) for column in (sums.answered, sums.total, sums.squares)),
        )

    def _column(self, name: str) -> pd.Series:
        if name not in self._frame:
            raise ValueError(f"the cohort has no column {name!r}")
        return self._frame[name]


def _starts(columns: list[Values], rows: int) -> Codes:
    """Where a new combination of values begins in sorted columns."""
    if not rows:
        return np.zeros(0, dtype=np.int64)
    changed = np.zeros(rows, dtype=bool)
    changed[0] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed)


def _added(column: Numbers, starts: Codes) -> Numbers:
    return np.add.reduceat(column, starts) if len(starts) else column[:0]
