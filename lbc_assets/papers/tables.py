"""The tables ``paper_comparison``, ``paper_agreement`` and ``paper_audit``.

Belongs here: their columns, and which papers name a wave. Does not belong here: verdicts (``comparison.py``), checks
(``audit/``). A wave that no paper names has no rows in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from lbc_assets.papers.audit.finding import Finding, Tally
from lbc_assets.papers.comparison import Comparison, agreement, compare_cells
from lbc_assets.papers.paper import Paper, PaperFault, load_papers

Frames = Mapping[str, pd.DataFrame]

COMPARISON_COLUMNS = {
    **dict.fromkeys(("paper", "reading", "table_number", "printed_row", "printed_column", "statistic"), "str"),
    **dict.fromkeys(("printed", "reproduced_printed", "verdict"), "str"),
    "difference": "float64",
    "rule": "str",
    "tolerance": "float64",
    "rounding": "str",
    "printed_value": "float64",
    "decimals": "Int64",
    "reproduced": "float64",
    **dict.fromkeys(("source", "contradiction", "explanation"), "str"),
}
AGREEMENT_COLUMNS = {
    **dict.fromkeys(("paper", "reading"), "str"),
    **dict.fromkeys(("cells", "exact", "within_tolerance", "missed", "not_comparable", "not_explained"), "Int64"),
    **dict.fromkeys(("declared_exact", "declared_within_tolerance", "declared_not_explained"), "Int64"),
    "says": "str",
}
AUDIT_COLUMNS = {
    "paper": "str",
    "number": "Int64",
    **dict.fromkeys(("check_name", "about"), "str"),
    **dict.fromkeys(("compared", "consistent"), "Int64"),
    **dict.fromkeys(("verdict", "place", "finding", "numbers", "contradiction", "resolved_by"), "str"),
    "inference": "boolean",
    "cells": "str",
}


def of_wave(wave: str, papers: Iterable[Paper]) -> list[Paper]:
    """The papers that report a wave."""
    return [paper for paper in papers if wave in paper.document.waves]


def frame_of(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """A tidy frame of declared columns and types, also where there is no row."""
    listed = list(rows)
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in listed], dtype=kind) for name, kind in columns.items()}
    )


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _compared(wave: str, frames: Frames, papers: Sequence[Paper]) -> list[Comparison]:
    tables = {name: _rows(frame) for name, frame in frames.items()}
    return [row for paper in of_wave(wave, papers) for row in compare_cells(paper, tables)]


def paper_comparison(wave: str, frames: Frames, papers: Sequence[Paper] | None = None) -> pd.DataFrame:
    """One row a comparable cell and reading of each paper that reports the wave."""
    return frame_of(_compared(wave, frames, load_papers() if papers is None else papers), COMPARISON_COLUMNS)


def paper_agreement(wave: str, frames: Frames, papers: Sequence[Paper] | None = None) -> pd.DataFrame:
    """How many cells have which verdict, one row a paper and reading. ``frames`` holds ``paper_comparison``."""
    comparisons = _rows(frames["paper_comparison"])
    named = of_wave(wave, load_papers() if papers is None else papers)
    return frame_of((row for paper in named for row in agreement(paper, wave, comparisons)), AGREEMENT_COLUMNS)


def _audited(paper: Paper) -> Iterator[Mapping[str, Any]]:
    number = 0
    for place, check in enumerate(paper.document.audit):
        try:
            tally = check.run(paper.cells)
        except KeyError as missing:
            raise PaperFault(f"{paper.name}/paper.yaml, audit.{place}: no printed cell {missing}") from None
        for finding in _told(check.about or check.check, tally):
            number += 1
            # what agrees belongs to no contradiction, unless it is told for one
            named = check.contradiction if finding.verdict != "consistent" or finding.cells else None
            contradiction = paper.document.contradictions[named] if named else None
            yield {
                "paper": paper.name,
                "number": number,
                "check_name": check.check,
                "about": check.about,
                "compared": tally.compared,
                "consistent": tally.consistent,
                "place": finding.place,
                "verdict": finding.verdict,
                "finding": finding.finding,
                "numbers": finding.evidence or None,
                "contradiction": named,
                "resolved_by": contradiction.resolved_by if contradiction else None,
                "inference": contradiction.inference if contradiction else False,
                "cells": "; ".join(map(str, finding.cells)) or None,
            }


def _told(about: str, tally: Tally) -> Iterator[Finding]:
    """What agrees in one line, and then each finding."""
    agreeing = tally.consistent - sum(finding.verdict == "consistent" for finding in tally.findings)
    if agreeing:
        said = f"{agreeing} of {tally.compared} comparisons agree."
        yield Finding(about, "consistent", said, "; ".join(tally.shown))
    yield from tally.findings


def paper_audit(wave: str, _frames: Frames, papers: Sequence[Paper] | None = None) -> pd.DataFrame:
    """What each paper that reports the wave says against itself, from its printed numbers alone."""
    named = of_wave(wave, load_papers() if papers is None else papers)
    return frame_of((row for paper in named for row in _audited(paper)), AUDIT_COLUMNS)
