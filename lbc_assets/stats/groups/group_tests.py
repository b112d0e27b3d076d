"""Tests that compare all groups at once: Pearson's chi-square, analysis of variance, Welch's.

Belongs here: the arithmetic of these tests, from counts and sums. Does not belong here: tables, models, pairs of
groups (`pairwise`), small expected counts (`small_counts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import chdtrc, fdtrc

from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers


@dataclass(frozen=True)
class GroupTest:
    """`df_residual` is None for chi-square."""

    statistic: float
    df: float
    df_residual: float | None
    p_value: float


def used_levels(counts: Numbers) -> Numbers:
    """The rows of a levels x groups table of counts that somebody has.

    A level that nobody has says nothing about the groups. StatisticsRefused: no children, a group without
    children, or fewer than two levels in use.
    """
    if not counts.sum():
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    used = counts[counts.sum(axis=1) > 0]
    if not used.sum(axis=0).all():
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    if len(used) < 2:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    return used


def expected_counts(counts: Numbers) -> Numbers:
    """What the margins of a table alone would lead one to expect; every margin above zero."""
    return counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()


def chi_square(counts: Numbers) -> GroupTest:
    """Pearson's chi-square of a levels x groups table of counts, without continuity correction.

    Levels in use only (the df tell); refusals as `used_levels`. R: chisq.test(correct = FALSE).
    """
    used = used_levels(counts)
    expected = expected_counts(used)
    statistic = float(((used - expected) ** 2 / expected).sum())
    df = float((used.shape[0] - 1) * (used.shape[1] - 1))
    return GroupTest(statistic, df, None, float(chdtrc(df, statistic)))


def refuse_without_variation(groups: Sequence[Moments]) -> None:
    """What every comparison of means asks for: children in each group, residual df, variation within the groups."""
    if not any(group.n for group in groups):
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    if not all(group.n for group in groups):
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    if sum(group.n for group in groups) <= len(groups):
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if all(group.is_constant for group in groups):
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)


def refuse_without_own_variance(groups: Sequence[Moments]) -> None:
    """What a comparison with one variance a group asks for beside: two children and variation in each of them."""
    refuse_without_variation(groups)
    if any(group.n < 2 for group in groups):
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if any(group.is_constant for group in groups):
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)


def pooled_variance(groups: Sequence[Moments]) -> float:
    """The mean square within the groups (residual df: children minus groups)."""
    return sum(group.deviations for group in groups) / (sum(group.n for group in groups) - len(groups))


def anova_f(groups: Sequence[Moments]) -> GroupTest:
    """One-way analysis of variance. R: aov.

    StatisticsRefused: a group without children, no residual df, or no variation within the groups.
    """
    refuse_without_variation(groups)
    n, df = sum(group.n for group in groups), len(groups) - 1
    grand_mean = sum(group.total for group in groups) / n
    between = sum(group.n * (group.mean - grand_mean) ** 2 for group in groups)
    statistic = between / df / pooled_variance(groups)
    return GroupTest(statistic, float(df), float(n - len(groups)), float(fdtrc(df, n - len(groups), statistic)))


def welch_f(groups: Sequence[Moments]) -> GroupTest:
    """Welch's analysis of variance: the groups may differ in variance. R: oneway.test(var.equal = FALSE).

    Source: Welch (1951), Biometrika 38:330-336. StatisticsRefused: as `anova_f`, and a group of one child or
    without variation.
    """
    refuse_without_own_variance(groups)
    df = len(groups) - 1
    weights = [group.n / group.variance for group in groups]
    total = sum(weights)
    mean = sum(weight * group.mean for weight, group in zip(weights, groups, strict=True)) / total
    lost = sum((1 - weight / total) ** 2 / (group.n - 1) for weight, group in zip(weights, groups, strict=True))
    lost /= len(groups) ** 2 - 1
    between = sum(weight * (group.mean - mean) ** 2 for weight, group in zip(weights, groups, strict=True)) / df
    statistic, df_residual = between / (1 + 2 * (df - 1) * lost), 1 / (3 * lost)
    return GroupTest(statistic, float(df), df_residual, float(fdtrc(df, df_residual, statistic)))
