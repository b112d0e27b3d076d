"""Tables S17 and S18: may the models be trusted, and what was imputed.

Belongs here: their layout. Does not belong here: the numbers (`stats/`), the picture (`figure_residuals`).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting import labels_supplement as words
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
    three_decimals,
    two_decimals,
)

MODELS = {"baseline": "Baseline model", "adjusted": "Adjusted model"}


def diagnostics_table(content: ReportContent) -> TableView:
    """A block a diagnostic, a line a variable; the two models of total difficulties as columns."""
    rows = select(rows_of(content.model_diagnostics), outcome="total")
    return TableView(
        key="table-s17",
        number="Table S17",
        caption="Total difficulties: may the models be trusted?",
        heads=((Head("Diagnostic", kind="text"), *map(Head, MODELS.values())),),
        blocks=tuple(_block(name, select(rows, diagnostic=name)) for name in distinct(rows, "diagnostic")),
        notes=(
            "Breusch and Pagan: do the squared residuals follow the predictors? A small p says that variances differ; "
            "Table S5 has the standard errors that allow for it (HC3). Variance inflation is generalised and to the "
            "power 1/(2 df): 1 where a variable is unrelated to the others. Leverage: how far one child\u2019s "
            "answers draw the child\u2019s own fitted value, between 0 and 1.",
        ),
        mark=evidence.mark(rows),
    )


def _block(diagnostic: str, rows: list[Row]) -> Block:
    name = words.DIAGNOSTICS.get(diagnostic, diagnostic)
    lines = []
    for variable in distinct(rows, "variable"):
        of_variable = select(rows, variable=variable)
        cells = tuple(_cell(only(of_variable, model=model)) for model in MODELS)
        lines.append(
            Line(name, cells) if variable is None else Line(labels.variable(variable), cells, is_indented=True)
        )
    return tuple(lines) if rows[0]["variable"] is None else (Line(name, is_heading=True), *lines)


def _cell(row: Row | None) -> Cell:
    if row is None or is_refused(row):
        return number_cell(row, "value", two_decimals)
    if row["diagnostic"] in ("leverage_high", "cell_smallest"):
        return Cell(number_text.count(row["value"]))
    if row["diagnostic"] == "leverage_max":
        return Cell(three_decimals(row["value"]))
    if row["p_value"] is None:
        return Cell(two_decimals(row["value"]))
    test = f"\u03c7\u00b2 = {two_decimals(row['value'])}, df = {row['df']:.0f}, "
    return Cell(test + number_text.p_statement(row["p_value"]))


def imputation_table(content: ReportContent) -> TableView:
    """A block a variable: each level's share among the answers and among the imputed."""
    rows = rows_of(content.imputation_diagnostics)
    heads = (Head("Imputed"), Head("Among answers (%)"), Head("Among imputed (%)"), Head("R\u0302"))
    sets = next((number_text.count(row["m"]) for row in rows if not is_refused(row)), None)
    made = f"{sets} completed data sets by chained equations. " if sets else ""
    return TableView(
        key="table-s18",
        number="Table S18",
        caption="Multiple imputation of the adjusted model of total difficulties: what was imputed",
        heads=((Head("Variable, level", kind="text"), *heads),),
        blocks=tuple(_imputed_block(select(rows, variable=variable)) for variable in distinct(rows, "variable")),
        notes=(
            f"{made}Of a number, the mean in place of the percentage. Shares may differ: answers can be missing at "
            "random without being missing completely at random; of few children they differ by chance. R\u0302 near 1 "
            "says that the chains agree. Its estimates stand in Table S5.",
        ),
        mark=evidence.mark(rows),
    )


def _imputed_block(rows: list[Row]) -> Block:
    variable = rows[0]["variable"]
    if variable is None:
        return tuple(
            Line("All variables", (Cell(labels.refusal(row["reason"]), kind="refused", span=4),)) for row in rows
        )
    if rows[0]["level"] is None:
        return tuple(Line(labels.variable(variable), _imputed_cells(row, with_count=True)) for row in rows)
    count = number_cell(rows[0], "n_missing", number_text.count)
    heading = Line(labels.variable(variable), (count, EMPTY, EMPTY, EMPTY), is_heading=True)
    lines = (Line(labels.level(variable, row["level"]), _imputed_cells(row), is_indented=True) for row in rows)
    return (heading, *lines)


def _imputed_cells(row: Row, *, with_count: bool = False) -> tuple[Cell, ...]:
    count = number_cell(row, "n_missing", number_text.count) if with_count else EMPTY
    if is_refused(row):
        return (count, Cell(labels.refusal(row["reason"]), kind="refused", span=3))
    scale, write = (1, two_decimals) if row["level"] is None else (100, number_text.percent)
    agreement = Cell("\u2013") if row["r_hat"] is None else Cell(two_decimals(row["r_hat"]))
    return (count, Cell(write(scale * row["observed"])), Cell(write(scale * row["imputed"])), agreement)
