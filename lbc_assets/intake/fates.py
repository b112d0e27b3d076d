"""What becomes of each row of a delivery: published, quarantined, collapsed, without consent, of another event.

Belongs here: telling rows apart by id and consent, and the counts, which add up to the rows of each file. Does not
belong here: reading files (``reading.py``), what answers mean (SQL; the rule of consent is a macro there), excluding
children from the analysis (``int_exclusions``).

Most rows are published, so only the others are listed: the table ``exceptions``, by file and line. Rows are never in
Python; what memory does not hold DuckDB spills to the delivery's own folder.
"""

from __future__ import annotations

from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict

from lbc_assets.intake.manifest import Manifest
from lbc_assets.intake.questionnaire import ID, LINKING_KEY, questionnaire
from lbc_assets.warehouse.engine import literal, quote
from lbc_assets.warehouse.models import load_project

Fate = Literal["published", "quarantined", "collapsed", "without_consent", "of_other_event"]
# In this order: a row without consent is dropped whatever else it is, and nothing of it is kept to be looked at.
FATES: tuple[Fate, ...] = ("of_other_event", "without_consent", "quarantined", "collapsed", "published")
# What a row is held back for, and what the data manager can do.
REMEDIES = {
    "id_absent": "Give the questionnaire its id, in the file or by a correction, and deliver again.",
    "copies_conflict": "Two questionnaires have one id and other answers: correct the id of one, or the answers.",
    "double_entry_differs": "The two entries differ: look at the paper form, and correct the wrong one.",
    "double_entry_single": "The questionnaire was keyed in once only: key it in again, or correct the id.",
}
NOTES = {
    "identical_copy": "Nothing: the questionnaire stands there twice, answer for answer, and counts once.",
    "double_entry_agrees": "Nothing: both entries agree.",
    "no_consent": "Nothing: without both consents only the number is kept.",
    "other_event": "Nothing: the codebook takes another event's rows.",
    "linking_not_approved": "Nothing: the manifest approves of no linking, so the linking key was dropped unread.",
}


class RowCount(BaseModel):
    """Rows of one file that had one fate for one reason; ``province`` where the flow counts them by province."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source_file: str
    fate: Fate
    reason_code: str | None
    province: str | None
    rows: int


def _first_entries(manifest: Manifest) -> str:
    """SQL: to which first entry a file belongs (its own name where it is one), NULL where it was keyed in once."""
    pairs = [(file.path, file.second_entry_of) for file in manifest.files if file.second_entry_of]
    cases = " ".join(
        f"WHEN source_file IN ({literal(path)}, {literal(first)}) THEN {literal(first)}"
        for path, first in pairs
        if first
    )
    return f"CASE {cases} END" if cases else "NULL::varchar"


def sort_rows(connection: duckdb.DuckDBPyConnection, rows: str, manifest: Manifest) -> list[RowCount]:
    """Make the table ``exceptions`` (source_file, source_line, fate, reason_code, province), and count all rows.

    ``rows`` is a relation with source_file, source_line, is_selected, the id and every variable as text; the views
    raw_responses and raw_codebook, as the wave's SQL reads them, stand beside it, with ``row_key(...)`` as pseudonym.
    """
    answers = ", ".join(f"trim(coalesce({quote(name)}, ''))" for name in (LINKING_KEY, *questionnaire()))
    asked = load_project().analyses["door_consents"].sql
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE consents AS "
        f"SELECT child_pseudonym AS row_key, has_consent, province FROM ({asked})"
    )
    entry = _first_entries(manifest)
    # ids that stand there twice or were to: few, except where all was keyed in twice
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {ID} AS id FROM {rows} "
        f"WHERE is_selected AND {ID} <> '' GROUP BY {ID} HAVING count(*) > 1 OR count({entry}) > 0"
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE exceptions AS
        WITH copies AS (
            SELECT {ID} AS id, source_file, source_line, {entry} AS entry_of,
                md5(to_json([{answers}])::varchar) AS answers
            FROM {rows} SEMI JOIN repeated ON repeated.id = {ID}
            WHERE is_selected
        ),
        ids AS (
            SELECT id, count(*) AS copies, count(DISTINCT answers) AS versions, count(entry_of) AS entries,
                count(DISTINCT source_file) AS files
            FROM copies GROUP BY id
        ),
        judged AS (
            SELECT c.source_file, c.source_line,
                CASE
                    WHEN i.versions > 1 AND c.entry_of IS NOT NULL THEN 'double_entry_differs'
                    WHEN i.versions > 1 THEN 'copies_conflict'
                    WHEN c.entry_of IS NOT NULL AND i.files < 2 THEN 'double_entry_single'
                END AS held,
                CASE WHEN c.entry_of IS NULL THEN 'identical_copy' ELSE 'double_entry_agrees' END AS noted,
                row_number() OVER (PARTITION BY c.id ORDER BY c.source_file, c.source_line) AS copy
            FROM copies AS c JOIN ids AS i ON i.id = c.id
        ),
        fates AS (
            SELECT r.source_file, r.source_line, c.province,
                CASE
                    WHEN NOT r.is_selected THEN 'of_other_event'
                    WHEN NOT coalesce(c.has_consent, true) THEN 'without_consent'
                    WHEN r.{ID} = '' OR j.held IS NOT NULL THEN 'quarantined'
                    WHEN j.copy > 1 THEN 'collapsed'
                END AS fate,
                CASE
                    WHEN NOT r.is_selected THEN 'other_event'
                    WHEN NOT coalesce(c.has_consent, true) THEN 'no_consent'
                    WHEN r.{ID} = '' THEN 'id_absent'
                    WHEN j.held IS NOT NULL THEN j.held
                    WHEN j.copy > 1 THEN j.noted
                END AS reason_code
            FROM {rows} AS r
            LEFT JOIN consents AS c ON c.row_key = {row_key("r")}
            LEFT JOIN judged AS j ON j.source_file = r.source_file AND j.source_line = r.source_line
        )
        SELECT source_file, source_line, fate, reason_code, province FROM fates WHERE fate IS NOT NULL"""
    )
    counted = connection.execute(
        f"""SELECT source_file, fate, reason_code, province, count(*) AS rows FROM (
            SELECT source_file, fate, reason_code,
                CASE WHEN fate IN ('quarantined', 'without_consent') THEN coalesce(province, 'unknown') END AS province
            FROM exceptions
            UNION ALL
            SELECT source_file, 'published', NULL, NULL
            FROM {rows} ANTI JOIN exceptions USING (source_file, source_line)
        ) GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    return [
        RowCount(source_file=file, fate=fate, reason_code=reason, province=province, rows=number)
        for file, fate, reason, province, number in counted
    ]


def row_key(alias: str) -> str:
    """SQL: a row's name while it has no pseudonym yet."""
    return f"({alias}.source_file || chr(31) || {alias}.source_line::varchar)"
