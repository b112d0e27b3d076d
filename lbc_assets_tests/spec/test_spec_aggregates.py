"""The counts and sums that analyses read: R's reliability from raw answers, and small waves counted by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from spec_run import ITEMS, RawTables, child, records

from lbc_assets.stats.tables.item_statistics import item_statistics
from lbc_assets.stats.tables.scale_reliability import scale_reliability
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import read_frame

ORACLE = Path(__file__).parents[1] / "stats" / "oracle"
OF_STATUS = {
    "current": {"father_migration": "current", "mother_migration": "never"},
    "previous": {"father_migration": "previous", "mother_migration": "never"},
    "never": {},
}


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((ORACLE / f"{name}.csv").read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def invented():
    """The answers that R has seen, as raw tables, put through all models."""
    raw = RawTables()
    raw.add_wave(
        "w",
        [
            OF_STATUS[row["migration_status"]] | {i: row[i.removeprefix("sdq_")] for i in ITEMS}
            for row in table("items")
        ],
    )
    with raw.run() as opened:
        yield opened


def frame(connection, name: str):
    return read_frame(connection, load_tables()[name])


def test_alpha_from_raw_answers_is_psychs(invented) -> None:
    # a child without a total score is not analysed; none of these answered so little
    assert records(invented, "SELECT count(*) AS n FROM mart_analysis_cohort") == [{"n": 600}]
    ours = scale_reliability(frame(invented, "mart_item_sums"), frame(invented, "mart_score_counts"))
    found = {(row.migration_status, row.scale): row for row in ours.itertuples()}
    for theirs in table("reliability"):
        row = found[theirs["migration_status"], theirs["scale"]]
        assert (row.n, row.items) == (int(theirs["n"]), int(theirs["items"]))
        assert row.alpha == pytest.approx(float(theirs["alpha"]), abs=1e-12)
        assert row.omega == pytest.approx(float(theirs["omega"]), abs=1e-5)
    assert len(found) == len(table("reliability"))


def test_item_rest_from_raw_answers_is_psychs(invented) -> None:
    ours = item_statistics(frame(invented, "mart_item_sums"), frame(invented, "mart_item_answers"))
    found = {(row.migration_status, row.scale, row.item): row.item_rest for row in ours.itertuples()}
    theirs = {(r["migration_status"], r["scale"], r["item"]): float(r["item_rest"]) for r in table("item_rest")}
    assert found == pytest.approx({key: theirs[key] for key in found}, abs=1e-12)
    assert len(found) == 100


SMALL: list[dict[str, str | None]] = [
    # obeys counts backwards: 2 points from 0
    {"sdq_tantrum": "2", "sdq_obeys": "0", "sdq_fights": "1", "sdq_lies": "0", "sdq_steals": "0"},
    {"sdq_tantrum": "1", "sdq_obeys": "2", "sdq_fights": "1", "sdq_lies": "2", "sdq_steals": "1"},
    {"sdq_tantrum": "", "age_years": "10"},
    {"father_migration": "current", "age_years": ""},
    {"consent_child": "no"},
]


@pytest.fixture(scope="module")
def small():
    raw = RawTables()
    raw.add_wave("w", SMALL)
    with raw.run() as opened:
        yield opened


def conduct(connection, status: str) -> dict[tuple[str, str], tuple[int, ...]]:
    query = f"SELECT * FROM mart_item_sums WHERE scale = 'conduct' AND migration_status = '{status}'"
    return {
        (row["item"], row["other_item"]): (row["children"], row["item_sum"], row["other_item_sum"], row["product_sum"])
        for row in records(connection, query)
    }


def test_sums_of_two_children(small) -> None:
    # the third left an item out: its answers count in no sum of the scale
    sums = conduct(small, "never")
    assert len(sums) == 15
    assert sums["tantrum", "tantrum"] == (2, 3, 3, 5)
    assert sums["tantrum", "obeys"] == (2, 3, 2, 4)
    assert sums["obeys", "lies"] == (2, 2, 2, 0)
    assert sums["fights", "steals"] == (2, 2, 1, 1)


def test_all_is_the_sum_of_the_groups(small) -> None:
    # every answer of the fourth is 1, and so are the points
    assert conduct(small, "current")["obeys", "lies"] == (1, 1, 1, 1)
    assert conduct(small, "all")["obeys", "lies"] == (3, 3, 3, 1)
    assert conduct(small, "previous") == {}


def test_pairs_of_each_scale(small) -> None:
    rows = records(
        small, "SELECT scale, count(*) AS pairs FROM mart_item_sums WHERE migration_status = 'all' GROUP BY 1"
    )
    expected = dict.fromkeys(("emotional", "conduct", "hyperactivity", "peer", "prosocial"), 15)
    expected |= {"total": 210, "externalising": 55, "internalising": 55}
    assert {row["scale"]: row["pairs"] for row in rows} == expected


def test_answers_of_an_item(small) -> None:
    query = "SELECT * FROM mart_item_answers WHERE item IN ('tantrum', 'obeys') AND migration_status <> 'current'"
    rows = {(row["migration_status"], row["item"]): row for row in records(small, query)}
    names = ("number", "children", "points_0", "points_1", "points_2", "missing")
    assert {key: tuple(row[name] for name in names) for key, row in rows.items()} == {
        ("never", "tantrum"): (5, 3, 0, 1, 1, 1),
        ("never", "obeys"): (7, 3, 1, 1, 1, 0),
        ("all", "tantrum"): (5, 4, 0, 2, 1, 1),
        ("all", "obeys"): (7, 4, 1, 2, 1, 0),
    }


def test_scores_are_counted_with_their_bands(small) -> None:
    # 5 points each; of the third 4 in four items, prorated 5; the age of the fourth is not known
    rows = records(small, "SELECT * FROM mart_score_counts WHERE scale = 'conduct'")
    bands = {(row["score"], row["band_three"], row["band_four"], row["band_chinese"]) for row in rows}
    assert bands == {(5, "abnormal", "high", "abnormal")}
    assert {(row["migration_status"], row["age_group"]): row["children"] for row in rows} == {
        ("never", "11_and_over"): 2,
        ("never", "under_11_or_unknown"): 1,
        ("current", "under_11_or_unknown"): 1,
    }
    sums = records(small, "SELECT DISTINCT scale, band_three FROM mart_score_counts WHERE scale LIKE '%ising'")
    assert {(row["scale"], row["band_three"]) for row in sums} == {("externalising", None), ("internalising", None)}


def test_cells_add_up_to_the_cohort(small) -> None:
    rows = records(small, "SELECT * FROM mart_band_cells")
    assert sum(row["children"] for row in rows) == 4
    assert {row["age_years"] for row in rows} == {10, 12, None}
    assert child(5) not in str(rows)
