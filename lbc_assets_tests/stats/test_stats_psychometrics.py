"""Alpha, omega and item-rest correlations: by hand, refused; R's psych in `test_stats_agreement`."""

import itertools
import runpy

import aggregates
import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.items.one_factor import _discrepancy, omega_total, one_factor
from lbc_assets.stats.items.psychometrics import (
    ItemCovariances,
    alpha_without,
    cronbach_alpha,
    item_covariances,
    item_rest_correlation,
)
from lbc_assets.stats.items.reliability_groups import ItemSums
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.tables.item_statistics import item_statistics
from lbc_assets.stats.tables.scale_reliability import scale_reliability

KEY = ["migration_status", "scale"]


@pytest.fixture(scope="module")
def points():
    return aggregates.item_points()


@pytest.fixture(scope="module")
def sums(points):
    return aggregates.item_sums(points)


def scores(points):
    """Sums of complete scales, under the names of scores: enough for floor and ceiling."""
    frame = points[["migration_status"]].assign(age_years=12)
    for scale, items in aggregates.SCALES.items():
        frame[f"{scale}_score"] = points[list(items)].sum(axis=1, skipna=False)
    return frame


def covariances_of(rows):
    """Of answers given as one list a child."""
    frame = pd.DataFrame(rows, columns=[f"i{place}" for place in range(len(rows[0]))])
    pairs = itertools.combinations_with_replacement(frame, 2)
    products = {(a, b): int((frame[a] * frame[b]).sum()) for a, b in pairs}
    return item_covariances(list(frame), len(frame), {name: int(frame[name].sum()) for name in frame}, products)


def scale_of(correlation, n=200):
    return ItemCovariances(tuple(f"i{place}" for place in range(len(correlation))), n, np.array(correlation, float))


def test_items_come_from_their_script(tmp_path):
    runpy.run_path(str(aggregates.ORACLE / "make_items.py"))["main"](tmp_path / "items.csv")
    assert (tmp_path / "items.csv").read_text() == (aggregates.ORACLE / "items.csv").read_text()


def test_nearer_to_the_optimum_than_psych(sums, oracle_answers):
    of_wave = ItemSums(sums)
    for (group, scale), theirs in oracle_answers("loadings").groupby(KEY, sort=False):
        covariances = of_wave.covariances(group, scale)
        fitted = one_factor(covariances)
        slopes = [
            np.abs(_discrepancy(uniquenesses, covariances.correlation)[1]).max()
            for uniquenesses in (fitted.uniquenesses, theirs["uniqueness"].to_numpy())
        ]
        assert slopes[0] < 1e-7
        assert slopes[0] <= slopes[1]


def test_item_rest_against_psych(points, sums, oracle_answers):
    of_wave = ItemSums(sums)
    for (group, scale), theirs in oracle_answers("item_rest").groupby(KEY, sort=False):
        covariances = of_wave.covariances(group, scale)
        ours = [(item_rest_correlation(covariances, i), alpha_without(covariances, i)) for i in theirs["item"]]
        np.testing.assert_allclose(ours, theirs[["item_rest", "alpha_without"]], rtol=0, atol=1e-12)
    table = item_statistics(sums, aggregates.item_answers(points))
    assert len(table) == 100
    assert list(table["number"][:25]) == list(range(1, 26))


def test_items_are_counted_as_pandas_counts_them(points, sums):
    table = item_statistics(sums, aggregates.item_answers(points)).set_index(["migration_status", "item"])
    for group, item in (("all", "obeys"), ("never", "clingy")):
        column = aggregates.of_group(points, group)[item]
        row = table.loc[group, item]
        assert (row["n"], row["n_missing"]) == (column.notna().sum(), column.isna().sum())
        assert row["missing_percent"] == pytest.approx(100 * column.isna().mean())
        assert (row["mean"], row["std_dev"]) == pytest.approx((column.mean(), column.std()))
        shares = [100 * (column.dropna() == value).mean() for value in (0, 2)]
        assert [row["floor_percent"], row["ceiling_percent"]] == pytest.approx(shares)


def test_floor_and_ceiling(points, sums):
    counts = aggregates.score_counts(scores(points), tuple(aggregates.SCALES))
    table = scale_reliability(sums, counts).set_index(KEY)
    column = scores(points).query("migration_status == 'never'")["conduct_score"].dropna()
    row = table.loc["never", "conduct"]
    assert row["n_scored"] == len(column)
    assert row["floor_percent"] == pytest.approx(100 * (column == 0).mean())
    assert row["ceiling_percent"] == pytest.approx(100 * (column == 10).mean())
    assert row["floor_percent"] > 0


def test_alpha_by_hand():
    # Columns 0 1 2 2, 0 1 2 1, 0 2 2 2: variances 11/12, 8/12, 12/12; sums 0 4 6 5, variance 83/12.
    scale = covariances_of([[0, 0, 0], [1, 1, 2], [2, 2, 2], [2, 1, 2]])
    found = cronbach_alpha(scale, 0.95)
    assert found.alpha == pytest.approx(1.5 * (1 - 31 / 83), abs=1e-15)
    assert found.conf_low < found.alpha < found.conf_high < 1


