"""Pairs of groups, effect sizes, corrected p values and shares: by hand, at their ends, and refused."""

import numpy as np
import pytest
from scipy.special import chndtr, ncfdtr, nctdtr

from lbc_assets.stats.groups.effect_sizes import cramers_v, hedges_g, omega_squared
from lbc_assets.stats.groups.group_tests import anova_f, chi_square
from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.groups.multiplicity import benjamini_hochberg, holm
from lbc_assets.stats.groups.noncentral import chi_square_noncentrality, f_noncentrality, t_noncentrality
from lbc_assets.stats.groups.pairwise import chi_square_pair, games_howell, pairs, tukey_hsd
from lbc_assets.stats.groups.proportions import wilson
from lbc_assets.stats.groups.studentized_range import quantile
from lbc_assets.stats.refusal import StatisticsRefused


def moments(*groups):
    return [Moments.of(np.array(group, float)) for group in groups]


def test_pairs_in_declared_order():
    assert pairs(3) == [(0, 1), (0, 2), (1, 2)]


def test_tukey_by_hand():
    # Means 2, 3, 7, mean square within 1 on 6 df: standard error of a difference sqrt(2/3).
    first, second, third = tukey_hsd(moments([1, 2, 3], [2, 3, 4], [6, 7, 8]))
    assert [row.estimate for row in (first, second, third)] == [-1, -5, -4]
    assert first.std_error == pytest.approx((2 / 3) ** 0.5)
    assert second.statistic == pytest.approx(5 * 3**0.5)
    # the printed table's 4.34 for three groups and 6 df
    assert quantile(0.05, 3, 6) == pytest.approx(4.34, abs=0.005)
    assert second.conf_high - second.conf_low == pytest.approx(2 * quantile(0.05, 3, 6) / 3**0.5)
    assert (third.df_residual, third.estimate - third.conf_low) == (6, pytest.approx(third.conf_high - third.estimate))


def test_an_interval_leaves_zero_out_exactly_where_p_is_below_five_percent():
    for gap in (0, 1, 2.5, 3, 4, 6):
        for compare in (tukey_hsd, games_howell):
            for row in compare(moments([1, 2, 3, 5], [gap, 2, 3], [gap + 1, gap + 4, gap + 6])):
                assert (row.p_value < 0.05) == (row.conf_low > 0 or row.conf_high < 0)


def test_games_howell_by_hand():
    # Variances 1 and 4 of three: variance of the difference 5/3, df (5/3)^2 / ((1/3)^2/2 + (4/3)^2/2) = 50/17.
    row = games_howell(moments([1, 2, 3], [2, 4, 6], [0, 1, 5]))[0]
    assert (row.estimate, row.std_error**2, row.df_residual) == pytest.approx((-2, 5 / 3, 50 / 17))


def test_two_groups_of_games_and_howell_are_welch():
    (row,) = games_howell(moments([1, 2, 3, 9], [4, 6, 7]))
    assert row.p_value == pytest.approx(0.3895595968, abs=5e-11)  # R: t.test(c(1, 2, 3, 9), c(4, 6, 7))


