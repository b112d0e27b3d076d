"""Rules of intermediate and marts: 150 children who pass, and one way to break each rule.

Belongs here: examples of ``rules_derivation``. Does not belong here: how a score is derived.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_derivation import DERIVATION_RULES, ONE_ROW_A_CHILD, SCALES

_ITEMS = ", ".join(f"5 AS {scale}_items_answered, 4 AS {scale}_points, 4 AS {scale}_score" for scale in SCALES)
_SCORES = "16 AS total_score, 8 AS externalising_score, 8 AS internalising_score"

# 150 children a wave: the first ten are excluded, then 50 current, 50 previous, 40 never.
SETUP = f"""
    CREATE TABLE stg_responses AS
    SELECT wave, 'child' || lpad(i::varchar, 3, '0') AS child_pseudonym, i,
        CASE WHEN i % 2 = 0 THEN 'zhejiang' ELSE 'guizhou' END AS province
    FROM range(150) AS t (i), (VALUES ('w'), ('other')) AS v (wave);
    CREATE TABLE int_sdq_scales AS SELECT wave, child_pseudonym, {_ITEMS}, {_SCORES} FROM stg_responses;
    CREATE TABLE int_migration AS SELECT wave, child_pseudonym FROM stg_responses;
    CREATE TABLE int_household AS SELECT wave, child_pseudonym FROM stg_responses;
    CREATE TABLE int_support AS SELECT wave, child_pseudonym FROM stg_responses;
    CREATE TABLE int_exclusions AS
    SELECT wave, child_pseudonym, i, province,
        CASE WHEN i < 10 THEN 'migration_unknown' END AS exclusion_reason
    FROM stg_responses;
    CREATE TABLE raw_row_fates AS
    SELECT wave, 'file' AS source_file, 'without_consent' AS fate, 'no_consent' AS reason_code, 'guizhou' AS province,
        0 AS rows FROM int_exclusions GROUP BY wave;
    CREATE TABLE mart_sdq_scores AS SELECT * FROM int_sdq_scales;
    CREATE TABLE mart_analysis_cohort AS
    SELECT s.*, 12 AS age_years, CASE WHEN e.i < 60 THEN 3 END AS departure_age_years, e.province,
        CASE WHEN e.i < 60 THEN 'current' WHEN e.i < 110 THEN 'previous' ELSE 'never' END AS migration_status
    FROM mart_sdq_scores AS s JOIN int_exclusions AS e USING (wave, child_pseudonym)
    WHERE e.exclusion_reason IS NULL;
    CREATE TABLE mart_participant_flow AS
    WITH provinces AS (
        SELECT wave, exclusion_reason, unnest([province, 'all']) AS province FROM int_exclusions),
    groups AS (SELECT wave, migration_status, unnest([province, 'all']) AS province FROM mart_analysis_cohort)
    SELECT wave, 1 AS position, 'received' AS step, NULL::varchar AS reason_code, province,
        count(*) AS children
    FROM provinces GROUP BY ALL
    UNION ALL SELECT wave, 2, 'excluded', 'no_consent', province, 0 FROM provinces GROUP BY ALL
    UNION ALL SELECT wave, 3, 'excluded', 'migration_unknown', province, count(exclusion_reason)
    FROM provinces GROUP BY ALL
    UNION ALL SELECT wave, 4, 'analysed', NULL, province, count(*) - count(exclusion_reason)
    FROM provinces GROUP BY ALL
    UNION ALL SELECT wave, 5, 'group', migration_status, province, count(*) FROM groups GROUP BY ALL;
