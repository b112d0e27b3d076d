"""The report of one wave: one HTML file that needs nothing else.

Belongs here: which tables and figures there are, and rendering. Does not belong here: their
making (`tables_*`, `figure_*`, `flow_diagram`), sentences and marks (templates), writing the file.
"""

from __future__ import annotations

import functools
from datetime import date

import jinja2
from markupsafe import Markup

from lbc_assets.reporting.content import PAPER, ReportContent, Wave
from lbc_assets.reporting.figure_adjusted_means import adjusted_means_figure
from lbc_assets.reporting.figure_forest import forest_figure
from lbc_assets.reporting.figure_residuals import residuals_figure
from lbc_assets.reporting.figure_specification_curve import specification_curve_figure
from lbc_assets.reporting.flow_diagram import WIDTH, flow_diagram
from lbc_assets.reporting.headline import headline
from lbc_assets.reporting.inert import visible
from lbc_assets.reporting.labels import in_sentence
from lbc_assets.reporting.number_text import count
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
    template = _templates().get_template("report.html.j2")
    return template.render(
        wave=content.wave,
        facts=_facts(content.wave),
        paper=PAPER,
        first=headline(content),
        flow=flow_diagram(content),
        flow_width=WIDTH,
        tables={
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
        },
        figures={
            "means": adjusted_means_figure(content),
            "forest": forest_figure(content),
            "curve": specification_curve_figure(content),
            "residuals": residuals_figure(content),
        },
    )


@functools.cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lbc_assets.reporting"),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(css_text=css_text, count=count, in_sentence=in_sentence)
    return environment


def _shown(value: object) -> object:
    """What a template prints: text without characters that control or hide; markup of this package as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def css_text(text: str) -> str:
    """Text as the inside of a CSS string: all but plain letters and digits as code points, so that it cannot
    end it.
    """
    return "".join(letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):06x}" for letter in text)


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
