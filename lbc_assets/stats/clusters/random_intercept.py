"""A linear model with a random intercept of school (or township), by restricted maximum likelihood.

Belongs here: the search for the variances, what is reported at a boundary, t tests. Does not belong here: the
criterion (`reml_profile`), tables.

The standard errors are those of generalised least squares at the estimated variances (lme4's). Degrees of
freedom are Satterthwaite's from the observed information (lmerTest's); where the variance between clusters
is zero the model is least squares and they are n - p.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lbc_assets.stats.clusters.cluster_fit import MINIMUM_CLUSTERS
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.clusters.reml_profile import RatioFit, RemlProfile
from lbc_assets.stats.models.estimates import Estimate, t_test
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers

# Ratios var(between) / var(within) that are looked at, six a decade. At the upper end the children of a cluster
# are all the same for every practical purpose; the lower end differs from zero in no printed digit.
GRID = np.geomspace(1e-8, 1e6, 85)
# Criteria that differ by less are the same: its rounding error is about 1e-12 of some thousands.
SAME_CRITERION = 1e-8
# What must be left of some cluster's indicator after the model's columns, else clusters follow from them.
OWN_SHARE = 1e-9


@dataclass(frozen=True, eq=False)
class RandomIntercept:
    """The fit; p columns. `params` (p,), `covariance` (p, p) in points of the outcome; the variances `between`
    and `within` clusters in squared points; `icc` between / (between + within); `log_likelihood` restricted,
    as R's logLik(lmer(..., REML = TRUE)). `is_boundary`: the best variance between clusters is zero.
    `optimiser`: the one whose answer was kept. `covariance_slopes` (2, p, p) and `variance_covariance` (2, 2)
    belong to the degrees of freedom.
    """

    clusters: int
    n: int
    params: Numbers
    covariance: Numbers
    between: float
    within: float
    icc: float
    log_likelihood: float
    is_boundary: bool
    optimiser: str
    covariance_slopes: Numbers
    variance_covariance: Numbers


def random_intercept(sums: ClusterSums) -> RandomIntercept:
    """StatisticsRefused: too few clusters or children, every cluster a single child, collinear columns (or
    columns from which the clusters follow), no error left within clusters.
    """
    clusters, p = sums.products.shape
    if clusters < MINIMUM_CLUSTERS:
        raise StatisticsRefused(RefusalReason.TOO_FEW_CLUSTERS)
    if sums.total_n <= p:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if int(sums.n.max()) == 1:
        raise StatisticsRefused(RefusalReason.SINGLE_CHILD_CLUSTERS)
    profile = RemlProfile(sums)
    boundary = profile.at(0.0)
    if bool(np.all(profile.cluster_shares(boundary) < OWN_SHARE)):
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    optimiser, best = _best(profile, boundary)
    if best.gamma >= GRID[-2]:
        raise StatisticsRefused(RefusalReason.PERFECT_FIT)
    is_boundary = best.gamma == 0
    slopes = profile.covariance_slopes(best)
    curvature = profile.curvature(best)
    spread = np.zeros((2, 2))
    if is_boundary:
        # In theta = sqrt(gamma) the covariance is level at zero: only var(e) is uncertain.
        spread[1, 1] = 2 / curvature[1, 1]
    else:
        spread[:] = 2 * np.linalg.inv(curvature)
    return RandomIntercept(
        clusters=clusters,
        n=sums.total_n,
        params=best.params,
        covariance=best.within * best.unscaled,
        between=best.gamma * best.within,
        within=best.within,
        icc=best.gamma / (1 + best.gamma),
        log_likelihood=-best.criterion / 2,
        is_boundary=is_boundary,
        optimiser=optimiser,
        covariance_slopes=slopes,
        variance_covariance=spread,
    )


def contrast_test(fitted: RandomIntercept, contrast: Numbers) -> Estimate:
    """`contrast` (p,) times the coefficients: t test and interval, Satterthwaite's degrees of freedom."""
    variance = float(contrast @ fitted.covariance @ contrast)
    gradient = contrast @ fitted.covariance_slopes @ contrast
    df = 2 * variance**2 / float(gradient @ fitted.variance_covariance @ gradient)
    return t_test(float(contrast @ fitted.params), float(np.sqrt(variance)), df)


def _best(profile: RemlProfile, boundary: RatioFit) -> tuple[str, RatioFit]:
    """The least finite criterion; among equal ones the first of: boundary, root, Brent, golden section. A single
    optimiser can stop at a wrong place and say that it converged (seen with statsmodels' MixedLM).
    """
    found = [("boundary", boundary), *_interior(profile)]
    finite = [(name, fit) for name, fit in found if np.isfinite(fit.criterion)]
    least = min(fit.criterion for _, fit in finite)
    return next((name, fit) for name, fit in finite if fit.criterion <= least + SAME_CRITERION)


def _interior(profile: RemlProfile) -> Iterator[tuple[str, RatioFit]]:
    # Imported here: scipy.optimize is slow to load, and not every user of the statistics fits a random intercept.
    from scipy.optimize import brentq, minimize_scalar

    logs = np.log(GRID)
    fits = [profile.at(gamma) for gamma in GRID]

    def criterion(log_gamma: float) -> float:
        return profile.at(float(np.exp(log_gamma))).criterion

    def slope(log_gamma: float) -> float:
        return profile.at(float(np.exp(log_gamma))).slope

    for i in range(len(GRID) - 1):
        if fits[i].slope < 0 <= fits[i + 1].slope:
            yield "root", profile.at(float(np.exp(brentq(slope, logs[i], logs[i + 1], xtol=1e-14))))
    bounded = minimize_scalar(criterion, bounds=(logs[0], logs[-1]), method="bounded", options={"xatol": 1e-9})
    yield "brent", profile.at(float(np.exp(bounded.x)))
    for i in range(1, len(GRID) - 1):
        if fits[i].criterion < min(fits[i - 1].criterion, fits[i + 1].criterion):
            golden = minimize_scalar(criterion, bracket=tuple(logs[i - 1 : i + 2]), method="golden")
            yield "golden", profile.at(float(np.exp(golden.x)))
    yield "grid", min(fits, key=lambda fit: fit.criterion)
