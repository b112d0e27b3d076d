"""Rules of robustness, residuals and wealth within province: tables that pass, and one way to break each rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.quality.rules_robustness import ROBUSTNESS_RULES

_INTERVAL = "'w' AS wave, 0.4::double AS estimate, 0.1::double AS conf_low, 0.7::double AS conf_high, 'ok' AS status"
_REFUSED = "NULL::double AS {0}"
SETUP = (
    "".join(
        f"""
    CREATE TABLE {table} AS SELECT {_INTERVAL}, NULL AS reason
    UNION ALL SELECT 'w', NULL, NULL, NULL, 'refused', 'empty_level';
"""
        for table in ("imputed_coefficients", "specification_curve", "adjusted_mean_contrasts")
    )
    + f"""
    CREATE TABLE robustness AS
    SELECT {_INTERVAL}, 'synthetic' AS data_origin, 'a' || i AS analysis, level, NULL::varchar AS verdict,
        NULL AS reason
    FROM range(14) AS t (i), (VALUES ('previous'), ('current')) AS l (level);
    CREATE TABLE residuals AS
    SELECT 'w' AS wave, model, 'total' AS outcome, bin, CASE bin WHEN 1 THEN 30 ELSE 10 END AS n,
        CASE bin WHEN 1 THEN 0.1 ELSE -0.3 END::double AS residual_mean, 'ok' AS status, NULL AS reason
    FROM range(1, 3) AS b (bin), (VALUES ('baseline'), ('adjusted')) AS m (model);
    CREATE TABLE mart_analysis_cohort AS
    SELECT wave, p AS province, CASE WHEN i < 3 THEN 'never' ELSE 'current' END AS migration_status
    FROM range(7) AS t (i), (VALUES ('zhejiang'), ('guizhou')) AS v (p), (VALUES ('w'), ('other')) AS x (wave);
    CREATE TABLE wealth_within_province AS
    SELECT 'w' AS wave, province, level, migration_status, 'count' AS measure, n, n_missing, 'ok' AS status,
        NULL AS reason
    FROM (VALUES ('zhejiang'), ('guizhou')) AS p (province),
        (VALUES ('never', 'poor', 1, 1), ('never', 'fair', 1, 1), ('current', 'poor', 4, 0), ('current', 'fair', 0, 0),
            ('all', 'poor', 5, 1), ('all', 'fair', 1, 1)) AS c (migration_status, level, n, n_missing);
"""
)

BROKEN = {
    **{
        (table, "interval_holds_estimate"): ("UPDATE candidate SET conf_low = 0.5 WHERE status = 'ok'", failing)
        for table, failing in (
            ("imputed_coefficients", 1),
            ("specification_curve", 1),
            ("adjusted_mean_contrasts", 1),
            ("robustness", 28),
        )
    },
    ("robustness", "no_verdict_on_synthetic_waves"): (
        "UPDATE candidate SET verdict = 'holds' WHERE analysis = 'a1'",
        2,
    ),
    ("robustness", "no_analysis_missing"): ("DELETE FROM candidate WHERE analysis = 'a1' AND level = 'current'", 1),
    ("residuals", "residuals_sum_to_zero"): ("UPDATE candidate SET n = 11 WHERE bin = 2 AND model = 'adjusted'", 1),
    ("wealth_within_province", "levels_sum_to_group"): ("UPDATE candidate SET n = 0 WHERE n = 4", 2),
}


def test_every_rule_has_an_example() -> None:
    assert set(BROKEN) == {(rule.table, rule.name) for rule in ROBUSTNESS_RULES}


@pytest.mark.parametrize(("table", "rule"), BROKEN)
def test_a_good_table_passes_and_a_broken_one_fails(rule_results: Callable, table: str, rule: str) -> None:
    (good,) = rule_results(table, SETUP, "", rule)
    assert good.passed
    change, failing = BROKEN[table, rule]
    (result,) = rule_results(table, SETUP, change, rule)
    assert (result.passed, result.failing_rows, result.pseudonyms) == (False, failing, ())


def test_a_verdict_on_children_who_answered_is_no_fault(rule_results: Callable) -> None:
    change = "UPDATE candidate SET verdict = 'holds', data_origin = 'collected'"
    (result,) = rule_results("robustness", SETUP, change, "no_verdict_on_synthetic_waves")
    assert result.passed
