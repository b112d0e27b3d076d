"""The distribution of the studentised range, for Tukey's and Games and Howell's comparisons.

Belongs here: its upper tail and its quantile. Does not belong here: the comparisons (`pairwise`). Why not
scipy.stats.studentized_range: its quantile takes 0.2 s, 28 are needed a wave, and it is good to seven
digits; both it and R's ptukey take 1 minus the distribution, which leaves no digit of a small p value, and at few
degrees of freedom R's are coarse (its 95% quantile of 2 groups at 2 df is 6.0796, for 6.0849). Here the tail itself is
integrated, by the trapezoidal rule over the whole line, whose error vanishes faster than any power of the step for
such integrands; the tests hold it against R, scipy and, for two groups, the t distribution.
"""

from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from lbc_assets.stats.sample import Numbers

_REACH = 9.0  # standard deviations to either side; exp(-40) of an integral lies beyond
_INNER_STEP, _OUTER_STEP = 0.125, 0.25  # standard deviations; half of them changes no result by 1e-12 of itself
_TOLERANCE = 1e-13


def upper_tail(q: float, groups: int, df: float) -> float:
    """P(range of `groups` means / standard error of one > q), the standard error having `df` degrees of freedom.

    ValueError: q below zero, fewer than two groups, or no df. R: ptukey(lower.tail = FALSE).
    """
    if not (q >= 0 and groups >= 2 and df > 0):
        raise ValueError("the studentised range needs q >= 0, two groups and degrees of freedom")
    # s is the standard error over its true value, t its logarithm. The integrand's peak moves left with q; its
    # width does not change.
    peak = -0.5 * np.log1p(q * q / (2 * df))
    t = peak + _line(df)
    tail = float((np.exp(_log_density(t, df)) * _range_tail(q * np.exp(t), groups)).sum())
    return min(tail / float(np.exp(_log_density(_line(df), df)).sum()), 1.0)


@lru_cache(maxsize=64)  # the pairs of one table share it
def quantile(tail: float, groups: int, df: float) -> float:
    """The q whose upper tail is `tail`. R: qtukey(lower.tail = FALSE). Other arguments as for `upper_tail`."""
    from scipy.optimize import brentq  # here: the tables without post hoc pairs do without it

    high = 4.0
    while upper_tail(high, groups, df) > tail:
        high *= 2
    return float(brentq(lambda q: upper_tail(q, groups, df) - tail, 0.0, high, xtol=_TOLERANCE, rtol=_TOLERANCE))


def _line(df: float) -> Numbers:
    """Points of equal distance about zero for log s, the longer way to the left for few degrees of freedom."""
    width = 1 / np.sqrt(2 * df)
    step = _OUTER_STEP * width
    left, right = _REACH * width + 40 / df, _REACH * width
    return np.asarray(np.arange(-np.ceil(left / step), np.ceil(right / step) + 1) * step, dtype=np.float64)


def _log_density(t: Numbers, df: float) -> Numbers:
    """Of log s, up to a constant: s squared times df is chi-square with df degrees of freedom."""
    return df * (t - np.expm1(2 * t) / 2)


def _range_tail(w: Numbers, groups: int) -> Numbers:
    """P(range of `groups` standard normal values > w), for each w: over the largest value z, the probability that
    the others lie below z, less that they lie within w of it, as one product without cancellation.
    """
    steps = np.arange(-_REACH / _INNER_STEP, _REACH / _INNER_STEP + 1) * _INNER_STEP
    z = w[:, np.newaxis] / 2 + steps
    below, far_below = ndtr(z), ndtr(z - w[:, np.newaxis])
    within = below - far_below
    others = sum(below**i * within ** (groups - 2 - i) for i in range(groups - 1))
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return np.asarray(groups * _INNER_STEP * (density * far_below * others).sum(axis=1), dtype=np.float64)
