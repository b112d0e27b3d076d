"""The report of one wave: one HTML file that needs nothing else.

Belongs here: which tables and figures there are, and rendering. Does not belong here: their
making (`tables_*`, `figure_*`, `flow_diagram`), sentences and marks (templates), writing the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lbc_assets.addresses import CATALOGUE
from lbc_assets.reporting import evidence
from lbc_assets.reporting.beside import contradictions_elsewhere
from lbc_assets.reporting.content import PAPER, ReportContent, Wave
from lbc_assets.reporting.figure_adjusted_means import adjusted_means_figure
from lbc_assets.reporting.figure_agreement import agreement_figures
from lbc_assets.reporting.figure_forest import forest_figure
from lbc_assets.reporting.figure_residuals import residuals_figure
from lbc_assets.reporting.figure_specification_curve import specification_curve_figure
from lbc_assets.reporting.figure_svg import FigureView
from lbc_assets.reporting.flow_diagram import WIDTH, flow_diagram
from lbc_assets.reporting.headline import headline
from lbc_assets.reporting.page import templates
from lbc_assets.reporting.reproduced import first_readings
from lbc_assets.reporting.table_view import TableView
from lbc_assets.reporting.tables_bands import band_models_table, subscale_bands_table, total_bands_table
from lbc_assets.reporting.tables_diagnostics import diagnostics_table, imputation_table
from lbc_assets.reporting.tables_exposures import departure_table, exposures_table
from lbc_assets.reporting.tables_means import adjusted_means_table, interactions_table
from lbc_assets.reporting.tables_models import other_subscales_table, subscale_table, total_table
from lbc_assets.reporting.tables_pairs import pairs_table
from lbc_assets.reporting.tables_psychometrics import items_table, reliability_table
from lbc_assets.reporting.tables_quality import (
    flow_table,
    gates_table,
    not_passed_table,
    provenance_table,
    value_issues_table,
)
from lbc_assets.reporting.tables_robustness import robustness_table
from lbc_assets.reporting.tables_sample import sample_table
from lbc_assets.reporting.tables_scores import scores_table
from lbc_assets.reporting.tables_terms import terms_table
from lbc_assets.reporting.tables_wealth import wealth_table
from lbc_assets.reporting.tables_weights import contrasts_table, weights_table


def render_report(content: ReportContent) -> str:
    """The whole page. The same content gives the same text: no clock, no random number.

    Text of the manifest and of the provenance is escaped wherever it stands. ValueError: the participant flow
    lacks a step, or a table holds a key twice.
    """
    tables = {
        "flow": flow_table(content),
        "sample": sample_table(content),
        "pairs": pairs_table(content),
        "total": total_table(content),
        "subscales": subscale_table(content),
        "other_subscales": other_subscales_table(content),
        "means": adjusted_means_table(content),
        "interactions": interactions_table(content),
        "departure": departure_table(content),
        "robustness": robustness_table(content),
        "wealth": wealth_table(content),
        "scores": scores_table(content),
        "terms": terms_table(content),
        "weights": weights_table(content),
        "contrasts": contrasts_table(content),
        "exposures": exposures_table(content),
        "diagnostics": diagnostics_table(content),
        "imputation": imputation_table(content),
        "reliability": reliability_table(content),
        "sdq_items": items_table(content),
        "total_bands": total_bands_table(content),
        "subscale_bands": subscale_bands_table(content),
        "band_models": band_models_table(content),
        "gates": gates_table(content),
        "not_passed": not_passed_table(content),
        "value_issues": value_issues_table(content),
        "provenance": provenance_table(content),
    }
    figures = {
        "means": adjusted_means_figure(content),
        "forest": forest_figure(content),
        "curve": specification_curve_figure(content),
        "residuals": residuals_figure(content),
    }
    shown = {note.key for table in tables.values() if table for note in table.contradictions}
    return (
        templates()
        .get_template("report.html.j2")
        .render(
            wave=content.wave,
            title=content.wave.title,
            body_class="",
            facts=_facts(content.wave),
            paper=PAPER,
            catalogue=CATALOGUE,
            first=headline(content),
            reproduced=first_readings(content.paper_agreement),
            marks=_marks([*tables.values(), *figures.values()]),
            elsewhere=contradictions_elsewhere(content, shown),
            flow=flow_diagram(content),
            flow_width=WIDTH,
            tables=tables,
            figures={**figures, "agreement": agreement_figures(content.of_papers, first=2)},
        )
    )


def _marks(views: Iterable[TableView | FigureView | None]) -> list[tuple[str, list[str]]]:
    """Which tables and figures are calibrated, which in part, which artefacts of the generator."""
    marked = sorted((view for view in views if view and view.mark), key=_place)
    kinds = (evidence.WORDS[evidence.CALIBRATED], evidence.IN_PART, evidence.WORDS[evidence.ARTEFACT])
    named = [(kind, [view.number for view in marked if view.mark == kind]) for kind in kinds]
    return [(kind, names) for kind, names in named if names]


def _place(view: TableView | FigureView) -> tuple[bool, bool, int]:
    """Tables before figures, the paper's before the supplement's, by number."""
    kind, _, number = view.number.partition(" ")
    return kind != "Table", number.startswith("S"), int("".join(filter(str.isdigit, number)) or 0)


def _facts(wave: Wave) -> list[tuple[str, str]]:
    """What the manifest says of the wave, without what it leaves out."""
    facts = (
        ("Wave", wave.wave),
        ("Survey", _period(wave.survey_first_date, wave.survey_last_date)),
        ("Sampling frame", wave.sampling_frame),
        ("Consent form", wave.consent_version),
        ("Ethics approval", wave.ethics_approval),
        ("Custodian", wave.custodian),
    )
    return [(label, value) for label, value in facts if value]


def _period(first: date | None, last: date | None) -> str | None:
    days = [f"{day:%Y-%m-%d}" for day in dict.fromkeys((first, last)) if day is not None]
    return " to ".join(days) or None
