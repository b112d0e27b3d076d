"""Table 1: who the children are, by migration status.

Belongs here: the table's layout. Does not belong here: its numbers (`stats/`). Layout: the paper's Table 1,
with the rows that the paper gives in its text (age, sex, province), all children together, and each row's
missing answers.
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.beside import COUNT, MEAN, ONE, Beside
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.table_view import (
    EMPTY,
    Block,
    Cell,
    Head,
    Line,
    TableView,
    number_cell,
    one_decimal,
)

TABLE = "sample_characteristics"
GROUPS = ("current", "previous", "never")  # in the paper's order
COLUMNS = (*GROUPS, "all")
PAPER_TESTS = ("chi_square", "anova_f")


def sample_table(content: ReportContent) -> TableView:
    """Groups as columns; n (%) or mean (SD); one test a variable; missing answers a group."""
    rows, beside = rows_of(content.sample_characteristics), Beside(content)
    flow = rows_of(content.participant_flow)
    groups = select(flow, step="group", province="all")
    sizes = {row["reason_code"]: row["children"] for row in groups}
    sizes["all"] = sum(sizes.values())
    heads = (
        Head("Characteristic", kind="text"),
        *(
            Head(
                labels.STATUS[group],
                detail=f"n = {number_text.count(sizes[group])}" if group in sizes else "",
            )
            for group in COLUMNS
        ),
        Head("p value"),
        Head("Missing", detail="current / previous / never"),
    )
    view = TableView(
        key="table-1",
        number="Table 1",
        caption="Sample characteristics by parental migration status",
        heads=(heads,),
        blocks=tuple(_block(select(rows, variable=name), beside) for name in distinct(rows, "variable")),
        notes=(
            "Number of children (percentage of those who answered); for age and the SDQ scores mean "
            "(standard deviation). Every row has its own denominator: missing answers are left out of "
            "percentages and tests.",
            "p values: chi-square without continuity correction for counts, one-way analysis of variance "
            "for means; not corrected for the number of tests.",
        ),
        suffix="bracket",
        mark=evidence.mark(row for row in rows if row["measure"] != "test" or row["test"] in PAPER_TESTS),
    )
    return beside.finish(view)


def paper_test(rows: list[Row]) -> Row | None:
    """The test that the paper gives, among the rows of one variable."""
    return only(row for row in rows if row["test"] in PAPER_TESTS)


def _block(rows: list[Row], beside: Beside) -> Block:
    variable, test = rows[0]["variable"], paper_test(rows)
    ends = (beside.mark(test_cell(test), TABLE, test, ONE["p_value"]), _missing_cell(rows))
    means = select(rows, measure="mean")
    if means:
        of_groups = [only(means, migration_status=group) for group in COLUMNS]
        cells = tuple(beside.mark(_mean_cell(row), TABLE, row, MEAN) for row in of_groups)
        return (Line(labels.variable(variable), (*cells, *ends)),)
    counts = select(rows, measure="count")
    heading = Line(labels.variable(variable), (*(EMPTY for _ in COLUMNS), *ends), is_heading=True)
    return (heading, *(_level_line(variable, level, counts, beside) for level in distinct(counts, "level")))


def _level_line(variable: str, level: str, counts: list[Row], beside: Beside) -> Line:
    of_groups = [only(counts, level=level, migration_status=group) for group in COLUMNS]
    cells = tuple(beside.mark(count_cell(row), TABLE, row, COUNT) for row in of_groups)
    return Line(labels.level(variable, level), (*cells, EMPTY, EMPTY), is_indented=True)


def count_cell(row: Row | None) -> Cell:
    if row is None:
        return EMPTY
    share = "\u2013" if is_refused(row) else number_text.percent(row["estimate"])
    return Cell(number_text.count(row["n"]), suffix=f"({share})")


def _mean_cell(row: Row | None) -> Cell:
    if row is None or is_refused(row):
        return number_cell(row, "estimate", one_decimal)
    return Cell(one_decimal(row["estimate"]), suffix=f"({one_decimal(row['std_dev'])})")


def test_cell(row: Row | None) -> Cell:
    return number_cell(row, "p_value", number_text.p_value)


def _missing_cell(rows: list[Row]) -> Cell:
    """Missing answers are the same for every level of a variable: the first row of each group tells."""
    found = []
    for group in GROUPS:
        of_group = [row for row in rows if row["migration_status"] == group and row["measure"] != "test"]
        found.append(number_text.count(of_group[0]["n_missing"]) if of_group else "\u2013")
    return Cell(" / ".join(found))
