"""Rules of the estimates: they are numbers, within bounds, and agree with each other.

Belongs here: what holds of any estimate of these kinds. Does not belong here: expected values of a wave
(``reference/``), the description of the sample (``rules_characteristics.py``), pairs of groups
(``rules_comparisons.py``). Rows of status 'refused' have
no numbers and are exempt where numbers are asked for.
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule

# Coefficients of one sample add up exactly; what is left is rounding of double precision.
ADDITIVITY_TOLERANCE = 1e-8
ADDITIVE_MODELS = ("baseline", "baseline_complete_cases", "adjusted")
COEFFICIENT_TABLES = ("model_coefficients", "departure_age", "exposure_models")
TABLES_WITH_P = (*COEFFICIENT_TABLES, "model_terms", "interaction_tests", "adjusted_mean_tests")
CORRECTED_TABLES = (*COEFFICIENT_TABLES, "model_terms", "interaction_tests")

_REPORT = "A fault of the analysis: the table is not to be used. Report it."
_BAD = "estimate_not_valid"


def not_finite(*columns: str) -> str:
    """SQL: one of the numbers is missing, infinite or not a number."""
    return " OR ".join(f"{column} IS NULL OR NOT isfinite({column})" for column in columns)


# Holm's p is never below Benjamini and Hochberg's; what is allowed is rounding of double precision.
CORRECTED_P_BELOW_P = (
    f"{not_finite('p_holm', 'p_benjamini_hochberg')} OR p_benjamini_hochberg < p_value - 1e-12 "
    "OR p_holm < p_benjamini_hochberg - 1e-12"
)
P_OUTSIDE_0_1 = f"{not_finite('p_value')} OR p_value < 0 OR p_value > 1"


def rule(
    table: str,
    name: str,
    description: str,
    query: str,
    *,
    needs: tuple[str, ...] = (),
    reason_code: str = _BAD,
) -> Rule:
    """A rule of an analysis table: always an error, and never of single children."""
    return Rule(name, table, "error", reason_code, description, _REPORT, query, needs)


def where(table: str, name: str, description: str, condition: str) -> Rule:
    """The rule that ``condition`` is true of no row, the refused ones left out."""
    query = f"SELECT 1 FROM {{candidate}} WHERE status IS DISTINCT FROM 'refused' AND ({condition})"
    return rule(table, name, description, query)


def _n_within(table: str, condition: str, group: str, name: str) -> Rule:
    return rule(
        table,
        name,
        f"No model has more children than {group}.",
        f"""
            SELECT 1 FROM {{candidate}} AS m
            LEFT JOIN (
                SELECT wave, count(*) AS children FROM mart_analysis_cohort WHERE {condition} GROUP BY wave
            ) AS g ON g.wave = m.wave
            WHERE m.status IS DISTINCT FROM 'refused' AND (m.n IS NULL OR m.n > coalesce(g.children, 0))
        """,
        needs=("mart_analysis_cohort",),
        reason_code="counts_do_not_add_up",
    )


def _coefficient_rules(table: str) -> tuple[Rule, ...]:
    return (
        where(
            table,
            "estimates_finite",
            "Each estimate, statistic and degree of freedom is a number.",
            not_finite("estimate", "statistic", "df"),
        ),
        where(
            table,
            "standard_errors_positive",
            "Each standard error is a number above zero.",
            f"{not_finite('std_error')} OR std_error <= 0",
        ),
        where(
            table,
            "interval_holds_estimate",
            "Each interval holds its estimate.",
            f"{not_finite('conf_low', 'conf_high')} OR conf_low > estimate OR estimate > conf_high",
        ),
        rule(
            table,
            "n_consistent_in_model",
            "All terms of a model count the same children.",
            """
                SELECT 1 FROM {candidate} WHERE status IS DISTINCT FROM 'refused'
                GROUP BY wave, model, outcome HAVING count(*) <> count(n) OR min(n) <> max(n)
            """,
            reason_code="counts_do_not_add_up",
        ),
    )


COEFFICIENT_RULES: tuple[Rule, ...] = (
    *(rule for table in COEFFICIENT_TABLES for rule in _coefficient_rules(table)),
    rule(
        "model_coefficients",
        "n_consistent_between_models",
        "The adjusted model and the baseline model on its complete cases count the same children.",
        """
            SELECT 1 FROM {candidate}
            WHERE status IS DISTINCT FROM 'refused' AND model IN ('adjusted', 'baseline_complete_cases')
            GROUP BY wave, outcome HAVING min(n) <> max(n)
        """,
        reason_code="counts_do_not_add_up",
    ),
    _n_within("model_coefficients", "true", "the cohort", "n_within_cohort"),
    _n_within("departure_age", "migration_status = 'current'", "the current group", "n_within_current_group"),
    rule(
        "model_coefficients",
        "coefficients_additive",
        "The coefficients of total difficulties are the sums of its four subscales' (within 1e-8).",
        f"""
            SELECT 1 FROM {{candidate}}
            WHERE outcome IN ('total', 'emotional', 'conduct', 'hyperactivity', 'peer')
              AND model IN {ADDITIVE_MODELS}
            GROUP BY wave, model, term
            HAVING count(*) FILTER (WHERE status = 'refused') = 0
               AND (count(DISTINCT outcome) <> 5 OR count(*) <> 5
                    OR NOT abs(sum(CASE WHEN outcome = 'total' THEN estimate ELSE -estimate END))
                        <= {ADDITIVITY_TOLERANCE})
        """,
        reason_code="coefficients_not_additive",
    ),
)

MODERATION_RULES: tuple[Rule, ...] = (
    where(
        "interaction_tests",
        "f_statistics_not_negative",
        "Each F is a number not below zero.",
        f"{not_finite('statistic')} OR statistic < 0",
    ),
    where(
        "adjusted_means",
        "means_within_scale",
        "Each adjusted mean lies within the scale: 0 to 40 for the total, 0 to 10 for a subscale.",
        f"{not_finite('estimate')} OR estimate < 0 OR estimate > CASE WHEN outcome = 'total' THEN 40 ELSE 10 END",
    ),
    where(
        "adjusted_means",
        "standard_errors_positive",
        "Each standard error is a number above zero.",
        f"{not_finite('std_error')} OR std_error <= 0",
    ),
    where(
        "adjusted_means",
        "interval_holds_estimate",
        "Each interval holds its estimate.",
        f"{not_finite('conf_low', 'conf_high')} OR conf_low > estimate OR estimate > conf_high",
    ),
    rule(
        "adjusted_means",
        "cells_all_present",
        "Each model has a mean for every level in each of the three migration groups.",
        """
            SELECT 1 FROM {candidate} GROUP BY wave, model, outcome, variable, weights
            HAVING count(DISTINCT level) < 2 OR count(*) <> 3 * count(DISTINCT level)
                OR count(DISTINCT (level, migration_status)) <> 3 * count(DISTINCT level)
        """,
        reason_code="cell_missing",
    ),
    where(
        "adjusted_mean_tests",
        "f_is_squared_t",
        "Each F is the square of difference over standard error.",
        f"{not_finite('estimate', 'std_error', 'statistic')} OR std_error <= 0 "
        "OR abs(statistic - pow(estimate / std_error, 2)) > 1e-8 * greatest(1, statistic)",
    ),
)

ANALYSIS_RULES: tuple[Rule, ...] = (
    *COEFFICIENT_RULES,
    *MODERATION_RULES,
    *(
        where(
            table,
            "corrected_p_not_smaller",
            "A corrected p value is not below the raw one, nor Benjamini-Hochberg's above Holm's.",
            "family IS NOT NULL AND (p_benjamini_hochberg IS NULL OR p_holm IS NULL "
            "OR p_benjamini_hochberg < p_value OR p_holm < p_benjamini_hochberg)",
        )
        for table in CORRECTED_TABLES
    ),
    where(
        "model_terms",
        "f_statistics_not_negative",
        "Each F is a number not below zero.",
        f"{not_finite('statistic')} OR statistic < 0",
    ),
    where(
        "model_terms",
        "eta_agrees_with_f",
        "Partial eta squared is the one that F and its degrees of freedom give.",
        f"{not_finite('partial_eta_squared')} "
        "OR abs(partial_eta_squared - statistic * df / (statistic * df + df_residual)) > 1e-9",
    ),
    rule(
        "model_terms",
        "lost_not_more_than_missing",
        "No variable costs a model more children than lack it.",
        "SELECT 1 FROM {candidate} WHERE n_lost > n_missing",
        reason_code="counts_do_not_add_up",
    ),
    *(where(table, "p_values_in_0_1", "Each p lies between 0 and 1.", P_OUTSIDE_0_1) for table in TABLES_WITH_P),
)
