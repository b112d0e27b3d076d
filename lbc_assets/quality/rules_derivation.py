"""Rules of intermediate and marts: scores, cohort and flow agree with each other.

Belongs here: identities between derived columns and tables. Does not belong here: how a score or a class is
derived (``dbt_like_sql``); these rules state what must be true of any derivation.
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule, in_scope
from lbc_assets.quality.rules_intake import rows_conserved

SCALES = ("emotional", "conduct", "hyperactivity", "peer", "prosocial")
SMALLEST_GROUP = 30
AGES = (9, 17)

ONE_ROW_A_CHILD = (
    "int_sdq_scales",
    "int_migration",
    "int_household",
    "int_support",
    "int_exclusions",
    "mart_sdq_scores",
)

_REPORT = "A fault of the platform: two models disagree. Report it."

SUMS = {
    "total": ("emotional", "conduct", "hyperactivity", "peer"),
    "externalising": ("conduct", "hyperactivity"),
    "internalising": ("emotional", "peer"),
}


def score_sums(table: str) -> tuple[Rule, ...]:
    """The total and the two broad scores are sums of scales, and missing when one of them is."""
    return tuple(
        Rule(
            name=f"{whole}_is_sum_of_scales",
            table=table,
            severity="error",
            reason_code="scores_do_not_add_up",
            description=f"{whole}_score = {' + '.join(parts)}, and missing if one of them is.",
            remedy=_REPORT,
            names_children=True,
            query=f"""
                SELECT child_pseudonym FROM {{candidate}}
                WHERE {whole}_score IS DISTINCT FROM {" + ".join(f"{part}_score" for part in parts)}
            """,
        )
        for whole, parts in SUMS.items()
    )


def _prorated(scale: str) -> str:
    # half up, in integers: banker's rounding is a known fault of public scorers
    answered, total = f"CAST({scale}_items_answered AS integer)", f"CAST({scale}_points AS integer)"
    return (
        f"{scale}_score IS DISTINCT FROM CASE WHEN {answered} >= 3 "
        f"THEN (10 * {total} + {answered}) // (2 * {answered}) END"
    )


SCORE_RULES: tuple[Rule, ...] = (
    *map(rows_conserved, ONE_ROW_A_CHILD),
    Rule(
        name="prorated_score_agrees_with_sum",
        table="int_sdq_scales",
        severity="error",
        reason_code="scores_do_not_add_up",
        description="A score is its items' sum prorated to five, rounded half up; missing below three items.",
        remedy=_REPORT,
        names_children=True,
        query=f"SELECT child_pseudonym FROM {{candidate}} WHERE {' OR '.join(map(_prorated, SCALES))}",
    ),
    *score_sums("mart_sdq_scores"),
    Rule(
        name="scored_from_three_items",
        table="mart_sdq_scores",
        severity="error",
        reason_code="scores_do_not_add_up",
        description="A scale has a score exactly when at least three of its five items were answered.",
        remedy=_REPORT,
        names_children=True,
        query="SELECT child_pseudonym FROM {candidate} WHERE "
        + " OR ".join(f"({s}_score IS NULL) <> (coalesce({s}_items_answered, 0) < 3)" for s in SCALES),
    ),
)

COHORT_RULES: tuple[Rule, ...] = (
    Rule(
        name="cohort_is_analysed",
        table="mart_analysis_cohort",
        severity="error",
        reason_code="row_not_conserved",
        description="The cohort holds exactly the children without a reason for exclusion, each once.",
        remedy=_REPORT,
        needs=("int_exclusions",),
        names_children=True,
        query=f"""
            SELECT child_pseudonym
            FROM (
                SELECT wave, child_pseudonym, 1 AS taken, 0 AS given FROM {{candidate}}
                UNION ALL
                SELECT e.wave, e.child_pseudonym, 0, 1 FROM int_exclusions AS e
                WHERE e.exclusion_reason IS NULL AND {in_scope("e")}
            )
            GROUP BY wave, child_pseudonym
            HAVING sum(taken) <> 1 OR sum(given) <> 1
        """,
    ),
    *score_sums("mart_analysis_cohort"),
    Rule(
        name="departure_age_of_current_only",
        table="mart_analysis_cohort",
        severity="error",
        reason_code="variables_disagree",
        description="Only currently left-behind children have an age at first departure.",
        remedy=_REPORT,
        names_children=True,
        query="""
            SELECT child_pseudonym FROM {candidate}
            WHERE departure_age_years IS NOT NULL AND migration_status IS DISTINCT FROM 'current'
        """,
    ),
    Rule(
        name="migration_groups_large_enough",
        table="mart_analysis_cohort",
        severity="warn",
        reason_code="small_group",
        description=f"Each of the three migration groups has at least {SMALLEST_GROUP} children.",
        remedy="Read group comparisons of this wave with care; look whether a delivery file is missing.",
        query=f"""
            SELECT w.wave, g.migration_status
            FROM (SELECT DISTINCT wave FROM {{candidate}}) AS w
            CROSS JOIN (VALUES ('current'), ('previous'), ('never')) AS g (migration_status)
            LEFT JOIN {{candidate}} AS c ON c.wave = w.wave AND c.migration_status = g.migration_status
            GROUP BY w.wave, g.migration_status
            HAVING count(c.child_pseudonym) < {SMALLEST_GROUP}
        """,
    ),
    Rule(
        name="mean_age_plausible",
        table="mart_analysis_cohort",
        severity="warn",
        reason_code="implausible_mean",
        description=f"The mean age lies between {AGES[0]} and {AGES[1]} years.",
        remedy="Look whether the age column holds ages: a birth year or a school year would show here.",
        query=f"""
            SELECT wave FROM {{candidate}} GROUP BY wave
            HAVING avg(age_years) < {AGES[0]} OR avg(age_years) > {AGES[1]}
        """,
    ),
)

FLOW_RULES: tuple[Rule, ...] = (
    Rule(
        name="flow_adds_up",
        table="mart_participant_flow",
        severity="error",
        reason_code="counts_do_not_add_up",
        description="Received = excluded + analysed; analysed = current + previous + never; by province too.",
        remedy=_REPORT,
        query="""
            SELECT wave, province FROM {candidate} GROUP BY wave, province
            HAVING coalesce(sum(children) FILTER (WHERE step = 'received'), -1)
                    <> coalesce(sum(children) FILTER (WHERE step IN ('excluded', 'analysed')), 0)
                OR coalesce(sum(children) FILTER (WHERE step = 'analysed'), -1)
                    <> coalesce(sum(children) FILTER (WHERE step = 'group'), 0)
        """,
    ),
    Rule(
        name="provinces_add_up",
        table="mart_participant_flow",
        severity="error",
        reason_code="counts_do_not_add_up",
        description="At every step the provinces add up to all.",
        remedy=_REPORT,
        query="""
            SELECT wave, position FROM {candidate} GROUP BY wave, position
            HAVING coalesce(sum(children) FILTER (WHERE province = 'all'), -1)
                <> coalesce(sum(children) FILTER (WHERE province <> 'all'), 0)
        """,
    ),
    Rule(
        name="flow_agrees_with_exclusions",
        table="mart_participant_flow",
        severity="error",
        reason_code="counts_do_not_add_up",
        description="Received, each exclusion and analysed are the counts of int_exclusions and of what the door kept.",
        remedy=_REPORT,
        needs=("int_exclusions", "raw_row_fates"),
        query=f"""
            SELECT 1
            FROM (
                SELECT wave, step, CASE WHEN step = 'excluded' THEN reason_code END AS reason, children
                FROM {{candidate}} WHERE province = 'all' AND step IN ('received', 'excluded', 'analysed')
            ) AS f
            FULL JOIN (
                SELECT wave, step, CASE WHEN step = 'excluded' THEN reason END AS reason, sum(children) AS children
                FROM (
                    SELECT e.wave, e.exclusion_reason AS reason, count(*) AS children
                    FROM int_exclusions AS e WHERE {in_scope("e")} GROUP BY e.wave, e.exclusion_reason
                    UNION ALL
                    SELECT d.wave,
                        CASE d.fate WHEN 'without_consent' THEN 'no_consent' ELSE 'held_in_quarantine' END, sum(d.rows)
                    FROM raw_row_fates AS d
                    WHERE d.fate IN ('without_consent', 'quarantined') AND {in_scope("d")} GROUP BY d.wave, d.fate
                ) CROSS JOIN (VALUES ('received'), ('excluded'), ('analysed')) AS s (step)
                WHERE step = 'received' OR (step = 'analysed') = (reason IS NULL)
                GROUP BY ALL
            ) AS x ON x.wave = f.wave AND x.step = f.step AND x.reason IS NOT DISTINCT FROM f.reason
            WHERE coalesce(f.children, 0) <> coalesce(x.children, 0)
        """,
    ),
)

DERIVATION_RULES = SCORE_RULES + COHORT_RULES + FLOW_RULES
