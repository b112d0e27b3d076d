"""Rules of ``sample_characteristics``: counts sum to groups, and every variable has its test.

Belongs here: what holds of any such table. Does not belong here: estimates of models (``rules_analysis.py``).
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import P_OUTSIDE_0_1, not_finite, rule, where

CHARACTERISTICS_RULES: tuple[Rule, ...] = (
    rule(
        "sample_characteristics",
        "levels_sum_to_group",
        "Per variable and group, the levels' counts (or the answered) and the missing sum to the group.",
        """
            SELECT 1
            FROM (
                SELECT wave, variable, migration_status, sum(n) AS answered,
                    min(n_missing) AS missing, max(n_missing) AS most_missing
                FROM {candidate} WHERE measure IN ('count', 'mean') GROUP BY wave, variable, migration_status
            ) AS t
            LEFT JOIN (
                SELECT wave, migration_status, count(*) AS children FROM mart_analysis_cohort
                GROUP BY wave, migration_status
                UNION ALL
                SELECT wave, 'all', count(*) FROM mart_analysis_cohort GROUP BY wave
            ) AS g ON g.wave = t.wave AND g.migration_status = t.migration_status
            WHERE t.answered + t.missing IS DISTINCT FROM coalesce(g.children, 0)
                OR t.missing <> t.most_missing
        """,
        needs=("mart_analysis_cohort",),
        reason_code="counts_do_not_add_up",
    ),
    rule(
        "sample_characteristics",
        "percentages_agree_with_counts",
        "Each percentage is 100 times its count over the answered of its group.",
        """
            SELECT 1
            FROM (
                SELECT estimate, status,
                    100.0 * n / sum(n) OVER (PARTITION BY wave, variable, migration_status) AS expected
                FROM {candidate} WHERE measure = 'count'
            )
            WHERE status IS DISTINCT FROM 'refused' AND NOT coalesce(abs(estimate - expected) <= 1e-9, false)
        """,
        reason_code="counts_do_not_add_up",
    ),
    where(
        "sample_characteristics",
        "means_finite",
        "Each mean is a number and each standard deviation a number not below zero.",
        f"measure = 'mean' AND ({not_finite('estimate', 'std_dev')} OR std_dev < 0)",
    ),
    rule(
        "sample_characteristics",
        "each_variable_tested_once",
        "Each coded variable has one chi-square test and each number one analysis of variance.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, variable
            HAVING count(*) FILTER (WHERE measure = 'test') <> 1
                OR (count(*) FILTER (WHERE measure = 'count') > 0)
                    <> (count(*) FILTER (WHERE test = 'chi_square') = 1)
                OR (count(*) FILTER (WHERE measure = 'mean') > 0)
                    <> (count(*) FILTER (WHERE test = 'anova_f') = 1)
        """,
        reason_code="test_missing",
    ),
    where(
        "sample_characteristics",
        "test_statistics_not_negative",
        "Each test's statistic is a number not below zero.",
        f"measure = 'test' AND ({not_finite('statistic')} OR statistic < 0)",
    ),
    where(
        "sample_characteristics",
        "p_values_in_0_1",
        "Each test's p lies between 0 and 1.",
        f"measure = 'test' AND ({P_OUTSIDE_0_1})",
    ),
)
