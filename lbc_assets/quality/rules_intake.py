"""Rules of raw and staging: nothing that was delivered is lost, and nothing is added.

Belongs here: rules about questionnaires and their answers as delivered and as read. Does not belong here:
codes, ranges, keys and types of single columns (the models' YAML).
"""

from __future__ import annotations

from lbc_assets.intake.questionnaire import questionnaire
from lbc_assets.quality.rule import Rule, in_scope

# Above this share a field's unreadable answers say more about its codebook than about the children.
ISSUES_SHARE_PERCENT = 5


# Written out here and not taken from staging's macro: a rule that shares the code it watches sees less.
_TYPOGRAPHY = "'０１２３４５６７８９－　' || chr(160) || chr(9) || chr(10) || chr(13)"  # noqa: RUF001


def _cleaned(column: str) -> str:
    """SQL: full-width digits and minus as ASCII, every kind of blank as one, none at the ends."""
    return f"trim(translate({column}, {_TYPOGRAPHY}, '0123456789-     '))"


# an answer without a value in staging (s), where a child that is not there has none at all
_UNSTAGED = "CASE WHEN coalesce(s.lacking & {bit}, 1) > 0 AND r.{field} <> '' THEN r.{field} END AS {field}"

# where staging puts an answer, if not under its own name
_STAGED_AS = {"selected_village": "is_in_sampling_frame"}


def _each(text: str, joined: str = ", ") -> str:
    """SQL: the same for every answer of a questionnaire; each has a bit of its own."""
    return joined.join(
        text.format(field=name, staged=_STAGED_AS.get(name, name), bit=2**place)
        for place, name in enumerate(questionnaire())
    )


def rows_conserved(table: str, source: str = "stg_responses") -> Rule:
    """Each row of ``source`` stands in ``table`` exactly once, and no other does."""
    return Rule(
        name="rows_conserved",
        table=table,
        severity="error",
        reason_code="row_not_conserved",
        description=f"Each child of {source} stands in {table} exactly once, and nobody else does.",
        remedy="A fault of the platform: this model loses or repeats children. Report it.",
        needs=(source,),
        names_children=True,
        query=f"""
            SELECT child_pseudonym
            FROM (
                SELECT wave, child_pseudonym, 1 AS taken, 0 AS given FROM {{candidate}}
                UNION ALL
                SELECT s.wave, s.child_pseudonym, 0, 1 FROM {source} AS s WHERE {in_scope("s")}
            )
            GROUP BY wave, child_pseudonym
            HAVING sum(taken) <> 1 OR sum(given) <> 1
        """,
    )


