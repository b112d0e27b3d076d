"""Sums of squares and products by cluster: by hand, from cells, in any order, and refused when broken."""

import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets_tests.stats.clustered_models import invented

FIELDS = ("n", "squares", "products", "outcome_squares")


def same_bytes(left, right):
    assert left.clusters == right.clusters
    return all(getattr(left, field).tobytes() == getattr(right, field).tobytes() for field in FIELDS)


def test_three_children_by_hand():
    sums = ClusterSums.of_rows(
        np.array([[1.0, 9], [1, 11], [1, 10]]), np.array([4.0, 6, 5]), np.array(["b", "a", "b"], object)
    )
    assert sums.clusters == ("a", "b")
    assert sums.n.tolist() == [1, 2]
    assert sums.squares.tolist() == [[[1, 11], [11, 121]], [[2, 19], [19, 181]]]
    assert sums.products.tolist() == [[6, 66], [9, 86]]
    assert sums.outcome_squares.tolist() == [36, 41]
    assert (sums.total_n, sums.total_outcome_squares) == (3, 77)
    assert sums.total_squares.tolist() == [[3, 30], [30, 302]]
    assert sums.total_products.tolist() == [15, 152]


def test_neither_order_nor_grouping_changes_a_byte():
    design, outcome, clusters = invented((7, 30, 3, 12, 55, 20), columns=4)
    sums = ClusterSums.of_rows(design, outcome, clusters)
    order = np.random.default_rng(2).permutation(len(outcome))
    assert same_bytes(sums, ClusterSums.of_rows(design[order], outcome[order], clusters[order]))
    frame = pd.DataFrame(design).assign(cluster=clusters, y=outcome, y2=outcome**2)
    cells = frame.groupby([0, 1, 2, 3, "cluster"], as_index=False).agg(
        n=("y", "size"), y=("y", "sum"), y2=("y2", "sum")
    )
    assert len(cells) < len(frame)
    grouped = ClusterSums.of_cells(
        cells[[0, 1, 2, 3]].to_numpy(),
        cells["n"].to_numpy(),
        cells["y"].to_numpy(),
        cells["y2"].to_numpy(),
        cells["cluster"].to_numpy(object),
    )
    assert same_bytes(sums, grouped)


@pytest.mark.parametrize(
    "broken",
    [
        {"design": np.array([[0.0, 1], [1, 2]])},
        {"design": np.array([[1.0, np.nan], [1, 2]])},
        {"design": np.empty((0, 2))},
        {"n": np.array([1, 0])},
        {"n": np.array([1])},
        {"outcome_sums": np.array([1.0, np.inf])},
        {"clusters": np.array(["a", None], object)},
        {"clusters": np.array(["a", ""], object)},
        {"clusters": np.array(["a", float("nan")], object)},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_broken_cells_are_an_error(broken):
    sound = {
        "design": np.array([[1.0, 1], [1, 2]]),
        "n": np.array([1, 2]),
        "outcome_sums": np.array([3.0, 4]),
        "outcome_squares": np.array([9.0, 8]),
        "clusters": np.array(["a", "b"], object),
    }
    assert ClusterSums.of_cells(**sound).total_n == 3
    with pytest.raises(ValueError, match=r"must be the intercept|missing|no name"):
        ClusterSums.of_cells(**sound | broken)
