"""The agreement picture: every comparable cell of a paper as one mark, laid out as the paper's tables are.

Belongs here: the drawing and its description in words. Does not belong here: verdicts (`papers/`), the numbers (the
comparison page lists them). Verdicts differ in shape and in lightness, not by colour alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lbc_assets.papers.paper import Paper
from lbc_assets.papers.printed import FACTS
from lbc_assets.reporting import evidence
from lbc_assets.reporting.beside import first_reading
from lbc_assets.reporting.content import PapersContent
from lbc_assets.reporting.figure_svg import (
    FIRST,
    INK,
    MUTED,
    SECOND,
    FigureView,
    house_style,
    inline_svg,
    synthetic_mark,
)
from lbc_assets.reporting.rows import Row, distinct, rows_of, select

KEY = "agreement"
# verdict -> marker, face, edge, size, words of the legend
STYLES = {
    "exact": ("s", "#5f8fbf", "#5f8fbf", 4.6, "exact at the printed digits"),
    "within tolerance": ("o", "white", FIRST, 5.2, "within tolerance"),
    "missed": ("X", SECOND, "white", 7.6, "missed"),
    "not comparable": ("_", MUTED, MUTED, 5.0, "not comparable"),
}
EDGES = {"within tolerance": 1.1, "not comparable": 1.1}
PANELS = 3
STEP = 0.142  # inches between rows, and between numbers of a row
GAP = 3  # rows between tables: the second one's name and the names of its columns
TOP, BOTTOM, WIDTH = 0.45, 0.2, 8.6
LETTER = 0.33  # steps that a letter of a row's name takes, at most


@dataclass(frozen=True)
class _Table:
    """A paper's table: where each of its cells stands, in steps from its upper left corner."""

    number: str
    rows: tuple[str, ...]
    columns: tuple[tuple[str, int], ...]
    places: tuple[tuple[int, int, str], ...]

    @property
    def name(self) -> str:
        return "Text" if self.number == FACTS else f"Table {self.number}"


def agreement_figure(content: PapersContent, paper: Paper, number: str) -> FigureView:
    """A paper's cells under its first reading."""
    reading = first_reading(paper)
    rows = select(rows_of(content.paper_comparison), paper=paper.name, reading=reading)
    counts = Counter(row["verdict"] for row in rows)
    columns = _packed([_table(select(rows, table_number=name), name) for name in _in_order(rows)])
    height = max(sum(len(table.rows) + GAP for table in column) for column in columns) * STEP + TOP + BOTTOM
    title = f"Every printed number beside this wave, reading \u2018{reading}\u2019"
    key = f"{KEY}-{paper.name}"
    with house_style(key):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH / STEP)
        axes.set_ylim(height / STEP, 0)
        axes.set_axis_off()
        for place, column in enumerate(columns):
            top = TOP / STEP
            for table in column:
                _draw(axes, table, place * WIDTH / STEP / PANELS, top)
                top += len(table.rows) + GAP
        _legend(figure, counts)
        synthetic_mark(figure, content.wave.is_synthetic, evidence.mark(rows))
        svg = inline_svg(figure, key, title, _description(rows, counts))
    return FigureView(
        key=key,
        number=number,
        caption=title,
        svg=svg,
        notes=(
            "One mark a printed number, placed as in the paper: rows in its words, and within a column its numbers "
            f"from left to right ({_statistics(rows)}).",
        ),
        mark=evidence.mark(rows),
    )


def agreement_figures(content: PapersContent, first: int | None = None) -> tuple[FigureView, ...]:
    """One a paper; numbered on from `first`, where the page numbers its figures."""
    return tuple(
        agreement_figure(content, paper, "Agreement" if first is None else f"Figure {first + place}")
        for place, paper in enumerate(content.papers)
    )


def _in_order(rows: list[Row]) -> list[str]:
    """The paper's tables, and its text last."""
    return sorted(distinct(rows, "table_number"), key=lambda name: (name == FACTS, name))


