"""The gate of a comparison page: that it is whole, by itself, and says what it is.

Belongs here: checks on the finished page against the wave's tables. Does not belong here: layout (``reporting/``), the
verdicts (``papers/``, gate ``rules_papers.py``), the report's gate (``page.py``).
"""

from __future__ import annotations

import re

import duckdb

from lbc_assets.quality.checks import Check
from lbc_assets.quality.page import page_check, pseudonyms_in, silent_about_synthetic
from lbc_assets.warehouse.engine import one_row

BACK = 'href="report.html"'
NO_PAPER = 'id="no-paper"'
PARTS = ('id="summary"', 'id="misses"', 'id="cells"', 'id="audit"')
# what a browser would fetch, or follow to another place than this page, the report or a part of either
_LINK = re.compile(r"""\b(?:xlink:)?(?:href|src|srcset|action|data|poster)\s*=\s*["'](?!#|report\.html["'#])([^"']*)""")
_LOADS = re.compile(r"<(?:script|iframe|object|embed|link|img)\b|@import|url\((?!#)", re.IGNORECASE)
_CELLS = re.compile(r'<table id="cells-.*?</table>', re.DOTALL)


def _check(name: str, description: str, reason_code: str) -> Check:
    return page_check("comparison_page", name, description, reason_code)


COMPLETE = _check(
    "every_cell_present",
    "The page holds its parts, as many lines as there are cells to compare, and the counts of each reading.",
    "part_of_comparison_missing",
)
LINKS_INSIDE = _check(
    "no_outside_link", "The page leads back to the report, loads nothing and leads nowhere else.", "link_outside"
)
NO_PSEUDONYM = _check("no_pseudonym", "No child's pseudonym stands in the page.", "pseudonym_in_comparison")
SYNTHETIC_SAID = _check(
    "data_origin_said",
    "Of a synthetic wave the page says so in a sentence and in every table and figure.",
    "synthetic_not_said",
)
COMPARISON_CHECKS = (COMPLETE, LINKS_INSIDE, NO_PSEUDONYM, SYNTHETIC_SAID)


def _incomplete(page: str, connection: duckdb.DuckDBPyConnection) -> str | None:
    readings = connection.execute(
        "SELECT cells, exact, within_tolerance, missed, not_comparable FROM paper_agreement"
    ).fetchall()
    if not readings:
        return None if NO_PAPER in page else "no paper reports the wave, and the page does not say so"
    if missing := [part for part in PARTS if part not in page]:
        return f"missing: {', '.join(missing)}"
    (cells,) = one_row(
        connection,
        "SELECT count(*) FROM (SELECT DISTINCT paper, table_number, printed_row, printed_column, statistic "
        "FROM paper_comparison)",
    )
    lines = sum(table.partition("</thead>")[2].count("<tr") for table in _CELLS.findall(page))
    if lines != cells:
        return f"{lines} lines, {cells} cells to compare"
    written = [tuple(f'<td class="number">{number:,}' for number in reading) for reading in readings]
    absent = sum(re.search(r"\s*</td>\s*".join(map(re.escape, numbers)), page) is None for numbers in written)
    return f"the counts of {absent} readings are not as in paper_agreement" if absent else None


def _outside(page: str) -> str | None:
    if BACK not in page:
        return "no link to the report"
    links, loads = len(_LINK.findall(page)), len(_LOADS.findall(page))
    return f"{links} links to elsewhere, {loads} things to load" if links or loads else None


def judge_comparison(page: str, connection: duckdb.DuckDBPyConnection) -> list[tuple[Check, str | None]]:
    """Each check with None when passed, else what was seen (counts and names of parts, no value)."""
    pseudonyms = pseudonyms_in(page, connection)
    return [
        (COMPLETE, _incomplete(page, connection)),
        (LINKS_INSIDE, _outside(page)),
        (NO_PSEUDONYM, f"{pseudonyms} pseudonyms" if pseudonyms else None),
        (SYNTHETIC_SAID, silent_about_synthetic(page, connection, sentence="this is synthetic data")),
    ]
