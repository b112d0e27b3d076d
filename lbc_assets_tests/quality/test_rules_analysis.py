"""Rules of the analysis tables: tables that pass, and one way to break each rule.

Belongs here: examples for ``rules_characteristics``, ``rules_comparisons`` and ``rules_analysis``. Does not belong
here: statistics.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_analysis import ANALYSIS_RULES
from lbc_assets.quality.rules_characteristics import CHARACTERISTICS_RULES
from lbc_assets.quality.rules_comparisons import COMPARISON_RULES

_NUMBERS = "0.5::double AS std_error, 10::double AS df, 0.3::double AS p_value"
_CORRECTED = "'family' AS family, 0.4::double AS p_holm, 0.35::double AS p_benjamini_hochberg"

# Groups of 60 current, 40 previous, 20 never; half of each female; the age of one current child is missing.
# The last model of each table was refused and has no numbers.
SETUP = f"""
    CREATE TABLE mart_analysis_cohort AS
    SELECT wave, i AS child, CASE WHEN i < 60 THEN 'current' WHEN i < 100 THEN 'previous' ELSE 'never' END
        AS migration_status
    FROM range(120) AS t (i), (VALUES ('w'), ('other')) AS v (wave);
    CREATE TABLE sample_characteristics AS
    WITH sizes AS (
        SELECT wave, migration_status, count(*) AS children FROM mart_analysis_cohort GROUP BY ALL
        UNION ALL SELECT wave, 'all', count(*) FROM mart_analysis_cohort GROUP BY ALL)
    SELECT wave, 'sex' AS variable, unnest(['male', 'female']) AS level, migration_status, 'count' AS measure,
        children // 2 AS n, 50::double AS estimate, NULL::double AS std_dev, 0 AS n_missing,
        NULL::varchar AS test, NULL::double AS statistic, NULL::double AS p_value, NULL::double AS p_std_error,
        NULL::double AS p_holm, NULL::double AS p_benjamini_hochberg, NULL::boolean AS small_expected,
        NULL::varchar AS effect, NULL::double AS effect_size, NULL::double AS effect_low, NULL::double AS effect_high,
        'ok' AS status
    FROM sizes;
    INSERT INTO sample_characteristics BY NAME
    SELECT wave, 'age_years' AS variable, migration_status, 'mean' AS measure,
        n - (migration_status IN ('current', 'all'))::int AS n, 12.0 AS estimate, 1.5 AS std_dev,
        (migration_status IN ('current', 'all'))::int AS n_missing, 'ok' AS status
    FROM (SELECT wave, migration_status, sum(n) AS n FROM sample_characteristics GROUP BY ALL);
    INSERT INTO sample_characteristics BY NAME
    SELECT wave, variable, 'all' AS migration_status, 'test' AS measure, 120 AS n, 0 AS n_missing, test,
        statistic, 0.2 AS p_value, p_std_error, p_holm, p_holm AS p_benjamini_hochberg, small_expected,
        effect, effect_size, effect_size / 2 AS effect_low, effect_size * 2 AS effect_high, 'ok' AS status
    FROM (VALUES ('sex', 'chi_square', 3.2, NULL, 0.4, true, 'cramers_v', 0.1),
            ('sex', 'chi_square_monte_carlo', 3.2, 0.001, NULL, NULL, NULL, NULL),
            ('age_years', 'anova_f', 3.2, NULL, 0.4, NULL, 'omega_squared', 0.1),
            ('age_years', 'welch_f', 3.1, NULL, NULL, NULL, NULL, NULL))
        AS t (variable, test, statistic, p_std_error, p_holm, small_expected, effect, effect_size),
        (VALUES ('w'), ('other')) AS v (wave);
    CREATE TABLE group_comparisons AS
    SELECT wave, variable, test, migration_status, reference, CASE migration_status WHEN 'current' THEN 60 ELSE 40 END
            AS n, CASE reference WHEN 'previous' THEN 40 ELSE 20 END AS n_reference,
        CASE WHEN test <> 'chi_square_pair' THEN -1.5::double END AS estimate,
        CASE WHEN test <> 'chi_square_pair' THEN 0.5::double END AS std_error,
        CASE WHEN test <> 'chi_square_pair' THEN -2.7::double END AS conf_low,
        CASE WHEN test <> 'chi_square_pair' THEN -0.3::double END AS conf_high,
        CASE WHEN test <> 'chi_square_pair' THEN 3 * sqrt(2) ELSE 3.2 END AS statistic, 0.01::double AS p_value,
        CASE WHEN test = 'chi_square_pair' THEN 0.03::double END AS p_holm,
        CASE WHEN test = 'chi_square_pair' THEN 0.02::double END AS p_benjamini_hochberg,
        CASE WHEN test = 'chi_square_pair' THEN false END AS small_expected,
        CASE WHEN test = 'chi_square_pair' THEN 'cramers_v' ELSE 'hedges_g' END AS effect,
        CASE WHEN test = 'chi_square_pair' THEN 0.2::double ELSE -0.3 END AS effect_size,
        CASE WHEN test = 'chi_square_pair' THEN 0.1::double ELSE -0.5 END AS effect_low,
        CASE WHEN test = 'chi_square_pair' THEN 0.3::double ELSE -0.1 END AS effect_high, 'ok' AS status
    FROM (VALUES ('sex', 'chi_square_pair'), ('age_years', 'tukey_hsd'), ('age_years', 'games_howell'))
            AS t (variable, test),
        (VALUES ('current', 'previous'), ('current', 'never'), ('previous', 'never'))
            AS p (migration_status, reference),
        (VALUES ('w'), ('other')) AS v (wave);
    CREATE TABLE model_coefficients AS
    SELECT wave, model, outcome, term, estimate::double AS estimate, estimate / 0.5 AS statistic,
        {_NUMBERS}, {_CORRECTED}, estimate - 1 AS conf_low, estimate + 1 AS conf_high,
        CASE model WHEN 'baseline' THEN 120 ELSE 110 END AS n, 'ok' AS status
    FROM (VALUES ('total', 2.0), ('emotional', 0.5), ('conduct', 0.25), ('hyperactivity', 1.0),
            ('peer', 0.25), ('prosocial', -0.4)) AS o (outcome, estimate),
        (VALUES ('baseline'), ('baseline_complete_cases'), ('adjusted')) AS m (model),
        (VALUES ('intercept'), ('age_years')) AS t (term), (VALUES ('w'), ('other')) AS v (wave);
    INSERT INTO model_coefficients BY NAME
    SELECT wave, 'adjusted_caregiver_mother' AS model, 'peer' AS outcome, 'intercept' AS term,
        'refused' AS status
    FROM (VALUES ('w'), ('other')) AS v (wave);
    CREATE TABLE departure_age AS
    SELECT * REPLACE ('departure_age' AS model, 60 AS n) FROM model_coefficients
    WHERE model = 'adjusted' AND outcome = 'total';
    CREATE TABLE exposure_models AS
    SELECT * REPLACE ('living_arrangement_adjusted' AS model) FROM model_coefficients
    WHERE model = 'adjusted' AND outcome = 'total';
    CREATE TABLE interaction_tests AS
    SELECT 'w' AS wave, 'ok' AS status, 1.7::double AS statistic, 0.2::double AS p_value, {_CORRECTED}
    UNION ALL SELECT 'w', 'refused', NULL, NULL, 'family', NULL, NULL;
    CREATE TABLE model_terms AS
    SELECT 'w' AS wave, 'ok' AS status, 5::double AS statistic, 2::double AS df, 90::double AS df_residual,
        0.2::double AS p_value, {_CORRECTED}, 0.1::double AS partial_eta_squared, 7 AS n_missing, 5 AS n_lost
    UNION ALL SELECT 'w', 'refused', NULL, NULL, NULL, NULL, 'family', NULL, NULL, NULL, 7, 7;
    CREATE TABLE adjusted_means AS
    SELECT 'w' AS wave, 'by_sex' AS model, 'total' AS outcome, 'sex' AS variable, level, migration_status,
        'equal' AS weights, 13.8::double AS estimate, {_NUMBERS}, 12.8 AS conf_low, 14.8 AS conf_high, 'ok' AS status
    FROM (VALUES ('male'), ('female')) AS l (level),
        (VALUES ('never'), ('previous'), ('current')) AS g (migration_status);
    CREATE TABLE adjusted_mean_tests AS
    SELECT 'w' AS wave, 1.5::double AS estimate, 0.5::double AS std_error, 9::double AS statistic,
        0.01::double AS p_value, 'ok' AS status
    UNION ALL SELECT 'w', NULL, NULL, NULL, NULL, 'refused';
