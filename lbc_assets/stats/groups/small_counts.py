"""A test for tables of counts whose expected counts are too small for the chi-square distribution.

Belongs here: the rule that says so, Fisher's exact test, and the simulated chi-square test for tables with too many
arrangements to go through. Does not belong here: chi-square itself (`group_tests`), tables of results.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from lbc_assets.stats.groups.group_tests import chi_square, expected_counts, used_levels
from lbc_assets.stats.sample import Numbers

# Cochran (1954), Biometrics 10:417-451.
SMALL_EXPECTED = 5.0
SMALL_SHARE = 0.2
LEAST_EXPECTED = 1.0
# Above this number of tables with the same margins the p value is simulated (a million take a second or two).
MOST_TABLES = 1_000_000
# Tables as likely as the one observed differ from it by rounding only (the tolerance of R's fisher.test).
SAME_PROBABILITY = 1e-7
DRAWS = 100_000
SEED = 1954
SAME_STATISTIC = 1e-9


@dataclass(frozen=True)
class SmallCountsTest:
    """A p value without a distribution's help; `test` names how it was found.

    `statistic` is None for the exact test; `p_std_error` is the standard error of a simulated p value.
    """

    test: str
    statistic: float | None
    p_value: float
    p_std_error: float | None


def small_counts_test(counts: Numbers) -> SmallCountsTest:
    """Fisher's exact test, or the simulated chi-square test where there are too many tables for it."""
    return fisher_exact(counts) or chi_square_monte_carlo(counts)


def has_small_expected(counts: Numbers) -> bool:
    """Cochran's rule: more than a fifth of the expected counts are below 5, or one is below 1.

    `counts`: levels x groups; refusals as `used_levels`.
    """
    expected = expected_counts(used_levels(counts))
    return bool((expected < SMALL_EXPECTED).mean() > SMALL_SHARE or (expected < LEAST_EXPECTED).any())


def fisher_exact(counts: Numbers) -> SmallCountsTest | None:
    """Fisher's exact test of a levels x groups table (Freeman and Halton's for more than 2 x 2), two-sided.

    p is the probability of all tables with these margins that are no likelier than the observed one. None: there
    are more than `MOST_TABLES` of them; refusals as `used_levels`. R: fisher.test.
    """
    used = used_levels(counts)
    log_probabilities = _all_tables(used)
    if log_probabilities is None:
        return None
    observed = -float(gammaln(used + 1).sum())
    weights = np.exp(log_probabilities - log_probabilities.max())
    as_extreme = log_probabilities <= observed + SAME_PROBABILITY
    p_value = math.fsum(weights[as_extreme]) / math.fsum(weights)
    return SmallCountsTest("fisher_exact", None, min(p_value, 1.0), None)


def chi_square_monte_carlo(counts: Numbers) -> SmallCountsTest:
    """Pearson's statistic against `DRAWS` random tables with the same margins; the seed is fixed.

    p = (1 + tables at least as far from the expected) / (1 + draws), with its standard error; refusals as
    `used_levels`. R: chisq.test(simulate.p.value = TRUE).
    """
    used = used_levels(counts)
    observed = chi_square(used).statistic
    expected = expected_counts(used)
    far = observed * (1 - SAME_STATISTIC)
    p_value = (1 + int((_random_statistics(used, expected) >= far).sum())) / (1 + DRAWS)
    std_error = math.sqrt(p_value * (1 - p_value) / DRAWS)
    return SmallCountsTest("chi_square_monte_carlo", observed, p_value, std_error)


def _all_tables(counts: Numbers) -> Numbers | None:
    """The log probability, up to a constant, of every table with these margins; None: more than `MOST_TABLES`.

    Cell by cell, every partial table is carried on with every value that can still be completed; so there are
    never more partial tables than tables.
    """
    rows, columns = counts.sum(axis=1).astype(np.int64), counts.sum(axis=0).astype(np.int64)
    remaining, log_probability = columns[np.newaxis, :], np.zeros(1)
    for row in rows[:-1]:
        left = np.full(len(remaining), row)
        for j in range(len(columns)):
            low = np.maximum(0, left - remaining[:, j + 1 :].sum(axis=1))
            choices = np.minimum(left, remaining[:, j]) - low + 1
            if choices.sum() > MOST_TABLES:
                return None
            origin = np.repeat(np.arange(len(left)), choices)
            first = np.cumsum(choices) - choices
            value = low[origin] + np.arange(len(origin)) - first[origin]
            remaining = remaining[origin]
            remaining[:, j] -= value
            left = left[origin] - value
            log_probability = log_probability[origin] - gammaln(value + 1.0)
    return log_probability - gammaln(remaining + 1.0).sum(axis=1)


def _random_statistics(counts: Numbers, expected: Numbers) -> Numbers:
    """Pearson's statistic of `DRAWS` tables, each cell drawn from what its margins and the cells before leave."""
    generator = np.random.default_rng(SEED)
    columns = counts.sum(axis=0).astype(np.int64)
    remaining = np.repeat(columns[np.newaxis, :], DRAWS, axis=0)
    statistic = np.zeros(DRAWS)
    rows = counts.sum(axis=1).astype(np.int64)
    for i, row in enumerate(rows):
        left = np.full(DRAWS, row)
        for j in range(len(columns)):
            if i == len(rows) - 1:
                value = remaining[:, j].copy()
            elif j == len(columns) - 1:
                value = left.copy()
            else:
                value = generator.hypergeometric(remaining[:, j], remaining[:, j + 1 :].sum(axis=1), left)
            remaining[:, j] -= value
            left -= value
            statistic += (value - expected[i, j]) ** 2 / expected[i, j]
    return statistic
