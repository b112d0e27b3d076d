"""The wild cluster bootstrap (against R's in `test_stats_agreement`): from the rows, repeatable, and refused."""

import itertools

import numpy as np
import pytest

from lbc_assets.stats.clusters import wild_bootstrap as module
from lbc_assets.stats.clusters.cluster_robust import cluster_tests
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.clusters.wild_bootstrap import POINTS, SEED, wild_bootstrap
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets_tests.stats.agreement.clusters import bootstrapped
from lbc_assets_tests.stats.clustered_models import invented, spec_of, sums_of


@pytest.mark.parametrize("of", ["clustered", "reference"])
def test_too_few_draws_to_reject_anything(of):
    """32 draws, two of which always tie: p is never below 1/16."""
    (drawn,) = (ours for row, ours in bootstrapped(of) if row["draws"] == 32)
    assert drawn.p_value() == 2 / 32
    with pytest.raises(StatisticsRefused, match="unbounded_interval"):
        drawn.interval()


def t_of(design, outcome, clusters, contrast, null):
    """CR1S t from the rows, one cluster after another."""
    bread = np.linalg.inv(design.T @ design)
    params = bread @ design.T @ outcome
    residuals = outcome - design @ params
    names, n, p = sorted(set(clusters)), *design.shape
    parts = [contrast @ bread @ design[clusters == name].T @ residuals[clusters == name] for name in names]
    factor = len(names) * (n - 1) / ((len(names) - 1) * (n - p))
    return (contrast @ params - null) / np.sqrt(factor * np.square(parts).sum())


def brute_p(rows, contrast, null, drawn, added):
    """The p value with every data set really made and fitted; the null is imposed by restricted least squares."""
    design, outcome, clusters = rows
    bread = np.linalg.inv(design.T @ design)
    params = bread @ design.T @ outcome
    restricted = params - bread @ contrast * (contrast @ params - null) / (contrast @ bread @ contrast)
    assert contrast @ restricted == pytest.approx(null, abs=1e-10)
    fitted, names = design @ restricted, sorted(set(clusters))
    observed = abs(t_of(*rows, contrast, null))
    positions = np.array([names.index(name) for name in clusters])
    extreme = 0
    for draw in drawn:
        invented_outcome = fitted + (outcome - fitted) * np.asarray(draw)[positions]
        extreme += abs(t_of(design, invented_outcome, clusters, contrast, null)) >= observed * (1 - 1e-9)
    return (added + extreme) / (added + len(drawn))


SMALL = invented((4, 9, 3, 12, 6, 8), columns=4)
CONTRAST = np.array([0.0, 1.0, -2.0, 0.5])


@pytest.mark.parametrize("null", [0.0, 1.0, -7.5])
def test_every_draw_of_signs_from_the_rows(null):
    ours = wild_bootstrap(ClusterSums.of_rows(*SMALL), CONTRAST, "rademacher")
    drawn = list(itertools.product((-1, 1), repeat=6))
    assert (ours.draws, ours.is_enumerated) == (64, True)
    assert ours.p_value(null) == brute_p(SMALL, CONTRAST, null, drawn, added=0)