"""

_ONE = "WHERE model <> 'adjusted_caregiver_mother' AND outcome = 'total' AND term = 'intercept'"
_ONE_MODEL = _ONE + " AND model IN ('adjusted', 'departure_age', 'living_arrangement_adjusted')"
_COEFFICIENTS = {
    "estimates_finite": f"UPDATE candidate SET estimate = 'nan' {_ONE_MODEL}",
    "standard_errors_positive": f"UPDATE candidate SET std_error = 0 {_ONE_MODEL}",
    "interval_holds_estimate": f"UPDATE candidate SET conf_low = estimate + 0.1 {_ONE_MODEL}",
    "n_consistent_in_model": f"UPDATE candidate SET n = n - 1 {_ONE_MODEL}",
    "p_values_in_0_1": f"UPDATE candidate SET p_value = 1.01, p_holm = 1.01, p_benjamini_hochberg = 1.01 {_ONE_MODEL}",
    "corrected_p_not_smaller": f"UPDATE candidate SET p_benjamini_hochberg = 0.29 {_ONE_MODEL}",
}

# table, rule: what breaks it, how many rows fail
BROKEN = {
    **{
        (table, rule): (change, 1)
        for rule, change in _COEFFICIENTS.items()
        for table in ("model_coefficients", "departure_age", "exposure_models")
    },
    ("model_coefficients", "n_consistent_between_models"): (
        "UPDATE candidate SET n = 109 WHERE model = 'adjusted' AND outcome = 'conduct'",
        1,
    ),
    ("model_coefficients", "n_within_cohort"): (f"UPDATE candidate SET n = 121 {_ONE_MODEL}", 1),
    ("departure_age", "n_within_current_group"): ("UPDATE candidate SET n = 61", 2),
    ("model_coefficients", "coefficients_additive"): (
        f"UPDATE candidate SET estimate = 2.0000001 {_ONE_MODEL}",
        1,
    ),
    ("interaction_tests", "corrected_p_not_smaller"): (
        "UPDATE candidate SET p_holm = 0.3, p_benjamini_hochberg = 0.31",
        1,
    ),
    ("model_terms", "corrected_p_not_smaller"): ("UPDATE candidate SET p_holm = NULL", 1),
    ("model_terms", "f_statistics_not_negative"): ("UPDATE candidate SET statistic = NULL", 1),
    ("model_terms", "eta_agrees_with_f"): ("UPDATE candidate SET partial_eta_squared = 0.11", 1),
    ("model_terms", "lost_not_more_than_missing"): ("UPDATE candidate SET n_missing = 6 WHERE n_lost = 7", 1),
    ("model_terms", "p_values_in_0_1"): ("UPDATE candidate SET p_value = 'nan'", 1),
    ("interaction_tests", "f_statistics_not_negative"): ("UPDATE candidate SET statistic = -0.1", 1),
    ("interaction_tests", "p_values_in_0_1"): ("UPDATE candidate SET p_value = NULL", 1),
    ("adjusted_means", "means_within_scale"): (
        "UPDATE candidate SET estimate = 40.1 WHERE level = 'male'",
        3,
    ),
    ("adjusted_means", "standard_errors_positive"): ("UPDATE candidate SET std_error = 'inf'", 6),
    ("adjusted_means", "interval_holds_estimate"): ("UPDATE candidate SET conf_high = 13", 6),
    ("adjusted_means", "cells_all_present"): (
        "DELETE FROM candidate WHERE level = 'male' AND migration_status = 'never'",
        1,
    ),
    ("adjusted_mean_tests", "f_is_squared_t"): ("UPDATE candidate SET statistic = 3.0", 1),
    ("adjusted_mean_tests", "p_values_in_0_1"): ("UPDATE candidate SET p_value = -0.1", 1),
    ("sample_characteristics", "levels_sum_to_group"): (
        "UPDATE candidate SET n_missing = 0 WHERE variable = 'age_years' AND migration_status = 'current'",
        1,
    ),
    ("sample_characteristics", "percentages_agree_with_counts"): (
        "UPDATE candidate SET estimate = 50.1 WHERE level = 'male' AND migration_status = 'never'",
        1,
    ),
    ("sample_characteristics", "means_finite"): (
        "UPDATE candidate SET std_dev = 'nan' WHERE measure = 'mean'",
        4,
    ),
    ("sample_characteristics", "each_variable_tested_once"): (
        "DELETE FROM candidate WHERE test IN ('chi_square', 'welch_f')",
        2,
    ),
    ("sample_characteristics", "small_expected_counts_said"): ("UPDATE candidate SET small_expected = NULL", 1),
    ("sample_characteristics", "test_statistics_not_negative"): (
        "UPDATE candidate SET statistic = NULL WHERE test = 'anova_f'",
        1,
    ),
    ("sample_characteristics", "simulated_p_has_its_error"): (
        "UPDATE candidate SET p_std_error = NULL; UPDATE candidate SET p_std_error = 0.1 WHERE test = 'welch_f'",
        2,
    ),
    ("sample_characteristics", "corrected_p_not_below_p"): (
        "UPDATE candidate SET p_holm = 0.3 WHERE test = 'chi_square'",
        1,
    ),
    ("sample_characteristics", "effect_sizes_complete"): (
        "UPDATE candidate SET effect_low = 0.3 WHERE test = 'chi_square'; "
        "UPDATE candidate SET effect = 'cramers_v' WHERE test = 'anova_f'",
        2,
    ),
    ("sample_characteristics", "p_values_in_0_1"): (
        "UPDATE candidate SET p_value = 1.5 WHERE measure = 'test'",
        4,
    ),
    ("group_comparisons", "pairs_all_present"): (
        "DELETE FROM candidate WHERE test = 'games_howell' AND reference = 'previous'; "
        "UPDATE candidate SET migration_status = 'previous' WHERE test = 'chi_square_pair' AND reference = 'previous'",
        2,
    ),
    ("group_comparisons", "n_within_groups"): (
        "UPDATE candidate SET n = 61 WHERE variable = 'sex' AND reference = 'previous'; "
        "UPDATE candidate SET n_reference = 21 WHERE variable = 'sex' AND migration_status = 'previous'",
        2,
    ),
    ("group_comparisons", "statistics_not_negative"): (
        "UPDATE candidate SET statistic = NULL WHERE test = 'chi_square_pair'",
        3,
    ),
    ("group_comparisons", "p_values_in_0_1"): ("UPDATE candidate SET p_value = 1.01 WHERE variable = 'sex'", 3),
    ("group_comparisons", "standard_errors_positive"): (
        "UPDATE candidate SET std_error = 0 WHERE test = 'tukey_hsd'",
        3,
    ),
    ("group_comparisons", "interval_holds_estimate"): (
        "UPDATE candidate SET conf_low = NULL WHERE test = 'tukey_hsd'; "
        "UPDATE candidate SET conf_high = -1.6 WHERE test = 'games_howell' AND reference = 'previous'",
        4,
    ),
    ("group_comparisons", "range_is_difference_over_error"): (
        "UPDATE candidate SET statistic = 3 WHERE test = 'tukey_hsd'",
        3,
    ),
    ("group_comparisons", "interval_agrees_with_p"): (
        "UPDATE candidate SET conf_high = 0.1 WHERE test = 'tukey_hsd'; "
        "UPDATE candidate SET p_value = 0.06 WHERE test = 'games_howell'",
        6,
    ),
    ("group_comparisons", "corrected_p_not_below_p"): (
        "UPDATE candidate SET p_holm = 0.015 WHERE test = 'chi_square_pair'; "
        "UPDATE candidate SET p_holm = 0.03 WHERE test = 'tukey_hsd'",
        6,
    ),
    ("group_comparisons", "small_expected_counts_said"): ("UPDATE candidate SET small_expected = NULL", 3),
    ("group_comparisons", "effect_sizes_complete"): (
        "UPDATE candidate SET effect_size = 0.3, effect_high = 0.4 WHERE test = 'tukey_hsd'; "
        "UPDATE candidate SET effect_high = NULL WHERE test = 'chi_square_pair' AND reference = 'previous'",
        4,
    ),
}


def test_every_rule_has_an_example() -> None:
    assert set(BROKEN) == {
        (rule.table, rule.name) for rule in (*CHARACTERISTICS_RULES, *COMPARISON_RULES, *ANALYSIS_RULES)
    }


@pytest.mark.parametrize("table", sorted({table for table, _ in BROKEN}))
def test_a_good_table_passes(rule_results: Callable, table: str) -> None:
    assert [result.check.name for result in rule_results(table, SETUP) if not result.passed] == []


@pytest.mark.parametrize(("table", "rule"), BROKEN)
def test_a_broken_table_fails(rule_results: Callable, table: str, rule: str) -> None:
    change, failing = BROKEN[table, rule]
    (result,) = rule_results(table, SETUP, change, rule)
    assert (result.passed, result.failing_rows, result.pseudonyms) == (False, failing, ())


@pytest.mark.parametrize(
    "table", ["model_coefficients", "adjusted_means", "sample_characteristics", "group_comparisons"]
)
def test_refused_rows_need_no_numbers(rule_results: Callable, table: str) -> None:
    numbers = {
        "model_coefficients": "estimate, std_error, statistic, df, p_value, conf_low, conf_high, n",
        "adjusted_means": "estimate, std_error, conf_low, conf_high",
        "sample_characteristics": "std_dev, estimate, statistic, p_value, p_std_error, p_holm, p_benjamini_hochberg, "
        "effect_size, effect_low, effect_high",
        "group_comparisons": "estimate, std_error, conf_low, conf_high, statistic, p_value, p_holm, small_expected, "
        "p_benjamini_hochberg, effect_size, effect_low, effect_high",
    }[table]
    change = ", ".join(f"{name.strip()} = NULL" for name in numbers.split(","))
    results = rule_results(table, SETUP, f"UPDATE candidate SET status = 'refused', reason = 'collinear', {change}")
    assert [result.check.name for result in results if not result.passed] == []


def test_a_subscale_that_is_missing_is_not_additive(rule_results: Callable) -> None:
    change = "DELETE FROM candidate WHERE outcome = 'peer' AND model = 'adjusted'"
    (result,) = rule_results("model_coefficients", SETUP, change, "coefficients_additive")
    assert result.failing_rows == 2


def test_a_level_without_children_has_no_percentage(rule_results: Callable) -> None:
    change = "UPDATE candidate SET n = 0, n_missing = 60 WHERE variable = 'sex' AND migration_status = 'current'"
    (result,) = rule_results("sample_characteristics", SETUP, change, "percentages_agree_with_counts")
    assert result.failing_rows == 2


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM candidate WHERE test = 'chi_square_monte_carlo'",
        "UPDATE candidate SET small_expected = false",
        "INSERT INTO candidate FROM candidate WHERE test = 'chi_square'",
        "UPDATE candidate SET test = 'welch_f' WHERE test = 'anova_f'",
        "DELETE FROM candidate WHERE measure = 'count'",
        "UPDATE candidate SET test = NULL WHERE test = 'chi_square_monte_carlo'",
    ],
)
def test_a_variable_with_a_test_too_many_or_too_few(rule_results: Callable, change: str) -> None:
    (result,) = rule_results("sample_characteristics", SETUP, change, "each_variable_tested_once")
    assert result.failing_rows == 1


def test_an_exact_test_has_no_statistic(rule_results: Callable) -> None:
    change = "UPDATE candidate SET test = 'fisher_exact' WHERE test = 'chi_square_monte_carlo'"
    (result,) = rule_results("sample_characteristics", SETUP, change, "test_statistics_not_negative")
    assert result.failing_rows == 1


def test_either_side_of_five_percent_is_right_at_five_percent(rule_results: Callable) -> None:
    change = "UPDATE candidate SET conf_high = 0.0, p_value = 0.05 - 1e-12 WHERE test = 'tukey_hsd'"
    (result,) = rule_results("group_comparisons", SETUP, change, "interval_agrees_with_p")
    assert result.passed
