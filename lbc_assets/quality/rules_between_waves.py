"""Rules of the tables between waves: nothing is tested that the manifests do not allow, and nobody is counted twice.

Belongs here: what holds of ``wave_descriptions`` and ``wave_changes``, asked of manifests and children themselves. Does
not belong here: the statistics that obey (``stats/waves``); a rule shares no code with what it watches.
"""

from __future__ import annotations

from lbc_assets.quality.rule import Rule
from lbc_assets.quality.rules_analysis import P_OUTSIDE_0_1, not_finite, rule, where

DESCRIPTIONS, CHANGES = "wave_descriptions", "wave_changes"
PERMISSION = "test_not_allowed"
_COUNTS = "counts_do_not_add_up"
# analysis, and how many terms it has of each score
TERMS = {
    "difference_between_waves": 1,
    "paired_change": 1,
    "ancova": 2,
    "mixed_model": 3,
    "difference_in_change": 1,
}


def _of_manifests(name: str, description: str, condition: str) -> Rule:
    """``condition`` is true of no tested row; b and a are the manifests of the wave before and after."""
    query = f"""
        SELECT 1 FROM {{candidate}} AS c
        LEFT JOIN raw_deliveries AS b ON b.wave = c.wave_before
        LEFT JOIN raw_deliveries AS a ON a.wave = c.wave_after
        WHERE c.status IS DISTINCT FROM 'refused' AND ({condition})
    """
    return rule(CHANGES, name, description, query, needs=("raw_deliveries",), reason_code=PERMISSION)


_TERMS_SQL = " ".join(f"WHEN '{analysis}' THEN {number}" for analysis, number in TERMS.items())
_LINKED = "('paired_change', 'ancova', 'mixed_model')"
_SHARES_KEY = "b.linking_key = a.linking_key AND b.linking_approval IS NOT NULL AND a.linking_approval IS NOT NULL"

BETWEEN_WAVES_RULES: tuple[Rule, ...] = (
    rule(
        DESCRIPTIONS,
        "counts_agree_with_cohort",
        "The children counted of a wave, province and migration group are those of the analysis cohort.",
        """
            SELECT 1
            FROM (FROM {candidate} WHERE variable = 'children' AND status = 'ok') AS c
            FULL JOIN (
                SELECT wave, 'all' AS province, 'all' AS migration_status, count(*) AS n
                FROM mart_analysis_cohort GROUP BY wave
                UNION ALL
                SELECT wave, coalesce(province, 'unknown'), 'all', count(*) FROM mart_analysis_cohort GROUP BY ALL
                UNION ALL
                SELECT wave, coalesce(province, 'unknown'), migration_status, count(*)
                FROM mart_analysis_cohort GROUP BY ALL
            ) AS m USING (wave, province, migration_status)
            WHERE coalesce(c.n, 0) <> coalesce(m.n, 0)
        """,
        needs=("mart_analysis_cohort",),
        reason_code=_COUNTS,
    ),
    rule(
        DESCRIPTIONS,
        "published_waves_described",
        "Each wave that is read is described, and no other wave has a number.",
        """
            SELECT 1 FROM raw_deliveries AS d
            FULL JOIN (SELECT DISTINCT wave FROM {candidate} WHERE n IS NOT NULL) AS c ON c.wave = d.wave
            WHERE c.wave IS NULL OR d.wave IS NULL
        """,
        needs=("raw_deliveries",),
        reason_code="wave_missing",
    ),
    where(
        DESCRIPTIONS,
        "means_finite",
        "Each mean and standard deviation is a number.",
        f"variable <> 'children' AND ({not_finite('estimate', 'std_dev')})",
    ),
    _of_manifests(
        "one_origin",
        "No synthetic wave is compared with a collected one.",
        "b.data_origin IS DISTINCT FROM a.data_origin OR c.data_origin IS DISTINCT FROM a.data_origin",
    ),
    _of_manifests(
        "before_and_after",
        "The earlier survey had ended before the later one began.",
        "NOT coalesce(b.survey_last_date < a.survey_first_date, false)",
    ),
    _of_manifests(
        "unlinked_in_one_frame_only",
        "Children who are not linked are compared only where both manifests declare one sampling frame.",
        "c.analysis = 'difference_between_waves' AND NOT coalesce(b.sampling_frame = a.sampling_frame, false)",
    ),
    _of_manifests(
        "linked_by_approved_key_only",
        "Children are linked only where both manifests name an approval and the same key.",
        f"c.analysis IN {_LINKED} AND NOT coalesce({_SHARES_KEY}, false)",
    ),
    _of_manifests(
        "arms_compared_with_permission",
        "Attenders and controls are compared over children who are linked by an approved key, or within one frame.",
        f"c.analysis = 'difference_in_change' AND NOT coalesce({_SHARES_KEY}, false) "
        "AND NOT coalesce(b.sampling_frame = a.sampling_frame, false)",
    ),
    rule(
        CHANGES,
        "each_analysis_of_each_score",
        "Each pair of waves has every analysis of every score, as numbers or refused.",
        f"""
            SELECT 1 FROM {{candidate}}
            GROUP BY province, wave_before, wave_after, analysis
            HAVING count(*) <> 6 * CASE analysis {_TERMS_SQL} END OR count(DISTINCT outcome) <> 6
            UNION ALL
            SELECT 1 FROM {{candidate}} GROUP BY province, wave_before, wave_after
            HAVING count(DISTINCT analysis) <> {len(TERMS)}
        """,
        reason_code="analysis_missing",
    ),
    rule(
        CHANGES,
        "children_within_waves",
        "No analysis has more children of a wave than the province's cohort.",
        """
            SELECT 1 FROM {candidate} AS c
            LEFT JOIN (SELECT wave, province, count(*) AS n FROM mart_analysis_cohort GROUP BY ALL) AS b
                ON b.wave = c.wave_before AND b.province = c.province
            LEFT JOIN (SELECT wave, province, count(*) AS n FROM mart_analysis_cohort GROUP BY ALL) AS a
                ON a.wave = c.wave_after AND a.province = c.province
            WHERE c.status IS DISTINCT FROM 'refused'
                AND NOT coalesce(c.n_before <= b.n AND c.n_after <= a.n, false)
        """,
        needs=("mart_analysis_cohort",),
        reason_code=_COUNTS,
    ),
    where(
        CHANGES,
        "estimates_finite",
        "Each estimate, statistic and degree of freedom is a number, and each standard error one above zero.",
        f"{not_finite('estimate', 'statistic', 'df', 'std_error')} OR std_error <= 0 OR df <= 0",
    ),
    where(
        CHANGES,
        "interval_holds_estimate",
        "Each interval holds its estimate.",
        f"{not_finite('conf_low', 'conf_high')} OR conf_low > estimate OR estimate > conf_high",
    ),
    where(CHANGES, "p_values_in_0_1", "Each p lies between 0 and 1.", P_OUTSIDE_0_1),
    where(
        CHANGES,
        "arms_clustered_by_village",
        "A difference in change says by how many villages it is clustered, and rests on four degrees of freedom.",
        "analysis = 'difference_in_change' AND (villages IS NULL OR villages < 5 OR df < 4)",
    ),
    rule(
        CHANGES,
        "refused_rows_have_no_number",
        "A refused row has a reason and no number.",
        """
            SELECT 1 FROM {candidate} WHERE status = 'refused'
            AND (reason IS NULL OR coalesce(estimate, std_error, p_value, n) IS NOT NULL)
        """,
    ),
)
