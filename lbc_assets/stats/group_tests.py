"""Two tests that compare groups: Pearson's chi-square and one-way analysis of variance.

Belongs here: the arithmetic of the two tests. Does not belong here: tables, models.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers


@dataclass(frozen=True)
class GroupTest:
    """`df_residual` is None for chi-square."""

    statistic: float
    df: float
    df_residual: float | None
    p_value: float


def chi_square(counts: Numbers) -> GroupTest:
    """Pearson's chi-square of a levels x groups table of counts, without continuity correction.

    A level that nobody has says nothing about the groups and is left out (the df tell). StatisticsRefused:
    a group without children, or fewer than two levels in use.
    """
    if not counts.sum():
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    used = counts[counts.sum(axis=1) > 0]
    if not used.sum(axis=0).all():
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    if len(used) < 2:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    expected = used.sum(axis=1, keepdims=True) * used.sum(axis=0) / used.sum()
    statistic = float(((used - expected) ** 2 / expected).sum())
    df = float((used.shape[0] - 1) * (used.shape[1] - 1))
    return GroupTest(statistic, df, None, float(chdtrc(df, statistic)))


def anova_f(groups: list[Numbers]) -> GroupTest:
    """One-way analysis of variance of the groups' values (no missing ones among them).

    StatisticsRefused: a group without children, no residual df, or no variation within the groups.
    """
    if not any(len(group) for group in groups):
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    if not all(len(group) for group in groups):
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    n, df = sum(len(group) for group in groups), len(groups) - 1
    df_residual = n - len(groups)
    if df_residual < 1:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if all(np.ptp(group) == 0 for group in groups):
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    grand_mean = np.concatenate(groups).mean()
    between = sum(len(group) * (group.mean() - grand_mean) ** 2 for group in groups)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups)
    statistic = float((between / df) / (within / df_residual))
    return GroupTest(statistic, float(df), float(df_residual), float(fdtrc(df, df_residual, statistic)))
