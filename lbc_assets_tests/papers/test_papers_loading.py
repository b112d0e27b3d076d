"""A paper's folder is validated: what is wrong is named by file and key, with what was expected."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lbc_assets.papers.paper import PaperFault, load_paper, load_papers
from lbc_assets.papers.printed import CellName

WRONG = {
    "a key that nobody knows": ("paper.yaml", "doi:", "dio:", "paper.yaml, doi: Field required"),
    "a key twice": ("paper.yaml", "doi:", "paper: orchard_2020\ndoi:", "'paper' stands twice"),
    "another name than the folder's": ("paper.yaml", "paper: orchard", "paper: garden", "paper: expected the folder's"),
    "no wave": ("paper.yaml", "waves: [orchard-2020]", "waves: []", "paper.yaml, waves: "),
    "an unknown check": ("paper.yaml", "check: flow", "check: flows", r"paper.yaml, audit\.3: "),
    "a check of a cell that is not printed": (
        "paper.yaml",
        "plus: [old_trees,",
        "plus: [trunks,",
        "no printed cell text, ",
    ),
    "a contradiction that no check finds": (
        "paper.yaml",
        "contradiction: wet",
        "contradiction: pears",
        "contradictions.wet: expected a check",
    ),
    "a check's unknown contradiction": (
        "paper.yaml",
        "contradiction: wet",
        "contradiction: dry",
        "no contradiction 'dry'",
    ),
    "contradicting cells that are not there": (
        "paper.yaml",
        'rows: ["Fruit: Pear"], columns: [young]',
        'rows: ["Fruit: Fig"], columns: [young]',
        "contradictions.pears.cells: no printed cell",
    ),
    "an unknown reading that explains": (
        "paper.yaml",
        "explains: [turned]",
        "explains: [upside]",
        "no reading 'upside'",
    ),
    "an unknown reading that agrees": (
        "paper.yaml",
        "    as_written: {exact",
        "    unread: {exact",
        "no reading 'unread'",
    ),
    "a reading of an unknown place": ("paper.yaml", "      heights: {rows", "      depths: {rows", "no place 'depths'"),
    "a cell without a place": (
        "paper.yaml",
        "{table: A, statistics: [p]}",
        "{table: B, statistics: [p]}",
        "one place of the cell",
    ),
    "a row without keys": ("paper.yaml", ", Windy: {term: windy}", "", "places.heights.rows: no keys of 'Windy'"),
    "a column without keys": ("paper.yaml", ", young: {age: young}", "", "places.fruit.columns: no keys of 'young'"),
    "no tolerance": ("paper.yaml", "  SE: {rule: digits}\n", "", "tolerances: expected one named 'SE'"),
    "an unknown rule": ("paper.yaml", "{rule: count}", "{rule: nearly}", r"tolerances\.n\.rule"),
    "a missing file": ("paper.yaml", "facts.csv]", "sayings.csv]", "sayings.csv: no such file"),
    "a number that is none": ("fruit.csv", "=,30,", "=,thirty,", "fruit.csv, line 3, value: expected a number"),
    "an operator": ("fruit.csv", "n,=,30", "n,>,30", "line 3, operator: expected '=' or '<'"),
    "decimals": ("fruit.csv", "=,30,0", "=,30,none", "line 3, decimals: expected a whole number"),
    "a column of the CSV": ("fruit.csv", ",stars\n", ",marks\n", "fruit.csv, header: expected the column stars"),
    "a cell twice": ("facts.csv", "text,old_trees", "text,trees", "the cell text, trees stands twice"),
    "a comparable cell that is not printed": (
        "cells.csv",
        "A,Fruit: Pear,old,n,10",
        "A,Fruit: Fig,old,n,10",
        "line 6: no printed",
    ),
    "a comparable cell that says something else": (
        "cells.csv",
        "n,30",
        "n,31",
        "line 3: expected what its table has, '30'",
    ),
    "a comparable cell twice": (
        "cells.csv",
        "A,Fruit: Apple,young,n,20",
        "A,Fruit: Apple,old,n,30",
        "a cell stands twice",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named(spoilt: Callable, what: str) -> None:
    file, old, new, said = WRONG[what]
    with pytest.raises(PaperFault, match="orchard_2020") as fault:
        load_paper(spoilt(file, old, new))
    assert fault.match(said)


def test_two_checks_have_different_words(spoilt: Callable) -> None:
    folder = spoilt("paper.yaml", "audit:\n", "audit:\n  - {check: flow, about: trees}\n")
    with pytest.raises(PaperFault, match="audit: two checks 'flow' about 'trees'"):
        load_paper(folder)


def test_a_folder_without_its_document(tmp_path) -> None:
    with pytest.raises(PaperFault, match=r"paper\.yaml: expected in the paper's folder"):
        load_paper(tmp_path)


def test_trailing_zeros_and_stars_are_read(orchard) -> None:
    wet = orchard.cells[CellName("A", "Wet", "height", "B")]
    assert (wet.text, wet.decimals, wet.interval) == ("1.00", 2, pytest.approx((0.995, 1.005)))
    assert orchard.cells[CellName("A", "Wet", "height", "stars")].text == "***"
    assert len(orchard.comparable) == 13


def test_every_paper_of_the_project_is_valid_and_named_as_its_folder() -> None:
    assert [paper.name for paper in load_papers()] == ["zhao_2017"]
