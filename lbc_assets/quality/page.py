"""The gate of a report: what a page must hold, and what must never stand in it.

Belongs here: checks on the finished report, and what the gates of all pages ask alike. Does not belong here: layout
(``reporting/``), checks on tables (``checks.py``, ``rules_*.py``), the comparison page's own (``comparison_page.py``).
"""

from __future__ import annotations

import re

import duckdb

from lbc_assets.quality.checks import Check
from lbc_assets.warehouse.engine import one_row

# Captions and headings the page cannot do without; a table or figure that is lost in layout is noticed here.
REQUIRED = (
    *("Table 1", "Table 2", "Table 3", "Table 4", "Figure 1"),
    *("Table S5", "Figure S3"),  # whether the main association holds
    "Provenance",
)
# and those of a wave that a paper reports
REQUIRED_BESIDE = ("Beside the paper", "Figure 2")
LINK_TO_COMPARISON = 'href="comparison.html"'
_NAMED = re.compile(r"<(caption|figcaption|h2)\b.*?</\1>", re.DOTALL)


def page_check(table: str, name: str, description: str, reason_code: str) -> Check:
    """A check of a page: what fails is never the data's fault."""
    remedy = "A fault of the platform, not of the data. Report it; the page was not published."
    return Check(name, table, "error", "rule", description, reason_code, remedy)


def _check(name: str, description: str, reason_code: str) -> Check:
    return page_check("report", name, description, reason_code)


PARTS_PRESENT = _check(
    "parts_present",
    f"The page holds {', '.join(REQUIRED)}; of a wave that a paper reports also {' and '.join(REQUIRED_BESIDE)}, and "
    "the link to the comparison page.",
    "part_of_report_missing",
)
NO_PSEUDONYM = _check("no_pseudonym", "No child's pseudonym stands in the page.", "pseudonym_in_report")
SYNTHETIC_SAID = _check("data_origin_said", "A synthetic wave says so in every table and figure.", "synthetic_not_said")
PAGE_CHECKS = (PARTS_PRESENT, NO_PSEUDONYM, SYNTHETIC_SAID)


def pseudonyms_in(page: str, connection: duckdb.DuckDBPyConnection) -> int:
    """How many children's pseudonyms stand in a page."""
    # looking up only those tokens of the page that could be a pseudonym: the page is small, a wave may not be
    sql = (
        "SELECT count(*) FROM mart_analysis_cohort WHERE child_pseudonym IN "
        "(SELECT unnest(regexp_extract_all(?, '[0-9a-f]{20}')))"
    )
    return int(one_row(connection, sql, [page])[0])


def silent_about_synthetic(page: str, connection: duckdb.DuckDBPyConnection, sentence: str = "") -> str | None:
    """Of a synthetic wave: where the page does not say so often enough, or not in the sentence; else None."""
    (origin,) = one_row(connection, "SELECT data_origin FROM raw_deliveries")
    if origin != "synthetic":
        return None
    captions, words = page.count("<caption") + page.count("<figcaption"), page.lower()
    said = words.count("synthetic data")
    if said < captions:
        return f"said {said} times, {captions} captions"
    return None if not captions or sentence in words else "not said in a sentence"


def judge_page(page: str, connection: duckdb.DuckDBPyConnection) -> list[tuple[Check, str | None]]:
    """Each check with None when passed, else what was seen (counts and names of parts, no value)."""
    named = [match.group() for match in _NAMED.finditer(page)]
    (papers,) = one_row(connection, "SELECT count(*) FROM paper_agreement")
    required = (*REQUIRED, *(REQUIRED_BESIDE if papers else ()))
    missing = [part for part in required if not any(re.search(rf"\b{part}\b", words) for words in named)]
    if papers and LINK_TO_COMPARISON not in page:
        missing.append("link to the comparison page")
    pseudonyms = pseudonyms_in(page, connection)
    return [
        (PARTS_PRESENT, f"missing: {', '.join(missing)}" if missing else None),
        (NO_PSEUDONYM, f"{pseudonyms} pseudonyms" if pseudonyms else None),
        (SYNTHETIC_SAID, silent_about_synthetic(page, connection)),
    ]
