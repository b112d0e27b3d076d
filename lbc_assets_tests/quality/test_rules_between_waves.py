"""Rules of the tables between waves: two waves that pass, and one way to break each rule.

Belongs here: examples for ``rules_between_waves``. Does not belong here: statistics, what the gate says of a failure.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_between_waves import BETWEEN_WAVES_RULES, CHANGES, DESCRIPTIONS, TERMS

_TERMS = ", ".join(f"('{analysis}', {number})" for analysis, number in TERMS.items())

# 'before' and 'after' share key and origin, not the frame; 60 + 40 children, ten of each wave never left behind. The
# column 'wave' of wave_changes serves the runner only. The unlinked comparison is refused, as it must be.
SETUP = f"""
    CREATE TABLE raw_deliveries AS
    SELECT * FROM (VALUES
        ('before', 'synthetic', 'f1', 'committee', 'register', DATE '2015-03-01', DATE '2015-12-20'),
        ('w', 'synthetic', 'f2', 'committee', 'register', DATE '2017-02-01', DATE '2017-03-31'))
        AS t (wave, data_origin, sampling_frame, linking_approval, linking_key, survey_first_date, survey_last_date);
    CREATE TABLE mart_analysis_cohort AS
    SELECT wave, 'zhejiang' AS province, CASE WHEN i < 10 THEN 'never' ELSE 'current' END AS migration_status
    FROM (VALUES ('before', 60), ('w', 40)) AS v (wave, children), range(60) AS t (i) WHERE i < children;
    CREATE TABLE wave_descriptions AS
    WITH counted AS (
        SELECT wave, 'all' AS province, 'all' AS migration_status, count(*) AS n FROM mart_analysis_cohort GROUP BY wave
        UNION ALL SELECT wave, province, 'all', count(*) FROM mart_analysis_cohort GROUP BY ALL
        UNION ALL SELECT wave, province, migration_status, count(*) FROM mart_analysis_cohort GROUP BY ALL)
    SELECT wave AS described, 'w' AS wave, province, migration_status, 'children' AS variable, n,
        NULL::double AS estimate, NULL::double AS std_dev, 'ok' AS status, NULL::varchar AS reason FROM counted
    UNION ALL
    SELECT wave, 'w', province, migration_status, 'age_years', n, 12.0, 1.5, 'ok', NULL FROM counted
    WHERE province <> 'all';
    CREATE TABLE wave_changes AS
    SELECT 'w' AS wave, 'zhejiang' AS province, 'before' AS wave_before, 'w' AS wave_after, 'synthetic' AS data_origin,
        analysis, outcome, term, 0.4::double AS estimate, 0.2::double AS std_error, 2.0::double AS statistic,
        9.0::double AS df, 0.08::double AS p_value, -0.05::double AS conf_low, 0.85::double AS conf_high, 30 AS n,
        30 AS n_before, 30 AS n_after, CASE analysis WHEN 'difference_in_change' THEN 12 END AS villages,
        'ok' AS status, NULL::varchar AS reason
    FROM (VALUES {_TERMS}) AS a (analysis, terms), range(3) AS t (term),
        (VALUES ('total'), ('emotional'), ('conduct'), ('peer'), ('hyperactivity'), ('prosocial')) AS o (outcome)
    WHERE term < terms;
    UPDATE wave_changes SET status = 'refused', reason = 'sampling_frames_differ', estimate = NULL, std_error = NULL,
        statistic = NULL, df = NULL, p_value = NULL, conf_low = NULL, conf_high = NULL, n = NULL, n_before = NULL,
        n_after = NULL WHERE analysis = 'difference_between_waves';
