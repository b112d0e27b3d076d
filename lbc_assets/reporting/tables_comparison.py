"""The comparison page's tables: readings, misses, every printed number under each reading, and the audit's findings.

Belongs here: their layout. Does not belong here: verdicts and findings (`papers/`), the page (`comparison_page`).
"""

from __future__ import annotations

from lbc_assets.papers.comparison import NOT_EXPLAINED
from lbc_assets.papers.paper import Paper
from lbc_assets.papers.printed import FACTS
from lbc_assets.reporting import evidence, number_text
from lbc_assets.reporting.beside import first_reading, name_of
from lbc_assets.reporting.content import PapersContent
from lbc_assets.reporting.reproduced import all_readings
from lbc_assets.reporting.rows import Row, distinct, rows_of, select
from lbc_assets.reporting.table_view import Cell, Head, Line, TableView

VERDICTS = {
    "exact": Cell("\u25a0 exact", kind="text"),
    "within tolerance": Cell("\u25cb within tolerance", kind="text", tone="near"),
    "missed": Cell("\u2715 missed", kind="text", tone="missed"),
    "not comparable": Cell("\u2013 not comparable", kind="text", tone="absent"),
}
DASH = Cell("\u2013")


def readings_table(content: PapersContent) -> TableView:
    """How many cells have which verdict, one line a paper and reading."""
    lines = [
        Line(
            f"{one.paper}: {one.reading}" if len(content.papers) > 1 else one.reading,
            tuple(
                Cell(number_text.count(number))
                for number in (one.cells, one.exact, one.within_tolerance, one.missed, one.not_comparable)
            ),
            detail=one.says,
        )
        for one in all_readings(content.paper_agreement)
    ]
    heads = ("Numbers", "Exact", "Within tolerance", "Missed", "Not comparable")
    return TableView(
        key="readings",
        number="Readings",
        caption="How many printed numbers the wave reproduces, under each reading of what the paper leaves open",
        heads=((Head("Reading", kind="text"), *map(Head, heads)),),
        blocks=(tuple(lines),),
        notes=(
            "Exact: the same at the printed digits, rounded half up; a percentage also if rounded twice. Within "
            "tolerance: not the same, and no further off than the tolerance; a p value also in the same class. The "
            "two are never added up.",
        ),
        mark=evidence.mark(rows_of(content.paper_agreement)),
    )


def misses_table(content: PapersContent, paper: Paper) -> TableView | None:
    """The cells missed under the first reading, with what explains them; None where there is none."""
    rows = select(rows_of(content.paper_comparison), paper=paper.name, reading=first_reading(paper), verdict="missed")
    if not rows:
        return None
    return TableView(
        key=f"misses-{paper.name}",
        number="Missed",
        caption=f"Printed numbers that the wave does not reproduce, reading \u2018{first_reading(paper)}\u2019",
        heads=(
            (
                Head("Printed number", kind="text"),
                *(Head(text) for text in ("Printed", "Reproduced", "Difference", "Tolerance")),
                Head("Explanation", kind="text"),
            ),
        ),
        blocks=tuple(
            tuple(
                Line(
                    ", ".join(filter(None, (_place(row), row["printed_row"], row["printed_column"], row["statistic"]))),
                    (_printed(row), *_reproduced(row), _tolerance(row), _explanation([row])),
                )
                for row in select(rows, table_number=name)
            )
            for name in distinct(rows, "table_number")
        ),
        notes=("Explained is what a contradiction of the paper accounts for; the rest is not explained.",),
        is_even=False,
        mark=evidence.mark(rows),
    )


def cells_tables(content: PapersContent, paper: Paper) -> list[tuple[str, TableView]]:
    """Every comparable cell, one table a paper's table, each with the title of its fold."""
    rows = select(rows_of(content.paper_comparison), paper=paper.name)
    first = select(rows, reading=first_reading(paper))
    titled = []
    for name in sorted(distinct(first, "table_number"), key=lambda number: (number == FACTS, number)):
        of_table = select(first, table_number=name)
        exact = sum(row["verdict"] == "exact" for row in of_table)
        view = _cells_table(paper, name, of_table, select(rows, table_number=name))
        titled.append((f"{view.number}: {exact} of {len(of_table)} exact", view))
    return titled


