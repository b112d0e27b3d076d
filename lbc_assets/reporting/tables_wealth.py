"""Table S6: household wealth by migration status within each province.

Belongs here: the table's layout. Does not belong here: its numbers (`stats/`). Source: the paper gives it as 'data not
shown'.
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.table_view import EMPTY, Block, Cell, Head, Line, TableView
from lbc_assets.reporting.tables_sample import COLUMNS, count_cell, paper_test, test_cell


def wealth_table(content: ReportContent) -> TableView:
    """A block a province; groups as columns; the test and its size on the province's line."""
    rows = rows_of(content.wealth_within_province)
    return TableView(
        key="table-s6",
        number="Table S6",
        caption="Household wealth by parental migration status within each province",
        heads=(
            (
                Head("Province, wealth", kind="text"),
                *(Head(labels.STATUS[group]) for group in COLUMNS),
                Head("p value"),
                Head("Size", detail="Cram\u00e9r\u2019s V"),
            ),
        ),
        blocks=tuple(_block(province, select(rows, province=province)) for province in distinct(rows, "province")),
        notes=(
            "Number of children (percentage of those of the group who answered). p values: chi-square without "
            "continuity correction, not corrected for the number of tests; size with its 95% confidence interval. "
            "The paper gives this comparison as \u2018data not shown\u2019.",
            "Zhejiang\u2019s children come from poorer villages, and the provinces were surveyed at different times: "
            "compare groups within a province, not the provinces.",
        ),
        suffix="bracket",
        mark=evidence.mark(rows),
    )


def _block(province: str, rows: list[Row]) -> Block:
    test = paper_test(select(rows, measure="test"))
    counts = select(rows, measure="count")
    cells = (*(EMPTY for _ in COLUMNS), test_cell(test), _size(test))
    heading = Line(labels.level("province", province), cells, is_heading=True)
    return (heading, *(_level_line(level, counts) for level in distinct(counts, "level")))


def _level_line(level: str, counts: list[Row]) -> Line:
    cells = (count_cell(only(counts, level=level, migration_status=group)) for group in COLUMNS)
    return Line(labels.level("household_wealth", level), (*cells, EMPTY, EMPTY), is_indented=True)


def _size(test: Row | None) -> Cell:
    """The reason for a refusal stands in the cell before."""
    if test is None or is_refused(test):
        return EMPTY
    limits = number_text.interval(test["effect_low"], test["effect_high"])
    return Cell(number_text.fixed(test["effect_size"], 2), detail=f"({limits})")