"""
# the runner takes wave 'w' of a table: the descriptions' own waves come back
_WAVES = "ALTER TABLE candidate DROP wave; ALTER TABLE candidate RENAME described TO wave;"
_NO_KEY = "UPDATE raw_deliveries SET linking_approval = NULL, linking_key = NULL WHERE wave = 'before';"
_OTHER_KEY = "UPDATE raw_deliveries SET linking_key = 'another' WHERE wave = 'before';"
_TESTED = (
    "UPDATE candidate SET status = 'ok', reason = NULL, estimate = 0.4, std_error = 0.2, statistic = 2, df = 9, "
    "p_value = 0.08, conf_low = 0, conf_high = 1, n = 30, n_before = 30, n_after = 30 "
    "WHERE analysis = 'difference_between_waves';"
)
_TOTAL = " WHERE analysis = 'ancova' AND outcome = 'total' AND term = 0"
_ARMS = " WHERE analysis = 'difference_in_change' AND outcome = 'total'"

# rule: what breaks it, and how many rows fail
BROKEN = {
    (DESCRIPTIONS, "counts_agree_with_cohort"): (
        "UPDATE candidate SET n = n + 1 WHERE wave = 'before' AND variable = 'children' AND migration_status = 'never'",
        1,
    ),
    (DESCRIPTIONS, "published_waves_described"): ("DELETE FROM candidate WHERE wave = 'before'", 1),
    (DESCRIPTIONS, "means_finite"): ("UPDATE candidate SET std_dev = 'nan' WHERE variable = 'age_years'", 6),
    (CHANGES, "one_origin"): ("UPDATE raw_deliveries SET data_origin = 'collected' WHERE wave = 'before'", 42),
    (CHANGES, "before_and_after"): (
        "UPDATE raw_deliveries SET survey_last_date = '2017-02-01' WHERE wave = 'before'",
        42,
    ),
    (CHANGES, "unlinked_in_one_frame_only"): (_TESTED, 6),
    (CHANGES, "linked_by_approved_key_only"): (_NO_KEY, 36),
    (CHANGES, "arms_compared_with_permission"): (_OTHER_KEY, 6),
    (CHANGES, "each_analysis_of_each_score"): ("DELETE FROM candidate" + _TOTAL, 1),
    (CHANGES, "children_within_waves"): ("UPDATE candidate SET n_after = 41" + _TOTAL, 1),
    (CHANGES, "estimates_finite"): ("UPDATE candidate SET std_error = 0" + _TOTAL, 1),
    (CHANGES, "interval_holds_estimate"): ("UPDATE candidate SET conf_high = 0.3" + _TOTAL, 1),
    (CHANGES, "p_values_in_0_1"): ("UPDATE candidate SET p_value = 1.1" + _TOTAL, 1),
    (CHANGES, "arms_clustered_by_village"): ("UPDATE candidate SET villages = 4" + _ARMS, 1),
    (CHANGES, "refused_rows_have_no_number"): (
        "UPDATE candidate SET estimate = 0 WHERE status = 'refused' AND outcome = 'peer'",
        1,
    ),
}


def changed(table: str, change: str) -> str:
    return (_WAVES if table == DESCRIPTIONS else "") + change


def test_every_rule_has_an_example() -> None:
    assert set(BROKEN) == {(rule.table, rule.name) for rule in BETWEEN_WAVES_RULES}


@pytest.mark.parametrize("table", [DESCRIPTIONS, CHANGES])
def test_good_tables_pass(rule_results: Callable, table: str) -> None:
    assert [r.check.name for r in rule_results(table, SETUP, changed(table, "")) if not r.passed] == []


@pytest.mark.parametrize(("table", "rule"), BROKEN)
def test_a_broken_table_fails(rule_results: Callable, table: str, rule: str) -> None:
    change, failing = BROKEN[table, rule]
    (result,) = rule_results(table, SETUP, changed(table, change), rule)
    assert (result.passed, result.failing_rows, result.pseudonyms) == (False, failing, ())


@pytest.mark.parametrize("change", [_NO_KEY, _OTHER_KEY])
def test_linking_needs_approval_and_one_key(rule_results: Callable, change: str) -> None:
    (result,) = rule_results(CHANGES, SETUP, change, "linked_by_approved_key_only")
    assert (result.passed, result.failing_rows) == (False, 36)


def test_one_frame_allows_the_unlinked_comparison(rule_results: Callable) -> None:
    change = _TESTED + "UPDATE raw_deliveries SET sampling_frame = 'f1';" + _NO_KEY
    for rule in ("unlinked_in_one_frame_only", "arms_compared_with_permission"):
        (result,) = rule_results(CHANGES, SETUP, change, rule)
        assert result.passed, rule


@pytest.mark.parametrize("change", ["df = 3.9", "villages = NULL"])
def test_arms_need_villages_and_degrees_of_freedom(rule_results: Callable, change: str) -> None:
    (result,) = rule_results(CHANGES, SETUP, f"UPDATE candidate SET {change}{_ARMS}", "arms_clustered_by_village")
    assert result.failing_rows == 1


def test_a_wave_that_is_not_published_has_no_number(rule_results: Callable) -> None:
    row = (
        "SELECT 'w0' AS wave, 'all' AS province, 'all' AS migration_status, 'children' AS variable, 'refused' AS status"
    )
    change = changed(DESCRIPTIONS, f"INSERT INTO candidate BY NAME {row}")
    assert [r.check.name for r in rule_results(DESCRIPTIONS, SETUP, change) if not r.passed] == []
    change += "; UPDATE candidate SET n = 3 WHERE wave = 'w0'"
    (result,) = rule_results(DESCRIPTIONS, SETUP, change, "published_waves_described")
    assert result.failing_rows == 1


def test_an_analysis_that_is_missing_is_seen(rule_results: Callable) -> None:
    change = "DELETE FROM candidate WHERE analysis = 'mixed_model'"
    (result,) = rule_results(CHANGES, SETUP, change, "each_analysis_of_each_score")
    assert result.failing_rows == 1
