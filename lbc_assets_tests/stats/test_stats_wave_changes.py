"""Changes between waves: against R, by hand, and refused for each reason there is."""

import runpy

import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused, WaveReason
from lbc_assets.stats.tables.wave_changes import wave_changes
from lbc_assets.stats.variables import OUTCOMES
from lbc_assets_tests.stats.waves_kit import ORACLE, all_children, cells_of, manifests

LINKED = ("paired_change", "ancova", "mixed_model")


def changes(children: pd.DataFrame | None = None, **said) -> pd.DataFrame:
    children = all_children() if children is None else children
    return wave_changes(manifests(**said), cells_of(children), children)


def reasons(table: pd.DataFrame, analysis: str, province: str = "zhejiang") -> set[str]:
    rows = table[(table["analysis"] == analysis) & (table["province"] == province)]
    assert len(rows)
    return set(rows["reason"].fillna("ok"))


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return changes()


def test_waves_come_from_their_script(tmp_path):
    runpy.run_path(str(ORACLE / "make_waves.py"))["main"](tmp_path / "waves.csv")
    assert (tmp_path / "waves.csv").read_text() == (ORACLE / "waves.csv").read_text()


def test_one_row_a_term_of_each_analysis(made):
    per_outcome = {"difference_between_waves": 1, "paired_change": 1, "ancova": 2, "mixed_model": 3}
    per_outcome["difference_in_change"] = 1
    counted = made.groupby(["province", "analysis", "outcome"]).size()
    assert set(counted.index.get_level_values("province")) == {"zhejiang", "guizhou"}
    for (_, analysis, _), number in counted.items():
        assert number == per_outcome[analysis]
    assert len(counted) == 2 * 5 * len(OUTCOMES)
    assert set(zip(made["analysis"], made["assumption"], strict=True)) == {
        ("difference_between_waves", "drawn_alike_from_one_frame"),
        ("paired_change", "change_includes_growing_older"),
        ("ancova", "earlier_score_measured_with_error"),
        ("mixed_model", "change_includes_growing_older"),
        ("difference_in_change", "parallel_trends_not_testable"),
    }


def test_neither_order_of_rows_nor_of_waves_changes_a_byte(made):
    children = all_children().sample(frac=1, random_state=1)
    cells, waves = cells_of(children).sample(frac=1, random_state=2), manifests().iloc[::-1]
    pd.testing.assert_frame_equal(wave_changes(waves, cells, children), made, check_exact=True)


def test_a_paired_change_by_hand():
    # changes 1, 2, 3: mean 2, standard deviation 1, t = 2 sqrt(3) with 2 degrees of freedom
    children = all_children().query("province == 'zhejiang' and linked_pseudonym == linked_pseudonym")
    both = children[children["linked_pseudonym"].duplicated(keep=False)].sort_values(["linked_pseudonym", "wave"])
    six = both.head(6).copy()
    six["conduct_score"] = [1, 2, 4, 6, 0, 3]
    row = changes(six).query("analysis == 'paired_change' and outcome == 'conduct'").iloc[0]
    assert (row["estimate"], row["std_dev"], row["df"], row["n"]) == (2, 1, 2, 3)
    assert row["statistic"] == pytest.approx(2 * 3**0.5, abs=1e-12)


def test_two_frames_are_not_compared_unlinked_and_linked_children_are():
    table = changes(w2={"sampling_frame": "another"})
    assert reasons(table, "difference_between_waves") == {"sampling_frames_differ"}
    for analysis in (*LINKED, "difference_in_change"):
        assert reasons(table, analysis) == {"ok"}
    # unlinked in Guizhou, so the arms' change needs the frame too
    assert reasons(table, "difference_in_change", "guizhou") == {"sampling_frames_differ"}


