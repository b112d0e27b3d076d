"""What is said of the pages' tables, against the pages: a column that changes changes these numbers, and no others."""

import dataclasses
import re

import pytest

from lbc_assets.reporting import comparison_page, report
from lbc_assets.reporting.comparison_page import render_comparison
from lbc_assets.reporting.flow_diagram import flow_diagram
from lbc_assets.reporting.headline import headline
from lbc_assets.reporting.report import render_report
from lbc_assets.reporting.shown import ROWS, TABLES, shown

# a text that a page shows as it is: another one shows
FREE_TEXT = {
    "paper_comparison": ("printed", "reproduced_printed", "explanation"),
    "paper_audit": ("place", "finding", "numbers", "resolved_by"),
    "robustness": (),
}
FIGURES = {
    "figure-1": "adjusted_means_figure",
    "figure-s2": "forest_figure",
    "figure-s3": "specification_curve_figure",
    "figure-s4": "residuals_figure",
}
SKIPPED = ("gates", "value_issues")


def _views(content):
    """Every table of both pages under its key, those of papers together."""
    found = {"glance": headline(content), "figure-s1": flow_diagram(content)}
    for name in vars(report):
        if name.endswith("_table"):
            view = getattr(report, name)(content)
            if view is not None:
                found[view.key] = view
    papers = content.of_papers
    (paper,) = papers.papers
    found["readings"] = comparison_page.readings_table(papers)
    found["misses"] = comparison_page.misses_table(papers, paper)
    found["cells"] = comparison_page.cells_tables(papers, paper)
    found["audit"] = comparison_page.audit_tables(papers, paper)
    return found


def _changed(frame, column, table):
    if column in FREE_TEXT.get(table, ()):
        return frame.assign(**{column: frame[column].map(lambda text: f"{text}9", na_action="ignore")})
    if str(frame[column].dtype) in ("boolean", "bool"):
        return frame.assign(**{column: ~frame[column].astype("boolean")})
    factor = frame[column] * 1.37 + 0.61
    return frame.assign(**{column: factor.round() if str(frame[column].dtype).lower().startswith("int") else factor})


def _numbers(frame, table):
    kinds = frame.select_dtypes(["number", "boolean", "bool"])
    return [*map(str, kinds), *FREE_TEXT.get(table, ())]


@pytest.fixture
def changes(collected, beside):
    """Of every number of every table, the keys of what it changes on the pages."""
    content = dataclasses.replace(beside, papers=beside.papers)
    before, found = _views(content), {}
    for field in dataclasses.fields(content):
        frame = getattr(content, field.name)
        if not hasattr(frame, "columns") or field.name in SKIPPED:
            continue
        for column in _numbers(frame, field.name):
            if frame[column].notna().sum() == 0 or column in ("position", "bin", "number"):
                continue
            try:
                after = _views(dataclasses.replace(content, **{field.name: _changed(frame, column, field.name)}))
            except (ValueError, KeyError, OverflowError) as error:
                pytest.fail(f"{field.name}.{column}: {error!r}")
            table = TABLES.get(field.name, field.name)
            found[table, column] = {key for key, view in after.items() if view != before.get(key)}
    return found


def test_each_number_changes_what_is_said_and_nothing_else(changes):
    said = {}
    for one in shown():
        for part in one.numbers:
            for column in part.of:
                said.setdefault(column, set()).add(one.key)
    wrong = {}
    for column, keys in changes.items():
        expected = {key for key in said.get(column, ()) if key not in FIGURES}
        if keys != expected:
            wrong[".".join(column)] = {"changes": sorted(keys - expected), "said only": sorted(expected - keys)}
    assert wrong == {}


def test_a_number_left_out_would_be_found(changes):
    """The test above can fail: without its standard errors Table 2 is not what is said."""
    assert "table-2" in changes["model_coefficients", "std_error"]
    assert "table-2" not in changes["model_coefficients", "standardised"]


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure_shows_its_columns(key, content):
    figure = getattr(report, FIGURES[key])
    (one,) = (one for one in shown() if one.key == key)
    before = figure(content).svg
    for table, column in {c for part in one.numbers for c in part.of if not c[0].startswith("paper")}:
        frame = getattr(content, table)
        assert figure(dataclasses.replace(content, **{table: _changed(frame, column, table)})).svg != before, column


def test_every_table_and_figure_of_the_pages_is_told_of(beside):
    pages = {"report": render_report(beside), "comparison_page": render_comparison(beside.of_papers)}
    # of gates and provenance, which are no columns
    apart = {"table-s19", "table-s20", "table-s22"}
    for page, text in pages.items():
        keys = set(re.findall(r'<(?:table|figure) id="([\w-]+)"', text)) - apart
        told = {one.key for one in shown() if one.page == page} - {"glance"}
        if page == "comparison_page":
            keys = {re.sub(r"-zhao_2017.*", "", key) for key in keys if not key.startswith("agreement")}
        else:
            keys = {key for key in keys if "agreement" not in key}
        assert told <= keys | {"table-s21"}, told - keys
        assert keys <= told, keys - told


def test_numbers_and_captions_are_those_of_the_report(page):
    for one in shown():
        if one.page == "report" and one.key != "glance" and f'id="{one.key}"' in page:
            assert re.search(rf'id="{one.key}(-caption)?".*?<b>{re.escape(one.number)}\.</b>', page, re.DOTALL), one.key


def test_rows_and_words_come_last(beside):
    for one in shown():
        assert one.parts[-1].label == ROWS
        assert not set(one.parts[-1].of) & {column for part in one.numbers for column in part.of}
