"""Stage 2, the arithmetic: what scores give as running numbers, and the moves that change them.

Here: least squares fits of a design, running numbers, moves. Not here: which numbers the scores should give
(`score_targets`), the searches (`polish`, `fine_search`).
"""

from dataclasses import dataclass

import numpy as np

from lbc_assets.reference.matrices import Floats, Ints

_ONE = [[sign * (k == j) for k in range(4)] for j in range(4) for sign in (1, -1)]
_ACROSS = [[(k == i) - (k == j) for k in range(4)] for i in range(4) for j in range(4) if i != j]
MOVES: Ints = np.array(_ONE + _ACROSS)
"""What one child's four scores may change by: a point more or less, or a point from one scale to another."""


def with_total(scores: Ints) -> Ints:
    """The four subscales and their sum, shape (children, 5)."""
    return np.column_stack([scores, scores.sum(axis=1)])


MOVES_TOTAL = with_total(MOVES).astype(np.float64)


@dataclass(frozen=True)
class Fit:
    """One least squares fit: `columns` of the wide matrix (0 outside `who`), inverse of X'X, leverages, outcome."""

    matrix: Floats
    inverse: Floats
    who: np.ndarray
    leverage: Floats
    outcome: int
    df: int

    def residuals(self, values: Floats) -> Floats:
        """Residuals of `values` (children,), 0 for those not in the fit."""
        inside = np.where(self.who, values, 0.0)
        return inside - self.matrix @ (self.inverse @ (self.matrix.T @ inside))


def least_squares(matrix: Floats, columns: list[int], who: np.ndarray, outcome: int) -> Fit:
    """The fit of one outcome on some columns of the wide matrix, among the children `who`."""
    part = np.where(who[:, None], matrix[:, columns], 0.0)
    inverse = np.linalg.inv(part.T @ part)
    leverage = np.einsum("ij,jk,ik->i", part, inverse, part)
    return Fit(part, inverse, who, leverage, outcome, int(who.sum()) - len(columns))


@dataclass(frozen=True)
class Numbers:
    """What the scores give, or many candidates for it, on a leading axis: `linear` (k,), `squares` of residuals by
    fit, `powers` (sums of squares by outcome and group, 15).
    """

    linear: Floats
    squares: Floats
    powers: Floats

    def plus(self, other: "Numbers") -> "Numbers":
        """Sums, with numpy's broadcasting."""
        return Numbers(self.linear + other.linear, self.squares + other.squares, self.powers + other.powers)

    def at(self, place: int | Ints) -> "Numbers":
        """One, or some, of many candidates."""
        return Numbers(self.linear[place], self.squares[place], self.powers[place])
