"""Tables on the data: participant flow by province, gates, value issues, provenance.

Belongs here: their layout; counts of children and of rows only. Does not belong here: what a check tests
(`quality/`).
"""

from __future__ import annotations

from lbc_assets.reporting import labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, only, rows_of, select
from lbc_assets.reporting.table_view import Cell, Head, Line, TableView


def flow_table(content: ReportContent) -> TableView:
    """The flow diagram's numbers, by province."""
    rows = sorted(rows_of(content.participant_flow), key=lambda row: (row["position"], row["province"]))
    provinces = sorted(distinct(rows, "province"), key=lambda name: (name == "all", name == "unknown", name))
    lines = []
    for step, code in dict.fromkeys((row["step"], row["reason_code"]) for row in rows):
        cells = tuple(_children(only(rows, step=step, reason_code=code, province=province)) for province in provinces)
        lines.append(Line(labels.step(step, code), cells, is_indented=step in ("excluded", "group")))
    names = [Head("All" if name == "all" else labels.level("province", name)) for name in provinces]
    return TableView(
        key="table-s1",
        number="Table S1",
        caption="Participant flow by province",
        heads=((Head("Step", kind="text"), *names),),
        blocks=(tuple(lines),),
        notes=("A child who could be excluded for several reasons counts at the first, in this order.",),
    )


def _children(row: Row | None) -> Cell:
    return Cell("\u2013") if row is None else Cell(number_text.count(row["children"]))


def gates_table(content: ReportContent) -> TableView:
    """One line a table: its blocking checks and its warnings, passed of all."""
    rows = rows_of(content.gates)
    lines = []
    for table in distinct(rows, "table"):
        cells = []
        for severity in ("error", "warn"):
            checks = select(rows, table=table, severity=severity)
            passed = select(checks, passed=True)
            cells.append(Cell(f"{len(passed)} of {len(checks)}" if checks else "\u2013"))
        lines.append(Line(table, tuple(cells)))
    return TableView(
        key="table-s19",
        number="Table S19",
        caption="Checks passed, by table",
        heads=((Head("Table", kind="text"), Head("Blocking checks"), Head("Warnings")),),
        blocks=(tuple(lines),),
        notes=(
            "A wave is published only when every blocking check has passed. A warning says that something "
            "is unusual; the wave is published all the same.",
        ),
    )


def not_passed_table(content: ReportContent) -> TableView | None:
    """The checks that did not pass; None where all did."""
    rows = select(rows_of(content.gates), passed=False)
    if not rows:
        return None
    return TableView(
        key="table-s20",
        number="Table S20",
        caption="Checks that did not pass",
        heads=((Head("Check", kind="text"), Head("Table", kind="text"), Head("Kind", kind="text"), Head("Rows")),),
        is_even=False,
        blocks=(
            tuple(
                Line(
                    row["check"],
                    (
                        Cell(row["table"], kind="text"),
                        Cell(labels.SEVERITIES[row["severity"]], kind="text"),
                        Cell(number_text.count(row["failing_rows"])),
                    ),
                )
                for row in rows
            ),
        ),
        notes=("Rows: how many rows of the table break the check.",),
    )


def value_issues_table(content: ReportContent) -> TableView | None:
    """Answers that could not be read, counted; None where every answer could."""
    rows = rows_of(content.value_issues)
    if not rows:
        return None
    return TableView(
        key="table-s21",
        number="Table S21",
        caption="Answers that could not be read, by reason",
        heads=((Head("Reason", kind="text"), Head("Question", kind="text"), Head("Children")),),
        is_even=False,
        blocks=tuple(
            tuple(
                Line(
                    labels.value_issue(reason),
                    (Cell(row["field"], kind="text"), Cell(number_text.count(row["children"]))),
                )
                for row in select(rows, reason_code=reason)
            )
            for reason in distinct(rows, "reason_code")
        ),
        notes=("Such an answer becomes a missing answer. The answers themselves are not shown.",),
    )


def provenance_table(content: ReportContent) -> TableView:
    """Where the numbers come from, in the order given."""
    return TableView(
        key="table-s22",
        number="Table S22",
        caption="Provenance",
        heads=((Head("Item", kind="text"), Head("Value", kind="text")),),
        is_even=False,
        blocks=(tuple(Line(label, (Cell(value, kind="text"),)) for label, value in content.provenance),),
    )
