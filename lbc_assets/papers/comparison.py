"""A paper's comparable cells beside a wave's tables: one verdict a cell and reading.

Belongs here: walking the cells, and what explains a miss. Does not belong here: finding the number (``places.py``),
judging it (``verdicts.py``), the table's shape (``tables.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lbc_assets.papers.paper import Paper, PaperFault
from lbc_assets.papers.places import PlaceFault, Tables, find
from lbc_assets.papers.printed import NO_STAR, STARS, Printed
from lbc_assets.papers.verdicts import VERDICTS, compare

NOT_EXPLAINED = "not explained"
Comparison = Mapping[str, Any]


def _labels(paper: Paper, printed: Printed, reading: str) -> dict[str, Any]:
    name, tolerance = printed.name, paper.tolerance(printed.name)
    return {
        "paper": paper.name,
        "reading": reading,
        "table_number": name.table,
        "printed_row": name.row,
        "printed_column": name.column or None,
        "statistic": name.statistic,
        "printed": (printed.text or NO_STAR) if name.statistic == STARS else printed.text,
        "printed_value": None if printed.value is None else printed.number,
        "decimals": None if printed.value is None else printed.decimals,
        "rule": tolerance.rule,
        "tolerance": tolerance.within or 0.0,
    }


def _concerned(paper: Paper, printed: Printed, reading: str) -> tuple[str | None, str | None]:
    """The contradictions that concern a cell, and in words those that explain a miss under the reading."""
    named = dict(paper.contradictions_at(printed.name))
    explaining = [each for each in named.values() if each.explains is None or reading in each.explains]
    words = " ".join(f"{each.says} {each.resolved_by}" for each in explaining)
    return ", ".join(named) or None, words or None


def compare_cells(paper: Paper, tables: Tables) -> Iterator[Comparison]:
    """Every comparable cell under every reading, in the paper's order. PaperFault: a map does not fit the tables."""
    for reading in paper.document.readings:
        for printed in paper.comparable:
            row = _labels(paper, printed, reading)
            place = paper.place(printed.name, reading)
            row["contradiction"], explanation = _concerned(paper, printed, reading)
            try:
                found = find(place, printed.name, tables)
            except PlaceFault as fault:
                place_name = paper.place_name(printed.name)
                raise PaperFault(f"{paper.name}/paper.yaml, places.{place_name} ({reading}): {fault}") from None
            row["source"] = place.table
            if found.value is None:
                why = ". ".join(filter(None, (found.why_not, explanation)))
                yield {**row, "verdict": "not comparable", "explanation": why}
                continue
            compared = compare(printed, found.value, paper.tolerance(printed.name), paper.document.stars)
            if compared.verdict != "exact":
                explanation = explanation or paper.unreached_at(printed.name)
            yield {
                **row,
                "reproduced": found.value,
                "reproduced_printed": compared.text,
                "difference": compared.difference,
                "verdict": compared.verdict,
                "rounding": compared.rounding,
                "explanation": explanation or (NOT_EXPLAINED if compared.verdict == "missed" else None),
            }


def agreement(paper: Paper, wave: str, comparisons: list[Comparison]) -> Iterator[Comparison]:
    """How many of a paper's cells have which verdict, by reading, beside what the paper's folder declares at least."""
    declared = paper.document.agreement
    for reading, as_read in paper.document.readings.items():
        rows = [row for row in comparisons if (row["paper"], row["reading"]) == (paper.name, reading)]
        numbers = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}
        least = declared.readings.get(reading) if declared and declared.wave == wave else None
        yield {
            "paper": paper.name,
            "reading": reading,
            "says": as_read.says,
            "cells": len(paper.comparable),
            **{verdict.replace(" ", "_"): number for verdict, number in numbers.items()},
            "not_explained": sum(row["explanation"] == NOT_EXPLAINED for row in rows),
            "declared_exact": least.exact if least else None,
            "declared_within_tolerance": least.within_tolerance if least else None,
            "declared_not_explained": least.not_explained if least else None,
        }