@pytest.mark.parametrize("compare", [tukey_hsd, games_howell])
@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([[], [], []], "no_complete_cases"),
        ([[1, 2], [], [2, 3]], "empty_level"),
        ([[1], [2], [4]], "too_few_rows"),
        ([[1, 1], [2, 2], [3]], "constant_outcome"),
    ],
)
def test_differences_refused(compare, groups, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        compare(moments(*groups))


@pytest.mark.parametrize(
    ("groups", "reason"), [([[1], [2, 3], [4, 6]], "too_few_rows"), ([[1, 1], [2, 3], [4, 6]], "constant_outcome")]
)
def test_games_and_howell_need_a_variance_in_each_group(groups, reason):
    assert len(tukey_hsd(moments(*groups))) == 3
    with pytest.raises(StatisticsRefused, match=reason):
        games_howell(moments(*groups))


def test_chi_square_of_a_pair_leaves_the_third_group_out():
    counts = np.array([[10.0, 3, 20], [20, 5, 10], [0, 7, 0]])
    # the third level belongs to the second group alone
    assert chi_square_pair(counts, (0, 2)) == chi_square(np.array([[10.0, 20], [20, 10]]))


def test_cramers_v_by_hand():
    # chi-square 20/3 of 60 children: V = 1/3; of a table that tells everything, 1
    assert cramers_v(np.array([[10.0, 20], [20, 10]])).effect_size == pytest.approx(1 / 3)
    perfect = cramers_v(np.diag([5.0, 7, 9]))
    assert (perfect.effect_size, perfect.effect_high) == (pytest.approx(1), 1)
    assert 0 < perfect.effect_low < 1


def test_groups_that_do_not_differ_have_an_interval_from_zero():
    assert cramers_v(np.full((5, 3), 10.0)) == cramers_v(np.full((2, 2), 10.0))
    same = omega_squared(moments([1, 2, 3], [1, 2, 3], [0, 2, 4]))
    assert (same.effect_size, same.effect_low, same.effect_high) == (0, 0, 0)


def test_omega_squared_by_hand():
    # F 21 on 2 and 6 df: 2 x 20 / (2 x 20 + 9)
    groups = moments([1, 2, 3], [2, 3, 4], [6, 7, 8])
    assert omega_squared(groups).effect_size == pytest.approx(40 / 49)


def test_omega_squared_leaves_zero_out_exactly_where_p_is_below_two_and_a_half_percent():
    found = []
    for gap in np.linspace(0, 6, 40):
        groups = moments([1, 2, 3, 5], [gap, 2, 3], [gap + 1, gap + 4, gap + 6])
        found.append(omega_squared(groups).effect_low > 0)
        assert found[-1] == (anova_f(groups).p_value < 0.025)
    assert set(found) == {True, False}


def test_hedges_g_by_hand():
    # d = -1 on 4 df; J = gamma(2) / (sqrt(2) gamma(3/2)) = sqrt(2 / pi)
    pair = moments([1, 2, 3], [2, 3, 4])
    assert hedges_g(*pair).effect_size == pytest.approx(-((2 / np.pi) ** 0.5))
    there, back = hedges_g(*pair), hedges_g(*pair[::-1])
    assert (there.effect_low, there.effect_high) == pytest.approx((-back.effect_high, -back.effect_low))


def test_pairs_of_very_many_children_far_apart():
    # A million children a group, an eighth of a standard deviation apart and three: p is 0, and limits are there.
    n = 1_000_000
    groups = [Moments(n, mean * n, (mean**2 + 16) * n) for mean in (10, 10.5, 22)]
    for compare in (tukey_hsd, games_howell):
        assert [row.p_value for row in compare(groups)] == [0, 0, 0]
    for found, d in ((hedges_g(groups[1], groups[0]), 0.125), (hedges_g(groups[2], groups[0]), 3.0)):
        assert found.effect_size == pytest.approx(d, rel=1e-5)
        margin = 1.959964 * (2 / n + d**2 / (4 * n)) ** 0.5
        assert (found.effect_low, found.effect_high) == pytest.approx((d - margin, d + margin), abs=1e-5)
    assert omega_squared(groups).effect_low > 0.6


def test_hedges_g_of_very_many_children():
    n = 30_000_000
    group, reference = Moments(n, 14 * n, 221 * n), Moments(n, 13 * n, 194 * n)
    found = hedges_g(group, reference)
    assert found.effect_size == pytest.approx(0.2, rel=1e-7)
    # the standard error of d is sqrt(2/n + d^2 / 4n)
    assert found.effect_high - found.effect_low == pytest.approx(3.919928 * (2 / n + 0.01 / n) ** 0.5, rel=1e-4)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([[], []], "no_complete_cases"),
        ([[1, 2], []], "empty_level"),
        ([[1], [2]], "too_few_rows"),
        ([[1], [2, 3]], "too_few_rows"),
        ([[1, 1], [2, 2]], "constant_outcome"),
    ],
)
def test_hedges_g_refused(groups, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        hedges_g(*moments(*groups))


def test_other_effect_sizes_refused():
    with pytest.raises(StatisticsRefused, match="empty_level"):
        cramers_v(np.array([[3.0, 0], [2, 0]]))
    with pytest.raises(StatisticsRefused, match="constant_outcome"):
        omega_squared(moments([1, 1], [2, 2]))


@pytest.mark.parametrize("statistic", [6.0, 60.0, 6e4])
def test_limits_leave_their_tails(statistic):
    low, high = chi_square_noncentrality(statistic * 3, 4)
    assert (chndtr(statistic * 3, 4, low), chndtr(statistic * 3, 4, high)) == pytest.approx((0.975, 0.025), abs=1e-9)
    low, high = f_noncentrality(statistic, 2, 1000)
    assert (ncfdtr(2, 1000, low, statistic), ncfdtr(2, 1000, high, statistic)) == pytest.approx(
        (0.975, 0.025), abs=1e-9
    )
    for t in (statistic**0.5, -(statistic**0.5)):
        low, high = t_noncentrality(t, 50)
        assert low < t < high
        assert (nctdtr(50, low, t), nctdtr(50, high, t)) == pytest.approx((0.975, 0.025), abs=1e-9)


@pytest.mark.parametrize(("t", "df"), [(28.0, 2), (-100.0, 2), (1e4, 3), (-38.0, 3), (250.0, 6e7), (-1.0, 2)])
def test_limits_of_a_large_t_or_of_few_children(t, df):
    # further out, of the other sign, scipy's noncentral t is not a number
    low, high = t_noncentrality(t, df)
    assert low < t < high
    # of a large negative t too: its distribution is the other tail of the positive one's
    mirrored = (low, high) if t > 0 else (-high, -low)
    assert [nctdtr(df, limit, abs(t)) for limit in mirrored] == pytest.approx([0.975, 0.025], abs=1e-9)


def test_limits_of_nothing():
    assert chi_square_noncentrality(0.0, 2) == (0, 0)
    assert f_noncentrality(0.0, 2, 10) == (0, 0)
    low, high = t_noncentrality(0.0, 10)
    assert (low, high) == pytest.approx((-1.959964, 1.959964), abs=1e-6)


def test_holm_by_hand():
    # 0.01 x 4 wins over 0.005 x ...: sorted .005 x 4, .01 x 3, .03 x 2, .04 x 1, never falling
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []


def test_benjamini_hochberg_by_hand():
    # sorted .005 x 4/1, .01 x 4/2, .03 x 4/3, .04 x 4/4, never rising downwards
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert benjamini_hochberg([]) == []


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
def test_the_order_of_p_values_does_not_matter(correct):
    p_values = [0.2, 0.01, 0.01, 0.6, 1.0, 0.0, 0.049]
    backwards = correct(p_values[::-1])[::-1]
    assert backwards == correct(p_values)


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
@pytest.mark.parametrize("p_values", [[0.1, float("nan")], [0.1, None], [-0.1], [1.1]])
def test_p_values_that_are_none(correct, p_values):
    with pytest.raises(ValueError, match="between 0 and 1"):
        correct(p_values)


# Newcombe (1998), Stat Med 17:857-872, Table I, method 3.
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(count, n, low, high):
    found = wilson(count, n)
    assert (round(found.conf_low, 4), round(found.conf_high, 4)) == (low, high)
    assert found.estimate == count / n


def test_wilson_of_none_and_of_all():
    none, everyone = wilson(0, 20), wilson(20, 20)
    assert (none.conf_low, everyone.conf_high) == (0, 1)
    assert everyone.conf_low == pytest.approx(1 - none.conf_high)
    # z^2 / (n + z^2)
    assert none.conf_high == pytest.approx(3.841459 / 23.841459, abs=1e-6)


def test_wilson_refused():
    with pytest.raises(StatisticsRefused, match="no_complete_cases"):
        wilson(0, 0)
    for count, n in ((-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="out of n"):
            wilson(count, n)
