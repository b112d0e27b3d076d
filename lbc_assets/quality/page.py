"""The gate of a report: what a page must hold, and what must never stand in it.

Belongs here: checks on the finished page. Does not belong here: layout (``reporting/``), checks on tables
(``checks.py``, ``rules_*.py``).
"""

from __future__ import annotations

import duckdb

from lbc_assets.quality.checks import Check
from lbc_assets.warehouse.engine import one_row

# Headings the page cannot do without; a table or figure that is lost in layout is noticed here.
REQUIRED = ("Table 1", "Table 2", "Table 3", "Table 4", "Figure 1", "Provenance")


def _check(name: str, description: str, reason_code: str) -> Check:
    remedy = "A fault of the platform, not of the data. Report it; the page was not published."
    return Check(name, "report", "error", "rule", description, reason_code, remedy)


PARTS_PRESENT = _check("parts_present", f"The page holds {', '.join(REQUIRED)}.", "part_of_report_missing")
NO_PSEUDONYM = _check("no_pseudonym", "No child's pseudonym stands in the page.", "pseudonym_in_report")
SYNTHETIC_SAID = _check("data_origin_said", "A synthetic wave says so in every table and figure.", "synthetic_not_said")
PAGE_CHECKS = (PARTS_PRESENT, NO_PSEUDONYM, SYNTHETIC_SAID)


def _pseudonyms_in(page: str, connection: duckdb.DuckDBPyConnection) -> int:
    # looking up only those tokens of the page that could be a pseudonym: the page is small, a wave may not be
    sql = (
        "SELECT count(*) FROM mart_analysis_cohort WHERE child_pseudonym IN "
        "(SELECT unnest(regexp_extract_all(?, '[0-9a-f]{20}')))"
    )
    return int(one_row(connection, sql, [page])[0])


def judge_page(page: str, connection: duckdb.DuckDBPyConnection) -> list[tuple[Check, str | None]]:
    """Each check with None when passed, else what was seen (counts and names of parts, no value)."""
    missing = [part for part in REQUIRED if part not in page]
    pseudonyms = _pseudonyms_in(page, connection)
    (origin,) = one_row(connection, "SELECT data_origin FROM raw_deliveries")
    captions = page.count("<caption") + page.count("<figcaption")
    said = page.lower().count("synthetic data")
    silent = origin == "synthetic" and said < captions
    return [
        (PARTS_PRESENT, f"missing: {', '.join(missing)}" if missing else None),
        (NO_PSEUDONYM, f"{pseudonyms} pseudonyms" if pseudonyms else None),
        (SYNTHETIC_SAID, f"said {said} times, {captions} captions" if silent else None),
    ]