@pytest.mark.parametrize("without", [("w1",), ("w2",), ("w1", "w2")])
def test_no_key_no_linking(without):
    table = changes(**{wave: {"linking_key": None} for wave in without})
    for analysis in LINKED:
        assert reasons(table, analysis) == {"no_approved_linking_key"}
        assert table[table["analysis"] == analysis][["estimate", "std_error", "n"]].isna().all(axis=None)
    assert reasons(table, "difference_between_waves") == {"ok"}
    assert reasons(table, "difference_in_change") == {"arm_not_observed_before"}


def test_two_keys_do_not_link():
    table = changes(w2={"linking_key": "another register"})
    assert {reason for analysis in LINKED for reason in reasons(table, analysis)} == {"linking_keys_differ"}


def test_an_approved_key_that_nobody_shares_links_nobody():
    children = all_children()
    children.loc[children["wave"] == "w2", "linked_pseudonym"] += "x"
    table = changes(children)
    assert {reason for analysis in LINKED for reason in reasons(table, analysis)} == {"no_linked_children"}
    # Guizhou's children have no key
    assert reasons(table, "paired_change", "guizhou") == {"no_linked_children"}


def test_a_child_in_another_province_is_not_paired():
    children = all_children()
    moved = children["linked_pseudonym"].duplicated(keep=False) & children["linked_pseudonym"].notna()
    children.loc[moved & (children["wave"] == "w2"), "province"] = "guizhou"
    assert reasons(changes(children), "paired_change") == {"no_linked_children"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"w2": {"data_origin": "collected"}}, "data_origins_differ"),
        ({"w2": {"survey_first_date": "2015-12-20"}}, "surveys_overlap"),
    ],
)
def test_waves_without_before_and_after_are_refused_whole(said, reason):
    table = changes(**said)
    assert set(table["reason"]) == {reason}
    assert set(table["data_origin"]) == ({"mixed"} if reason == "data_origins_differ" else {"synthetic"})


def test_a_wave_that_is_not_published_is_no_neighbour():
    assert changes(w2={"is_published": False}).empty


def test_neighbours_are_found_within_a_province():
    children = all_children()
    third = children[(children["wave"] == "w2") & (children["province"] == "guizhou")].assign(wave="w3")
    children = pd.concat([children[(children["wave"] == "w1") | (children["province"] == "zhejiang")], third])
    later = {"survey_first_date": "2018-01-01", "survey_last_date": "2018-02-01", "data_origin": "synthetic"}
    table = changes(children, w3={**later, "sampling_frame": "frame"})
    pairs = set(table[["province", "wave_before", "wave_after"]].itertuples(index=False, name=None))
    assert pairs == {("zhejiang", "w1", "w2"), ("guizhou", "w1", "w3")}


def test_no_arms_at_the_later_wave():
    children = all_children()
    children.loc[(children["wave"] == "w2") & (children["centre_attendance"] == "control"), "centre_attendance"] = None
    for province in ("zhejiang", "guizhou"):
        assert reasons(changes(children), "difference_in_change", province) == {"no_arms"}


def test_an_arm_without_linked_children_was_not_observed_before():
    children = all_children()
    controls = (children["wave"] == "w2") & (children["centre_attendance"] == "control")
    children.loc[controls, "linked_pseudonym"] = None
    assert reasons(changes(children), "difference_in_change") == {"arm_not_observed_before"}


def test_an_arm_that_the_earlier_cross_section_lacks_was_not_observed_before():
    children = all_children()
    early = (children["wave"] == "w1") & (children["centre_attendance"] == "control")
    assert reasons(changes(children[~early]), "difference_in_change", "guizhou") == {"arm_not_observed_before"}


