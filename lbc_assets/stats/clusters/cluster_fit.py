"""Least squares with clustered children: what every cluster-robust statistic starts from.

Belongs here: coefficients, each cluster's score and leverage, the smallest number of clusters, and whether
a contrast rests on one cluster alone. Does not belong here: covariances (`cluster_robust`), resampling
(`wild_bootstrap`).

With K = L^-T (L L' = X'X, so K K' = (X'X)^-1) everything is p x p: the leverage X_g (X'X)^-1 X_g' of a
cluster has the eigenvalues of K'S_gK, S_g = X_g'X_g, and any function f of it obeys
K'X_g' f(X_g (X'X)^-1 X_g') = f(K'S_gK) K'X_g'.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.models.normal_equations import PERFECT_FIT_SHARE, factorise
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers

# A cluster-robust t has at most (clusters - 1) degrees of freedom, and below four its approximation is not to
# be trusted (Tipton 2015, Psychological Methods 20:375): with fewer than five clusters it never could be.
MINIMUM_CLUSTERS = 5
# A leverage this near to one means that a cluster has a direction of its own: its residual there is zero
# whatever the answers were. Sums of squares give leverages to about 1e-14.
OWN_DIRECTION = 1e-9


@dataclass(frozen=True, eq=False)
class ClusterFit:
    """Ordinary least squares; G clusters, p columns.

    `params` (p,); `root` K (p, p); `scores` (G, p) X_g'e_g; `leverages` (G, p) and `directions` (G, p, p), the
    eigenvalues and eigenvectors (columns) of K'S_gK; `residual_squares` e'e.
    """

    sums: ClusterSums
    params: Numbers
    root: Numbers
    scores: Numbers
    leverages: Numbers
    directions: Numbers
    residual_squares: float

    @property
    def own(self) -> Numbers:
        """(G, p): 1 where a direction is a cluster's own, else 0."""
        return (1 - self.leverages < OWN_DIRECTION).astype(float)

    @property
    def small_sample_factor(self) -> float:
        """G (n - 1) / ((G - 1) (n - p)): Stata's, CR1S."""
        clusters, n = len(self.sums.n), self.sums.total_n
        return clusters * (n - 1) / ((clusters - 1) * (n - len(self.params)))

    def refuse_one_cluster_contrast(self, contrast: Numbers) -> None:
        """StatisticsRefused where the estimate depends on a direction that only one cluster has.

        Nothing tells how that cluster differs from others like it: its residual there is zero by force, so
        that every cluster-robust standard error (clubSandwich's too) is too small by an unknown amount.
        """
        direction = self.root.T @ contrast
        loadings = np.einsum("gij,i->gj", self.directions, direction) ** 2 * self.own
        if bool(np.any(loadings.sum(axis=1) > OWN_DIRECTION * (direction @ direction))):
            raise StatisticsRefused(RefusalReason.ONE_CLUSTER_CONTRAST)

    def refuse_no_variance(self, variance: float, contrast: Numbers) -> None:
        """StatisticsRefused where the clusters' scores cancel, each by itself: a standard error of zero."""
        direction = self.root.T @ contrast
        children = self.residual_squares / (self.sums.total_n - len(self.params)) * float(direction @ direction)
        if variance <= PERFECT_FIT_SHARE * children:
            raise StatisticsRefused(RefusalReason.PERFECT_FIT)


@lru_cache(maxsize=2)
def fit_clusters(sums: ClusterSums) -> ClusterFit:
    """Kept for the last two (schools, townships): each statistic of them begins with it.

    StatisticsRefused: too few clusters or children, collinear columns, a perfect fit.
    """
    if len(sums.n) < MINIMUM_CLUSTERS:
        raise StatisticsRefused(RefusalReason.TOO_FEW_CLUSTERS)
    if sums.total_n <= sums.products.shape[1]:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    triangle = factorise(sums.total_squares, sums.total_products, sums.total_outcome_squares)
    root = triangle.root
    params = root @ triangle.explained
    leverages, directions = np.linalg.eigh(root.T @ sums.squares @ root)
    return ClusterFit(
        sums=sums,
        params=params,
        root=root,
        scores=sums.products - sums.squares @ params,
        leverages=leverages,
        directions=directions,
        residual_squares=triangle.residual_squares,
    )
