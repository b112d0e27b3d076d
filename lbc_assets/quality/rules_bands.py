"""Rules of bands: shares agree with their counts, counts with the cohort, odds ratios with their log odds.

Belongs here: what holds of any such table, and of the counts it is made from. Does not belong here: the bands' limits
(the SQL's seed and its own test), other estimates (``rules_analysis.py``).
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import P_OUTSIDE_0_1, not_finite, rule, where
from lbc_assets.quality.rules_psychometrics import COUNTS, GROUPS

_COHORT = ("mart_analysis_cohort",)


def _adds_up_to_cohort(table: str, condition: str) -> Rule:
    return rule(
        table,
        "counts_sum_to_cohort",
        "The counts add up to the analysed children.",
        f"""
            SELECT 1
            FROM (SELECT wave, sum(children) AS children FROM {{candidate}} WHERE {condition} GROUP BY wave) AS t
            FULL JOIN (
                SELECT wave, children FROM ({GROUPS}) WHERE migration_status = 'all'
            ) AS g ON g.wave = t.wave
            WHERE t.children IS DISTINCT FROM g.children
        """,
        needs=_COHORT,
        reason_code=COUNTS,
    )


BAND_RULES: tuple[Rule, ...] = (
    # every analysed child has a total score
    _adds_up_to_cohort("mart_score_counts", "scale = 'total'"),
    _adds_up_to_cohort("mart_band_cells", "true"),
    rule(
        "mart_score_counts",
        "bands_of_every_norm",
        "A score of a subscale or of the total has a band of each norm; a sum of two subscales has none.",
        """
            SELECT 1 FROM {candidate}
            WHERE CASE WHEN scale IN ('externalising', 'internalising')
                THEN coalesce(band_three, band_four, band_chinese) IS NOT NULL
                ELSE band_three IS NULL OR band_four IS NULL OR band_chinese IS NULL END
        """,
        reason_code="band_missing",
    ),
    rule(
        "band_shares",
        "bands_sum_to_scored",
        "Per norm and group, the bands' children add up to the children who have a score.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, population, scale, norm, migration_status
            HAVING sum(n) <> max(n_scored) OR min(n_scored) <> max(n_scored)
        """,
        reason_code=COUNTS,
    ),
    where(
        "band_shares",
        "shares_agree_with_counts",
        "Each share is 100 times its children over the scored, and its interval holds it.",
        f"{not_finite('estimate', 'conf_low', 'conf_high')} OR abs(estimate - 100.0 * n / n_scored) > 1e-9 "
        "OR conf_low > estimate OR estimate > conf_high",
    ),
    rule(
        "band_shares",
        "bands_all_present",
        "Each scale has all bands of each norm in each group and age population.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, population, scale, migration_status
            HAVING count(*) <> 10 OR count(DISTINCT (norm, band)) <> 10
        """,
        reason_code="row_missing",
    ),
    rule(
        "band_shares",
        "norm_ages_within_all_ages",
        "No band has more children of the norms' ages than of all ages.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, scale, norm, band, migration_status
            HAVING max(n) FILTER (WHERE population = '11_and_over') > max(n) FILTER (WHERE population = 'all')
        """,
        reason_code=COUNTS,
    ),
    rule(
        "band_shares",
        "n_within_group",
        "No row counts more children than its migration group has.",
        f"""
            SELECT 1 FROM {{candidate}} AS t
            LEFT JOIN ({GROUPS}) AS g ON g.wave = t.wave AND g.migration_status = t.migration_status
            WHERE t.n_scored > coalesce(g.children, 0)
        """,
        needs=_COHORT,
        reason_code=COUNTS,
    ),
    where(
        "band_models",
        "estimates_finite",
        "Each log odds is a number and each standard error one above zero.",
        f"{not_finite('estimate', 'statistic', 'std_error')} OR std_error <= 0",
    ),
    where(
        "band_models",
        "odds_ratio_is_exp_of_estimate",
        "Each odds ratio and limit is the exponential of the log odds', and each interval holds its estimate.",
        f"{not_finite('odds_ratio', 'conf_low', 'conf_high')} OR conf_low > estimate OR estimate > conf_high "
        "OR greatest(abs(ln(odds_ratio) - estimate), abs(ln(odds_ratio_low) - conf_low), "
        "abs(ln(odds_ratio_high) - conf_high)) > 1e-9 * greatest(1, abs(conf_low), abs(conf_high))",
    ),
    where("band_models", "p_values_in_0_1", "Each p lies between 0 and 1.", P_OUTSIDE_0_1),
    where(
        "band_models",
        "events_within_children",
        "Each model has some children in the band and some in none of it.",
        "n IS NULL OR n_events IS NULL OR n_events < 1 OR n_events >= n",
    ),
    rule(
        "band_models",
        "n_consistent_in_model",
        "All terms of a model count the same children and events.",
        """
            SELECT 1 FROM {candidate} WHERE status IS DISTINCT FROM 'refused'
            GROUP BY wave, model, population
            HAVING count(*) <> count(n) OR min(n) <> max(n) OR min(n_events) <> max(n_events)
        """,
        reason_code=COUNTS,
    ),
)
