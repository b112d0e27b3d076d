"""Figure S2: the adjusted model of total difficulties as a forest plot.

Belongs here: the drawing and its description in words. Does not belong here: the numbers (`stats/`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.figure_svg import (
    FIRST,
    MUTED,
    RULE,
    FigureView,
    house_style,
    inline_svg,
    synthetic_mark,
)
from lbc_assets.reporting.rows import Row, distinct, is_refused, rows_of, select

KEY = "figure-s2"
LINE_INCHES = 0.19
NAMES, NUMBERS = 0.003, 0.77  # where the columns of text begin, as shares of the width


@dataclass(frozen=True)
class _Item:
    """One line of the plot: a heading (no row) or a term."""

    text: str
    row: Row | None = None


def forest_figure(content: ReportContent) -> FigureView:
    """Every term of the adjusted model with its interval; the numbers stand beside it."""
    rows = select(rows_of(content.model_coefficients), model="adjusted", outcome="total")
    items = _items(rows)
    title = "Associations with total difficulties, adjusted model"
    with house_style(KEY):
        figure = Figure(figsize=(7.4, 0.75 + LINE_INCHES * max(len(items), 4)))
        axes = figure.add_axes((0.36, 0.5 / figure.get_figheight(), 0.39, 1 - 0.75 / figure.get_figheight()))
        _draw(figure, axes, items)
        synthetic_mark(figure, content.wave.is_synthetic, evidence.mark(rows))
        svg = inline_svg(figure, KEY, title, _description(items))
    return FigureView(
        KEY,
        "Figure S2",
        title,
        svg,
        notes=(
            "Points: regression coefficients (B) against the reference in brackets; bars: 95% confidence "
            "intervals. To the right of the line at zero: more difficulties.",
        ),
        mark=evidence.mark(rows),
    )


def _items(rows: list[Row]) -> list[_Item]:
    items = []
    for variable in distinct(rows, "variable"):
        if variable is None:
            continue
        terms = select(rows, variable=variable)
        name, reference = labels.variable(variable), terms[0]["reference"]
        if reference is None:
            items.append(_Item(f"{name}, per year" if variable == "age_years" else name, terms[0]))
        elif [term["level"] for term in terms] == ["yes"]:
            items.append(_Item(f"{name} (no)", terms[0]))
        else:
            items.append(_Item(f"{name} ({labels.level(variable, reference)})"))
            items += [_Item(f"  {labels.level(variable, term['level'])}", term) for term in terms]
    return items


def _draw(figure: Figure, axes: Axes, items: list[_Item]) -> None:
    axes.set_ylim(len(items) - 0.4, -1.4)
    axes.axvline(0, color=MUTED, lw=0.9)
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Points of total difficulties")
    # Beside the plot: a share of the figure's width, on the line of the term.
    beside = blended_transform_factory(figure.transFigure, axes.transData)
    write = functools.partial(axes.text, transform=beside, va="center")
    write(NAMES, -1, "Term (reference)", weight="bold")
    write(NUMBERS, -1, "B (95% CI)", weight="bold")
    for place, item in enumerate(items):
        weight = "bold" if item.row is None else "normal"
        write(NAMES, place, _indented(item.text), weight=weight)
        if item.row is None:
            continue
        if is_refused(item.row):
            write(NUMBERS, place, labels.NOT_ESTIMATED, color=MUTED)
            continue
        axes.hlines(place, item.row["conf_low"], item.row["conf_high"], color=FIRST, lw=1.5)
        axes.plot([item.row["estimate"]], [place], color=FIRST, ls="none", marker="s", ms=4.5)
        write(NUMBERS, place, _numbers(item.row))


def _indented(text: str) -> str:
    """Figure spaces: SVG joins ordinary ones into one."""
    stripped = text.lstrip(" ")
    return "\u2007" * (len(text) - len(stripped)) + stripped


def _numbers(row: Row) -> str:
    limits = number_text.interval(row["conf_low"], row["conf_high"])
    return f"{number_text.fixed(row['estimate'], 2)} ({limits})"


def _description(items: list[_Item]) -> str:
    """The figure in words, for those who cannot see it."""
    sentences, heading = [], ""
    for item in items:
        if item.row is None:
            heading = item.text
            continue
        name = f"{heading}, {item.text.strip()}" if item.text.startswith(" ") else item.text
        value = labels.refusal(item.row["reason"]) if is_refused(item.row) else _numbers(item.row)
        sentences.append(f"{name}: {value}.")
    return " ".join(sentences)
