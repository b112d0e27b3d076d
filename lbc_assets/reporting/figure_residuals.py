"""Figure S4: the residuals of the adjusted model of total difficulties by fitted value.

Belongs here: the drawing and its description in words. Does not belong here: the numbers and their bins (`stats/`).
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

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
from lbc_assets.reporting.rows import Row, is_refused, rows_of, select

KEY = "figure-s4"


def residuals_figure(content: ReportContent) -> FigureView:
    """A point a bin: the mean residual, with one standard deviation up and down."""
    rows = select(rows_of(content.residuals), model="adjusted", outcome="total")
    shown = sorted((row for row in rows if not is_refused(row)), key=lambda row: row["bin"])
    gone = labels.refusal(rows[0]["reason"]) if rows and not shown else labels.NOT_ESTIMATED
    title = "Residuals of the adjusted model of total difficulties by fitted value"
    mark = evidence.mark(rows)
    with house_style(KEY):
        figure = Figure(figsize=(7.4, 2.9))
        axes = figure.add_axes((0.075, 0.175, 0.915, 0.8))
        _draw(axes, shown, gone)
        synthetic_mark(figure, content.wave.is_synthetic, mark)
        svg = inline_svg(figure, KEY, title, _description(shown, gone))
    return FigureView(
        KEY,
        "Figure S4",
        title,
        svg,
        notes=(
            "Children in bins of about as many, from low to high fitted values. Points: mean residual; bars: one "
            "standard deviation up and down, not an interval. Where the model fits, means lie near 0 without a trend "
            "and the bars are of one length.",
        ),
        mark=mark,
    )


def _draw(axes: Axes, shown: list[Row], gone: str) -> None:
    axes.set_xlabel("Fitted total difficulties (points)", loc="left")
    axes.set_ylabel("Residual (points)")
    axes.axhline(0, color=MUTED, lw=0.9)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    if not shown:
        axes.text(0.5, 0.5, gone, transform=axes.transAxes, ha="center", va="center", color=MUTED)
        return
    where = [row["fitted_mean"] for row in shown]
    means = [row["residual_mean"] for row in shown]
    axes.vlines(
        where,
        [row["residual_mean"] - row["residual_std_dev"] for row in shown],
        [row["residual_mean"] + row["residual_std_dev"] for row in shown],
        color=FIRST,
        lw=1.4,
    )
    axes.plot(where, means, color=FIRST, ls="none", marker="o", ms=5, mec="white", mew=0.8)


def _description(shown: list[Row], gone: str) -> str:
    """The figure in words, for those who cannot see it."""
    if not shown:
        return f"No residuals, 0 bins: {gone}."
    means, spreads = ([row[name] for row in shown] for name in ("residual_mean", "residual_std_dev"))
    fitted = number_text.interval(shown[0]["fitted_mean"], shown[-1]["fitted_mean"], decimals=1)
    return (
        f"{len(shown)} bins over fitted values from {fitted} points. Mean residuals from "
        f"{number_text.interval(min(means), max(means))}; standard deviations from "
        f"{number_text.interval(min(spreads), max(spreads))} points."
    )
