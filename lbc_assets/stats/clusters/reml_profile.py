"""The REML criterion of a random intercept, as a function of one number.

Belongs here: y = Xb + u_g + e with var(u) = gamma var(e): for a given gamma the generalised least squares fit,
the criterion (-2 log-likelihood, var(e) profiled out) and its derivatives. Does not belong here: looking for
the best gamma, tests (`random_intercept`).

Source: Bates, Maechler, Bolker & Walker 2015 (J Stat Softw 67:1), section 3; there theta^2 = gamma.
"""

from dataclasses import dataclass

import numpy as np

from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.models.normal_equations import factorise
from lbc_assets.stats.sample import Numbers


@dataclass(frozen=True, eq=False)
class RatioFit:
    """The fit at one `gamma`; p columns. `params` (p,) and `unscaled` (p, p): var(e) times it is their covariance.
    `within` var(e); `criterion` -2 log-likelihood; `slope` its derivative by gamma.
    """

    gamma: float
    params: Numbers
    unscaled: Numbers
    within: float
    criterion: float
    slope: float


class RemlProfile:
    """Prepared sums of G clusters. Between and within clusters are kept apart, for X'V^-1X is their sum:
    within + sum over clusters of s s' / (n (1 + n gamma)), s the columns' sums.
    """

    def __init__(self, sums: ClusterSums) -> None:
        self._n = sums.n.astype(np.float64)
        self._sums = sums.squares[:, 0, :]
        self._outcome = sums.products[:, 0]
        n, s, t = self._n, self._sums, self._outcome
        # n S - s s' before the division: exact for whole numbers, so zero where a column is constant in a cluster.
        squares = n[:, np.newaxis, np.newaxis] * sums.squares - s[:, :, np.newaxis] * s[:, np.newaxis, :]
        self._squares = (squares / n[:, np.newaxis, np.newaxis]).sum(axis=0)
        self._products = ((n[:, np.newaxis] * sums.products - s * t[:, np.newaxis]) / n[:, np.newaxis]).sum(axis=0)
        self._outcome_squares = float(((n * sums.outcome_squares - t**2) / n).sum())
        self.df_residual = int(sums.n.sum()) - s.shape[1]

    def at(self, gamma: float) -> RatioFit:
        """StatisticsRefused: collinear columns, a perfect fit."""
        n, s, t = self._n, self._sums, self._outcome
        weights = 1 / (n * (1 + n * gamma))
        weighted = s.T * weights
        triangle = factorise(
            self._squares + weighted @ s,
            self._products + weighted @ t,
            self._outcome_squares + float(weights @ t**2),
        )
        root = triangle.root
        params = root @ triangle.explained
        unscaled = root @ root.T
        within = triangle.residual_squares / self.df_residual
        determinants = np.log1p(n * gamma).sum() + triangle.log_determinant
        criterion = float(determinants + self.df_residual * (1 + np.log(2 * np.pi * within)))
        rest, leverage = self._rest(params), self._leverage(unscaled)
        shrinkage = 1 / (1 + n * gamma) ** 2
        slope = float((n / (1 + n * gamma)).sum() - shrinkage @ leverage - shrinkage @ rest**2 / within)
        return RatioFit(gamma, params, np.asarray(unscaled, dtype=np.float64), within, criterion, slope)

    def cluster_shares(self, fit: RatioFit) -> Numbers:
        """(G,): the share of a cluster's indicator that the columns do not say; at gamma 0."""
        return np.asarray(1 - self._leverage(fit.unscaled) / self._n)

    def curvature(self, fit: RatioFit) -> Numbers:
        """(2, 2): second derivatives of the criterion by gamma and var(e), neither profiled out."""
        n, s = self._n, self._sums
        rest, leverage = self._rest(fit.params), self._leverage(fit.unscaled)
        first = 1 / (1 + n * fit.gamma) ** 2
        second = -2 * n / (1 + n * fit.gamma) ** 3
        change = fit.unscaled @ ((s.T * first) @ s)
        moved = s.T @ (first * rest)
        squares = -second @ rest**2 - 2 * moved @ fit.unscaled @ moved
        by_gamma = -(n**2 * first).sum() - second @ leverage - np.trace(change @ change) + squares / fit.within
        mixed = first @ rest**2 / fit.within**2
        return np.array([[by_gamma, mixed], [mixed, self.df_residual / fit.within**2]])

    def covariance_slopes(self, fit: RatioFit) -> Numbers:
        """(2, p, p): derivatives of the coefficients' covariance by gamma and by var(e)."""
        first = 1 / (1 + self._n * fit.gamma) ** 2
        change = fit.unscaled @ ((self._sums.T * first) @ self._sums) @ fit.unscaled
        return np.array([fit.within * change, fit.unscaled])

    def _rest(self, params: Numbers) -> Numbers:
        """(G,): the clusters' sums of residuals."""
        return self._outcome - self._sums @ params

    def _leverage(self, unscaled: Numbers) -> Numbers:
        return np.asarray(((self._sums @ unscaled) * self._sums).sum(axis=1))
