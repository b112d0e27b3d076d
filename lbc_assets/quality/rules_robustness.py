"""Rules of the tables that ask whether the main association holds.

Belongs here: what intervals, residuals and verdicts must obey. Does not belong here: the models' own tables
(``rules_analysis``).
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import rule, where

TABLES_WITH_INTERVALS = ("imputed_coefficients", "robustness", "specification_curve", "adjusted_mean_contrasts")

ROBUSTNESS_RULES: tuple[Rule, ...] = (
    *(
        where(
            table,
            "interval_holds_estimate",
            "Each estimate is a number and lies within its interval.",
            "estimate IS NULL OR conf_low IS NULL OR conf_high IS NULL OR conf_low > estimate OR estimate > conf_high",
        )
        for table in TABLES_WITH_INTERVALS
    ),
    rule(
        "robustness",
        "no_verdict_on_synthetic_waves",
        "Of synthetic children it is not said whether a result holds.",
        "SELECT 1 FROM {candidate} WHERE data_origin = 'synthetic' AND verdict IS NOT NULL",
        reason_code="verdict_on_synthetic_wave",
    ),
    rule(
        "robustness",
        "no_analysis_missing",
        "Every analysis has a row for either level of migration status, refused or not.",
        "SELECT 1 FROM {candidate} GROUP BY wave "
        "HAVING count(*) <> 2 * count(DISTINCT analysis) OR count(DISTINCT analysis) <> 14",
        reason_code="cell_missing",
    ),
    rule(
        "residuals",
        "residuals_sum_to_zero",
        "The residuals of a model add up to zero over its bins.",
        """
            SELECT 1 FROM {candidate} WHERE status = 'ok' GROUP BY wave, model, outcome
            HAVING NOT abs(sum(n * residual_mean)) <= 1e-6 * sum(n)
        """,
    ),
    rule(
        "wealth_within_province",
        "levels_sum_to_group",
        "The levels of each group, and those who did not answer, are the group.",
        """
            SELECT 1 FROM {candidate} AS l
            WHERE measure = 'count'
            GROUP BY wave, province, migration_status
            HAVING sum(n) + min(n_missing) <> (
                SELECT count(*) FROM mart_analysis_cohort AS c
                WHERE c.wave = l.wave AND c.province = l.province
                  AND l.migration_status IN (c.migration_status, 'all')
            )
        """,
        needs=("mart_analysis_cohort",),
        reason_code="counts_do_not_add_up",
    ),
)
