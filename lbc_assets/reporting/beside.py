"""What a paper prints beside a number of the wave, and where the paper contradicts itself.

Belongs here: from a row of the wave's tables to the printed number it is compared with, by the places of the paper's
folder. Does not belong here: verdicts (`papers/`, table `paper_comparison`), which paper it is, HTML (templates).
Shown is a paper's first reading; the comparison page has all of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lbc_assets.papers.paper import Paper
from lbc_assets.papers.printed import FACTS, STARS, CellName
from lbc_assets.reporting import number_text
from lbc_assets.reporting.content import PapersContent, ReportContent
from lbc_assets.reporting.rows import Row, rows_of, select
from lbc_assets.reporting.table_view import Cell, ContradictionNote, PaperMark, TableView

TWICE = "half up twice"
SIGNS = {
    "missed": ("\u2260", "not reproduced;"),
    "within tolerance": ("\u2248", "within tolerance;"),
    "exact": ("\u2248", "the same, rounded twice;"),
    "not comparable": ("\u2013", "not comparable;"),
}
EVIDENCE_SHOWN = 2


class Part(NamedTuple):
    """A number of a cell: the wave's column, how a paper's number stands there, and whether it is its stars."""

    column: str
    pattern: str = "{}"
    is_stars: bool = False


ONE = {name: (Part(name),) for name in ("estimate", "std_error", "p_value", "statistic")}
COUNT = (Part("n"), Part("estimate", " ({})"))
MEAN = (Part("estimate"), Part("std_dev", " ({})"))
COEFFICIENT = (Part("estimate"), Part("p_value", "{}", is_stars=True))


class _Compared(NamedTuple):
    paper: Paper
    keys: Mapping[str, str]
    name: CellName
    row: Row


def first_reading(paper: Paper) -> str:
    """The reading that pages and terminal show."""
    return next(iter(paper.document.readings))


def name_of(row: Row) -> CellName:
    """The printed cell of a row of `paper_comparison`."""
    return CellName(row["table_number"], row["printed_row"], row["printed_column"] or "", row["statistic"])


def differs(row: Row) -> bool:
    """Whether what is shown is another text than the printed one."""
    return row["verdict"] != "exact" or row["rounding"] == TWICE


def printed_text(row: Row) -> str:
    """The printed number as this platform writes numbers; '' for no star."""
    if row["statistic"] == STARS:
        return row["printed"] if row["printed"].startswith("*") else ""
    text = str(row["printed"])
    if row["statistic"] == "n" and text.isdecimal():
        return number_text.count(int(text))
    return number_text.with_minus(text)


class Beside:
    """Printed numbers for the cells of one table; remembers which it was asked for."""

    def __init__(self, content: ReportContent | PapersContent) -> None:
        self._papers = content.papers
        self._audit = rows_of(content.paper_audit)
        self._places: dict[tuple[str, str, bool], list[_Compared]] = {}
        self._seen: dict[int, _Compared] = {}
        comparisons = rows_of(content.paper_comparison)
        for paper in content.papers:
            reading = first_reading(paper)
            for row in select(comparisons, paper=paper.name, reading=reading):
                self._place(paper, reading, row)

    def _place(self, paper: Paper, reading: str, row: Row) -> None:
        name = name_of(row)
        place = paper.place(name, reading)
        # a share is of several rows, and no cell shows it
        if place.share is None and not place.not_comparable:
            key = (place.table, place.statistics[name.statistic], name.statistic == STARS)
            keys = {**place.keys, **place.columns.get(name.column, {}), **place.rows.get(name.row, {})}
            self._places.setdefault(key, []).append(_Compared(paper, keys, name, row))

    def find(self, table: str, row: Row | None, part: Part) -> Row | None:
        """The comparison of a number; a paper's table before its text. None where no paper prints it."""
        found = [
            compared
            for compared in self._places.get((table, part.column, part.is_stars), ())
            if row is not None and all(row.get(name) == value for name, value in compared.keys.items())
        ]
        if not found:
            return None
        found.sort(key=lambda compared: compared.name.table == FACTS)
        self._seen[id(found[0].row)] = found[0]
        return found[0].row

    def mark(self, cell: Cell, table: str, row: Row | None, parts: tuple[Part, ...]) -> Cell:
        """The cell with what the paper prints, where one of its numbers is another than the paper's."""
        found = [(part, compared) for part in parts if (compared := self.find(table, row, part)) is not None]
        worst = [compared for _, compared in found if differs(compared)]
        if not worst:
            return cell
        verdict = next(v for v in SIGNS if any(compared["verdict"] == v for compared in worst))
        text = "".join(part.pattern.format(printed_text(compared)) for part, compared in found)
        where = "paper\u2019s text" if worst[0]["table_number"] == FACTS else "paper"
        return dataclasses.replace(cell, paper=PaperMark(*SIGNS[verdict], where, text))

    def finish(self, view: TableView) -> TableView:
        """The table with its notes: how much of it the paper prints is reproduced, and the paper's contradictions."""
        seen = [compared.row for compared in self._seen.values()]
        if not seen:
            return view
        same = sum(row["verdict"] == "exact" for row in seen)
        note = f"Beside the paper: of {len(seen)} printed numbers shown here {same} are the same at the printed digits."
        if any(map(differs, seen)):
            note += (
                " Below a number that is not: what the paper prints (\u2248 within tolerance, or the same when rounded "
                "twice; \u2260 further off)."
            )
        here = {(compared.paper.name, str(compared.name)) for compared in self._seen.values()}
        contradictions = tuple(
            _note(paper, key, rows, here)
            for paper, key, concerned, rows in _contradictions(self._papers, self._audit)
            if here & concerned
        )
        return dataclasses.replace(view, notes=(*view.notes, note), contradictions=contradictions)


