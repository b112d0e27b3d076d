"""What is said of the pages' tables, against the pages: a column that changes changes these numbers, and no others."""

import dataclasses
import re
import sys
from functools import partial

import pytest

from lbc_assets.reporting import comparison_page, report
from lbc_assets.reporting.comparison_page import render_comparison
from lbc_assets.reporting.flow_diagram import flow_diagram
from lbc_assets.reporting.headline import headline
from lbc_assets.reporting.report import render_report
from lbc_assets.reporting.rows import rows_of
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


OF_PAPERS = {"paper_comparison", "paper_agreement", "paper_audit"}
OF_THE_REPORT = [getattr(report, name) for name in vars(report) if name.endswith("_table")]


class _Asked:
    """A content that notes which tables it is asked for."""

    def __init__(self, content):
        self.content, self.names = content, set()

    def __getattr__(self, name):
        self.names.add(name)
        return getattr(self.content, name)


def _makers(content, papers):
    """What makes each table of both pages, by its key or its function's name."""
    made = {make.__name__: partial(make, content) for make in OF_THE_REPORT}
    made |= {"glance": partial(headline, content), "figure-s1": partial(flow_diagram, content)}
    made["readings"] = partial(comparison_page.readings_table, papers)
    for paper in papers.papers:
        made["misses"] = partial(comparison_page.misses_table, papers, paper)
        made["cells"] = partial(comparison_page.cells_tables, papers, paper)
        made["audit"] = partial(comparison_page.audit_tables, papers, paper)
    return made


def _views(content, chosen=None):
    """The tables themselves, or the chosen ones."""
    return {
        name: make() for name, make in _makers(content, content.of_papers).items() if chosen is None or name in chosen
    }


def _made_of(content):
    """Of every frame the names of the tables that ask for it."""
    found = {}
    noted = _Asked(content), _Asked(content.of_papers)
    for name, make in _makers(*noted).items():
        for one in noted:
            one.names.clear()
        make()
        for frame in noted[0].names | noted[1].names:
            found.setdefault(frame, set()).add(name)
    return found


@pytest.fixture(autouse=True)
def _rows_kept(monkeypatch):
    """A frame is turned into rows once, not by each table that is made of it: a third of the time."""
    kept = {}

    def rows_once(frame):
        if id(frame) not in kept:
            kept[id(frame)] = frame, rows_of(frame)
        return kept[id(frame)][1]

    for name, module in list(sys.modules.items()):
        if name.startswith("lbc_assets.reporting.") and name != rows_of.__module__ and hasattr(module, "rows_of"):
            monkeypatch.setattr(module, "rows_of", rows_once)


def _changed(frame, column, table):
    """The frame with other numbers in a column, which are still what the column's numbers may be."""
    values = frame[column]
    if column in FREE_TEXT.get(table, ()):
        other = values.map(lambda text: f"{text}9", na_action="ignore")
    elif str(values.dtype) in ("boolean", "bool"):
        other = ~values.astype("boolean")
    elif column.startswith("p_"):
        other = values * 0.5 + 0.003
    elif column == "value" or (values.dropna() % 1 == 0).all():  # a count stays one
        other = values * 2 + 1
    else:
        other = values * 1.37 + 0.61
    return frame.assign(**{column: other})


def _numbers(frame, table):
    names = [*map(str, frame.select_dtypes(["number", "boolean", "bool"])), *FREE_TEXT.get(table, ())]
    # by what rows are put in order
    return [name for name in names if frame[name].notna().any() and name not in ("position", "bin", "number")]


def _changes(content, frames):
    """Of every number of these frames, the keys of the tables that it changes."""
    made_of, before, found = _made_of(content), _views(content), {}
    keys = {name: getattr(view, "key", name) if name.endswith("_table") else name for name, view in before.items()}
    for name in frames:
        frame = getattr(content, name)
        for column in _numbers(frame, name):
            other = dataclasses.replace(content, **{name: _changed(frame, column, name)})
            changed = {
                keys[view] for view, made in _views(other, made_of.get(name, ())).items() if made != before[view]
            }
            found[TABLES.get(name, name), column] = changed
    return found


@pytest.fixture
def changes(content):
    """What the numbers of a wave that no paper reports change."""
    frames = [field.name for field in dataclasses.fields(content) if hasattr(getattr(content, field.name), "columns")]
    return _changes(content, set(frames) - OF_PAPERS - set(SKIPPED))


@pytest.fixture
def changes_beside(beside):
    """What the numbers of papers change; of comparisons a few cells of each table are enough."""
    names = beside.paper_comparison.drop_duplicates(["table_number", "printed_row", "printed_column", "statistic"])
    few = names.groupby("table_number").head(6)[["table_number", "printed_row", "printed_column", "statistic"]]
    compared = beside.paper_comparison.merge(few)
    of_few = _changes(dataclasses.replace(beside, paper_comparison=compared), OF_PAPERS - {"paper_audit"})
    return {**of_few, **_changes(beside, {"paper_audit"})}


def _said():
    said = {}
    for one in shown():
        for part in one.numbers:
            for column in part.of:
                said.setdefault(column, set()).add(one.key)
    return said


def _wrong(changes):
    """Where the pages and what is said of them differ; figures are drawn, not compared."""
    said, wrong = _said(), {}
    for column, keys in changes.items():
        expected = said.get(column, set()) - set(FIGURES)
        if keys != expected:
            wrong[".".join(column)] = {"not said": sorted(keys - expected), "said only": sorted(expected - keys)}
    return wrong


def test_each_number_changes_what_is_said_and_nothing_else(changes):
    assert not (wrong := _wrong(changes)), wrong
    # and it would be found: Table 2 without its standard errors, or with another column
    column = ("model_coefficients", "std_error")
    assert _wrong({column: changes[column] - {"table-2"}})
    assert _wrong({("model_coefficients", "statistic"): {"table-2"}})


def test_what_papers_print_changes_what_is_said_and_nothing_else(changes_beside):
    assert not (wrong := _wrong(changes_beside)), wrong


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
