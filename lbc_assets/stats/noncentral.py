"""Limits of a noncentrality parameter: the way from a statistic to the interval of an effect size.

Belongs here: the inversion of the noncentral chi-square, F and t distributions. Does not belong here: effect sizes
(`effect_sizes`). A limit is the noncentrality at which 2.5% of the distribution lie above the statistic (low) or below
it (high); 0 where none does that. scipy's own inverses of F and t are good to five digits only, so its distribution
functions are inverted here.
"""

from collections.abc import Callable

from scipy.special import chndtr, ncfdtr, nctdtr

from lbc_assets.stats.specs import CONFIDENCE

Limits = tuple[float, float]

_TAIL = (1 - CONFIDENCE) / 2
_TOLERANCE = 1e-13


def chi_square_noncentrality(statistic: float, df: float) -> Limits:
    """Limits from a chi-square."""
    return _limits(lambda noncentrality: chndtr(statistic, df, noncentrality), 0.0, statistic)


def f_noncentrality(statistic: float, df: float, df_residual: float) -> Limits:
    """Limits from an F; noncentrality as in df times F."""
    return _limits(lambda noncentrality: ncfdtr(df, df_residual, noncentrality, statistic), 0.0, df * statistic)


def t_noncentrality(statistic: float, df: float) -> Limits:
    """Limits from a t; they may be negative."""
    return _limits(lambda noncentrality: nctdtr(df, noncentrality, statistic), None, statistic)


def _limits(distribution: Callable[[float], float], least: float | None, near: float) -> Limits:
    """Where the distribution at the statistic, which falls with the noncentrality, takes 97.5% and 2.5%."""
    return _where(distribution, 1 - _TAIL, least, near), _where(distribution, _TAIL, least, near)


def _where(distribution: Callable[[float], float], share: float, least: float | None, near: float) -> float:
    from scipy.optimize import brentq  # here: most tables do without it

    if least is not None and distribution(least) <= share:
        return least
    step = 1.0 + abs(near)
    low, high = near if least is None else least, near
    while distribution(low) < share:
        low -= step
        step *= 2
    while distribution(high) > share:
        high += step
        step *= 2
    return float(brentq(lambda at: distribution(at) - share, low, high, xtol=_TOLERANCE, rtol=_TOLERANCE))
