"""The comparison page: whole, by itself, accessible, and the one of a wave that no paper reports."""

import dataclasses
import re

import pytest

from lbc_assets.reporting.comparison_page import render_comparison
from lbc_assets.reporting.rows import rows_of, select
from lbc_assets_tests.reporting.test_report_page import HTML, SVG, parsed, text_of


@pytest.fixture
def page(beside):
    return render_comparison(beside.of_papers)


@pytest.fixture
def tree(page):
    return parsed(page)


def _lines(tree, key):
    table = next(table for table in tree.iter(f"{HTML}table") if table.get("id") == key)
    return [[text_of(cell) for cell in row] for body in table.iter(f"{HTML}tbody") for row in body]


def test_every_cell_stands_on_it_under_each_reading(beside, tree):
    rows = rows_of(beside.paper_comparison)
    for number in ("1", "2", "3", "4", "text"):
        of_table = select(rows, table_number=number, reading="resolved")
        assert len(_lines(tree, f"cells-zhao_2017-{number}")) == len(of_table)


def test_readings_stand_side_by_side(beside):
    rows = beside.paper_comparison
    caregiver = rows["printed_row"].isin(["Father", "Mother", "Other"]) & (rows["table_number"] == "3")
    rows.loc[caregiver & (rows["reading"] == "literal"), "reproduced_printed"] = "9.99"
    tree = parsed(render_comparison(beside.of_papers))
    lines = {tuple(line[:3]): line[3:] for line in _lines(tree, "cells-zhao_2017-3")}
    poor = lines["Poor", "peer", "B"]
    assert poor[0] == "0.35"
    assert poor[-2] == "the same"
    # only the caregiver is read otherwise: difference and verdict under each reading, and why
    otherwise = {names: line for names, line in lines.items() if "the same" not in line}
    assert {row for row, _, _ in otherwise} == {"Father", "Mother", "Other"}
    for line in otherwise.values():
        verdicts = [text for text in line if re.search("exact|within|missed", text)]
        assert len(verdicts) >= 2
        assert len(line) == 9
        assert line[2:5] != line[5:8]
        assert line[-1].endswith("1")
    assert "1: Table 3's caregiver rows cannot be" in text_of(tree)


def test_the_summary_comes_first_then_picture_misses_cells_and_audit(tree):
    main = next(tree.iter(f"{HTML}main"))
    assert [section.get("id") for section in main.iter(f"{HTML}section")] == ["summary", "misses", "cells", "audit"]
    summary = next(main.iter(f"{HTML}section"))
    assert next(summary.iter(f"{HTML}figure")).find(f".//{SVG}svg") is not None
    assert re.match(r"Summary.*?\d+ of 442 printed numbers reproduced", text_of(summary))


def test_misses_have_an_explanation(beside, tree):
    missed = select(rows_of(beside.paper_comparison), reading="resolved", verdict="missed")
    lines = _lines(tree, "misses-zhao_2017")
    assert len(lines) == len(missed)
    assert all(line[-1] for line in lines)


def test_contradictions_have_an_anchor_that_the_report_leads_to(tree):
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {"zhao_2017-caregiver_reference", "zhao_2017-moderation"} <= set(ids)


def test_it_leads_to_the_report_and_nowhere_else(page, tree):
    links = {a.get("href") for a in tree.iter(f"{HTML}a")}
    assert {link for link in links if not link.startswith("#")} == {"report.html"}
    ids = {element.get("id") for element in tree.iter()}
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_tables_are_whole(tree):
    for table in tree.iter(f"{HTML}table"):
        width = sum(int(group.get("span")) for group in table.findall(f"{HTML}colgroup"))
        for row in table.findall(f"{HTML}tbody/{HTML}tr"):
            assert sum(int(cell.get("colspan", 1)) for cell in row) == width, text_of(row)


def test_what_is_of_print_only_does_not_say_synthetic(tree):
    for caption in tree.iter(f"{HTML}caption"):
        expected = "From printed numbers only: no synthetic data" if "Audit" in text_of(caption) else "Synthetic data"
        assert text_of(caption).startswith(expected)


def test_a_wave_that_no_paper_reports_has_a_page_that_says_so(content):
    page = render_comparison(content.of_papers)
    assert "nothing to compare it with" in text_of(parsed(page))
    assert not list(parsed(page).iter(f"{HTML}table"))
    assert 'href="report.html"' in page


def test_the_same_content_gives_the_same_bytes(beside, page):
    assert render_comparison(beside.of_papers) == page


def test_a_wave_that_was_not_fitted_claims_no_fit(beside):
    frames = {
        name: getattr(beside, name).assign(evidence="artefact") for name in ("paper_comparison", "paper_agreement")
    }
    words = text_of(parsed(render_comparison(dataclasses.replace(beside, **frames).of_papers)))
    assert "was not fitted to the paper" in words
    assert "how near the fitting came" not in words