def test_one_factor_by_hand():
    # Correlations .6*.5, .6*.4, .5*.4 come from loadings .6, .5, .4; three items leave nothing to test.
    scale = scale_of([[1, 0.30, 0.24], [0.30, 1, 0.20], [0.24, 0.20, 1]])
    fitted = one_factor(scale)
    np.testing.assert_allclose(fitted.loadings, [0.6, 0.5, 0.4], atol=1e-7)
    assert (fitted.df, fitted.p_value, fitted.rmsea) == (0, None, None)
    assert fitted.chi_square == pytest.approx(0, abs=1e-10)
    found = omega_total(scale, fitted)
    expected = 2.25 / (2.25 + 0.64 + 0.75 + 0.84)
    assert (found.omega, found.standardised) == pytest.approx((expected, expected), abs=1e-7)


def test_omega_weighs_items_by_their_points():
    # The same correlations with the first item's standard deviation doubled: loadings 1.2, .5, .4 in points.
    scale = scale_of([[4, 0.60, 0.48], [0.60, 1, 0.20], [0.48, 0.20, 1]])
    found = omega_total(scale, one_factor(scale))
    assert found.omega == pytest.approx(2.1**2 / (2.1**2 + 4 * 0.64 + 0.75 + 0.84), abs=1e-7)
    assert found.standardised == pytest.approx(2.25 / (2.25 + 0.64 + 0.75 + 0.84), abs=1e-7)


ROWS = [[0, 1, 2], [1, 1, 0], [2, 0, 1], [2, 2, 2], [0, 0, 1], [1, 2, 1]]
REFUSALS = {
    "no_complete_cases": lambda: item_covariances(["a", "b", "c"], 0, {}, {}),
    "too_few_rows": lambda: covariances_of(ROWS[:3]),
    "too_few_items": lambda: cronbach_alpha(covariances_of([row[:2] for row in ROWS]), 0.95),
    "constant_item": lambda: cronbach_alpha(covariances_of([[*row[:2], 1] for row in ROWS]), 0.95),
    "constant_outcome": lambda: cronbach_alpha(scale_of([[1, -0.5, -0.5], [-0.5, 1, -0.5], [-0.5, -0.5, 1]]), 0.95),
    "collinear": lambda: one_factor(covariances_of([[a, b, a] for a, b, _ in ROWS])),
    # .9 * .9 / .2 is above one: no loading can give it
    "improper_solution": lambda: one_factor(scale_of([[1, 0.9, 0.9], [0.9, 1, 0.65], [0.9, 0.65, 1]])),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_refused(reason):
    with pytest.raises(StatisticsRefused, match=f"^{reason}$"):
        REFUSALS[reason]()


@pytest.mark.parametrize("refused", ["too_few_items", "constant_item"])
def test_omega_is_refused_as_alpha(refused):
    rows = {"too_few_items": [row[:2] for row in ROWS], "constant_item": [[*row[:2], 1] for row in ROWS]}[refused]
    with pytest.raises(StatisticsRefused, match=f"^{refused}$"):
        one_factor(covariances_of(rows))


def test_a_constant_item_refuses_its_scale_and_its_own_correlation_only(points):
    spoilt = points.assign(lies=points["lies"].where(points["migration_status"] != "never", 0))
    sums = aggregates.item_sums(spoilt)
    table = scale_reliability(sums, aggregates.score_counts(scores(spoilt), tuple(aggregates.SCALES))).set_index(KEY)
    row = table.loc["never", "conduct"]
    assert (row["status"], row["reason"], row["omega_reason"]) == ("refused", "constant_item", "constant_item")
    assert table.loc["never"][["alpha", "omega"]].isna().sum().tolist() == [3, 3]
    assert table.loc["never", "conduct"][["alpha", "conf_low", "omega", "rmsea"]].isna().all()
    items = item_statistics(sums, aggregates.item_answers(spoilt)).set_index(["migration_status", "item"])
    assert items.loc["never", "lies"]["reason"] == "constant_item"
    assert items.loc["never", "fights"]["status"] == "ok"
    assert pd.isna(items.loc["never", "fights"]["alpha_without"])


def test_a_group_without_children_keeps_its_rows(points):
    without = points[points["migration_status"] != "never"]
    counts = aggregates.score_counts(scores(without), tuple(aggregates.SCALES))
    table = scale_reliability(aggregates.item_sums(without), counts)
    gone = table[table["migration_status"] == "never"]
    assert len(gone) == 8
    assert set(gone["reason"]) == set(gone["omega_reason"]) == {"no_complete_cases"}
    assert (gone["n"] == 0).all()


def test_row_order_changes_no_byte(points, sums):
    counts = aggregates.score_counts(scores(points), tuple(aggregates.SCALES))
    answers = aggregates.item_answers(points)
    mixed = [frame.sample(frac=1, random_state=3) for frame in (sums, counts, answers)]
    pd.testing.assert_frame_equal(
        scale_reliability(sums, counts), scale_reliability(mixed[0], mixed[1]), check_exact=True
    )
    pd.testing.assert_frame_equal(item_statistics(sums, answers), item_statistics(mixed[0], mixed[2]), check_exact=True)


def test_sums_have_to_be_of_one_wave(sums):
    with pytest.raises(ValueError, match="one wave"):
        ItemSums(pd.concat([sums, sums.assign(wave="other")]))
    with pytest.raises(ValueError, match="no sum of the items"):
        item_covariances(["a", "b"], 5, {"a": 3, "b": 2}, {("a", "a"): 3, ("b", "b"): 2})
