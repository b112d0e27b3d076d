"""Standard errors that allow for children of one school (or township) being alike.

Belongs here: CR1S, CR2, Satterthwaite's degrees of freedom, t tests with them. Does not belong here: the
least squares fit (`cluster_fit`), tables.

Sources: Bell & McCaffrey 2002 (Survey Methodology 28:169); Pustejovsky & Tipton 2018 (JBES 36:672);
R clubSandwich (vcovCR, coef_test), working model: independent children of equal variance, as there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lbc_assets.stats.clusters.cluster_fit import ClusterFit, fit_clusters
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.models.estimates import Estimate, t_test
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Numbers

Kind = Literal["CR1S", "CR2"]
# Below four degrees of freedom the true level of the test can be far from the nominal one (Tipton 2015).
TRUSTED_DF = 4.0


@dataclass(frozen=True)
class ClusterTest:
    """One contrast. `df`: clusters - 1 with CR1S (Stata), Satterthwaite with CR2. `note`: 'df_below_4' says
    that the p value and limits are too uncertain to lean on, else None.
    """

    kind: Kind
    test: Estimate
    clusters: int
    note: str | None


def cr1s(sums: ClusterSums) -> Numbers:
    """Covariance (p, p) of the coefficients, CR1S: G (n - 1) / ((G - 1) (n - p)) times CR0. Equal to sandwich's
    vcovCL(type = "HC1", cadjust = TRUE). StatisticsRefused: see `fit_clusters`.
    """
    return _covariance(fit_clusters(sums), "CR1S")


def cr2(sums: ClusterSums) -> Numbers:
    """Covariance (p, p) of the coefficients, CR2: unbiased when children are independent. A cluster's own
    direction gets no weight, as in clubSandwich. StatisticsRefused: see `fit_clusters`.
    """
    return _covariance(fit_clusters(sums), "CR2")


def satterthwaite_df(sums: ClusterSums, contrast: Numbers) -> float:
    """Degrees of freedom of the CR2 variance of `contrast` (p,). StatisticsRefused: see `cluster_tests`."""
    return _satterthwaite(fit_clusters(sums), contrast)


def cluster_tests(sums: ClusterSums, contrasts: Iterable[Numbers], kind: Kind) -> list[ClusterTest | StatisticsRefused]:
    """A t test and interval for each contrast (p,) of the coefficients.

    A contrast that rests on one cluster alone, or has no error, comes back as its refusal, so that the others
    still report; StatisticsRefused is raised where no contrast can be tested (see `fit_clusters`).
    """
    fitted = fit_clusters(sums)
    covariance = _covariance(fitted, kind)
    tests: list[ClusterTest | StatisticsRefused] = []
    for contrast in contrasts:
        try:
            tests.append(_test(fitted, covariance, contrast, kind))
        except StatisticsRefused as refused:
            tests.append(refused)
    return tests


def _test(fitted: ClusterFit, covariance: Numbers, contrast: Numbers, kind: Kind) -> ClusterTest:
    fitted.refuse_one_cluster_contrast(contrast)
    clusters = len(fitted.sums.n)
    df = float(clusters - 1) if kind == "CR1S" else _satterthwaite(fitted, contrast)
    variance = float(contrast @ covariance @ contrast)
    fitted.refuse_no_variance(variance, contrast)
    test = t_test(float(contrast @ fitted.params), float(np.sqrt(variance)), df)
    return ClusterTest(kind, test, clusters, "df_below_4" if df < TRUSTED_DF else None)


def _covariance(fitted: ClusterFit, kind: Kind) -> Numbers:
    scores = fitted.scores @ fitted.root
    if kind == "CR2":
        along = np.einsum("gij,gi->gj", fitted.directions, scores) * _adjustments(fitted)
        scores = np.einsum("gij,gj->gi", fitted.directions, along)
    half = scores @ fitted.root.T
    covariance: Numbers = half.T @ half
    return fitted.small_sample_factor * covariance if kind == "CR1S" else covariance


def _adjustments(fitted: ClusterFit) -> Numbers:
    """(G, p): the eigenvalues of (I - K'S_gK)^(-1/2), zero along the clusters' own directions."""
    own = fitted.own
    return np.asarray((1 - own) / np.sqrt(np.where(own, 1.0, 1 - fitted.leverages)))


def _satterthwaite(fitted: ClusterFit, contrast: Numbers) -> float:
    """2 E(V)^2 / Var(V) for the CR2 variance V of the contrast: with P_gh = p_g'p_h, p_g = (I - H)_g' A_g X_g
    (X'X)^-1 c, it is (sum of P_gg)^2 / sum of P_gh^2. Here P_gh = [g = h] a_g'd_g - d_g'd_h, where a_g =
    (I - D_g)^(-1/2) K'c, d_g = D_g a_g, D_g = K'S_gK.
    """
    fitted.refuse_one_cluster_contrast(contrast)
    a = np.einsum("gij,i->gj", fitted.directions, fitted.root.T @ contrast) * _adjustments(fitted)
    d = np.einsum("gij,gj->gi", fitted.directions, fitted.leverages * a)
    p = np.diag((fitted.leverages * a**2).sum(axis=1)) - d @ d.T
    return float(np.trace(p) ** 2 / (p**2).sum())