INTAKE_RULES: tuple[Rule, ...] = (
    Rule(
        name="rows_accounted_for",
        table="raw_row_fates",
        severity="error",
        reason_code="row_not_conserved",
        description="Rows in a file = published + quarantined + collapsed + without consent + of other events.",
        remedy="A fault of the platform: the door lost or repeated rows. Report it.",
        needs=("raw_files",),
        query=f"""
            SELECT coalesce(f.source_file, c.source_file) AS source_file
            FROM (SELECT * FROM raw_files AS r WHERE {in_scope("r")}) AS f
            FULL JOIN (SELECT wave, source_file, sum(rows) AS rows FROM {{candidate}} GROUP BY ALL) AS c
                ON c.wave = f.wave AND c.source_file = f.source_file
            WHERE f.rows_in_file IS DISTINCT FROM c.rows
        """,
    ),
    Rule(
        name="rows_match_delivery",
        table="raw_responses",
        severity="error",
        reason_code="row_not_conserved",
        description="There are as many rows as the delivery published, in each file and in all.",
        remedy="A fault of the platform: questionnaires were lost or repeated behind the door. Report it.",
        needs=("raw_deliveries", "raw_row_fates"),
        query=f"""
            SELECT d.wave
            FROM raw_deliveries AS d
            LEFT JOIN (SELECT wave, count(*) AS present FROM {{candidate}} GROUP BY wave) AS c
                ON c.wave = d.wave
            WHERE {in_scope("d")} AND d.questionnaires IS DISTINCT FROM coalesce(c.present, 0)
            UNION ALL
            SELECT coalesce(f.wave, c.wave)
            FROM (SELECT * FROM raw_row_fates AS r WHERE r.fate = 'published' AND {in_scope("r")}) AS f
            FULL JOIN (SELECT wave, source_file, count(*) AS present FROM {{candidate}} GROUP BY ALL) AS c
                ON c.wave = f.wave AND c.source_file = f.source_file
            WHERE f.rows IS DISTINCT FROM c.present
            UNION ALL
            SELECT DISTINCT c.wave FROM {{candidate}} AS c
            WHERE NOT EXISTS (SELECT 1 FROM raw_deliveries AS d WHERE d.wave = c.wave)
        """,
    ),
    Rule(
        name="linked_with_approval_only",
        table="raw_links",
        severity="error",
        reason_code="linking_not_approved",
        description="Children have a linked pseudonym only where the manifest names an approval, and no other does.",
        remedy="A fault of the platform: children were linked without permission. Delete the table and report it.",
        needs=("raw_deliveries", "raw_responses"),
        names_children=True,
        query="""
            SELECT l.child_pseudonym
            FROM {candidate} AS l
            LEFT JOIN raw_deliveries AS d ON d.wave = l.wave
            LEFT JOIN raw_responses AS r ON r.wave = l.wave AND r.child_pseudonym = l.child_pseudonym
            WHERE d.linking_approval IS NULL OR d.linking_key IS NULL OR r.child_pseudonym IS NULL
                OR l.linked_pseudonym = l.child_pseudonym
        """,
    ),
    Rule(
        name="school_counts_possible",
        table="raw_schools",
        severity="error",
        reason_code="counts_do_not_add_up",
        description="No school had more pupils present, or refusing, than were eligible.",
        remedy="Correct the counts of the school in the manifest (wave.yaml) and deliver again.",
        query="SELECT wave FROM {candidate} WHERE present > eligible OR refused > eligible",
    ),
    rows_conserved("stg_responses", "raw_responses"),
    Rule(
        name="no_value_disappears",
        table="stg_value_issues",
        severity="error",
        reason_code="value_disappeared",
        description=(
            "Every answer that is neither blank nor declared missing by the codebook is staged "
            "or listed as an issue (without consent nothing is kept)."
        ),
        remedy="A fault of the platform: staging drops an answer without listing it. Report it.",
        needs=("raw_responses", "raw_codebook", "stg_responses"),
        names_children=True,
        # the few answers without a value are set aside first, child by child: a row an answer would be sixty million;
        # which they are is a number, that a join carries more easily than sixty columns
        query=f"""
            WITH staged AS (
                SELECT wave, child_pseudonym, has_consent,
                    ({_each("CASE WHEN {staged} IS NULL THEN {bit} ELSE 0 END", " + ")})::bigint AS lacking
                FROM stg_responses
            ),
            unstaged AS MATERIALIZED (
                UNPIVOT (
                    SELECT r.wave, r.child_pseudonym,
                        {_each(_UNSTAGED)}
                    FROM raw_responses AS r
                    LEFT JOIN staged AS s ON s.wave = r.wave AND s.child_pseudonym = r.child_pseudonym
                    WHERE coalesce(s.has_consent, true) AND {in_scope("r")}
                ) ON {_each("{field}")} INTO NAME field VALUE answer
            )
            SELECT r.child_pseudonym
            FROM unstaged AS r
            LEFT JOIN raw_codebook AS b ON b.wave = r.wave AND b.variable = r.field
                AND b.status = 'missing' AND {_cleaned("b.code")} = {_cleaned("r.answer")}
            LEFT JOIN {{candidate}} AS i
                ON i.wave = r.wave AND i.child_pseudonym = r.child_pseudonym AND i.field = r.field
            WHERE {_cleaned("r.answer")} <> '' AND b.code IS NULL AND i.field IS NULL
        """,
    ),
    Rule(
        name="value_issues_are_rare",
        table="stg_value_issues",
        severity="warn",
        reason_code="many_value_issues",
        description=f"No field has unreadable answers from over {ISSUES_SHARE_PERCENT}% of the children.",
        remedy="Look whether the codebook knows this wave's codes of the field: so many are seldom slips.",
        needs=("stg_responses",),
        query=f"""
            SELECT i.field
            FROM {{candidate}} AS i
            JOIN (SELECT wave, count(*) AS children FROM stg_responses GROUP BY wave) AS s ON s.wave = i.wave
            GROUP BY i.wave, i.field, s.children
            HAVING 100 * count(DISTINCT i.child_pseudonym) > {ISSUES_SHARE_PERCENT} * s.children
        """,
    ),
)
