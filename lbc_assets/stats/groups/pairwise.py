"""Every two groups compared: Tukey's and Games and Howell's differences of means, chi-square a pair.

Belongs here: the pairs, in declared order, and their arithmetic. Does not belong here: tables, corrections of
p values (`multiplicity`), effect sizes.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from lbc_assets.stats.groups.group_tests import (
    GroupTest,
    chi_square,
    pooled_variance,
    refuse_without_own_variance,
    refuse_without_variation,
)
from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.groups.studentized_range import quantile, upper_tail
from lbc_assets.stats.sample import Numbers
from lbc_assets.stats.specs import CONFIDENCE


@dataclass(frozen=True)
class Difference:
    """The first group's mean minus the second's, in the values' unit, with simultaneous limits.

    `statistic` is the studentised range, sqrt(2) |estimate| / std_error; `p_value` holds for all pairs together.
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    statistic: float
    df_residual: float
    p_value: float


def pairs(groups: int) -> list[tuple[int, int]]:
    """Every two of so many groups, each once, the earlier one first."""
    return list(itertools.combinations(range(groups), 2))


def _difference(group: Moments, reference: Moments, variance: float, df: float, range_of: int) -> Difference:
    """`variance` is that of the difference; `range_of` all groups, not the two alone."""
    estimate, std_error = group.mean - reference.mean, math.sqrt(variance)
    statistic = math.sqrt(2) * abs(estimate) / std_error
    margin = quantile(1 - CONFIDENCE, range_of, df) * std_error / math.sqrt(2)
    p_value = upper_tail(statistic, range_of, df)
    return Difference(estimate, std_error, estimate - margin, estimate + margin, statistic, df, p_value)


def tukey_hsd(groups: Sequence[Moments]) -> list[Difference]:
    """Tukey's honest differences with one variance for all groups (Tukey-Kramer where they differ in size).

    In the order of `pairs`. StatisticsRefused as `anova_f`. R: TukeyHSD(aov), which calls the pairs the other way
    round.
    """
    refuse_without_variation(groups)
    variance = pooled_variance(groups)
    df = float(sum(group.n for group in groups) - len(groups))
    return [
        _difference(groups[i], groups[j], variance * (1 / groups[i].n + 1 / groups[j].n), df, len(groups))
        for i, j in pairs(len(groups))
    ]


def games_howell(groups: Sequence[Moments]) -> list[Difference]:
    """Games and Howell's differences: each group keeps its own variance, each pair has Welch's df.

    In the order of `pairs`. Source: Games and Howell (1976), J Educ Stat 1:113-125. StatisticsRefused as `welch_f`.
    R: rstatix::games_howell_test, ptukey.
    """
    refuse_without_own_variance(groups)
    shares = [group.variance / group.n for group in groups]
    found = []
    for i, j in pairs(len(groups)):
        variance = shares[i] + shares[j]
        df = variance**2 / (shares[i] ** 2 / (groups[i].n - 1) + shares[j] ** 2 / (groups[j].n - 1))
        df = max(df, min(groups[i].n, groups[j].n) - 1.0)  # below that by rounding only
        found.append(_difference(groups[i], groups[j], variance, df, len(groups)))
    return found


def chi_square_pair(counts: Numbers, pair: tuple[int, int]) -> GroupTest:
    """Chi-square of two columns of a levels x groups table; p is of this pair alone. Refusals as `chi_square`."""
    return chi_square(counts[:, list(pair)])
