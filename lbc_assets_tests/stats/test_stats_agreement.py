"""Every statistic agrees with R on every data set, and docs/agreement.md says so."""

import dataclasses
import re
import runpy
import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from lbc_assets_tests.stats.agreement.answers import ORACLE, answers, data, matched
from lbc_assets_tests.stats.agreement.difference import Pair, largest_difference
from lbc_assets_tests.stats.agreement.page import LEAST, PAGE, bound, largest, page
from lbc_assets_tests.stats.agreement.statistics import STATISTICS

CASES = [(statistic, of) for statistic in STATISTICS for of in statistic.data]


@pytest.mark.parametrize(("statistic", "of"), CASES, ids=[f"{s.compare.__name__}-{of}" for s, of in CASES])
def test_within_tolerance(statistic, of):
    assert statistic.difference(of) <= statistic.tolerance


def test_page_is_what_the_generator_makes():
    """Other processors round otherwise: a printed bound has to hold, and not to be a thousand times too wide."""
    text = PAGE.read_text(encoding="utf-8")
    cells = [row.removeprefix("| ").split(" | ") for row in text.splitlines()]
    rows = {row[0]: row[4] for row in cells if len(row) == 6}
    seen = {statistic.name: rows.get(statistic.name, "") for statistic in STATISTICS}
    assert text == page(seen)
    for statistic in STATISTICS:
        difference, printed = largest(statistic), float(seen[statistic.name].removeprefix("< "))
        if statistic.tolerance == 0:
            assert (difference, printed) == (0, 0)
        else:
            # where no difference was seen there may be one in the last digit elsewhere
            assert difference < max(printed, 10 * LEAST), statistic.name
            assert printed <= max(1e3 * difference, LEAST), statistic.name


def test_the_page_has_every_statistic_once():
    assert set(Counter(statistic.name for statistic in STATISTICS).values()) == {1}
    assert not any("|" in text for s in STATISTICS for text in (s.name, s.ours, s.theirs))
    assert {of for statistic in STATISTICS for of in statistic.data if of} == set(
        re.findall(r"^\| `(\w+)` \|", page(dict.fromkeys((s.name for s in STATISTICS), "0")), re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("difference", "printed"),
    [(0, "0"), (1e-20, "< 1e-15"), (3e-13, "< 1e-12"), (5e-13, "< 1e-11"), (9e-10, "< 1e-9"), (2e-9, "< 1e-8")],
)
def test_bounds(difference, printed):
    assert bound(difference, 1e-9) == printed


def test_differences_by_hand():
    pair = Pair("x", np.array([1.0, 201.0, 0.5, np.nan]), np.array([1.0, 200.0, 0.25, np.nan]))
    assert largest_difference(pair, "absolute") == 1
    assert largest_difference(pair, "scaled") == 0.25
    assert largest_difference(pair, "relative") == 1
    assert largest_difference(Pair("x", np.array([0.0]), np.array([0.0])), "relative") == 0


@pytest.mark.parametrize("ours", [[np.nan, 1], [1, np.inf], [1, np.nan]])
def test_a_missing_number_is_an_infinite_difference(ours):
    assert largest_difference(Pair("x", np.array(ours), np.array([1.0, 1.0])), "scaled") == np.inf


@pytest.mark.parametrize("ours", [[], [1.0], [1.0, 2.0, 3.0]])
def test_nothing_or_not_as_many_is_an_error(ours):
    theirs = np.array([]) if not ours else np.ones(2)
    with pytest.raises(ValueError, match="R has"):
        largest_difference(Pair("x", np.array(ours), theirs), "scaled")


def test_a_row_of_one_side_only_is_an_error():
    ours = pd.DataFrame({"term": ["a", "b"], "status": ["ok", "refused"]})
    assert len(matched(ours, pd.DataFrame({"term": ["a"]}), ["term"])[0]) == 1
    for terms in (["a", "b"], [], ["b"]):
        with pytest.raises(ValueError, match="one side only"):
            matched(ours, pd.DataFrame({"term": pd.Series(terms, dtype="str")}), ["term"])


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda statistic: statistic.compare.__name__)
def test_a_wrong_number_does_not_pass(statistic):
    """Ours moved by ten times the tolerance: the comparison sees it in every pair."""
    of = statistic.data[-1]
    step = 10 * statistic.tolerance or 1e-15
    for pair in statistic.compare(of):
        moved = dataclasses.replace(pair, ours=np.where(np.isnan(pair.ours), np.nan, pair.ours + step * scale(pair)))
        if not np.isnan(pair.ours).all():
            assert largest_difference(moved, statistic.measure) > statistic.tolerance, pair.what


def scale(pair):
    return np.maximum(np.abs(pair.theirs), 1.0)


@pytest.mark.parametrize("name", ["children", "small", "clustered", "few_children"])
def test_children_come_from_their_script(tmp_path, monkeypatch, name):
    monkeypatch.setattr(sys, "path", [str(ORACLE), *sys.path])
    script = runpy.run_path(str(ORACLE / f"make_{name}.py"))
    script["main"](tmp_path / "made.csv")
    assert (tmp_path / "made.csv").read_text() == (ORACLE / f"{name}.csv").read_text()


def test_the_reference_cohort_is_what_the_platform_makes(published, tmp_path):
    shown = tmp_path / "cohort.csv"
    shown.write_text(published("show", "mart_analysis_cohort", "--format", "csv").stdout)
    text = runpy.run_path(str(ORACLE / "make_reference.py"))["cohort"](shown)
    (tmp_path / "reference.csv").write_text(text)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "reference.csv"), data("reference"))


def test_the_data_sets_are_what_they_are_said_to_be():
    assert [len(data(name)) for name in ("reference", "children", "small", "clustered", "few_children")] == [
        *(3538, 400, 150, 559, 24)
    ]
    assert data("small")[["primary_caregiver", "school_performance"]].nunique().tolist() == [3, 4]
    assert (data("reference")["school"].nunique(), data("clustered")["school"].nunique()) == (60, 24)
    for name in ("reference", "children", "small", "clustered"):
        assert data(name)["household_wealth"].isna().any()
    # between and within schools, of the total
    table = answers("random_intercepts", "clustered").query("model == 'adjusted' and outcome == 'total'").iloc[0]
    assert table["between"] / (table["between"] + table["within"]) > 0.3


def test_levels_without_a_child_have_no_row_in_r_and_are_refused_by_us():
    from lbc_assets.stats.tables.model_coefficients import model_coefficients

    empty = ["primary_caregiver[other]", "school_performance[very_poor]"]
    assert not answers("coefficients", "small")["term"].isin(empty).any()
    ours = model_coefficients(data("small"))
    ours = ours[ours["term"].isin(empty)]
    assert set(ours["status"]) == {"refused"}
    assert set(ours["reason"]) == {"empty_level"}
