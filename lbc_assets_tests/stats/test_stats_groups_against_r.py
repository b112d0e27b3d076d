"""Effect sizes, simulated p values and the studentised range against R (oracle/group_comparisons.R) where its answers
need a word; the numbers themselves are compared in `test_stats_agreement`.
"""

import numpy as np
import pytest
from scipy.special import chndtr, stdtr
from scipy.stats import studentized_range

from lbc_assets.stats.groups.noncentral import f_noncentrality
from lbc_assets.stats.groups.small_counts import DRAWS, chi_square_monte_carlo, fisher_exact
from lbc_assets.stats.groups.studentized_range import quantile, upper_tail
from lbc_assets_tests.stats.agreement.answers import answers
from lbc_assets_tests.stats.agreement.groups import omnibus, tables_of_counts

DATA = ("children", "few_children")
EFFECTS = ["effect_size", "effect_low", "effect_high"]


def assert_close(ours, theirs, columns, tolerance):
    for column in columns:
        left, right = ours[column].to_numpy(float), theirs[column].to_numpy(float)
        np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance, err_msg=column)


@pytest.mark.parametrize("data", DATA)
def test_effect_sizes_of_all_groups_by_the_package_effectsize(data):
    """Its limits of omega squared are those of another F (see `omega_squared`), found here by our inversion."""
    ours, theirs = (both.copy() for both in omnibus(data))
    theirs[EFFECTS[1:]] = theirs[["effectsize_low", "effectsize_high"]]
    for i in theirs.index[theirs["test"] == "anova_f"]:
        df, df_residual, estimate = (ours.loc[i, name] for name in ("df", "df_residual", "effect_size"))
        found = f_noncentrality(estimate / df / ((1 - estimate) / df_residual), df, df_residual)
        ours.loc[i, EFFECTS[1:]] = [limit / (limit + df_residual) for limit in found]
    if data == "children":
        # Its optimiser stopped early once: below the statistic lie 1.4% at its upper limit, and 2.5% at ours.
        (stopped,) = theirs.index[(theirs["variable"] == "school_performance")]
        for limits, share in ((theirs, 0.0136), (ours, 0.025)):
            noncentrality = limits.loc[stopped, "effect_high"] ** 2 * 2 * ours.loc[stopped, "n"]
            assert chndtr(ours.loc[stopped, "statistic"], 8, noncentrality) == pytest.approx(share, abs=5e-5)
        ours, theirs = ours.drop(stopped), theirs.drop(stopped)
    assert_close(ours, theirs, EFFECTS, 1e-6)


def test_the_exact_test_stops_where_there_are_too_many_arrangements():
    assert [fisher_exact(counts) is None for counts, _ in tables_of_counts()] == [False] * 8 + [True]


def test_simulated_p_values_within_their_errors():
    for counts, row in tables_of_counts():
        found = chi_square_monte_carlo(counts)
        assert found.statistic == pytest.approx(row.statistic, rel=1e-12)
        variance = row.simulated * (1 - row.simulated) * (1 / DRAWS + 1 / row.draws)
        # four errors, and the one that both add to their draws
        assert abs(found.p_value - row.simulated) <= 4 * variance**0.5 + 1 / DRAWS


def test_ptukey_where_it_is_fine():
    """At few degrees of freedom it is coarse (see group_comparisons.R)."""
    for row in answers("ranges").query("df >= 10").itertuples():
        assert upper_tail(row.q, row.groups, row.df) == pytest.approx(row.ptukey, abs=1e-6)


@pytest.mark.parametrize("data", ["children", "small", "few_children"])
def test_small_counts_have_an_exact_test(data):
    ours, _ = omnibus(data)
    small = ours.loc[(ours["test"] == "chi_square") & ours["small_expected"], "variable"]
    assert set(ours.loc[ours["test"] == "fisher_exact", "variable"]) == set(small)


@pytest.mark.parametrize("df", [1, 2.62, 40, 3535])
def test_the_studentised_range_against_scipy(df):
    for q, groups in ((0.05, 3), (1, 2), (2.5, 5), (5, 3)):
        assert upper_tail(q, groups, df) == pytest.approx(studentized_range.sf(q, groups, df), abs=1e-11)


@pytest.mark.parametrize("df", [0.7, 1, 3.5, 40, 1e4, 6e7])
def test_the_range_of_two_groups_is_a_t_test(df):
    for q in (0.01, 1, 4, 8, 20, 50):
        assert upper_tail(q, 2, df) == pytest.approx(2 * stdtr(df, -q / 2**0.5), rel=1e-9)


def test_the_quantile_of_the_studentised_range_has_its_tail():
    for tail in (0.5, 0.05, 1e-6):
        assert upper_tail(quantile(tail, 3, 12.5), 3, 12.5) == pytest.approx(tail, rel=1e-9)


@pytest.mark.parametrize("arguments", [(-1.0, 3, 10.0), (1.0, 1, 10.0), (1.0, 3, 0.0), (float("nan"), 3, 10.0)])
def test_no_studentised_range(arguments):
    with pytest.raises(ValueError, match="studentised range"):
        upper_tail(*arguments)
