"""The random intercept (lmer in `test_stats_agreement`): by hand, at the boundary, optimisers that fail, refused."""

import numpy as np
import pytest
import scipy.optimize

from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.clusters.random_intercept import contrast_test, random_intercept
from lbc_assets.stats.clusters.reml_profile import RemlProfile
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets_tests.stats.agreement.clusters import mixed
from lbc_assets_tests.stats.clustered_models import invented


@pytest.mark.parametrize("of", ["clustered", "reference"])
def test_the_same_models_are_at_the_boundary_as_in_r(of):
    found = [(int(theirs["is_boundary"].iloc[0]), int(ours.is_boundary)) for theirs, ours in mixed(of)]
    assert all(theirs == ours for theirs, ours in found)
    assert len(found) == 12


def test_r_has_models_on_both_sides():
    assert {fitted.is_boundary for _, fitted in mixed("clustered")} == {False, True}


def balanced(means, halfwidth):
    """Clusters of two children, one above and one below its mean by the same."""
    outcome = np.array([mean + sign * halfwidth for mean in means for sign in (-1, 1)], dtype=float)
    names = np.array([f"s{i:02d}" for i in range(len(means)) for _ in range(2)], dtype=object)
    return ClusterSums.of_rows(np.ones((len(outcome), 1)), outcome, names)


def test_balanced_analysis_of_variance_by_hand():
    # Means 2, 4, 6, 8, 10, children one apart from them: mean squares between 2 * 10 = 20, within 2. Balanced REML:
    # within 2, between (20 - 2) / 2 = 9; the mean 6 has the variance 20 / 10 and 4 degrees of freedom.
    fitted = random_intercept(balanced((2, 4, 6, 8, 10), 1))
    assert not fitted.is_boundary
    assert (fitted.within, fitted.between, fitted.icc) == pytest.approx((2, 9, 9 / 11), rel=1e-9)
    test = contrast_test(fitted, np.ones(1))
    assert (test.estimate, test.std_error, test.df) == pytest.approx((6, 2**0.5, 4), rel=1e-9)


def test_boundary_by_hand():
    # Means 5 or 6 and children three apart: between 2 * .3 = .6 < within 18. The variance between is zero, the rest
    # is least squares: (4 * .6 + 5 * 18) / 9.
    fitted = random_intercept(balanced((5, 6, 5, 6, 5), 3))
    assert (fitted.is_boundary, fitted.optimiser, fitted.between, fitted.icc) == (True, "boundary", 0, 0)
    assert fitted.within == pytest.approx((4 * 0.6 + 5 * 18) / 9, rel=1e-12)
    test = contrast_test(fitted, np.ones(1))
    assert (test.std_error, test.df) == pytest.approx(((fitted.within / 10) ** 0.5, 9), rel=1e-12)


def test_derivatives_are_those_of_the_criterion():
    profile = RemlProfile(ClusterSums.of_rows(*invented((4, 9, 3, 12, 6, 8, 2), columns=4)))
    for gamma in (0.0, 0.03, 0.4, 5.0):
        step = 1e-5 * (1 + gamma)
        fit, above = profile.at(gamma), profile.at(gamma + step)
        middle = profile.at(gamma + step / 2)
        assert middle.slope == pytest.approx((above.criterion - fit.criterion) / step, rel=1e-5, abs=1e-6)
        # With var(e) profiled out the second derivative is its Schur complement.
        h = profile.curvature(middle)
        assert h[0, 0] - h[0, 1] ** 2 / h[1, 1] == pytest.approx((above.slope - fit.slope) / step, rel=1e-5, abs=1e-6)
        changed = (above.unscaled - fit.unscaled) / step
        np.testing.assert_allclose(profile.covariance_slopes(middle)[0] / middle.within, changed, rtol=1e-5, atol=1e-8)


def test_an_optimiser_that_stops_at_a_wrong_place_is_not_believed(monkeypatch):
    sums = ClusterSums.of_rows(*invented((14, 9, 23, 12, 16, 8, 20, 11), per_cluster=2))
    right = random_intercept(sums)
    assert (right.optimiser, right.is_boundary) == ("root", False)
    monkeypatch.setattr(scipy.optimize, "brentq", lambda function, low, high, **options: low)
    second = random_intercept(sums)
    assert second.optimiser == "brent"
    assert second.between == pytest.approx(right.between, rel=1e-5)
    at = RemlProfile.at

    def infinitely_likely(self, gamma):
        fit = at(self, gamma)
        if 1e-4 < gamma < 1e-3:
            object.__setattr__(fit, "criterion", -np.inf)
        return fit

    monkeypatch.setattr(RemlProfile, "at", infinitely_likely)
    assert random_intercept(sums).between == pytest.approx(right.between, rel=1e-5)


def school_dummies():
    design, outcome, clusters = invented((6, 7, 8, 9, 5))
    dummies = (clusters[:, np.newaxis] == np.unique(clusters)[1:]).astype(float)
    return ClusterSums.of_rows(np.hstack([design[:, [0, 2]], dummies]), outcome, clusters)


@pytest.mark.parametrize(
    ("sums", "reason"),
    [
        (ClusterSums.of_rows(*invented((9, 9, 9, 9))), "too_few_clusters"),
        (ClusterSums.of_rows(*invented((1, 1, 1, 1, 1), columns=5)), "too_few_rows"),
        (ClusterSums.of_rows(*invented((1,) * 8)), "single_child_clusters"),
        (school_dummies(), "collinear"),
        (balanced((2, 4, 6, 8, 10), 0), "perfect_fit"),
        (balanced((3, 3, 3, 3, 3), 0), "perfect_fit"),
    ],
    ids=["clusters", "rows", "single", "dummies", "same_in_cluster", "constant"],
)
def test_refused(sums, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        random_intercept(sums)
