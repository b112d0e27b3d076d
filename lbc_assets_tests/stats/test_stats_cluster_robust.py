"""CR1S, CR2 and Satterthwaite's degrees of freedom: from the rows, by hand, and refused; against clubSandwich in
`test_stats_agreement`.
"""

import numpy as np
import pytest

from lbc_assets.stats.clusters.cluster_robust import cluster_tests, cr1s, cr2, satterthwaite_df
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets_tests.stats.agreement.clusters import robust
from lbc_assets_tests.stats.clustered_models import invented

KINDS = ("CR1S", "CR2")


@pytest.mark.parametrize("of", ["clustered", "reference"])
def test_few_degrees_of_freedom_are_noted_where_r_has_few(of):
    notes = set()
    for theirs, ours in robust(of):
        for one, df in zip(ours, theirs["df"], strict=True):
            if not isinstance(one, StatisticsRefused):
                assert one.note == ("df_below_4" if df < 4 else None)
                notes.add(one.note)
    assert notes == {None, "df_below_4"}


def brute_force(design, outcome, clusters, contrast):
    """CR2 and its degrees of freedom from n x n matrices, written down as in the paper."""
    n = len(outcome)
    bread = np.linalg.inv(design.T @ design)
    residual_maker = np.eye(n) - design @ bread @ design.T
    residuals = residual_maker @ outcome
    meat, rows = 0.0, []
    for name in sorted(set(clusters)):
        member = clusters == name
        values, vectors = np.linalg.eigh(residual_maker[np.ix_(member, member)])
        keep = values > 1e-10
        adjust = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
        weight = adjust @ design[member] @ bread @ contrast
        meat += float(weight @ residuals[member]) ** 2
        rows.append(residual_maker[:, member] @ weight)
    gram = np.array(rows) @ np.array(rows).T
    return meat, np.trace(gram) ** 2 / (gram**2).sum()


@pytest.mark.parametrize("seed", range(5))
def test_any_contrast_from_the_rows(seed):
    rows = invented((4, 9, 3, 12, 6, 8, 2), seed=seed, columns=4)
    sums = ClusterSums.of_rows(*rows)
    contrast = np.random.default_rng(seed).normal(size=4)
    variance, df = brute_force(*rows, contrast)
    assert contrast @ cr2(sums) @ contrast == pytest.approx(variance, rel=1e-10)
    assert satterthwaite_df(sums, contrast) == pytest.approx(df, rel=1e-10)
    (test,) = cluster_tests(sums, [contrast], "CR2")
    assert test.test.df == satterthwaite_df(sums, contrast)


def test_means_of_equal_clusters_by_hand():
    # Cluster means 1, 2, 3, 4, 5 of two equal children each: the mean's CR2 variance is the means' variance over
    # 5, 2.5 / 5, with 4 degrees of freedom; CR1S has the factor 5 * 9 / (4 * 9) on 10 / 25, the same here.
    outcome = np.repeat([1.0, 2, 3, 4, 5], 2)
    sums = ClusterSums.of_rows(np.ones((10, 1)), outcome, np.repeat(list("abcde"), 2).astype(object))
    assert cr2(sums)[0, 0] == pytest.approx(0.5, rel=1e-14)
    assert cr1s(sums)[0, 0] == pytest.approx(0.5, rel=1e-14)
    assert satterthwaite_df(sums, np.ones(1)) == pytest.approx(4, rel=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_one_cluster_has_is_refused_and_nothing_else(kind):
    design, outcome, clusters = invented((6, 9, 5, 12, 7, 8))
    alone = np.column_stack([design, clusters == "s03"])
    found = cluster_tests(ClusterSums.of_rows(alone, outcome, clusters), np.eye(4), kind)
    assert isinstance(found[3], StatisticsRefused)
    assert found[3].reason == "one_cluster_contrast"
    assert not any(isinstance(one, StatisticsRefused) for one in found[:3])
    with pytest.raises(StatisticsRefused, match="one_cluster_contrast"):
        satterthwaite_df(ClusterSums.of_rows(alone, outcome, clusters), np.eye(4)[3])


@pytest.mark.parametrize("function", [cr1s, cr2])
@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (invented((9, 9, 9, 9)), "too_few_clusters"),
        (invented((1, 1, 1, 1, 1), columns=5), "too_few_rows"),
        ((np.ones((10, 2)), np.arange(10.0), np.repeat(list("abcde"), 2).astype(object)), "collinear"),
        ((np.ones((10, 1)), np.full(10, 4.0), np.repeat(list("abcde"), 2).astype(object)), "perfect_fit"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused(function, rows, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        function(ClusterSums.of_rows(*rows))


@pytest.mark.parametrize("kind", KINDS)
def test_clusters_of_equal_means_have_no_error(kind):
    names = np.repeat(list("abcdef"), 2).astype(object)
    sums = ClusterSums.of_rows(np.ones((12, 1)), np.tile([2.0, 4.0], 6), names)
    (found,) = cluster_tests(sums, [np.ones(1)], kind)
    assert isinstance(found, StatisticsRefused)
    assert found.reason == "perfect_fit"


def test_few_degrees_of_freedom_are_noted():
    # One of two kinds of cluster is rare: Satterthwaite's df fall below 4, though there are 12 clusters.
    design, outcome, clusters = invented((6,) * 12)
    design[:, 1] = np.isin(clusters, ["s00", "s01"])
    common, rare = cluster_tests(ClusterSums.of_rows(design, outcome, clusters), np.eye(3)[[2, 1]], "CR2")
    assert common.note is None
    assert rare.note == "df_below_4"
    assert 1 <= rare.test.df < 4
