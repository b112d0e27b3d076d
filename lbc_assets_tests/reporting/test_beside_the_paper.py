"""The report of a wave that a paper reports: printed numbers in the tables, the section, the figures; and of none."""

import dataclasses

import pytest

from lbc_assets.reporting.beside import COEFFICIENT, Beside, differs
from lbc_assets.reporting.figure_adjusted_means import adjusted_means_figure
from lbc_assets.reporting.figure_agreement import agreement_figures
from lbc_assets.reporting.report import render_report
from lbc_assets.reporting.rows import only, rows_of, select
from lbc_assets.reporting.summary import terminal_summary
from lbc_assets.reporting.table_view import Cell
from lbc_assets.reporting.tables_means import adjusted_means_table
from lbc_assets.reporting.tables_models import subscale_table, total_table
from lbc_assets.reporting.tables_sample import sample_table
from lbc_assets_tests.reporting.test_report_page import HTML, parsed, text_of

TABLES = (sample_table, total_table, subscale_table, adjusted_means_table)


def _marks(view):
    """What the paper prints, by the line's label and the cell's place."""
    lines = [line for block in view.blocks for line in block]
    return {(line.label, place): c.paper for line in lines for place, c in enumerate(line.cells) if c.paper}


def test_what_differs_stands_below_its_cell(beside):
    """0.60** and 0.25 are computed; the paper prints 0.81** (0.25) and 0.75** (0.25)."""
    marks = _marks(total_table(beside))
    mark = marks["Previously left behind", 0]
    assert (mark.sign, mark.words, mark.text) == ("\u2260", "not reproduced;", "paper: 0.81**")
    assert marks["Previously left behind", 4].text == "paper: 0.75**"
    # what agrees is clean, and so is the model that no paper prints
    assert ("Previously left behind", 1) not in marks
    assert not {place for _, place in marks} & {2, 3}
    # negative numbers as this report writes them
    assert marks["Female", 0].text == "paper: \u22120.33"


def test_counts_and_percentages_are_shown_together(beside):
    marks = _marks(sample_table(beside))
    # the count is as printed, the percentage is not
    assert marks["No", 0].text == "paper: 1,637 (85.5)"
    assert marks["Age (years)", 3].text == "paper\u2019s text: 12.4 (2.1)"
    assert marks["Total difficulties", 0].text == "paper: 13.1 (5.1)"


def test_the_first_reading_says_where_a_number_stands(beside):
    view = subscale_table(beside)
    blocks = {block[0].label: block for block in view.blocks}
    literal, resolved = (blocks[f"Primary caregiver (reference: {name})"] for name in ("Grandparent", "Mother"))
    assert not [c for line in literal for c in line.cells if c.paper]
    assert next(c.paper.text for line in resolved for c in line.cells if c.paper) == "paper: \u22120.14"


def _changed(content, verdict, rounding=None):
    frame = content.paper_comparison.assign(verdict=verdict, rounding=rounding)
    return dataclasses.replace(content, paper_comparison=frame)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_agrees_is_clean(beside, table):
    exact = table(_changed(beside, "exact"))
    assert _marks(exact) == {}
    (note,) = [note for note in exact.notes if note.startswith("Beside the paper")]
    assert "\u2260" not in note


@pytest.mark.parametrize(
    ("verdict", "rounding", "sign"),
    [("within tolerance", None, "\u2248"), ("exact", "half up twice", "\u2248"), ("not comparable", None, "\u2013")],
)
def test_each_verdict_has_its_sign(beside, verdict, rounding, sign):
    signs = {mark.sign for mark in _marks(total_table(_changed(beside, verdict, rounding))).values()}
    assert signs == {sign}


@pytest.mark.parametrize("table", TABLES)
def test_contradictions_stand_under_the_table_they_concern(beside, table):
    keys = {note.key.removeprefix("zhao_2017-") for note in table(beside).contradictions}
    expected = {
        # of the children that the invented wave has: no provinces, no conduct problems
        sample_table: {"percentages_too_high"},
        total_table: {"sex_in_text", "stars", "conduct_not_printed"},
        subscale_table: {"caregiver_reference", "stars", "conduct_not_printed", "hyperactivity_claimed"},
        adjusted_means_table: {"low_support", "moderation"},
    }
    assert keys == expected[table]


