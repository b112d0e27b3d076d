"""Limits of a noncentrality parameter: the way from a statistic to the interval of an effect size.

Belongs here: the inversion of the noncentral chi-square, F and t distributions. Does not belong here: effect sizes
(`effect_sizes`). A limit is the noncentrality at which 2.5% of the distribution lie above the statistic (low) or below
it (high); 0 where none does that. scipy's own inverses of F and t are good to five digits only, so its distribution
functions are inverted here.
"""

import math
from collections.abc import Callable

from scipy.special import chndtr, ncfdtr, nctdtr

from lbc_assets.stats.specs import CONFIDENCE

Limits = tuple[float, float]

_TAIL = (1 - CONFIDENCE) / 2
_TOLERANCE = 1e-13


def chi_square_noncentrality(statistic: float, df: float) -> Limits:
    """Limits from a chi-square."""
    return _limits(lambda noncentrality: chndtr(statistic, df, noncentrality), statistic, math.sqrt(statistic), 0.0)


def f_noncentrality(statistic: float, df: float, df_residual: float) -> Limits:
    """Limits from an F; noncentrality as in df times F."""
    near = df * statistic
    spread = math.sqrt(near + near**2 / df_residual)
    return _limits(lambda noncentrality: ncfdtr(df, df_residual, noncentrality, statistic), near, spread, 0.0)


def t_noncentrality(statistic: float, df: float) -> Limits:
    """Limits from a t; they may be negative."""
    if statistic < 0:
        low, high = t_noncentrality(-statistic, df)
        return -high, -low
    spread = math.sqrt(1 + statistic**2 / df)
    return _limits(lambda noncentrality: nctdtr(df, noncentrality, statistic), statistic, spread, -math.inf)


def _limits(distribution: Callable[[float], float], near: float, spread: float, least: float) -> Limits:
    """Where the distribution at the statistic, which falls with the noncentrality, takes 97.5% and 2.5%."""
    low, high = (_where(distribution, share, near, 1 + spread, least) for share in (1 - _TAIL, _TAIL))
    return low, high


def _where(distribution: Callable[[float], float], share: float, near: float, step: float, least: float) -> float:
    """The search keeps to 0 and above where it can, and goes on from `near` by `step`: of a large t and a
    noncentrality of the other sign scipy has no number.
    """
    from scipy.optimize import brentq  # here: most tables do without it

    low, high = 0.0, near
    while distribution(low) < share:
        if low == least:
            return least
        low -= 1.0
    while distribution(high) > share:
        high += step
    return float(brentq(lambda at: distribution(at) - share, low, high, xtol=_TOLERANCE, rtol=_TOLERANCE))
