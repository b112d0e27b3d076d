"""Ordinary least squares from sums of squares and products.

Belongs here: the sums, and the solution that they have. Does not belong here: which children and columns (`fit`,
`imputed_coefficients`). Scores, codes and ages are whole numbers, so their sums are exact: neither the order of rows
nor the number of threads can change a digit, and the sums of two groups of children may be added.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from statsmodels.regression.linear_model import OLS

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers

# A column is collinear when less than this share of its length is left after the columns before it (R's lm:
# 1e-7). Sums of squares hold half the digits of rows: below this share fewer than six digits would be good.
COLLINEARITY_TOLERANCE = 1e-5
# Rounding leaves about 1e-15 of the outcome's sum of squares when the model says everything.
PERFECT_FIT_SHARE = 1e-12


@dataclass(frozen=True, eq=False)
class Sums:
    """`squares` is X'X (columns x columns), `products` X'y, `outcome_squares` y'y; of `children` children."""

    squares: Numbers
    products: Numbers
    outcome_squares: float
    children: int

    @classmethod
    def of(cls, design: Numbers, n: Numbers, total: Numbers, squares: Numbers) -> Self:
        """`design` cells x columns; a cell has `n` children, its outcomes add up to `total`, their squares to
        `squares`.
        """
        weighted = design * n[:, np.newaxis]
        return cls(design.T @ weighted, design.T @ total, float(squares.sum()), int(n.sum()))

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.squares + other.squares,
            self.products + other.products,
            self.outcome_squares + other.outcome_squares,
            self.children + other.children,
        )


@dataclass(frozen=True, eq=False)
class Solution:
    """Coefficients, their covariance, and what the outcome's sum of squares keeps."""

    params: Numbers
    covariance: Numbers
    residual_squares: float
    df_residual: int


def solve(sums: Sums) -> Solution:
    """The coefficients, for more children than columns. StatisticsRefused: collinear columns, or a perfect fit."""
    df_residual = sums.children - len(sums.products)
    rows = _equivalent_rows(sums.squares, sums.products, sums.outcome_squares)
    model = OLS(rows[:, -1], rows[:, :-1], hasconst=True)
    model.df_resid = df_residual
    result = model.fit()
    return Solution(result.params, result.cov_params(), float(result.ssr), df_residual)


def _equivalent_rows(squares: Numbers, products: Numbers, outcome_squares: float) -> Numbers:
    """A triangle of columns + 1 rows (the outcome last) with the same sums of squares and products as the
    children.

    Least squares on it gives the same coefficients and residual sum of squares. Scores, codes and ages are
    whole numbers, so these sums are exact: the order of rows and the number of threads cannot change a
    digit.
    """
    # columns of very different length (a spline's cubes) would lose the digits of the short ones
    lengths = np.sqrt(np.diag(squares))
    if not lengths.all():
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    try:
        factor = np.linalg.cholesky(squares / np.outer(lengths, lengths))
    except np.linalg.LinAlgError:
        raise StatisticsRefused(RefusalReason.COLLINEAR) from None
    if bool(np.any(np.diag(factor) < COLLINEARITY_TOLERANCE)):
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    explained = np.linalg.solve(factor, products / lengths)
    residual = outcome_squares - float(explained @ explained)
    if residual <= PERFECT_FIT_SHARE * outcome_squares:
        raise StatisticsRefused(RefusalReason.PERFECT_FIT)
    last = np.zeros((1, len(squares) + 1))
    last[0, -1] = np.sqrt(residual)
    return np.vstack([np.column_stack([factor.T * lengths, explained]), last])