def test_a_contradiction_has_its_numbers_and_says_what_is_inferred(beside):
    notes = {note.key: note for note in subscale_table(beside).contradictions}
    note = notes["zhao_2017-caregiver_reference"]
    assert note.inference
    assert all("SE ratio" in numbers for numbers in note.evidence)
    assert note.more == 4
    words = text_of(parsed(render_report(beside)))
    assert "Resolved, by our own inference: The reference is mother" in words
    # what concerns no table stands in the section
    assert "The text has p below 0.001 for support" in words


def test_every_mark_is_read_aloud_and_needs_no_hover(beside):
    tree = parsed(render_report(beside))
    marks = [small for small in tree.iter(f"{HTML}small") if small.get("class") == "paper"]
    assert len(marks) > 50
    for small in marks:
        heard, sign, number = small.findall(f"{HTML}span")
        assert heard.get("class") == "heard"
        assert text_of(heard)
        assert sign.get("aria-hidden") == "true"
        assert "paper" in sign.tail
        assert text_of(number)
    assert "title=" not in render_report(beside).partition("</style>")[2]


def test_the_section_says_what_is_calibrated(beside):
    tree = parsed(render_report(beside))
    section = next(element for element in tree.iter(f"{HTML}section") if element.get("id") == "beside")
    words = text_of(section)
    assert "This is synthetic data." in words
    marks = {text_of(div[0]): text_of(div[1]) for div in section.iter(f"{HTML}div") if div[0].tag == f"{HTML}dt"}
    assert "Table 1, Table 3" in marks["Calibrated"]
    assert "Table 2" in marks["Calibrated in part"]
    assert "Table S2" in marks["Artefact of the generator"]
    assert {a.get("href") for a in section.iter(f"{HTML}a")} >= {"comparison.html"}


def test_the_picture_has_a_mark_a_cell_and_counts(beside):
    (view,) = agreement_figures(beside.of_papers, first=2)
    counts = select(rows_of(beside.paper_agreement), reading="resolved")[0]
    for words in (
        f"{counts['exact']} exact at the printed digits",
        f"{counts['within_tolerance']} within tolerance",
        f"{counts['missed']} missed",
        f"{counts['not_comparable']} not comparable",
    ):
        assert view.svg.count(words) == 2, words  # in the legend, and in words
    # one mark a cell, and four in the legend
    assert view.svg.count("<use ") == counts["cells"] + 4
    assert view.number == "Figure 2"


def test_figure_1_has_the_printed_means_as_hollow_marks(beside, content):
    assert "Printed in the paper" in adjusted_means_figure(beside).svg
    assert "printed 13.4" in adjusted_means_figure(beside).svg
    assert "rinted in the paper" not in adjusted_means_figure(content).svg


def test_a_wave_that_no_paper_reports_shows_nothing_of_it(content):
    page = render_report(content)
    assert "comparison.html" not in page
    assert 'id="beside"' not in page
    assert 'class="paper"' not in page.partition("</style>")[2]
    assert "paper:" not in terminal_summary(content, "r")


def test_printed_text_is_inert(beside):
    hostile = "<script>alert(1)</script>"
    frame = beside.paper_comparison.assign(printed=hostile, printed_row=beside.paper_comparison["printed_row"])
    page = render_report(dataclasses.replace(beside, paper_comparison=frame))
    parsed(page)
    assert "<script" not in page


def test_a_number_is_found_by_the_places_of_the_folder(beside):
    row = only(rows_of(beside.model_coefficients), model="adjusted", outcome="total", term="household_wealth[poor]")
    found = Beside(beside).find("model_coefficients", row, COEFFICIENT[0])
    assert (found["printed_row"], found["printed"], differs(found)) == ("Poor", "0.46", True)
    assert Beside(beside).mark(Cell("x"), "model_coefficients", None, COEFFICIENT) == Cell("x")
