"""The one-factor model of a scale's items by maximum likelihood, and McDonald's omega from it.

Belongs here: the fit, its indices, and omega. Does not belong here: sums and covariances (`psychometrics`), tables.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from lbc_assets.stats.items.psychometrics import FEWEST_ITEMS, ItemCovariances
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers

# A share of unique variance at this bound is a Heywood case: psych::fa and factanal hold it there, here it is refused.
SMALLEST_UNIQUENESS = 0.005
# Largest slope of the discrepancy that is taken for zero; uniquenesses are then good to about as many digits.
GRADIENT_TOLERANCE = 1e-7
# A correlation matrix whose smallest eigenvalue is below this has items that follow from others.
SMALLEST_EIGENVALUE = 1e-10


@dataclass(frozen=True, eq=False)
class OneFactor:
    """`loadings` (items, of standardised items) and `uniquenesses` (shares of variance); fit as psych::fa gives it.

    `rmsea` and `p_value` are None where no degree of freedom is left (three items).
    """

    loadings: Numbers
    uniquenesses: Numbers
    chi_square: float
    df: int
    p_value: float | None
    rmsea: float | None
    rmsr: float


@dataclass(frozen=True)
class Omega:
    """Omega total: `omega` of the sum of the points, `standardised` of the sum of the standardised items."""

    omega: float
    standardised: float


def one_factor(scale: ItemCovariances) -> OneFactor:
    """One common factor of the items' correlations.

    Maximum likelihood over the uniquenesses, the loadings profiled out. Source: Joreskog (1967), Psychometrika
    32:443-482; Bartlett's chi-square. R: psych::fa(nfactors = 1, fm = "ml") - loadings, uniquenesses, STATISTIC, dof,
    PVAL, RMSEA, rms. StatisticsRefused: fewer than three items, an item that does not vary or that follows from
    others, an improper solution (a uniqueness at its bound, or none found).
    """
    k = len(scale.items)
    if k < FEWEST_ITEMS:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ITEMS)
    correlation = scale.correlation
    if float(np.linalg.eigvalsh(correlation)[0]) < SMALLEST_EIGENVALUE:
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    uniquenesses = _uniquenesses(correlation)
    loadings = _loadings(correlation, uniquenesses)
    model = np.outer(loadings, loadings) + np.diag(uniquenesses)
    discrepancy = (
        np.linalg.slogdet(model)[1]
        - np.linalg.slogdet(correlation)[1]
        + float(np.trace(np.linalg.solve(model, correlation)))
        - k
    )
    df = k * (k - 3) // 2
    chi_square = max(0.0, float(discrepancy) * (scale.n - 1 - (2 * k + 5) / 6 - 2 / 3))
    residual = correlation - model
    np.fill_diagonal(residual, 0.0)
    return OneFactor(
        loadings=loadings,
        uniquenesses=uniquenesses,
        chi_square=chi_square,
        df=df,
        p_value=float(chdtrc(df, chi_square)) if df else None,
        rmsea=float(np.sqrt(max(0.0, chi_square / (df * scale.n) - 1 / (scale.n - 1)))) if df else None,
        rmsr=float(np.sqrt((residual**2).sum() / (k * (k - 1)))),
    )


def omega_total(scale: ItemCovariances, fitted: OneFactor) -> Omega:
    """McDonald's omega total of the one-factor model.

    `omega`: of the scale as it is scored, (sum l)^2 / ((sum l)^2 + sum t) with l loadings and t unique variances in
    points; maximum likelihood does not depend on the items' units. Source: McDonald (1999), Test Theory, eq. 6.20b.
    `standardised`: 1 - (sum of uniquenesses) / (sum of correlations), as R's psych::omega(nfactors = 1, fm = "ml",
    flip = FALSE)$omega.tot. StatisticsRefused: the sum of the standardised items does not vary.
    """
    points = float((fitted.loadings * np.sqrt(scale.variances)).sum()) ** 2
    unique_points = float((fitted.uniquenesses * scale.variances).sum())
    total = float(scale.correlation.sum())
    if total < SMALLEST_EIGENVALUE:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    return Omega(points / (points + unique_points), 1 - float(fitted.uniquenesses.sum()) / total)


def _scaled_eigen(correlation: Numbers, uniquenesses: Numbers) -> tuple[Numbers, Numbers]:
    """Eigenvalues (ascending) and vectors of the correlations scaled to unit unique variances."""
    scale = 1 / np.sqrt(uniquenesses)
    values, vectors = np.linalg.eigh(correlation * np.outer(scale, scale))
    return values, vectors


def _loadings(correlation: Numbers, uniquenesses: Numbers) -> Numbers:
    values, vectors = _scaled_eigen(correlation, uniquenesses)
    loadings = np.sqrt(uniquenesses) * vectors[:, -1] * np.sqrt(max(0.0, values[-1] - 1))
    # a factor has no direction of its own: the scale's sum is to point with it
    return loadings if loadings.sum() >= 0 else -loadings


def _discrepancy(uniquenesses: Numbers, correlation: Numbers) -> tuple[float, Numbers]:
    """The likelihood's discrepancy with the best loadings for these uniquenesses, and its slope in them."""
    values, _ = _scaled_eigen(correlation, uniquenesses)
    rest = values[:-1]
    loadings = _loadings(correlation, uniquenesses)
    implied = loadings**2 + uniquenesses
    return float((rest - np.log(rest) - 1).sum()), (implied - 1) / uniquenesses**2


def _uniquenesses(correlation: Numbers) -> Numbers:
    # heavy, and needed by this table only
    from scipy.optimize import minimize

    # Joreskog's start, near what the other items do not predict (as R's factanal)
    start = np.clip((1 - 0.5 / len(correlation)) / np.diag(np.linalg.inv(correlation)), 0.01, 0.99)
    found = minimize(
        _discrepancy,
        start,
        args=(correlation,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUENESS, 1.0)] * len(start),
        options={"maxiter": 1000, "ftol": 0.0, "gtol": 1e-11, "maxcor": 2 * len(start)},
    )
    uniquenesses = np.asarray(found.x, dtype=np.float64)
    slope = _discrepancy(uniquenesses, correlation)[1]
    at_bound = uniquenesses <= SMALLEST_UNIQUENESS * (1 + 1e-6)
    # at the upper bound an item that shares nothing has its optimum; a slope that pushes further out is none
    inside = np.where(uniquenesses >= 1.0, np.maximum(slope, 0.0), slope)
    if bool(np.any(at_bound)) or bool(np.abs(inside).max() > GRADIENT_TOLERANCE):
        raise StatisticsRefused(RefusalReason.IMPROPER_SOLUTION)
    return uniquenesses