def _cells_table(paper: Paper, name: str, first: list[Row], rows: list[Row]) -> TableView:
    readings = list(paper.document.readings)
    by_name = {(row["reading"], name_of(row)): row for row in rows}
    lines = []
    notes: dict[str, int] = {}
    for row in first:
        read = [by_name[reading, name_of(row)] for reading in readings]
        cells = [Cell(row["printed_column"] or "\u2013", kind="text"), Cell(row["statistic"], kind="text")]
        cells += [_printed(row), _tolerance(row), *_reproduced(row), VERDICTS[row["verdict"]]]
        for other in read[1:]:
            same = (other["reproduced_printed"], other["verdict"]) == (row["reproduced_printed"], row["verdict"])
            cells += (
                [Cell("the same", kind="text", span=3, tone="absent")]
                if same
                else [*_reproduced(other), VERDICTS[other["verdict"]]]
            )
        lines.append(Line(row["printed_row"], (*cells, _noted(read, notes))))
    columns = ("Reproduced", "Difference", "Verdict")
    return TableView(
        key=f"cells-{paper.name}-{name}",
        number="Text" if name == FACTS else f"Table {name}",
        caption="Every printed number that can be compared",
        heads=(
            (
                Head("Row", depth=2, kind="text"),
                *(Head(text, depth=2, kind="text") for text in ("Column", "Statistic")),
                *(Head(text, depth=2) for text in ("Printed", "Tolerance")),
                *(Head(f"Reading \u2018{reading}\u2019", span=3) for reading in readings),
                Head("Note", depth=2, kind="text"),
            ),
            tuple(Head(text, kind="text" if text == "Verdict" else "number") for _ in readings for text in columns),
        ),
        blocks=(tuple(lines),),
        notes=tuple(f"{number}: {number_text.with_minus(words)}" for words, number in notes.items()),
        is_even=False,
        mark=evidence.mark(first),
    )


def audit_tables(content: PapersContent, paper: Paper) -> list[tuple[str, TableView]]:
    """What the audit of a paper found, by verdict: what contradicts first."""
    rows = select(rows_of(content.paper_audit), paper=paper.name)
    titled = []
    for verdict in ("contradiction", "undecidable within rounding", "consistent"):
        found = select(rows, verdict=verdict)
        if found:
            key = f"audit-{paper.name}-{verdict.partition(' ')[0]}"
            titled.append((f"{verdict.capitalize()}: {len(found)} findings", _audit_table(key, verdict, found)))
    return titled


def _audit_table(key: str, verdict: str, rows: list[Row]) -> TableView:
    heads = ("Checked", "Found", "Numbers", "Resolved by")
    lines = tuple(
        Line(
            row["place"],
            (
                Cell(row["check_name"].replace("_", " "), kind="text"),
                Cell(row["finding"], kind="text"),
                Cell(number_text.with_minus(row["numbers"] or "\u2013"), kind="text"),
                Cell(
                    row["resolved_by"] or "\u2013", detail="our own inference" if row["inference"] else "", kind="text"
                ),
            ),
        )
        for row in rows
    )
    return TableView(
        key=key,
        number="Audit",
        caption=f"Findings: {verdict}",
        heads=((Head("Place", kind="text"), *(Head(text, kind="text") for text in heads)),),
        blocks=(lines,),
        is_even=False,
        mark=evidence.mark(rows),
    )


def _place(row: Row) -> str:
    return "Text" if row["table_number"] == FACTS else f"Table {row['table_number']}"


def _printed(row: Row) -> Cell:
    return Cell(number_text.with_minus(row["printed"]))


def _reproduced(row: Row) -> tuple[Cell, Cell]:
    """What the wave gives, and how far off it is."""
    text, difference = row["reproduced_printed"], row["difference"]
    digits = 0 if row["statistic"] == "n" else 4
    return (
        DASH if text is None else Cell(number_text.with_minus(text)),
        DASH if difference is None else Cell(number_text.fixed(difference, digits)),
    )


def _tolerance(row: Row) -> Cell:
    return Cell(f"{row['tolerance']:g}") if row["tolerance"] else DASH


def _explanation(rows: list[Row]) -> Cell:
    """Said once, where readings have the same."""
    said = list(dict.fromkeys(row["explanation"] for row in rows if row["explanation"]))
    return Cell(" ".join(said), kind="text")


def _noted(rows: list[Row], notes: dict[str, int]) -> Cell:
    """The numbers of the notes below the table that explain a cell: many cells have the same."""
    said = list(dict.fromkeys(row["explanation"] for row in rows if row["explanation"]))
    numbers = [words if words == NOT_EXPLAINED else str(notes.setdefault(words, len(notes) + 1)) for words in said]
    return Cell(", ".join(numbers), kind="text")
