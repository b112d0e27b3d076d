"""Figure 1: adjusted means with intervals by migration status, one panel a covariate.

Belongs here: the drawing and its description in words. Does not belong here: the numbers (`stats/`); Table 4
prints them. Source: the paper's Figure 1, drawn anew.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.beside import ONE, Beside
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.figure_svg import (
    FIRST,
    INK,
    MUTED,
    RULE,
    SECOND,
    FigureView,
    house_style,
    inline_svg,
    quiet_axis,
    synthetic_mark,
)
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.tables_means import GROUPS, ordered_levels

KEY = "figure-1"
TICKS = {"never": "Never", "previous": "Previous", "current": "Current"}
STYLES = ((FIRST, "o"), (SECOND, "s"))
DODGE = 0.09


def adjusted_means_figure(content: ReportContent) -> FigureView:
    """Panels share the axis of the score, so that levels compare across covariates."""
    rows, beside = select(rows_of(content.adjusted_means), weights="equal"), Beside(content)
    printed = {id(row): found for row in rows if (found := _printed(row, beside)) is not None}
    variables = distinct(rows, "variable")
    title = "Adjusted mean total difficulties by parental migration status"
    with house_style(KEY):
        figure = Figure(figsize=(7.4, 3.45 if printed else 3.25))
        panels = figure.subplots(1, max(len(variables), 1), sharey=True, squeeze=False)[0]
        for axes, variable in zip(panels, variables, strict=False):
            _panel(axes, variable, select(rows, variable=variable), printed)
        panels[0].set_ylabel("Adjusted mean score (points)")
        figure.text(0.53, 0.105 if printed else 0.07, labels.variable("migration_status"), ha="center", color=MUTED)
        if printed:
            _legend(figure)
        figure.subplots_adjust(left=0.075, right=0.985, top=0.9, bottom=0.22 if printed else 0.19, wspace=0.12)
        synthetic_mark(figure, content.wave.is_synthetic, evidence.mark(rows))
        svg = inline_svg(figure, KEY, title, _description(rows, printed))
    return FigureView(
        KEY,
        "Figure 1",
        title,
        svg,
        notes=(
            "Points: adjusted cell means; bars: 95% confidence intervals. Equal weights over the levels "
            "of all other factors, age at its mean. The numbers stand in Table 4. The axis does not start "
            "at zero. Intervals may overlap where a difference is significant, and the other way round: "
            "Table 4 has the tests." + (" Hollow marks: the means that the paper prints." if printed else ""),
        ),
        mark=evidence.mark(rows),
    )


def _printed(row: Row, beside: Beside) -> float | None:
    """The mean that a paper prints."""
    compared = beside.find("adjusted_means", row, ONE["estimate"][0])
    return None if compared is None else compared["printed_value"]


def _legend(figure: Figure) -> None:
    """What is this wave's, and what is printed."""
    drawn = Line2D([], [], color=INK, marker="o", ms=5, lw=1.6, mec="white", label="This wave, with 95% interval")
    hollow = Line2D([], [], color=INK, marker="o", ms=9, lw=0, mfc="none", mew=0.9, label="Printed in the paper")
    figure.legend(
        handles=[drawn, hollow], loc="lower left", bbox_to_anchor=(0.07, 0.0), ncols=2, frameon=False, fontsize=7.5
    )


def _panel(axes: Axes, variable: str, rows: list[Row], printed: Mapping[int, float]) -> None:
    axes.set_title(labels.factor_heading(variable))
    axes.set_xticks(range(len(GROUPS)), [TICKS[group] for group in GROUPS])
    # Room at the right for the names of the lines.
    axes.set_xlim(-0.4, len(GROUPS) + 0.25)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    quiet_axis(axes)
    levels = ordered_levels(variable, rows)
    for position, level in enumerate(levels):
        _line(axes, position, select(rows, level=level), len(levels), printed)
    if gone := [row for row in rows if is_refused(row)]:
        reason = textwrap.fill(labels.refusal(gone[0]["reason"]), width=22)
        axes.text(0.5, 0.5, reason, transform=axes.transAxes, ha="center", va="center", color=MUTED)


def _line(axes: Axes, position: int, rows: list[Row], of: int, printed: Mapping[int, float]) -> None:
    colour, marker = STYLES[position % len(STYLES)]
    shift = (position - (of - 1) / 2) * 2 * DODGE
    placed = [(GROUPS.index(row["migration_status"]) + shift, row) for row in rows if not is_refused(row)]
    if not placed:
        return
    placed.sort(key=lambda pair: pair[0])
    where = [x for x, _ in placed]
    means = [row["estimate"] for _, row in placed]
    axes.vlines(
        where,
        [row["conf_low"] for _, row in placed],
        [row["conf_high"] for _, row in placed],
        color=colour,
        lw=1.6,
    )
    axes.plot(where, means, color=colour, lw=0.8, ls=(0, (2, 2)), alpha=0.8)
    axes.plot(where, means, color=colour, ls="none", marker=marker, ms=5.5, mec="white", mew=0.8)
    hollow = [(x, printed[id(row)]) for x, row in placed if id(row) in printed]
    for x, mean in hollow:
        axes.plot([x], [mean], color=colour, ls="none", marker=marker, ms=9, mfc="none", mew=0.9)
    name = labels.standalone_level(placed[-1][1]["variable"], placed[-1][1]["level"]).replace(" ", "\n")
    axes.text(len(GROUPS) - 0.72, means[-1], name, color=colour, va="center", weight="bold", size=8)


def _description(rows: list[Row], printed: Mapping[int, float]) -> str:
    """The figure in words, for those who cannot see it."""
    sentences = []
    for variable in distinct(rows, "variable"):
        of_variable = select(rows, variable=variable)
        for level in ordered_levels(variable, of_variable):
            words = []
            for group in GROUPS:
                row = only(of_variable, level=level, migration_status=group)
                if row is not None:
                    value = "not estimated" if is_refused(row) else number_text.fixed(row["estimate"], 1)
                    if id(row) in printed:
                        value += f" (printed {number_text.fixed(printed[id(row)], 1)})"
                    words.append(f"{labels.STATUS[group].lower()} {value}")
            name = f"{labels.factor_heading(variable)}, {labels.standalone_level(variable, level).lower()}"
            sentences.append(f"{name}: {', '.join(words)}.")
    return " ".join(sentences)
