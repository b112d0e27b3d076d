"""Tables S15 and S16: how reliable the scales are, and how the items were answered.

Belongs here: their layout. Does not belong here: their numbers (`stats/`), item wording (never in this project).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, rows_of, select
from lbc_assets.reporting.table_view import (
    EMPTY,
    Block,
    Cell,
    Head,
    Line,
    TableView,
    one_decimal,
    three_decimals,
    two_decimals,
)


def reliability_table(content: ReportContent) -> TableView:
    """A block a scale, a line a migration group: alpha and omega with n, the one-factor fit, floor and ceiling."""
    rows = rows_of(content.scale_reliability)
    heads = ("n", "Alpha", "95% CI", "Omega", "RMSEA", "RMSR", "Floor, %", "Ceiling, %")
    return TableView(
        key="table-s15",
        number="Table S15",
        caption="Reliability of the SDQ scales by parental migration status",
        heads=((Head("Scale", kind="text"), *(Head(text) for text in heads)),),
        blocks=tuple(_scale_block(select(rows, scale=scale)) for scale in distinct(rows, "scale")),
        notes=(
            "n: children who answered every item of the scale. Alpha: Cronbach\u2019s alpha of the items\u2019 points "
            "with Feldt\u2019s interval. Omega: McDonald\u2019s omega total from one factor by maximum likelihood; "
            "RMSEA and RMSR say how far one factor is from the items\u2019 correlations. For total difficulties and "
            "the sums of two subscales one factor is a simplification.",
            "Floor and ceiling: children with the lowest and the highest score, of all who have a score. Low values, "
            "common for peer and conduct problems, are shown as they are.",
        ),
        mark=evidence.mark(rows),
    )


def _scale_block(rows: list[Row]) -> Block:
    heading = Line(labels.OUTCOMES[rows[0]["scale"]], is_heading=True)
    return (
        heading,
        *(Line(labels.STATUS[row["migration_status"]], _scale_cells(row), is_indented=True) for row in rows),
    )


def _scale_cells(row: Row) -> tuple[Cell, ...]:
    alpha: tuple[Cell, ...] = (_gone(row["reason"], 2),)
    if row["status"] == "ok":
        interval = Cell(number_text.interval(row["conf_low"], row["conf_high"]))
        alpha = (Cell(two_decimals(row["alpha"])), interval)
    omega: tuple[Cell, ...] = (_gone(row["omega_reason"], 3),)
    if row["omega_status"] == "ok":
        rmsea, rmsr = (Cell(three_decimals(row[name])) for name in ("rmsea", "rmsr"))
        omega = (Cell(two_decimals(row["omega"])), rmsea, rmsr)
    ends = (_percent(row, "floor_percent"), _percent(row, "ceiling_percent"))
    return (Cell(number_text.count(row["n"])), *alpha, *omega, *ends)


def items_table(content: ReportContent) -> TableView:
    """A block a subscale, a line an item: all children together."""
    rows = select(rows_of(content.item_statistics), migration_status="all")
    heads = ("Answered", "Missing", "Missing, %", "Mean points", "0 points, %", "2 points, %", "Item-rest r")
    return TableView(
        key="table-s16",
        number="Table S16",
        caption="Items of the SDQ, all children",
        heads=((Head("Item", kind="text"), *(Head(text) for text in heads)),),
        blocks=tuple(_item_block(select(rows, scale=scale)) for scale in labels.OUTCOMES if select(rows, scale=scale)),
        notes=(
            "Items by their short names. Points as scored, 0 to 2: an item that counts backwards is turned round. "
            "Item-rest r: correlation with the sum of the subscale\u2019s other items, over the children who "
            "answered all of them.",
        ),
        mark=evidence.mark(rows),
    )


def _item_block(rows: list[Row]) -> Block:
    heading = Line(labels.OUTCOMES[rows[0]["scale"]], is_heading=True)
    return (heading, *(Line(row["item"], _item_cells(row), is_indented=True) for row in rows))


def _item_cells(row: Row) -> tuple[Cell, ...]:
    correlation = Cell(two_decimals(row["item_rest"])) if row["status"] == "ok" else _gone(row["reason"], 1)
    return (
        Cell(number_text.count(row["n"])),
        Cell(number_text.count(row["n_missing"])),
        _percent(row, "missing_percent"),
        EMPTY if row["mean"] is None else Cell(two_decimals(row["mean"])),
        _percent(row, "floor_percent"),
        _percent(row, "ceiling_percent"),
        correlation,
    )


def _percent(row: Row, column: str) -> Cell:
    return EMPTY if row[column] is None else Cell(one_decimal(row[column]))


def _gone(reason: str, span: int) -> Cell:
    return Cell(labels.refusal(reason), kind="refused", span=span)
