"""Cochran's rule, the exact and the simulated test, by hand and refused."""

import itertools
from math import comb

import numpy as np
import pytest

from lbc_assets.stats.groups import small_counts
from lbc_assets.stats.groups.group_tests import chi_square, expected_counts
from lbc_assets.stats.groups.small_counts import (
    DRAWS,
    chi_square_monte_carlo,
    fisher_exact,
    has_small_expected,
    small_counts_test,
)
from lbc_assets.stats.refusal import StatisticsRefused


def table(*rows):
    return np.array(rows, float)


@pytest.mark.parametrize(
    ("counts", "small"),
    [
        (table([5, 5], [5, 5]), False),
        # every expected count is 4.5
        (table([4, 5], [5, 4]), True),
        # one of six is below 5 (a sixth), then two of six (a third)
        (table([4, 6, 30], [6, 14, 30]), False),
        (table([4, 5, 30], [5, 6, 30]), True),
        # one of six is below 1, though a sixth only
        (table([0, 20, 20], [1, 20, 20]), True),
        # a level that nobody has does not count
        (table([5, 5], [0, 0], [5, 5]), False),
    ],
)
def test_cochrans_rule(counts, small):
    assert has_small_expected(counts) is small


def test_tea_tasting():
    # Fisher's: 1 + 16 + 36 + 16 + 1 = 70 ways; those no likelier than 3 right are 34.
    assert fisher_exact(table([3, 1], [1, 3])).p_value == pytest.approx(34 / 70)


def test_exact_p_of_three_groups_by_hand():
    # Row sums 2, 4 and columns 2 each: the first row is (2,0,0) and its kin, probability 1/15 each, or (1,1,0) and
    # its kin, 4/15 each. Observed (2,0,0): 3/15.
    assert fisher_exact(table([2, 0, 0], [0, 2, 2])).p_value == pytest.approx(3 / 15)
    assert fisher_exact(table([1, 1, 0], [1, 1, 2])).p_value == 1


@pytest.mark.parametrize("test", [fisher_exact, small_counts_test])
def test_the_order_of_levels_and_groups_does_not_matter(test):
    counts = table([3, 0, 1], [2, 2, 0], [0, 1, 3], [1, 1, 2])
    for order in itertools.permutations(range(3)):
        assert test(counts[[2, 0, 3, 1]][:, order]).p_value == pytest.approx(test(counts).p_value, rel=1e-12)


def exact_chi_square_p(counts):
    """Of a 2 x 3 table, by going through the first rows: a multivariate hypergeometric distribution."""
    columns, (first, second) = counts.sum(axis=0).astype(int), counts.sum(axis=1).astype(int)
    observed, p = chi_square(counts).statistic, 0.0
    for row in itertools.product(*(range(n + 1) for n in columns)):
        if sum(row) == first:
            found = chi_square(np.array([row, columns - row], float)).statistic
            ways = np.prod([comb(n, k) for n, k in zip(columns, row, strict=True)])
            p += ways / comb(first + second, first) * (found >= observed - 1e-9)
    return p


@pytest.mark.parametrize("counts", [table([2, 7, 1], [8, 3, 3]), table([0, 3, 1], [4, 2, 3])])
def test_the_simulated_p_is_the_exact_one_within_its_error(counts):
    found = chi_square_monte_carlo(counts)
    assert abs(found.p_value - exact_chi_square_p(counts)) < 4 * found.p_std_error
    assert found.p_std_error == pytest.approx((found.p_value * (1 - found.p_value) / DRAWS) ** 0.5)
    assert found == chi_square_monte_carlo(counts)


def test_the_simulated_p_is_never_zero():
    found = chi_square_monte_carlo(table([300, 1], [1, 300]))
    assert found.p_value == pytest.approx(1 / (1 + DRAWS))


def test_what_the_row_is_called_says_what_was_done():
    few, many = table([3, 1], [1, 3]), np.full((3, 3), 40.0)
    assert small_counts_test(few).test == "fisher_exact"
    assert fisher_exact(many) is None
    assert small_counts_test(many).test == "chi_square_monte_carlo"


def test_every_arrangement_is_gone_through():
    # Three rows and three columns of one: six tables, all as likely.
    assert fisher_exact(np.eye(3)).p_value == 1


def test_more_tables_than_the_limit_are_not_gone_through(monkeypatch):
    # six children, each of another level, in two groups of three: comb(6, 3) tables
    counts = np.repeat(np.eye(2), 3, axis=0)
    monkeypatch.setattr(small_counts, "MOST_TABLES", 20)
    assert fisher_exact(counts).p_value == 1
    monkeypatch.setattr(small_counts, "MOST_TABLES", 19)
    assert fisher_exact(counts) is None


def test_expected_counts():
    np.testing.assert_allclose(expected_counts(table([1, 3], [2, 4])), [[1.2, 2.8], [1.8, 4.2]])


@pytest.mark.parametrize("test", [has_small_expected, fisher_exact, chi_square_monte_carlo])
@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (table([0, 0], [0, 0]), "no_complete_cases"),
        (table([3, 0], [2, 0]), "empty_level"),
        (table([3, 5], [0, 0]), "constant_outcome"),
    ],
)
def test_refused(test, counts, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        test(counts)
