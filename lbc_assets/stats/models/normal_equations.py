"""The triangle in which every least squares fit from sums begins.

Belongs here: factorising X'X, and the refusals that this can meet. Does not belong here: the sums
(`least_squares`, `cluster_sums`), coefficients, covariances.
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
class Triangle:
    """X'X = L L'. `lengths` (p,) of the columns; `scaled` (p, p), lower: L without the lengths, L = lengths * scaled;
    `explained` (p,) L^-1 X'y; `residual_squares` the residual sum of squares.
    """

    lengths: Numbers
    scaled: Numbers
    explained: Numbers
    residual_squares: float

    @property
    def root(self) -> Numbers:
        """K (p, p) = L'^-1, so that K K' = (X'X)^-1 and the coefficients are K times `explained`."""
        return np.asarray(np.linalg.inv(self.scaled).T / self.lengths[:, np.newaxis], dtype=np.float64)

    @property
    def log_determinant(self) -> float:
        """Of X'X."""
        return 2 * float(np.log(self.lengths).sum() + np.log(np.diag(self.scaled)).sum())


def factorise(squares: Numbers, products: Numbers, outcome_squares: float) -> Triangle:
    """From X'X (p, p), X'y (p,) and y'y. StatisticsRefused: collinear columns, or a perfect fit."""
    # columns of very different length (a spline's cubes) would lose the digits of the short ones
    lengths = np.sqrt(np.diag(squares))
    if not lengths.all():
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    try:
        scaled = np.linalg.cholesky(squares / np.outer(lengths, lengths))
    except np.linalg.LinAlgError:
        raise StatisticsRefused(RefusalReason.COLLINEAR) from None
    if bool(np.any(np.diag(scaled) < COLLINEARITY_TOLERANCE)):
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    explained = np.linalg.solve(scaled, products / lengths)
    residual = outcome_squares - float(explained @ explained)
    if residual <= PERFECT_FIT_SHARE * outcome_squares:
        raise StatisticsRefused(RefusalReason.PERFECT_FIT)
    return Triangle(lengths, np.asarray(scaled, np.float64), np.asarray(explained, np.float64), residual)