def _table(rows: list[Row], number: str) -> _Table:
    widths: dict[str, int] = {}
    places: list[tuple[int, str, int, str]] = []
    labels = distinct(rows, "printed_row")
    for line, label in enumerate(labels):
        taken: Counter[str] = Counter()
        for row in select(rows, printed_row=label):
            column = row["printed_column"] or ""
            places.append((line, column, taken[column], row["verdict"]))
            taken[column] += 1
            widths[column] = max(widths.get(column, 0), taken[column])
    starts, start = {}, 0
    # what stands over all columns of a table comes last, as its tests do
    for column in sorted(widths, key=lambda name: name == "all"):
        starts[column] = start
        start += widths[column] + 1
    return _Table(
        number,
        tuple(labels),
        tuple(starts.items()),
        tuple((line, starts[column] + at, verdict) for line, column, at, verdict in places),
    )


def _packed(tables: list[_Table]) -> list[list[_Table]]:
    """Each table in the column that is shortest so far."""
    columns: list[list[_Table]] = [[] for _ in range(PANELS)]
    for table in tables:
        min(columns, key=lambda column: sum(len(one.rows) + GAP for one in column)).append(table)
    return columns


def _words(table: _Table, line: int) -> str:
    """The row's name; of a level without its variable, where that stands above it."""
    variable, _, level = table.rows[line].partition(": ")
    is_told = any(name.partition(": ")[0] == variable for name in table.rows[:line])
    return level if level and is_told else table.rows[line].replace("_", " ")


def _draw(axes: Axes, table: _Table, left: float, top: float) -> None:
    longest = max(len(_words(table, line)) for line in range(len(table.rows)))
    labels = max(WIDTH / STEP / PANELS * 0.46, 2 + LETTER * longest)
    axes.text(left + 1, top - 1.6, table.name, weight="bold", size=8.5, va="center")
    for name, start in table.columns:
        axes.text(left + labels + start - 0.4, top - 0.7, name, size=6.2, color=MUTED, va="bottom", ha="left")
    for line, label in enumerate(table.rows):
        indent = 1.9 if _words(table, line) != label.replace("_", " ") else 1
        axes.text(left + indent, top + line, _words(table, line), size=6.6, va="center", color=INK)
    for verdict, (marker, face, edge, size, _) in STYLES.items():
        found = [(left + labels + at, top + line) for line, at, of_cell in table.places if of_cell == verdict]
        if found:
            x, y = zip(*found, strict=True)
            axes.plot(x, y, ls="none", marker=marker, ms=size, mfc=face, mec=edge, mew=EDGES.get(verdict, 0.4))


def _legend(figure: Figure, counts: Counter[str]) -> None:
    handles = [
        Line2D([], [], ls="none", marker=marker, ms=size, mfc=face, mec=edge, label=f"{counts[verdict]} {words}")
        for verdict, (marker, face, edge, size, words) in STYLES.items()
    ]
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.01, 0.0), ncols=len(handles), frameon=False, fontsize=7.8
    )


def _statistics(rows: list[Row]) -> str:
    """'table 1: n, pct, p, mean, sd; table 2: B, stars, SE'."""
    return "; ".join(
        f"table {name}: {', '.join(distinct(select(rows, table_number=name), 'statistic'))}"
        for name in _in_order(rows)
        if name != FACTS
    )


def _description(rows: list[Row], counts: Counter[str]) -> str:
    """The picture in words: the counts of each table, and which cells are missed."""
    sentences = [", ".join(f"{counts[verdict]} {words}" for verdict, (*_, words) in STYLES.items()) + "."]
    for name in _in_order(rows):
        of_table = select(rows, table_number=name)
        missed = [row for row in of_table if row["verdict"] == "missed"]
        named = "; ".join(
            " ".join(filter(None, (row["printed_row"], row["printed_column"], row["statistic"]))) for row in missed
        )
        exact = sum(row["verdict"] == "exact" for row in of_table)
        table = "Text" if name == FACTS else f"Table {name}"
        sentences.append(f"{table}: {exact} of {len(of_table)} exact" + (f"; missed: {named}." if missed else "."))
    return " ".join(sentences)
