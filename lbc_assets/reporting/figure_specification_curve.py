"""Figure S3: the specification curve of the two migration groups against never left behind.

Belongs here: the drawing and its description in words. Does not belong here: the estimates and which choices there are
(`stats/`). Source: Simonsohn, Simmons and Nelson, Nat Hum Behav 2020;4:1208.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting import labels_supplement as words
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.figure_svg import (
    FIRST,
    MUTED,
    RULE,
    SECOND,
    FigureView,
    house_style,
    inline_svg,
    synthetic_mark,
)
from lbc_assets.reporting.rows import Row, distinct, is_refused, rows_of, select

KEY = "figure-s3"
# the choices of the main analysis: its point is drawn in another colour and shape
MAIN = {"outcome": "total", "covariates": "all", "population": "all"}
CHOICES = {
    "covariates": ("Covariates", words.COVARIATES),
    "population": ("Population", words.POPULATIONS),
    "outcome": ("Outcome", labels.OUTCOMES),
}
LEFT, RIGHT, GAP, INCHES = 0.268, 0.995, 0.03, 7.4  # the edges and the gap as shares of the width


def specification_curve_figure(content: ReportContent) -> FigureView:
    """One column a migration group: above the estimates by size, below the choices behind each."""
    rows = rows_of(content.specification_curve)
    levels = distinct(rows, "level")
    title = "Specification curve: parental migration under every combination of choices"
    mark = evidence.mark(rows)
    with house_style(KEY):
        figure = Figure(figsize=(INCHES, 5.3))
        names = _names(rows)
        width = (RIGHT - LEFT - GAP * (len(levels) - 1)) / max(len(levels), 1)
        first: Axes | None = None
        for position, level in enumerate(levels):
            edge = LEFT + position * (width + GAP)
            upper = figure.add_axes((edge, 0.57, width, 0.385), sharey=first)
            lower = figure.add_axes((edge, 0.065, width, 0.475), sharex=upper)
            shown = _by_size(select(rows, level=level))
            _draw_estimates(upper, level, shown)
            upper.tick_params(labelleft=first is None)
            upper.set_ylabel("Standard deviations of the score" if first is None else "")
            _draw_choices(lower, names, shown, with_names=first is None)
            first = first or upper
        synthetic_mark(figure, content.wave.is_synthetic, mark)
        svg = inline_svg(
            figure, KEY, title, " ".join(_description(level, select(rows, level=level)) for level in levels)
        )
    return FigureView(
        KEY,
        "Figure S3",
        title,
        svg,
        notes=(
            "Above: estimates against never left behind, in standard deviations of the score among the children of the "
            "specification, sorted by size, each column by itself; bars: 95% confidence intervals for equal variances. "
            "The square is the main analysis. Below: the choices behind the estimate straight above.",
            "Confounders are sex, age and province. Family (wealth, caregiver, divorce, siblings), support and school "
            "performance may follow from migration: sets with and without them answer different questions. The "
            "specifications share children, so that they are not as many independent findings.",
        ),
        mark=mark,
    )


def _by_size(rows: list[Row]) -> list[Row]:
    """Those that could be estimated, from the smallest on; equal ones in the table's order."""
    return sorted((row for row in rows if not is_refused(row)), key=lambda row: row["standardised"])


def _names(rows: list[Row]) -> list[tuple[str, str]]:
    """The lines of the lower panel: choice and code."""
    return [(choice, code) for choice in CHOICES for code in distinct(rows, choice)]


def _is_main(row: Row) -> bool:
    return all(row[choice] == code for choice, code in MAIN.items())


def _limits(row: Row) -> tuple[float, float]:
    """The interval in standard deviations. An estimate of exactly 0 tells no deviation: then without an interval."""
    if row["estimate"] == 0:
        return row["standardised"], row["standardised"]
    scale = row["standardised"] / row["estimate"]
    return row["conf_low"] * scale, row["conf_high"] * scale


