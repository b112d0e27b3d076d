"""Sums of values, and what follows from them."""

import numpy as np
import pytest

from lbc_assets.stats.groups.moments import Moments


def test_mean_and_variance_by_hand():
    found = Moments.of(np.array([1.0, 2.0, 6.0]))
    assert found == Moments(3, 9.0, 41.0)
    # 4 + 1 + 9 = 14 about 3
    assert (found.mean, found.deviations, found.variance, found.std_dev) == (3, 14, 7, 7**0.5)


def test_groups_add_up():
    values = np.array([0.1, 5, 2, 9, 9.7])
    whole, parts = Moments.of(values), Moments.of(values[:2]) + Moments.of(values[2:])
    assert (parts.n, parts.mean, parts.variance) == pytest.approx((5, values.mean(), values.var(ddof=1)))
    assert whole.variance == pytest.approx(values.var(ddof=1), rel=1e-15)


def test_the_order_of_values_costs_no_bit():
    values = np.random.default_rng(3).normal(13, 5, 1000)
    assert Moments.of(values) == Moments.of(values[::-1]) == Moments.of(np.sort(values))


def test_a_hundred_million_children_cost_no_digit():
    # half score 0 and half 40, but one child 39: the textbook formula in doubles keeps seven digits here
    n = 100_000_000
    found = Moments(n, n // 2 * 40 - 1, n // 2 * 1600 - 79)
    exact = (n * (n // 2 * 1600 - 79) - (n // 2 * 40 - 1) ** 2) / (n * (n - 1))
    assert found.variance == pytest.approx(exact, rel=1e-15)
    one_differs = Moments(n, 10 * n + 1, 100 * n + 21)
    assert not one_differs.is_constant
    assert one_differs.deviations == pytest.approx(1 - 1 / n, rel=1e-15)


@pytest.mark.parametrize("value", [0.0, 3.0, 0.1, 1 / 3])
def test_constant_values_have_no_variance(value):
    found = Moments.of(np.full(7, value))
    assert found.is_constant
    assert found.variance == 0


@pytest.mark.parametrize("sums", [(-1, 0, 0), (2, float("nan"), 1), (2, 1, float("inf")), (2, 1, -1), (2, 10, 4)])
def test_sums_that_no_values_have(sums):
    with pytest.raises(ValueError, match="sum of squares"):
        Moments(*sums)
