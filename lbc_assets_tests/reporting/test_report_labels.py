"""Every code that the tables can hold has a printed word."""

import pytest

from lbc_assets.reporting import labels, labels_supplement
from lbc_assets.reporting.tables_exposures import EXPOSURES
from lbc_assets.reporting.tables_pairs import FURTHER_TESTS, PAIR_TESTS
from lbc_assets.reporting.tables_sample import PAPER_TESTS
from lbc_assets.reporting.tables_weights import WEIGHTS
from lbc_assets.stats.refusal import RefusalReason
from lbc_assets.warehouse.contracts import load_tables


def allowed(table, column):
    contract = next(found for found in load_tables()[table].columns if found.name == column)
    values = [test.arguments["values"] for test in contract.tests if test.kind == "accepted_values"]
    return set().union(*values)


@pytest.mark.parametrize(
    ("table", "column", "known"),
    [
        ("sample_characteristics", "variable", labels.VARIABLES),
        ("group_comparisons", "variable", labels.VARIABLES),
        ("group_comparisons", "reason", labels.REFUSALS),
        ("model_coefficients", "outcome", labels.OUTCOMES),
        ("adjusted_means", "variable", labels.VARIABLES),
        ("adjusted_means", "weights", WEIGHTS),
        ("exposure_models", "model", EXPOSURES),
        ("robustness", "analysis", labels_supplement.ANALYSES),
        ("robustness", "question", labels_supplement.QUESTIONS),
        ("robustness", "verdict", labels_supplement.VERDICTS),
        ("specification_curve", "outcome", labels.OUTCOMES),
        ("specification_curve", "covariates", labels_supplement.COVARIATES),
        ("specification_curve", "population", labels_supplement.POPULATIONS),
        ("model_diagnostics", "diagnostic", labels_supplement.DIAGNOSTICS),
        ("scale_reliability", "scale", labels.OUTCOMES),
        ("scale_reliability", "omega_reason", labels.REFUSALS),
        ("band_shares", "norm", labels.NORMS),
        ("band_shares", "band", labels.BANDS),
        ("band_shares", "population", labels.POPULATIONS),
        ("band_models", "model", labels.BAND_MODELS),
        ("band_models", "reason", labels.REFUSALS),
        ("stg_value_issues", "reason_code", labels.VALUE_ISSUES),
        ("int_exclusions", "exclusion_reason", labels.EXCLUSIONS),
        ("mart_participant_flow", "reason_code", labels.EXCLUSIONS | labels.STATUS),
    ],
)
def test_codes_have_labels(table, column, known):
    assert allowed(table, column) <= set(known)


def test_reasons_of_refusal_have_labels():
    assert set(labels.REFUSALS) == set(RefusalReason)


@pytest.mark.parametrize(
    "variable",
    [
        *("migration_status", "sex", "province", "household_wealth", "primary_caregiver", "parents_divorced"),
        *("any_sibling", "social_support", "social_support_dichotomy", "school_performance", "migrant_parent"),
        "living_arrangement",
    ],
)
def test_levels_have_labels(variable):
    assert all(labels.level(variable, code) != code for code in allowed("mart_analysis_cohort", variable))


def test_the_tests_of_the_groups_stand_in_a_table():
    paper, further = set(PAPER_TESTS), set(FURTHER_TESTS)
    assert allowed("sample_characteristics", "test") == paper | further
    assert allowed("group_comparisons", "test") == {*PAIR_TESTS, "games_howell"}


def test_a_code_of_tomorrow_is_shown_as_it_is():
    assert labels.variable("boarding_school") == "boarding_school"
    assert labels.level("boarding_school", "weekly") == "weekly"
    assert labels.refusal("new_reason") == "not estimated: new_reason"
    assert labels.outcome("wellbeing") == "wellbeing"
    assert labels_supplement.analysis("why", "how") == "why: how"
    assert labels_supplement.note("new_note") == "new_note"


def test_labels_inside_a_sentence_keep_abbreviations():
    assert labels.in_sentence("SDQ not completed") == "SDQ not completed"
    assert labels.in_sentence("One or both") == "one or both"
