"""Band shares and logistic models of the abnormal band (R in `test_stats_agreement`): by hand, and refused."""

import runpy

import aggregates
import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.models.logistic import fit_logistic, log_odds
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.tables.band_models import MODELS, band_cells, band_models
from lbc_assets.stats.tables.band_shares import band_shares


@pytest.fixture(scope="module")
def children():
    return aggregates.banded()


@pytest.fixture(scope="module")
def cells(children):
    return aggregates.band_cells(children)


def test_children_come_from_their_script(tmp_path):
    runpy.run_path(str(aggregates.ORACLE / "make_banded.py"))["main"](tmp_path / "banded.csv")
    assert (tmp_path / "banded.csv").read_text() == (aggregates.ORACLE / "banded.csv").read_text()


def test_a_group_without_scores_is_refused(children):
    counts = aggregates.score_counts(children[children["migration_status"] != "never"], ("total",))
    shares = band_shares(counts).query("migration_status == 'never'")
    assert set(shares["reason"]) == {"no_complete_cases"}
    assert shares[["estimate", "conf_low", "conf_high"]].isna().all(axis=None)


def test_every_row_is_answered_without_a_warning(children, cells):
    scales = ("total", "emotional", "conduct", "hyperactivity", "peer", "prosocial")
    shares, models = band_shares(aggregates.score_counts(children, scales)), band_models(cells)
    assert len(shares) == 480
    assert set(shares["status"]) == set(models["status"]) == {"ok"}
    assert models["warning"].isna().all()


def test_agrees_with_statsmodels(cells):
    import statsmodels.api as sm

    found = band_cells(cells, MODELS[1], "all")
    design, n, events = found.design, found.n, found.events
    theirs = sm.GLM(np.column_stack([events, n - events]), design, family=sm.families.Binomial()).fit(tol=1e-13)
    ours = fit_logistic(design, n, events)
    np.testing.assert_allclose(ours.params, theirs.params, atol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs.bse, atol=1e-7)


def two_by_two(a, b, c, d):
    """a of a + b without, c of c + d with the exposure."""
    return np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([a + b, c + d], float), np.array([a, c], float)


def test_odds_ratio_of_a_fourfold_table():
    # 20/80 and 30/60: odds ratio 2, standard error sqrt(1/20 + 1/80 + 1/30 + 1/60)
    found = log_odds(fit_logistic(*two_by_two(20, 80, 30, 60)), 1, 0.95)
    assert found.odds_ratio == pytest.approx(2.0, abs=1e-12)
    assert found.std_error == pytest.approx((1 / 20 + 1 / 80 + 1 / 30 + 1 / 60) ** 0.5, abs=1e-12)
    # 1.959963985 from a printed table
    assert found.conf_high == pytest.approx(np.log(2) + 1.959963985 * found.std_error, abs=1e-8)


def test_few_events_are_marked():
    assert fit_logistic(*two_by_two(4, 80, 5, 60)).has_few_events
    assert fit_logistic(*two_by_two(80, 4, 60, 5)).has_few_events
    assert not fit_logistic(*two_by_two(5, 80, 5, 60)).has_few_events


def test_a_likelihood_far_from_the_start_is_climbed():
    found = log_odds(fit_logistic(*two_by_two(1, 999_999, 999_999, 1)), 1, 0.95)
    assert found.estimate == pytest.approx(2 * np.log(999_999), abs=1e-8)


COUNTED = np.column_stack([np.ones(6), [9, 10, 11, 12, 13, 14]]), np.full(6, 5.0)
REFUSALS = {
    "no_complete_cases": lambda: fit_logistic(*two_by_two(0, 0, 0, 0)),
    "too_few_rows": lambda: fit_logistic(*two_by_two(1, 0, 0, 1)),
    "no_events": lambda: fit_logistic(*two_by_two(0, 20, 0, 30)),
    "all_events": lambda: fit_logistic(*two_by_two(20, 0, 30, 0)),
    "collinear": lambda: fit_logistic(
        np.column_stack([COUNTED[0], 2 * COUNTED[0][:, 1] + 1]), COUNTED[1], COUNTED[1] - 2
    ),
    "separation": lambda: fit_logistic(*COUNTED, np.array([0, 0, 0, 5, 5, 5.0])),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_refused(reason):
    with pytest.raises(StatisticsRefused, match=f"^{reason}$"):
        REFUSALS[reason]()


@pytest.mark.parametrize("events", [[0, 0, 2, 5, 5, 5], [0, 0, 0, 3, 5, 5]])
def test_quasi_complete_separation_is_refused(events):
    # one age has both outcomes, below it nobody and above it everybody has the event
    with pytest.raises(StatisticsRefused, match=r"^separation$"):
        fit_logistic(*COUNTED, np.array(events, float))


def test_a_level_without_events_separates():
    with pytest.raises(StatisticsRefused, match=r"^separation$"):
        fit_logistic(*two_by_two(0, 25, 12, 40))


def test_overlap_is_no_separation():
    assert fit_logistic(*COUNTED, np.array([0, 0, 1, 0, 5, 5.0])).n_events == 11


def test_counts_have_to_fit():
    design, n, events = two_by_two(3, 8, 5, 4)
    with pytest.raises(ValueError, match="one count"):
        fit_logistic(design, n[:1], events)
    with pytest.raises(ValueError, match="among the children"):
        fit_logistic(design, n, n + 1)


def test_a_level_without_children_is_left_out_of_the_model(cells):
    table = band_models(cells[cells["social_support"] != "low"]).set_index("term")
    assert set(table.loc["social_support[low]", "reason"]) == {"empty_level"}
    assert set(table.drop("social_support[low]")["status"]) == {"ok"}


def test_an_empty_migration_group_refuses_every_model(cells):
    assert set(band_models(cells[cells["migration_status"] != "current"])["reason"]) == {"empty_level"}


def test_a_wave_without_children_of_the_norms_ages(cells):
    table = band_models(cells[cells["age_years"] < 11]).query("population == '11_and_over'")
    assert set(table["reason"]) == {"no_complete_cases"}


def test_one_age_only_is_left_out(cells):
    table = band_models(cells[cells["age_years"] == 12]).query("model == 'baseline'").set_index("term")
    assert set(table.loc["age_years", "reason"]) == {"constant_covariate"}
    assert set(table.drop("age_years")["status"]) == {"ok"}


def test_nobody_in_the_band(cells):
    assert set(band_models(cells.assign(total_band_three="normal"))["reason"]) == {"no_events"}
    assert set(band_models(cells.assign(total_band_three="abnormal"))["reason"]) == {"all_events"}


def test_order_and_grouping_change_no_byte(children, cells):
    ours = band_models(cells)
    pd.testing.assert_frame_equal(ours, band_models(cells.sample(frac=1, random_state=5)), check_exact=True)
    halves = [aggregates.band_cells(half) for half in (children[::2], children[1::2])]
    pd.testing.assert_frame_equal(ours, band_models(pd.concat(halves)), check_exact=True)


def test_the_cells_keep_their_contract(cells):
    with pytest.raises(ValueError, match="no column 'sex'"):
        band_models(cells.drop(columns="sex"))
    with pytest.raises(ValueError, match="sex: holds a code"):
        band_models(cells.assign(sex="x"))
    with pytest.raises(ValueError, match=r"one wave|several"):
        band_models(pd.concat([cells, cells.assign(wave="other")]))
    with pytest.raises(ValueError, match=r"one wave|several"):
        band_shares(pd.DataFrame({"wave": ["a", "b"]}))
