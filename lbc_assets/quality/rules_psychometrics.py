"""Rules of reliability: counts that add up, numbers within their bounds, no scale and no item left out.

Belongs here: what holds of any such table, and of the sums it is made from. Does not belong here: other estimates
(``rules_analysis.py``).
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule, in_scope
from lbc_assets.quality.rules_analysis import P_OUTSIDE_0_1, not_finite, rule, where

# children of each migration group, and of all
GROUPS = f"""
    SELECT c.wave, c.migration_status, count(*) AS children FROM mart_analysis_cohort AS c
    WHERE {in_scope("c")} GROUP BY c.wave, c.migration_status
    UNION ALL
    SELECT c.wave, 'all', count(*) FROM mart_analysis_cohort AS c WHERE {in_scope("c")} GROUP BY c.wave
"""
COUNTS = "counts_do_not_add_up"
_COHORT = ("mart_analysis_cohort",)
_OMEGA = "omega_status IS DISTINCT FROM 'refused'"


def _all_is_the_groups_together(table: str, count: str, key: str) -> Rule:
    """One row a key and group: 'all' has the three groups' children together."""
    return rule(
        table,
        "groups_sum_to_all",
        "The three migration groups' children add up to those of all.",
        f"""
            SELECT 1 FROM {{candidate}} GROUP BY wave, {key}
            HAVING sum(CASE WHEN migration_status = 'all' THEN {count} ELSE -{count} END) <> 0
        """,
        reason_code=COUNTS,
    )


def _n_within_group(table: str, count: str) -> Rule:
    return rule(
        table,
        "n_within_group",
        "No row counts more children than its migration group has.",
        f"""
            SELECT 1 FROM {{candidate}} AS t
            LEFT JOIN ({GROUPS}) AS g ON g.wave = t.wave AND g.migration_status = t.migration_status
            WHERE t.{count} > coalesce(g.children, 0)
        """,
        needs=_COHORT,
        reason_code=COUNTS,
    )


PSYCHOMETRIC_RULES: tuple[Rule, ...] = (
    rule(
        "mart_item_sums",
        "sums_within_points",
        "Each sum lies within what 0 to 2 points of its children allow; an item's square sum within its own.",
        """
            SELECT 1 FROM {candidate}
            WHERE item_sum > 2 * children OR other_item_sum > 2 * children
                OR product_sum > 2 * least(item_sum, other_item_sum)
                OR (item = other_item AND product_sum < item_sum)
        """,
        reason_code=COUNTS,
    ),
    _n_within_group("mart_item_sums", "children"),
    rule(
        "mart_item_answers",
        "answers_sum_to_group",
        "Per item, the answers by points and the missing sum to the migration group.",
        f"""
            SELECT 1 FROM {{candidate}} AS t
            LEFT JOIN ({GROUPS}) AS g ON g.wave = t.wave AND g.migration_status = t.migration_status
            WHERE t.points_0 + t.points_1 + t.points_2 + t.missing <> t.children
                OR t.children IS DISTINCT FROM g.children
        """,
        needs=_COHORT,
        reason_code=COUNTS,
    ),
    where(
        "scale_reliability",
        "alpha_not_above_1",
        "Each alpha is a number not above 1, and its interval holds it.",
        f"{not_finite('alpha', 'alpha_standardised', 'conf_low', 'conf_high')} OR alpha > 1 OR conf_low > alpha "
        "OR alpha > conf_high",
    ),
    rule(
        "scale_reliability",
        "omega_in_0_1",
        "Each omega is a number from 0 to 1, unless it is refused.",
        f"SELECT 1 FROM {{candidate}} WHERE {_OMEGA} AND "
        f"({not_finite('omega', 'omega_standardised')} OR omega < 0 OR omega > 1)",
        reason_code="estimate_not_valid",
    ),
    rule(
        "scale_reliability",
        "fit_indices_valid",
        "Chi-square, RMSEA and RMSR are numbers not below zero and p lies between 0 and 1, unless omega is refused.",
        f"SELECT 1 FROM {{candidate}} WHERE {_OMEGA} AND ({not_finite('statistic', 'rmsea', 'rmsr')} "
        f"OR least(statistic, rmsea, rmsr) < 0 OR {P_OUTSIDE_0_1})",
        reason_code="estimate_not_valid",
    ),
    rule(
        "scale_reliability",
        "scales_all_present",
        "Each of the four groups has each of the eight scales.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave
            HAVING count(DISTINCT (migration_status, scale)) <> 32 OR count(*) <> 32
        """,
        reason_code="row_missing",
    ),
    _all_is_the_groups_together("scale_reliability", "n", "scale"),
    _n_within_group("scale_reliability", "n_scored"),
    rule(
        "item_statistics",
        "answered_and_missing_sum_to_group",
        "Per item, the answered and the missing sum to the migration group.",
        f"""
            SELECT 1 FROM {{candidate}} AS t
            LEFT JOIN ({GROUPS}) AS g ON g.wave = t.wave AND g.migration_status = t.migration_status
            WHERE t.n + t.n_missing IS DISTINCT FROM coalesce(g.children, 0)
                OR t.n_complete > t.n
        """,
        needs=_COHORT,
        reason_code=COUNTS,
    ),
    where(
        "item_statistics",
        "item_rest_in_range",
        "Each item-rest correlation is a number from -1 to 1.",
        f"{not_finite('item_rest')} OR abs(item_rest) > 1",
    ),
    rule(
        "item_statistics",
        "items_all_present",
        "Each group that has children has the 25 items.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, migration_status
            HAVING count(DISTINCT item) <> 25 OR count(DISTINCT number) <> 25
        """,
        reason_code="row_missing",
    ),
)
