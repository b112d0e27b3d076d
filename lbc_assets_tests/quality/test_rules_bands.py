"""Rules of reliability and bands: tables that pass, and one way to break each rule.

Belongs here: examples for ``rules_psychometrics`` and ``rules_bands``. Does not belong here: statistics.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_bands import BAND_RULES
from lbc_assets.quality.rules_psychometrics import PSYCHOMETRIC_RULES

_WAVES = "(VALUES ('w'), ('other')) AS v (wave)"
_OMEGA = "0.7::double AS omega, 0.69::double AS omega_standardised, 4.1::double AS statistic, 0.5::double AS p_value"

# Groups of 60 current, 40 previous, 20 never; all have a score; half of them are of the norms' ages.
SETUP = f"""
    CREATE TABLE mart_analysis_cohort AS
    SELECT wave, i AS child, CASE WHEN i < 60 THEN 'current' WHEN i < 100 THEN 'previous' ELSE 'never' END
        AS migration_status
    FROM range(120) AS t (i), {_WAVES};
    CREATE TABLE sizes AS
    SELECT wave, migration_status, count(*) AS children FROM mart_analysis_cohort GROUP BY ALL
    UNION ALL SELECT wave, 'all', count(*) FROM mart_analysis_cohort GROUP BY ALL;
    CREATE TABLE mart_item_sums AS
    SELECT wave, migration_status, 'conduct' AS scale, item, other_item, children, children AS item_sum,
        children AS other_item_sum, children + (item = other_item)::int AS product_sum
    FROM sizes, (VALUES ('lies', 'lies'), ('lies', 'steals'), ('steals', 'steals')) AS p (item, other_item);
    CREATE TABLE mart_item_answers AS
    SELECT wave, migration_status, 'i' || i AS item, children, children - 3 AS points_0, 1 AS points_1,
        1 AS points_2, 1 AS missing
    FROM sizes, range(25) AS t (i);
    CREATE TABLE scale_reliability AS
    SELECT wave, migration_status, 's' || i AS scale, children AS n, children AS n_scored, 0.6::double AS alpha,
        0.61::double AS alpha_standardised, 0.5::double AS conf_low, 0.7::double AS conf_high, 'ok' AS status,
        {_OMEGA}, 0.02::double AS rmsea, 0.03::double AS rmsr, 'ok' AS omega_status
    FROM sizes, range(8) AS t (i);
    UPDATE scale_reliability SET status = 'refused', omega_status = 'refused', alpha = NULL, alpha_standardised = NULL,
        conf_low = NULL, conf_high = NULL, omega = NULL, omega_standardised = NULL, statistic = NULL, p_value = NULL,
        rmsea = NULL, rmsr = NULL
    WHERE scale = 's7';
    CREATE TABLE item_statistics AS
    SELECT wave, migration_status, 'i' || i AS item, i AS number, children - 1 AS n, 1 AS n_missing,
        children - 2 AS n_complete, 0.3::double AS item_rest, 'ok' AS status
    FROM sizes, range(25) AS t (i);
    CREATE TABLE mart_score_counts AS
    SELECT wave, migration_status, age_group, scale, 3 AS score, children // 2 AS children,
        CASE scale WHEN 'total' THEN 'normal' END AS band_three,
        CASE scale WHEN 'total' THEN 'close_to_average' END AS band_four,
        CASE scale WHEN 'total' THEN 'normal' END AS band_chinese
    FROM sizes, (VALUES ('11_and_over'), ('under_11_or_unknown')) AS a (age_group),
        (VALUES ('total'), ('externalising')) AS s (scale)
    WHERE migration_status <> 'all';
    CREATE TABLE mart_band_cells AS
    SELECT wave, migration_status, 'normal' AS total_band_three, children FROM sizes WHERE migration_status <> 'all';
    CREATE TABLE band_shares AS
    SELECT wave, population, scale, norm, band, migration_status,
        CASE WHEN band IN ('normal', 'close_to_average') THEN children // part ELSE 0 END AS n,
        children // part AS n_scored, 100.0 * n / n_scored AS estimate, estimate - 0.1 AS conf_low,
        estimate + 0.1 AS conf_high, 'ok' AS status
    FROM sizes, (VALUES ('all', 1), ('11_and_over', 2)) AS p (population, part),
        (VALUES ('total'), ('peer')) AS s (scale),
        (VALUES ('three', 'normal'), ('three', 'borderline'), ('three', 'abnormal'), ('four', 'close_to_average'),
            ('four', 'slightly_raised'), ('four', 'high'), ('four', 'very_high'), ('chinese', 'normal'),
            ('chinese', 'borderline'), ('chinese', 'abnormal')) AS b (norm, band);
    CREATE TABLE band_models AS
    SELECT wave, model, population, term, 0.5::double AS estimate, 0.2::double AS std_error, 2.5::double AS statistic,
        0.01::double AS p_value, 0.1::double AS conf_low, 0.9::double AS conf_high, exp(0.5) AS odds_ratio,
        exp(0.1) AS odds_ratio_low, exp(0.9) AS odds_ratio_high, 100 AS n, 30 AS n_events, 'ok' AS status
    FROM (VALUES ('baseline'), ('adjusted')) AS m (model), (VALUES ('all'), ('11_and_over')) AS p (population),
        (VALUES ('intercept'), ('age_years')) AS t (term), {_WAVES};
    INSERT INTO band_models BY NAME
    SELECT wave, 'refused' AS model, 'all' AS population, 'intercept' AS term, 'refused' AS status FROM {_WAVES};
