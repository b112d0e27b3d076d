"""Logistic regression on cells: how many children have a row of the design, and how many of them the event.

Belongs here: the fit, its refusals, and the few-events mark. Does not belong here: which models, bands and tables
(`band_models`), reading frames.

Iteratively reweighted least squares written out, not a library's: a library's decomposition adds up cells in an order
that follows the number of threads, and takes a separated likelihood, whose maximum lies at infinity, for converged.
Sums here run over sorted cells without BLAS; equal rows are joined first, so neither the order of cells nor how
children are gathered changes a byte.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers

# As for least squares: the share of a column's length that has to be left after the columns before it.
COLLINEARITY_TOLERANCE = 1e-5
# An iteration has settled when no cell's log odds moves by more than this; the error left is its square.
STEP_TOLERANCE = 1e-8
# A finite maximum is reached in fewer than ten; a separated one moves some log odds by about one a step for ever.
MOST_ITERATIONS = 30
# Below ten events a parameter estimates are biased away from zero and intervals too narrow. Source: Peduzzi et al.
# (1996), J Clin Epidemiol 49:1373-1379. The limit is soft (Vittinghoff and McCulloch (2007), Am J Epidemiol
# 165:710-718, find 5 to 9 often enough), so it is a mark beside the numbers and no refusal.
FEWEST_EVENTS_A_PARAMETER = 10


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """`params` and `covariance` follow the design's columns, in log odds; `n` children, `n_events` with the event."""

    params: Numbers
    covariance: Numbers
    n: int
    n_events: int

    @property
    def has_few_events(self) -> bool:
        """Fewer than ten of the rarer outcome for each parameter but the intercept."""
        rarer = min(self.n_events, self.n - self.n_events)
        return rarer < FEWEST_EVENTS_A_PARAMETER * (len(self.params) - 1)


@dataclass(frozen=True)
class LogOdds:
    """A coefficient with its Wald z test and interval, and the same as an odds ratio."""

    estimate: float
    std_error: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float
    odds_ratio: float
    odds_ratio_low: float
    odds_ratio_high: float


def fit_logistic(design: Numbers, n: Numbers, events: Numbers) -> LogisticFit:
    """Maximum likelihood. `design`: cells x columns with the intercept; `n`, `events`: whole numbers by cell.

    R: glm(cbind(events, n - events) ~ ..., family = binomial). ValueError: shapes or counts that do not fit.
    StatisticsRefused: no children, too few for the columns, no or only events, collinear columns, separation (complete
    or quasi-complete: Albert and Anderson (1984), Biometrika 71:1-10). A strictly concave likelihood that has a
    maximum is climbed in a few steps; one that is not, after many, has none.
    """
    if design.ndim != 2 or n.shape != events.shape or n.shape != design.shape[:1]:
        raise ValueError("a row of the design has one count of children and one of events")
    if bool(np.any((events < 0) | (events > n))):
        raise ValueError("events are counted among the children of their cell")
    design, n, events = _joined(design, n, events)
    children, happened = int(n.sum()), int(events.sum())
    _refuse_degenerate(design, n, children, happened)
    params = np.zeros(design.shape[1])
    deviance = np.inf
    for _ in range(MOST_ITERATIONS):
        share = expit(_times(design, params))
        information = _weighted_squares(design, n * share * (1 - share))
        score = np.einsum("ij,i->j", design, events - n * share)
        try:
            step = np.linalg.solve(information, score)
            np.linalg.cholesky(information)
        except np.linalg.LinAlgError:
            break
        step, deviance = _shortened(design, n, events, params, step, deviance)
        params = params + step
        if float(np.abs(_times(design, step)).max()) < STEP_TOLERANCE:
            share = expit(_times(design, params))
            covariance = np.linalg.inv(_weighted_squares(design, n * share * (1 - share)))
            return LogisticFit(params, (covariance + covariance.T) / 2, children, happened)
    raise StatisticsRefused(RefusalReason.SEPARATION)


def log_odds(fitted: LogisticFit, position: int, confidence: float) -> LogOdds:
    """The coefficient of one column: Wald's z, two-sided p and limits. R: summary(glm), confint.default(glm)."""
    estimate = float(fitted.params[position])
    std_error = float(np.sqrt(fitted.covariance[position, position]))
    margin = float(ndtri((1 + confidence) / 2)) * std_error
    z = estimate / std_error
    low, high = estimate - margin, estimate + margin
    ratios = (float(np.exp(value)) for value in (estimate, low, high))
    return LogOdds(estimate, std_error, z, 2 * float(ndtr(-abs(z))), low, high, *ratios)


def _joined(design: Numbers, n: Numbers, events: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """One cell a different row of the design, in the rows' order, cells without children left out."""
    used = n > 0
    rows, cell = np.unique(design[used], axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    # whole numbers below 2^53: exact in any order
    children, happened = (np.bincount(cell, counts[used], len(rows)).astype(np.float64) for counts in (n, events))
    return rows, children, happened


def _refuse_degenerate(design: Numbers, n: Numbers, children: int, happened: int) -> None:
    if not children:
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    if children <= design.shape[1]:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if not happened:
        raise StatisticsRefused(RefusalReason.NO_EVENTS)
    if happened == children:
        raise StatisticsRefused(RefusalReason.ALL_EVENTS)
    squares = _weighted_squares(design, n)
    try:
        factor = np.linalg.cholesky(squares)
    except np.linalg.LinAlgError:
        raise StatisticsRefused(RefusalReason.COLLINEAR) from None
    if bool(np.any(np.diag(factor) < COLLINEARITY_TOLERANCE * np.sqrt(np.diag(squares)))):
        raise StatisticsRefused(RefusalReason.COLLINEAR)


def _shortened(
    design: Numbers, n: Numbers, events: Numbers, params: Numbers, step: Numbers, deviance: float
) -> tuple[Numbers, float]:
    """The step, halved until the likelihood does not fall (Newton's can overshoot far from the maximum)."""
    for _ in range(MOST_ITERATIONS):
        reached = _deviance(_times(design, params + step), n, events)
        # a rise within rounding is none
        if reached <= deviance * (1 + 1e-12):
            return step, reached
        step = step / 2
    return step, deviance


def _deviance(linear: Numbers, n: Numbers, events: Numbers) -> float:
    """Minus twice the log likelihood, its constant left out."""
    return float(2 * (n * np.logaddexp(0.0, linear) - events * linear).sum())


def _times(design: Numbers, params: Numbers) -> Numbers:
    product: Numbers = np.einsum("ij,j->i", design, params)
    return product


def _weighted_squares(design: Numbers, weights: Numbers) -> Numbers:
    squares: Numbers = np.einsum("ij,ik->jk", design * weights[:, np.newaxis], design)
    return squares
