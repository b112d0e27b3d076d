"""Ordinary least squares from sums of squares and products.

Belongs here: the sums, and the solution that they have. Does not belong here: which children and columns (`fit`,
`imputed_coefficients`). Scores, codes and ages are whole numbers, so their sums are exact: neither the order of rows
nor the number of threads can change a digit, and the sums of two groups of children may be added.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from statsmodels.regression.linear_model import OLS

from lbc_assets.stats.models.normal_equations import factorise
from lbc_assets.stats.sample import Numbers


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

    Least squares on it gives the same coefficients and residual sum of squares.
    """
    triangle = factorise(squares, products, outcome_squares)
    last = np.zeros((1, len(squares) + 1))
    last[0, -1] = np.sqrt(triangle.residual_squares)
    return np.vstack([np.column_stack([triangle.scaled.T * triangle.lengths, triangle.explained]), last])
