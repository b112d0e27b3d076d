"""Rules of ``group_comparisons``: every pair is there, and its numbers agree with each other.

Belongs here: what holds of any such table. Does not belong here: tests of all groups at once
(``rules_characteristics.py``).
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import CORRECTED_P_BELOW_P, P_OUTSIDE_0_1, not_finite, rule, where

TABLE = "group_comparisons"
_DIFFERENCE = "test IN ('tukey_hsd', 'games_howell')"

COMPARISON_RULES: tuple[Rule, ...] = (
    rule(
        TABLE,
        "pairs_all_present",
        "Each variable has the three pairs of groups: by chi-square, or by Tukey and by Games and Howell.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, variable
            HAVING NOT (
                count(*) = count(DISTINCT (test, migration_status, reference))
                AND count(*) = count(*) FILTER (WHERE (migration_status, reference) IN (
                    ('current', 'previous'), ('current', 'never'), ('previous', 'never')))
                AND [count(*) FILTER (WHERE test = 'chi_square_pair'), count(*) FILTER (WHERE test = 'tukey_hsd'),
                    count(*) FILTER (WHERE test = 'games_howell')] IN ([3, 0, 0], [0, 3, 3]))
        """,
        reason_code="cell_missing",
    ),
    rule(
        TABLE,
        "n_within_groups",
        "No comparison has more children than its groups.",
        """
            SELECT 1 FROM {candidate} AS c
            LEFT JOIN (
                SELECT wave, migration_status, count(*) AS children FROM mart_analysis_cohort GROUP BY ALL
            ) AS g ON g.wave = c.wave AND g.migration_status = c.migration_status
            LEFT JOIN (
                SELECT wave, migration_status, count(*) AS children FROM mart_analysis_cohort GROUP BY ALL
            ) AS r ON r.wave = c.wave AND r.migration_status = c.reference
            WHERE c.n IS NULL OR c.n > coalesce(g.children, 0)
                OR c.n_reference IS NULL OR c.n_reference > coalesce(r.children, 0)
        """,
        needs=("mart_analysis_cohort",),
        reason_code="counts_do_not_add_up",
    ),
    where(
        TABLE,
        "statistics_not_negative",
        "Each statistic is a number not below zero.",
        f"{not_finite('statistic')} OR statistic < 0",
    ),
    where(TABLE, "p_values_in_0_1", "Each p lies between 0 and 1.", P_OUTSIDE_0_1),
    where(
        TABLE,
        "standard_errors_positive",
        "Each difference has a standard error above zero.",
        f"{_DIFFERENCE} AND ({not_finite('std_error')} OR std_error <= 0)",
    ),
    where(
        TABLE,
        "interval_holds_estimate",
        "Each difference is a number within its interval.",
        f"{_DIFFERENCE} AND ({not_finite('estimate', 'conf_low', 'conf_high')} "
        "OR conf_low > estimate OR estimate > conf_high)",
    ),
    where(
        TABLE,
        "range_is_difference_over_error",
        "Each studentised range is sqrt(2) times the difference over its standard error.",
        f"{_DIFFERENCE} AND (statistic IS NULL OR NOT coalesce("
        "abs(statistic - sqrt(2) * abs(estimate) / nullif(std_error, 0)) <= 1e-8 * greatest(1, statistic), false))",
    ),
    where(
        TABLE,
        "interval_agrees_with_p",
        "An interval leaves zero out where p is below 0.05, and there only.",
        # at 0.05 itself either may be right by rounding
        f"{_DIFFERENCE} AND NOT coalesce((p_value < 0.05) = (conf_low > 0 OR conf_high < 0) "
        "OR abs(p_value - 0.05) < 1e-8, false)",
    ),
    where(
        TABLE,
        "corrected_p_not_below_p",
        "Each p of a chi-square is corrected (Holm's not below Benjamini and Hochberg's, nor that below p); "
        "the other tests count the pairs already and have none.",
        f"CASE WHEN test = 'chi_square_pair' THEN {CORRECTED_P_BELOW_P} "
        "ELSE p_holm IS NOT NULL OR p_benjamini_hochberg IS NOT NULL END",
    ),
    where(
        TABLE,
        "small_expected_counts_said",
        "Each chi-square says whether its expected counts are small.",
        "test = 'chi_square_pair' AND small_expected IS NULL",
    ),
    where(
        TABLE,
        "effect_sizes_complete",
        "Each difference has Hedges' g of its sign within its limits, each chi-square Cramer's V from 0 to 1.",
        f"{not_finite('effect_size', 'effect_low', 'effect_high')} OR effect_low > effect_high "
        "OR CASE WHEN test = 'chi_square_pair' THEN effect IS DISTINCT FROM 'cramers_v' OR effect_size < 0 "
        "OR effect_size > 1 ELSE effect IS DISTINCT FROM 'hedges_g' OR effect_size * estimate < 0 "
        "OR effect_size < effect_low OR effect_size > effect_high END",
    ),
)
