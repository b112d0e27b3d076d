"""Least squares from sums of squares and products.

Belongs here: solving X'X b = X'y, and the refusals that this can meet. Does not belong here: where the sums
come from (rows, covariate cells, clusters), covariances, tests.

Scores, codes and ages are whole numbers, so these sums are exact: the order of rows and the number of
threads cannot change a digit.
"""

from dataclasses import dataclass

import numpy as np

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers

# A column is collinear when less than this share of its length is left after the columns before it (R's lm:
# 1e-7). Sums of squares hold half the digits of rows: below this share fewer than six digits would be good.
COLLINEARITY_TOLERANCE = 1e-5
# Rounding leaves about 1e-15 of the outcome's sum of squares when the model says everything.
PERFECT_FIT_SHARE = 1e-12


@dataclass(frozen=True, eq=False)
class Solution:
    """`triangle` L (p, p), lower, with L L' = X'X; `explained` (p,) = L^-1 X'y; `residual_squares`, the
    residual sum of squares.
    """

    triangle: Numbers
    explained: Numbers
    residual_squares: float


def solve(squares: Numbers, products: Numbers, outcome_squares: float) -> Solution:
    """From X'X (p, p), X'y (p,) and y'y. StatisticsRefused: collinear columns, a perfect fit."""
    try:
        triangle = np.asarray(np.linalg.cholesky(squares), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise StatisticsRefused(RefusalReason.COLLINEAR) from None
    if bool(np.any(np.diag(triangle) < COLLINEARITY_TOLERANCE * np.sqrt(np.diag(squares)))):
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    explained = np.asarray(np.linalg.solve(triangle, products), dtype=np.float64)
    residual_squares = outcome_squares - float(explained @ explained)
    if residual_squares <= PERFECT_FIT_SHARE * outcome_squares:
        raise StatisticsRefused(RefusalReason.PERFECT_FIT)
    return Solution(triangle, explained, residual_squares)
