"""Rules of ``sample_characteristics``: counts sum to groups, and every variable has its tests.

Belongs here: what holds of any such table. Does not belong here: estimates of models (``rules_analysis.py``), pairs
of groups (``rules_comparisons.py``).
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import CORRECTED_P_BELOW_P, P_OUTSIDE_0_1, not_finite, rule, where

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
        "Each coded variable has one chi-square test, and one exact or simulated test where that one's expected "
        "counts are small; each number has one analysis of variance and Welch's.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, variable
            HAVING count(*) FILTER (WHERE test = 'chi_square') <> (count(*) FILTER (WHERE measure = 'count') > 0)::int
                OR count(*) FILTER (WHERE test IN ('fisher_exact', 'chi_square_monte_carlo'))
                    <> count(*) FILTER (WHERE test = 'chi_square' AND small_expected)
                OR count(*) FILTER (WHERE test = 'anova_f') <> (count(*) FILTER (WHERE measure = 'mean') > 0)::int
                OR count(*) FILTER (WHERE test = 'welch_f') <> (count(*) FILTER (WHERE measure = 'mean') > 0)::int
                OR count(*) FILTER (WHERE measure = 'test') <> count(test) OR count(*) = count(test)
        """,
        reason_code="test_missing",
    ),
    where(
        "sample_characteristics",
        "small_expected_counts_said",
        "Each chi-square test says whether its expected counts are small.",
        "test = 'chi_square' AND small_expected IS NULL",
    ),
    where(
        "sample_characteristics",
        "test_statistics_not_negative",
        "Each test's statistic is a number not below zero; an exact test has none.",
        "CASE WHEN test = 'fisher_exact' THEN statistic IS NOT NULL "
        f"ELSE measure = 'test' AND ({not_finite('statistic')} OR statistic < 0) END",
    ),
    where(
        "sample_characteristics",
        "simulated_p_has_its_error",
        "A simulated p has a standard error, and no other p has one.",
        "(test IS NOT DISTINCT FROM 'chi_square_monte_carlo') = (p_std_error IS NULL)",
    ),
    where(
        "sample_characteristics",
        "corrected_p_not_below_p",
        "Each p of the paper's tests is corrected: Holm's is not below Benjamini and Hochberg's, nor that below p.",
        f"test IN ('chi_square', 'anova_f') AND ({CORRECTED_P_BELOW_P})",
    ),
    where(
        "sample_characteristics",
        "effect_sizes_complete",
        "Each of the paper's tests has its effect size, a number from 0 to 1, with the limits in order.",
        "test IN ('chi_square', 'anova_f') AND (effect IS DISTINCT FROM "
        "CASE test WHEN 'chi_square' THEN 'cramers_v' ELSE 'omega_squared' END "
        f"OR {not_finite('effect_size', 'effect_low', 'effect_high')} OR effect_size < 0 OR effect_size > 1 "
        "OR effect_low > effect_high)",
    ),
    where(
        "sample_characteristics",
        "p_values_in_0_1",
        "Each test's p lies between 0 and 1.",
        f"measure = 'test' AND ({P_OUTSIDE_0_1})",
    ),
)