@pytest.mark.parametrize("weights", ["rademacher", "webb"])
def test_random_draws_from_the_rows(weights, monkeypatch):
    ours = wild_bootstrap(ClusterSums.of_rows(*SMALL), CONTRAST, weights, draws=60)
    assert (ours.draws, ours.is_enumerated) == (60, False)
    raw = np.random.Philox(key=SEED).random_raw((60, 6))
    drawn = [[POINTS[weights][int(one) * len(POINTS[weights]) // 2**64] for one in row] for row in raw]
    assert len({tuple(row) for row in drawn}) > 30
    assert ours.p_value() == brute_p(SMALL, CONTRAST, 0.0, drawn, added=1)
    monkeypatch.setattr(module, "BLOCK", 7 * 6)
    again = wild_bootstrap(ClusterSums.of_rows(*SMALL), CONTRAST, weights, draws=60)
    assert again.squares.tobytes() == ours.squares.tobytes()
    assert wild_bootstrap(ClusterSums.of_rows(*SMALL), CONTRAST, weights, draws=60, seed=2).p_value() != ours.p_value()


def test_which_draws_are_taken():
    taken = {}
    for clusters in (5, 6, 11, 12, 13, 14):
        made = wild_bootstrap(ClusterSums.of_rows(*invented((5,) * clusters)), np.eye(3)[2])
        taken[clusters] = (made.weights, made.draws, made.is_enumerated)
    assert taken == {
        5: ("webb", 7776, True),
        6: ("webb", 9999, False),
        11: ("webb", 9999, False),
        12: ("rademacher", 4096, True),
        13: ("rademacher", 8192, True),
        14: ("rademacher", 9999, False),
    }


def test_webb_points_have_mean_zero_and_variance_one():
    assert sorted(np.square(POINTS["webb"])) == pytest.approx([0.5, 0.5, 1, 1, 1.5, 1.5])
    assert POINTS["webb"].sum() == pytest.approx(0, abs=1e-15)
    raw = np.random.Philox(key=SEED).random_raw(60_000)
    counts = np.bincount(module._random(np.random.Philox(key=SEED), (60_000,), 6), minlength=6)
    assert len(raw) == counts.sum()
    # Six standard deviations of a binomial count around 10,000.
    assert np.all(np.abs(counts - 10_000) < 6 * (60_000 * 5 / 36) ** 0.5)


def test_random_draws_estimate_the_enumerated_p():
    sums = ClusterSums.of_rows(*invented((6, 9, 5, 12, 7, 8, 10, 4, 9, 11, 6, 8), per_cluster=2))
    every = wild_bootstrap(sums, np.eye(3)[1])
    some = wild_bootstrap(sums, np.eye(3)[1], draws=4000)
    assert (every.is_enumerated, some.is_enumerated) == (True, False)
    p = every.p_value()
    assert 0.02 < p < 0.98
    assert some.p_value() == pytest.approx(p, abs=5 * (p * (1 - p) / 4000) ** 0.5)


def test_the_interval_is_where_the_test_does_not_reject(clustered):
    spec = spec_of(clustered, "baseline", "total")
    made = wild_bootstrap(sums_of(clustered, spec, "school"), np.eye(6)[2])
    low, high = made.interval()
    step = 1e-6 * made.std_error
    assert made.p_value(low + step) > 0.05 >= made.p_value(low - step)
    assert made.p_value(high - step) > 0.05 >= made.p_value(high + step)
    assert low < made.estimate < high
    (t,) = cluster_tests(sums_of(clustered, spec, "school"), [np.eye(6)[2]], "CR1S")
    assert (made.estimate, made.std_error, made.statistic) == pytest.approx(
        (t.test.estimate, t.test.std_error, t.test.statistic), rel=1e-10
    )


def test_order_of_rows_does_not_change_a_byte():
    design, outcome, clusters = invented((6,) * 15)
    order = np.random.default_rng(3).permutation(len(outcome))
    left = wild_bootstrap(ClusterSums.of_rows(design, outcome, clusters), np.eye(3)[1])
    right = wild_bootstrap(ClusterSums.of_rows(design[order], outcome[order], clusters[order]), np.eye(3)[1])
    assert left.numerators.tobytes() == right.numerators.tobytes()
    assert left.squares.tobytes() == right.squares.tobytes()
    assert (left.p_value(), *left.interval()) == (right.p_value(), *right.interval())


def own_direction():
    design, outcome, clusters = invented((6, 9, 5, 12, 7, 8))
    return ClusterSums.of_rows(np.column_stack([design, clusters == "s03"]), outcome, clusters)


def equal_means():
    names = np.repeat([f"s{i}" for i in range(6)], 2).astype(object)
    return ClusterSums.of_rows(np.ones((12, 1)), np.tile([2.0, 4.0], 6), names)


@pytest.mark.parametrize(
    ("sums", "contrast", "reason"),
    [
        (ClusterSums.of_rows(*invented((9, 9, 9, 9))), np.eye(3)[1], "too_few_clusters"),
        (own_direction(), np.eye(4)[3], "one_cluster_contrast"),
        (equal_means(), np.ones(1), "perfect_fit"),
    ],
    ids=["clusters", "one", "equal"],
)
def test_refused(sums, contrast, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        wild_bootstrap(sums, contrast)