"""

_LOST = ("DELETE FROM candidate WHERE child_pseudonym = 'child020'", 1, ("child020",))

# table, rule: what breaks it, how many rows fail, which children
BROKEN = {
    **{(table, "rows_conserved"): _LOST for table in ONE_ROW_A_CHILD},
    **{
        (table, f"{whole}_is_sum_of_scales"): (
            f"UPDATE candidate SET {whole}_score = {change} WHERE child_pseudonym = 'child030'",
            1,
            ("child030",),
        )
        for table in ("mart_sdq_scores", "mart_analysis_cohort")
        for whole, change in (("total", "17"), ("externalising", "NULL"), ("internalising", "9"))
    },
    ("int_sdq_scales", "prorated_score_agrees_with_sum"): (
        # 2 over 4 items is 2.5 and becomes 3: who rounds to the even number says 2
        "UPDATE candidate SET peer_items_answered = 4, peer_points = 2, peer_score = 2 "
        "WHERE child_pseudonym IN ('child001', 'child002');"
        "UPDATE candidate SET peer_score = 3 WHERE child_pseudonym = 'child002'",
        1,
        ("child001",),
    ),
    ("mart_sdq_scores", "scored_from_three_items"): (
        "UPDATE candidate SET prosocial_items_answered = 2 WHERE child_pseudonym = 'child001'",
        1,
        ("child001",),
    ),
    ("mart_analysis_cohort", "cohort_is_analysed"): (
        "UPDATE candidate SET child_pseudonym = 'child005' WHERE child_pseudonym = 'child020'",
        2,
        ("child005", "child020"),
    ),
    ("mart_analysis_cohort", "departure_age_of_current_only"): (
        "UPDATE candidate SET departure_age_years = 3 WHERE child_pseudonym = 'child149'",
        1,
        ("child149",),
    ),
    ("mart_analysis_cohort", "migration_groups_large_enough"): (
        "DELETE FROM candidate WHERE migration_status = 'never';"
        "UPDATE candidate SET migration_status = 'current' "
        "WHERE child_pseudonym BETWEEN 'child060' AND 'child080'",
        2,
        (),
    ),
    ("mart_analysis_cohort", "mean_age_plausible"): ("UPDATE candidate SET age_years = 2003", 1, ()),
    ("mart_participant_flow", "flow_adds_up"): (
        "UPDATE candidate SET children = children + 1 WHERE step = 'group' AND reason_code = 'never'",
        3,
        (),
    ),
    ("mart_participant_flow", "provinces_add_up"): (
        "UPDATE candidate SET children = children + 1 WHERE step = 'received' AND province = 'guizhou'",
        1,
        (),
    ),
    ("mart_participant_flow", "flow_agrees_with_exclusions"): (
        "UPDATE candidate SET reason_code = 'no_consent' WHERE reason_code = 'migration_unknown'",
        2,
        (),
    ),
}


def test_every_rule_has_an_example() -> None:
    assert set(BROKEN) == {(rule.table, rule.name) for rule in DERIVATION_RULES}


@pytest.mark.parametrize("table", sorted({table for table, _ in BROKEN}))
def test_a_good_table_passes(rule_results: Callable, table: str) -> None:
    assert [result.check.name for result in rule_results(table, SETUP) if not result.passed] == []


@pytest.mark.parametrize(("table", "rule"), BROKEN)
def test_a_broken_table_fails(rule_results: Callable, table: str, rule: str) -> None:
    change, failing, children = BROKEN[table, rule]
    (result,) = rule_results(table, SETUP, change, rule)
    assert (result.passed, result.failing_rows, result.pseudonyms) == (False, failing, children)


def test_a_flow_without_rows_does_not_add_up(rule_results: Callable) -> None:
    results = rule_results("mart_participant_flow", SETUP, "DELETE FROM candidate")
    assert [r.check.name for r in results if not r.passed] == ["flow_agrees_with_exclusions"]


def test_missing_scales_make_missing_sums(rule_results: Callable) -> None:
    change = (
        "UPDATE candidate SET peer_items_answered = 0, peer_score = NULL, total_score = NULL, "
        "internalising_score = NULL"
    )
    assert all(result.passed for result in rule_results("mart_sdq_scores", SETUP, change, "total_is_sum_of_scales"))
    (result,) = rule_results(
        "mart_sdq_scores", SETUP, change + ", externalising_score = NULL", "externalising_is_sum_of_scales"
    )
    assert result.failing_rows == 150
    assert result.pseudonyms == tuple(f"child{i:03}" for i in range(20))