_Named = set[tuple[str, str]]


def _contradictions(papers: tuple[Paper, ...], audit: list[Row]) -> Iterator[tuple[Paper, str, _Named, list[Row]]]:
    """Each contradiction of each paper: its key, the printed cells it concerns, and what the audit found of it."""
    for paper in papers:
        for key, contradiction in paper.document.contradictions.items():
            declared = {str(name) for name in paper.cells if any(cells.holds(name) for cells in contradiction.cells)}
            found = select(audit, paper=paper.name, contradiction=key)
            # of what rounding leaves open, the findings that it names
            rows = [row for row in found if row["verdict"] == "contradiction" or declared & _cells(row)] or found
            yield paper, key, {(paper.name, cell) for cell in declared.union(*map(_cells, rows))}, rows


def _cells(row: Row) -> set[str]:
    return set((row["cells"] or "").split("; ")) - {""}


def _note(
    paper: Paper, key: str, rows: list[Row], here: _Named | None = None, shown: int = EVIDENCE_SHOWN
) -> ContradictionNote:
    contradiction = paper.document.contradictions[key]
    # of a table first what concerns it
    near = [row for row in rows if here is None or any((paper.name, cell) in here for cell in _cells(row))] or rows
    evidence = tuple(number_text.with_minus(f"{row['place']}: {row['numbers'] or row['finding']}") for row in near)
    return ContradictionNote(
        key=f"{paper.name}-{key}",
        says=number_text.with_minus(contradiction.says),
        resolved_by=number_text.with_minus(contradiction.resolved_by),
        inference=contradiction.inference,
        evidence=evidence[:shown],
        more=len(rows) - len(evidence[:shown]),
    )


def all_contradictions(content: PapersContent) -> tuple[ContradictionNote, ...]:
    """Every contradiction, each with all the numbers it rests on."""
    found = _contradictions(content.papers, rows_of(content.paper_audit))
    return tuple(_note(paper, key, rows, shown=len(rows)) for paper, key, _, rows in found)


def contradictions_elsewhere(content: ReportContent | PapersContent, shown: set[str]) -> tuple[ContradictionNote, ...]:
    """Those that stand under none of the tables that `shown` names the notes of."""
    notes = [
        _note(paper, key, rows) for paper, key, _, rows in _contradictions(content.papers, rows_of(content.paper_audit))
    ]
    return tuple(note for note in notes if note.key not in shown)
