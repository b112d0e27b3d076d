"""Waves described from cells: equal to pandas on the children, whatever may be compared."""

import pandas as pd
import pytest

from lbc_assets.stats.tables.wave_descriptions import wave_descriptions
from lbc_assets.stats.variables import OUTCOMES
from lbc_assets.stats.waves.wave_cells import Moments
from lbc_assets_tests.stats.waves_kit import all_children, cells_of, manifests


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return wave_descriptions(manifests(w0={"is_published": False}), cells_of(all_children()))


def test_every_mean_and_deviation_is_that_of_the_children(table):
    children, compared = all_children(), 0
    for row in table[table["province"] != "all"].itertuples():
        chosen = children[(children["wave"] == row.wave) & (children["province"] == row.province)]
        if row.migration_status != "all":
            chosen = chosen[chosen["migration_status"] == row.migration_status]
        if row.variable == "children":
            assert row.n == len(chosen)
            continue
        values = chosen[row.variable].dropna()
        assert row.n == len(values)
        assert row.estimate == pytest.approx(values.mean(), rel=1e-12)
        assert row.std_dev == pytest.approx(values.std(), rel=1e-12)
        compared += 1
    # two waves, two provinces, three groups and all of them; age and six scores
    assert compared == 2 * 2 * 4 * (1 + len(OUTCOMES))


def test_ages_of_a_province_have_a_range_and_nothing_else_has(table):
    with_range = table[table["minimum"].notna()]
    assert set(with_range["variable"]) == {"age_years"}
    assert set(with_range["migration_status"]) == {"all"}
    assert with_range.query("wave == 'w1' and province == 'guizhou'")[["minimum", "maximum"]].values.tolist() == [
        [9, 15]
    ]


def test_a_wave_without_snapshot_is_named_and_stops_nothing(table):
    (row,) = table[table["wave"] == "w0"].to_dict("records")
    assert (row["province"], row["variable"], row["status"], row["reason"]) == (
        "all",
        "children",
        "refused",
        "not_published",
    )
    assert pd.isna(row["n"])
    assert set(table.query("wave != 'w0'")["status"]) == {"ok"}


def test_manifests_are_told_beside(table):
    said = table.query("wave == 'w2'")[["data_origin", "sampling_frame", "survey_first_date", "survey_last_date"]]
    assert said.drop_duplicates().values.tolist() == [["synthetic", "frame", "2017-02-01", "2017-03-31"]]


def test_small_groups_are_counted_and_not_averaged():
    children = all_children()
    few = children[(children["wave"] == "w1") & (children["province"] == "zhejiang")].head(3)
    few = few.assign(
        migration_status=["current", "current", "never"], age_years=[9, 10, 9], prosocial_score=[None, 2, 5]
    )
    made = wave_descriptions(manifests(w2={"is_published": False}), cells_of(few)).set_index(
        ["migration_status", "variable"]
    )
    assert made.loc[("never", "total_score"), ["n", "reason"]].tolist() == [1, "too_few_rows"]
    assert made.loc[("previous", "total_score"), ["n", "reason"]].tolist() == [0, "no_complete_cases"]
    assert made.loc[("current", "prosocial_score"), ["n", "reason"]].tolist() == [1, "too_few_rows"]
    assert made.loc[("current", "total_score"), "status"] == "ok"


def test_order_of_rows_changes_no_byte(table):
    cells = cells_of(all_children()).sample(frac=1, random_state=3)
    again = wave_descriptions(manifests(w0={"is_published": False}).iloc[::-1], cells)
    pd.testing.assert_frame_equal(again, table, check_exact=True)


def test_moments_of_large_numbers_are_exact():
    # of 61 million children with scores 20 and 21 in turn, a sum in floating point would lose the deviation
    n = 61_000_000
    moments = Moments(n, 41 * n // 2, (400 + 441) * n // 2)
    assert moments.std_dev == pytest.approx(0.5 * (n / (n - 1)) ** 0.5, rel=1e-12)
