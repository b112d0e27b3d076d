"""How large a difference between groups is, on a scale without unit, with 95% intervals.

Belongs here: Cramer's V, omega squared, Hedges' g. Does not belong here: the tests (`group_tests`, `pairwise`), the
inversion of distributions (`noncentral`). 'Effect size' is the statistic's name; it says nothing of a cause. All
intervals are two-sided.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import poch

from lbc_assets.stats.groups.group_tests import (
    anova_f,
    chi_square,
    pooled_variance,
    refuse_without_variation,
    used_levels,
)
from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.groups.noncentral import chi_square_noncentrality, f_noncentrality, t_noncentrality
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers


@dataclass(frozen=True)
class EffectSize:
    """The estimate and the limits of its 95% interval."""

    effect_size: float
    effect_low: float
    effect_high: float


def cramers_v(counts: Numbers) -> EffectSize:
    """Cramer's V of a levels x groups table, not corrected for bias; refusals as `used_levels`.

    Limits: sqrt(noncentrality / n / (shorter side - 1)), at most 1. The estimate is never 0 by chance alone, so that
    of groups that hardly differ can lie above its interval. R: effectsize::cramers_v(adjust = FALSE,
    alternative = "two.sided").
    """
    used = used_levels(counts)
    test = chi_square(used)
    largest = float(used.sum()) * (min(used.shape) - 1)
    low, high = chi_square_noncentrality(test.statistic, test.df)
    return EffectSize(*(min(math.sqrt(value / largest), 1.0) for value in (test.statistic, low, high)))


def omega_squared(groups: Sequence[Moments]) -> EffectSize:
    """Omega squared of a one-way analysis of variance; an estimate below 0 is given as 0. Refusals as `anova_f`.

    Limits: noncentrality / (noncentrality + n) at the F observed (Steiger 2004, Psychol Methods 9:164-182), so the
    lower one is above 0 exactly where p < 0.025. R's effectsize::omega_squared has the same estimate; its limits
    are those of the F at which eta squared would equal the estimate, and can hold 0 where the test does not.
    """
    test = anova_f(groups)
    n = sum(group.n for group in groups)
    between = (test.statistic - 1) * test.df
    low, high = f_noncentrality(test.statistic, test.df, n - len(groups))
    return EffectSize(max(between / (between + n), 0.0), low / (low + n), high / (high + n))


def hedges_g(group: Moments, reference: Moments) -> EffectSize:
    """The difference of two means (group minus reference) over their pooled standard deviation, bias removed.

    The correction is the exact one, of gamma functions (Hedges 1981, J Educ Stat 6:107-128); limits: noncentrality
    of t, times the same factors. StatisticsRefused: as `anova_f`, and fewer than four children (the correction
    needs two residual df). R: effectsize::hedges_g(pooled_sd = TRUE).
    """
    pair = (group, reference)
    refuse_without_variation(pair)
    df = group.n + reference.n - 2
    if df < 2:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    scale = math.sqrt(1 / group.n + 1 / reference.n)
    d = (group.mean - reference.mean) / math.sqrt(pooled_variance(pair))
    # gamma(df / 2) / gamma((df - 1) / 2) as a Pochhammer symbol: a difference of their logarithms loses digits
    unbiased = float(poch((df - 1) / 2, 0.5)) / math.sqrt(df / 2)
    low, high = t_noncentrality(d / scale, df)
    return EffectSize(d * unbiased, low * scale * unbiased, high * scale * unbiased)
