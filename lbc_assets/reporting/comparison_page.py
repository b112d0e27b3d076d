"""The comparison page of one wave: every printed number of the papers that report it beside the reproduced one.

Belongs here: which tables and figures it has, and rendering. Does not belong here: their making (`tables_comparison`,
`figure_agreement`), sentences and marks (templates). It stands beside the report, and each links to the other. A wave
that no paper reports has a page that says so.
"""

from __future__ import annotations

from lbc_assets.reporting import evidence
from lbc_assets.reporting.beside import all_contradictions
from lbc_assets.reporting.content import PapersContent
from lbc_assets.reporting.figure_agreement import agreement_figures
from lbc_assets.reporting.page import templates
from lbc_assets.reporting.reproduced import first_readings
from lbc_assets.reporting.rows import rows_of
from lbc_assets.reporting.tables_comparison import audit_tables, cells_tables, misses_table, readings_table

TITLE = "Printed and reproduced"


def render_comparison(content: PapersContent) -> str:
    """The whole page; the same content gives the same text."""
    papers = content.papers
    misses = (misses_table(content, paper) for paper in papers)
    return (
        templates()
        .get_template("comparison.html.j2")
        .render(
            wave=content.wave,
            title=TITLE,
            body_class="wide",
            papers=papers,
            reproduced=first_readings(content.paper_agreement),
            mark_of_cells=evidence.mark(rows_of(content.paper_comparison)),
            figures=agreement_figures(content),
            contradictions=all_contradictions(content),
            tables={
                "readings": readings_table(content),
                "misses": [view for view in misses if view is not None],
                "cells": [titled for paper in papers for titled in cells_tables(content, paper)],
                "audit": [titled for paper in papers for titled in audit_tables(content, paper)],
            },
        )
    )