"""

_ONE_SCALE = "WHERE migration_status = 'all' AND scale = 's0'"
_ONE_ITEM = "WHERE migration_status = 'all' AND item = 'i0'"
_ONE_BAND = "WHERE migration_status = 'never' AND scale = 'peer' AND norm = 'three' AND band = 'abnormal'"
_ONE_TERM = "WHERE model = 'adjusted' AND population = 'all' AND term = 'age_years'"

# table, rule: what breaks it, how many rows fail
BROKEN = {
    ("mart_item_sums", "sums_within_points"): (
        "UPDATE candidate SET product_sum = item_sum - 1 WHERE item = other_item AND migration_status = 'all'",
        2,
    ),
    ("mart_item_sums", "n_within_group"): ("UPDATE candidate SET children = 21 WHERE migration_status = 'never'", 3),
    ("mart_item_answers", "answers_sum_to_group"): (f"UPDATE candidate SET missing = 0 {_ONE_ITEM}", 1),
    ("scale_reliability", "alpha_not_above_1"): (f"UPDATE candidate SET conf_low = 0.65 {_ONE_SCALE}", 1),
    ("scale_reliability", "omega_in_0_1"): (f"UPDATE candidate SET omega = 1.01 {_ONE_SCALE}", 1),
    ("scale_reliability", "fit_indices_valid"): (f"UPDATE candidate SET rmsea = 'nan' {_ONE_SCALE}", 1),
    ("scale_reliability", "scales_all_present"): (f"DELETE FROM candidate {_ONE_SCALE}", 1),
    ("scale_reliability", "groups_sum_to_all"): (f"UPDATE candidate SET n = n - 1 {_ONE_SCALE}", 1),
    ("scale_reliability", "n_within_group"): (f"UPDATE candidate SET n_scored = 121 {_ONE_SCALE}", 1),
    ("item_statistics", "answered_and_missing_sum_to_group"): (f"UPDATE candidate SET n_missing = 0 {_ONE_ITEM}", 1),
    ("item_statistics", "item_rest_in_range"): (f"UPDATE candidate SET item_rest = -1.1 {_ONE_ITEM}", 1),
    ("item_statistics", "items_all_present"): (f"DELETE FROM candidate {_ONE_ITEM}", 1),
    ("mart_score_counts", "counts_sum_to_cohort"): (
        "UPDATE candidate SET children = 9 WHERE scale = 'total' AND migration_status = 'never'",
        1,
    ),
    ("mart_band_cells", "counts_sum_to_cohort"): ("DELETE FROM candidate WHERE migration_status = 'never'", 1),
    ("mart_score_counts", "bands_of_every_norm"): (
        "UPDATE candidate SET band_four = NULL WHERE migration_status = 'never'",
        2,
    ),
    ("band_shares", "bands_sum_to_scored"): (f"UPDATE candidate SET n = 1 {_ONE_BAND}", 2),
    ("band_shares", "shares_agree_with_counts"): (f"UPDATE candidate SET conf_low = 1 {_ONE_BAND}", 2),
    ("band_shares", "bands_all_present"): (f"DELETE FROM candidate {_ONE_BAND}", 2),
    ("band_shares", "norm_ages_within_all_ages"): (
        f"UPDATE candidate SET n = 1 {_ONE_BAND} AND population = '11_and_over'",
        1,
    ),
    ("band_shares", "n_within_group"): (f"UPDATE candidate SET n_scored = 21 {_ONE_BAND}", 2),
    ("band_models", "estimates_finite"): (f"UPDATE candidate SET std_error = 0 {_ONE_TERM}", 1),
    ("band_models", "odds_ratio_is_exp_of_estimate"): (f"UPDATE candidate SET odds_ratio_high = 2 {_ONE_TERM}", 1),
    ("band_models", "p_values_in_0_1"): (f"UPDATE candidate SET p_value = 1.01 {_ONE_TERM}", 1),
    ("band_models", "events_within_children"): (f"UPDATE candidate SET n_events = 100 {_ONE_TERM}", 1),
    ("band_models", "n_consistent_in_model"): (f"UPDATE candidate SET n_events = 31 {_ONE_TERM}", 1),
}


def test_every_rule_has_an_example() -> None:
    assert set(BROKEN) == {(rule.table, rule.name) for rule in PSYCHOMETRIC_RULES + BAND_RULES}


@pytest.mark.parametrize("table", sorted({table for table, _ in BROKEN}))
def test_a_good_table_passes(rule_results: Callable, table: str) -> None:
    assert [result.check.name for result in rule_results(table, SETUP) if not result.passed] == []


@pytest.mark.parametrize(("table", "rule"), BROKEN)
def test_a_broken_table_fails(rule_results: Callable, table: str, rule: str) -> None:
    change, failing = BROKEN[table, rule]
    (result,) = rule_results(table, SETUP, change, rule)
    assert (result.passed, result.failing_rows, result.pseudonyms) == (False, failing, ())
