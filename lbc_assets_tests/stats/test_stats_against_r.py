"""Every table against R (lm, car, emmeans, chisq.test, aov) on committed children (oracle/oracle.R)."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.models.fit import fit
from lbc_assets.stats.models.heteroscedasticity import with_hc3
from lbc_assets.stats.models.inference import partial_f
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import DEPARTURE_AGE_MODELS, MODERATIONS, adjusted, baseline
from lbc_assets.stats.tables.adjusted_means import adjusted_mean_tests, adjusted_means
from lbc_assets.stats.tables.departure_age import departure_age
from lbc_assets.stats.tables.exposure_models import exposure_models
from lbc_assets.stats.tables.interaction_tests import interaction_tests
from lbc_assets.stats.tables.model_coefficients import model_coefficients
from lbc_assets.stats.tables.model_diagnostics import model_diagnostics
from lbc_assets.stats.tables.model_terms import model_terms
from lbc_assets.stats.tables.sample_characteristics import sample_characteristics

ORACLE = Path(__file__).with_name("oracle")
NUMBERS = ["estimate", "standardised", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "n", "r2"]


def assert_agree(ours, theirs, columns, tolerance=1e-9):
    """Equal to `tolerance`, relative where a number is above one; p values also relative, however small."""
    assert len(ours) == len(theirs)
    for column in columns:
        left, right = ours[column].to_numpy(float), theirs[column].to_numpy(float)
        np.testing.assert_allclose(left, right, rtol=tolerance, atol=tolerance, err_msg=column)
        if column == "p_value":
            # R takes 1 - F where its tail is too small for 1e-9 of itself; six digits show the same tail.
            np.testing.assert_allclose(left, right, rtol=1e-6, atol=1e-300, err_msg=column)


def in_the_order_of(theirs, ours, key):
    merged = theirs[key].merge(ours, on=key, how="left", validate="one_to_one")
    assert len(merged) == len(ours)
    return merged


def test_children_come_from_their_script(tmp_path):
    script = runpy.run_path(str(ORACLE / "make_children.py"))
    script["main"](tmp_path / "children.csv")
    assert (tmp_path / "children.csv").read_text() == (ORACLE / "children.csv").read_text()


def test_coefficients(children, oracle_answers):
    theirs = oracle_answers("coefficients")
    departure = departure_age(children).query("model != 'departure_age_curve'")  # whose basis is scaled otherwise
    ours = pd.concat([model_coefficients(children), departure, exposure_models(children)])
    assert set(ours["status"]) == {"ok"}
    ours = in_the_order_of(theirs, ours, ["model", "outcome", "term"])
    assert_agree(ours, theirs, NUMBERS)


def test_hc3(children, oracle_answers):
    theirs = oracle_answers("hc3")
    sample = Sample(children)
    for spec in (baseline("total"), adjusted("total"), adjusted("prosocial")):
        fitted = with_hc3(fit(spec, sample), sample)
        rows = theirs.query("model == @spec.name and outcome == @spec.outcome").set_index("term")["std_error"]
        found = np.sqrt(np.diag(fitted.covariance))
        np.testing.assert_allclose(found, rows[[column.term for column in fitted.columns]], rtol=1e-9)


def test_diagnostics(children, oracle_answers):
    theirs = oracle_answers("diagnostics")
    ours = theirs[["model", "diagnostic", "variable"]].merge(
        model_diagnostics(children).query("outcome == 'total'"), how="left"
    )
    assert_agree(ours, theirs, ["value", "df", "p_value"])


def test_the_bend_of_the_curve_of_departure_age(children, oracle_answers):
    (spec,) = (spec for spec in DEPARTURE_AGE_MODELS if spec.name == "departure_age_curve")
    fitted = fit(spec, Sample(children))
    bend = partial_f(fitted, "departure_age_years", bends_only=True)
    ours = pd.DataFrame([vars(bend) | {"r2": fitted.r2, "n": fitted.n}])
    # the cubes cost digits: the columns are 1e4 times as long as the others
    assert_agree(ours, oracle_answers("curve"), ["statistic", "df", "df_residual", "p_value", "r2", "n"], 1e-8)


def test_years_since_departure_are_the_same_model(children):
    found = departure_age(children).set_index(["model", "term"])["estimate"]
    age, duration = found["departure_age"], found["departure_duration"]
    assert duration["years_since_departure"] == pytest.approx(-age["departure_age_years"], abs=1e-12)
    assert duration["age_years"] == pytest.approx(age["age_years"] + age["departure_age_years"], abs=1e-12)


def test_variables_as_a_whole_and_what_they_cost(children, oracle_answers):
    theirs = oracle_answers("terms")
    ours = theirs[["model", "outcome", "variable"]].merge(model_terms(children), how="left")
    numbers = ["statistic", "df", "df_residual", "p_value", "partial_eta_squared", "n", "n_missing", "n_lost"]
    assert_agree(ours, theirs, numbers, 1e-8)
    corrected = theirs["p_holm"].notna()
    assert corrected.sum() == 9
    assert_agree(ours[corrected], theirs[corrected], ["p_holm", "p_benjamini_hochberg"], 1e-8)


def test_interactions(children, oracle_answers):
    theirs = oracle_answers("type3")
    theirs = theirs[theirs["term"].str.contains(":")].reset_index(drop=True)
    ours = in_the_order_of(theirs, interaction_tests(children), ["model", "term"])
    assert_agree(ours, theirs, ["statistic", "df", "df_residual", "p_value", "n"], 1e-8)


@pytest.mark.parametrize("moderation", MODERATIONS, ids=lambda moderation: moderation.by)
def test_type_three_of_every_term(children, oracle_answers, moderation):
    theirs = oracle_answers("type3").query("model == @moderation.model.name")
    fitted = fit(moderation.model, Sample(children))
    ours = pd.DataFrame([vars(partial_f(fitted, term)) for term in theirs["term"]])
    assert len(ours) == len(moderation.model.predictors) + 1
    assert_agree(ours, theirs, ["statistic", "df", "df_residual", "p_value"], 1e-8)


def test_paper_rule_is_significance_without_the_product(children, oracle_answers):
    theirs = oracle_answers("type3").set_index(["model", "term"])["p_value"]
    rule = interaction_tests(children).set_index("variable")["paper_rule"]
    assert set(rule) == {True, False}
    for variable, met in rule.items():
        model = "adjusted_dichotomised" if variable == "social_support_dichotomy" else "adjusted"
        assert met == (theirs[model, variable] <= 0.05), variable


def test_adjusted_means(children, oracle_answers):
    theirs = oracle_answers("means")
    ours = in_the_order_of(
        theirs, adjusted_means(children), ["model", "variable", "level", "migration_status", "weights"]
    )
    assert_agree(ours, theirs, ["estimate", "std_error", "df", "conf_low", "conf_high", "n"])


def test_adjusted_mean_tests(children, oracle_answers):
    theirs = oracle_answers("mean_tests")
    ours = in_the_order_of(theirs, adjusted_mean_tests(children), ["model", "variable", "migration_status"])
    theirs["statistic"] = theirs["t"] ** 2
    assert_agree(ours, theirs, ["estimate", "std_error", "statistic", "df_residual", "p_value"])
    # emmeans' own joint F is rounded to three digits.
    np.testing.assert_allclose(ours["statistic"], theirs["statistic_rounded"], atol=5.1e-4)
    assert set(ours["df"]) == {1.0}


def test_tests_between_groups(children, oracle_answers):
    theirs = oracle_answers("groups")
    ours = sample_characteristics(children).query("test in ('chi_square', 'anova_f')")
    ours = in_the_order_of(theirs, ours, ["variable", "test"])
    assert_agree(ours, theirs, ["statistic", "df", "df_residual", "p_value"])