@pytest.mark.parametrize("villages", [4, 6])
def test_too_few_villages(villages):
    """Four are fewer than five; where one of six has all attenders, the difference rests on that village alone."""
    children = all_children()
    place = children["village"].str[1:].astype(float)
    children["village"] = ("V" + (place % villages).astype(str)).where(place.notna(), None)
    known = children["centre_attendance"].notna() & (children["province"] == "zhejiang")
    arm = np.where(place % villages == 0, "attender", "control")
    children["centre_attendance"] = children["centre_attendance"].where(~known, pd.Series(arm, children.index))
    found = reasons(changes(children), "difference_in_change")
    assert found == {"too_few_villages" if villages == 4 else "one_cluster_contrast"}


def test_degrees_of_freedom_below_four_are_too_few_villages():
    children = all_children()
    place = children["village"].str[1:].astype(float)
    known = children["centre_attendance"].notna() & (children["province"] == "zhejiang")
    arm = pd.Series(np.where(place % 16 < 2, "attender", "control"), children.index)
    children["centre_attendance"] = children["centre_attendance"].where(~known, arm)
    assert reasons(changes(children), "difference_in_change") == {"too_few_villages"}


DEGENERATE = {
    "empty_level": lambda c: c.assign(migration_status="current"),
    "constant_outcome": lambda c: c.assign(**{f"{outcome}_score": 3 for outcome in OUTCOMES}),
    "constant_covariate": lambda c: c.assign(age_years=np.where(c["wave"] == "w1", 11, 11)),
    "no_complete_cases": lambda c: c.assign(age_years=np.nan),
}


@pytest.mark.parametrize(
    ("reason", "analyses"),
    [
        ("empty_level", ("ancova", "mixed_model")),
        ("constant_outcome", ("difference_between_waves", "paired_change", "mixed_model", "difference_in_change")),
        ("constant_covariate", ("difference_between_waves", "mixed_model", "difference_in_change")),
        ("no_complete_cases", ("difference_between_waves", "ancova", "mixed_model", "difference_in_change")),
    ],
)
def test_degenerate_children_get_a_reason_and_no_number(reason, analyses):
    table = changes(DEGENERATE[reason](all_children()))
    for analysis in analyses:
        assert reasons(table, analysis) == {reason}, analysis
    numbers = table[table["status"] == "refused"][["estimate", "std_error", "p_value"]]
    assert numbers.isna().all(axis=None)


def test_one_pair_is_too_few_and_two_children_are_no_mixed_model():
    children = all_children().query("province == 'zhejiang' and linked_pseudonym == linked_pseudonym")
    both = children[children["linked_pseudonym"].duplicated(keep=False)].sort_values(["linked_pseudonym", "wave"])
    one = changes(both.head(2))
    assert reasons(one, "paired_change") == {"too_few_rows"}
    assert reasons(one, "difference_between_waves") == {"too_few_rows"}
    assert reasons(one, "mixed_model") <= {"empty_level"}


def test_broken_input_is_named_and_not_quoted():
    children = all_children()
    twice = pd.concat([children, children.head(1)])
    with pytest.raises(ValueError, match="stands twice in a wave"):
        wave_changes(manifests(), cells_of(children), twice)
    with pytest.raises(ValueError, match="no column 'village'"):
        wave_changes(manifests(), cells_of(children), children.drop(columns="village"))
    with pytest.raises(ValueError, match="no column 'sum_peer'"):
        wave_changes(manifests(), cells_of(children).drop(columns="sum_peer"), children)
    cells = cells_of(children)
    with pytest.raises(ValueError, match="cell stands there more than once"):
        wave_changes(manifests(), pd.concat([cells, cells.head(1)]), children)
    with pytest.raises(ValueError, match="wave stands there more than once"):
        wave_changes(pd.concat([manifests(), manifests()]), cells, children)
    with pytest.raises(ValueError, match="no column 'linking_key'"):
        wave_changes(manifests().drop(columns="linking_key"), cells, children)


def test_refusals_say_their_code():
    assert str(StatisticsRefused(WaveReason.NO_APPROVED_LINKING_KEY)) == "no_approved_linking_key"
    assert not {reason.value for reason in WaveReason} & {reason.value for reason in RefusalReason}