def _draw_estimates(axes: Axes, level: str, shown: list[Row]) -> None:
    axes.set_title(labels.level("migration_status", level))
    axes.axhline(0, color=MUTED, lw=0.9)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(axis="x", length=0, labelbottom=False)
    # all of one look at once: an artist an estimate takes seconds
    for is_main, colour, marker, size, width in ((False, FIRST, "o", 2.4, 0.7), (True, SECOND, "s", 4.6, 1.6)):
        placed = [(place, row) for place, row in enumerate(shown) if _is_main(row) is is_main]
        if placed:
            where = [place for place, _ in placed]
            low, high = zip(*(_limits(row) for _, row in placed), strict=True)
            axes.vlines(where, low, high, color=colour, lw=width)
            axes.plot(
                where, [row["standardised"] for _, row in placed], color=colour, ls="none", marker=marker, ms=size
            )
    if not shown:
        axes.text(0.5, 0.5, labels.NOT_ESTIMATED, transform=axes.transAxes, ha="center", va="center", color=MUTED)


def _draw_choices(axes: Axes, names: list[tuple[str, str]], shown: list[Row], *, with_names: bool) -> None:
    places = _places(names)
    axes.set_ylim(max(places.values(), default=0) + 0.7, -1.3)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=0, labelbottom=False)
    for spine in ("left", "bottom"):
        axes.spines[spine].set_visible(False)
    for (choice, code), line in places.items():
        axes.axhline(line, color=RULE, lw=0.5, zorder=0)
        chosen = [(place, _is_main(row)) for place, row in enumerate(shown) if row[choice] == code]
        for is_main, colour in ((False, FIRST), (True, SECOND)):
            at = [place for place, main in chosen if main is is_main]
            axes.plot(at, [line] * len(at), color=colour, ls="none", marker="|", ms=6, mew=1.6 if is_main else 1.0)
    if not with_names:
        return
    # Beside the plot: a share of the axes' own width left of it, on the line of the choice.
    beside = axes.get_yaxis_transform()
    for choice, (heading, known) in CHOICES.items():
        lines = {code: line for (of, code), line in places.items() if of == choice}
        if lines:
            axes.text(-0.02, min(lines.values()) - 1, heading, transform=beside, ha="right", va="center", weight="bold")
        for code, line in lines.items():
            axes.text(-0.02, line, known.get(code, code), transform=beside, ha="right", va="center")


def _places(names: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """A line each, with room for a heading above each choice."""
    placed, line, before = {}, -1.0, ""
    for choice, code in names:
        line += 1 if choice == before else 2 if before else 1
        placed[choice, code] = line
        before = choice
    return placed


def _description(level: str, rows: list[Row]) -> str:
    """One column of the figure in words, for those who cannot see it."""
    name = f"{labels.level('migration_status', level)} against never left behind"
    shown = _by_size(rows)
    gone = len(rows) - len(shown)
    if not shown:
        return f"{name}: none of {len(rows)} specifications could be estimated."
    above = sum(row["conf_low"] > 0 for row in shown)
    below = sum(row["conf_high"] < 0 for row in shown)
    sentences = [
        f"{name}: {len(shown)} specifications, {_range(shown)}; {above} intervals lie above 0, {below} below it."
    ]
    if gone:
        sentences.append(f"{gone} could not be estimated.")
    sentences += [
        f"Main analysis: {number_text.fixed(row['standardised'], 2)} "
        f"({number_text.interval(*_limits(row))}), place {place} of {len(shown)}."
        for place, row in enumerate(shown, start=1)
        if _is_main(row)
    ]
    for choice, (heading, known) in CHOICES.items():
        ranges = [
            f"{labels.in_sentence(known.get(code, code))} {_range(of_code)}"
            for code in distinct(rows, choice)
            if (of_code := select(shown, **{choice: code}))
        ]
        sentences.append(f"By {heading.lower()}: {', '.join(ranges)}.")
    return " ".join(sentences)


def _range(shown: list[Row]) -> str:
    return f"from {number_text.interval(shown[0]['standardised'], shown[-1]['standardised'])} standard deviations"
