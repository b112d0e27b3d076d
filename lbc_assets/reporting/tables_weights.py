"""Tables S9 and S10: adjusted means under both weights, and every two of them compared.

Belongs here: their layout. Does not belong here: the numbers (`stats/`), the paper's Table 4 (`tables_means`).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.table_view import EMPTY, Block, Cell, Head, Line, TableView, one_decimal, two_decimals
from lbc_assets.reporting.tables_means import GROUPS, ordered_levels

WEIGHTS = {"equal": "Equal weights", "observed": "Observed weights"}


def weights_table(content: ReportContent) -> TableView:
    """The cells of Table 4 twice, side by side."""
    rows = rows_of(content.adjusted_means)
    return TableView(
        key="table-s9",
        number="Table S9",
        caption="Adjusted mean total difficulties with equal and with observed weights",
        heads=(
            (Head("Covariate", depth=2, kind="text"), *(_head(weights, rows) for weights in WEIGHTS)),
            tuple(Head(labels.STATUS[group]) for _ in WEIGHTS for group in GROUPS),
        ),
        blocks=tuple(_block(variable, select(rows, variable=variable)) for variable in distinct(rows, "variable")),
        notes=(
            "The same models and the same cells. Equal weights, the paper\u2019s: every level of every other factor "
            "counts alike, however rare. Observed weights: a level counts as much as it has children, so that the "
            "means are near those of the children surveyed. Differences between groups do not hang on the weights.",
            "In brackets 95% confidence intervals. Age is at its mean under both.",
        ),
        mark=evidence.mark(rows),
    )


def _head(weights: str, rows: list[Row]) -> Head:
    of_weights = select(rows, weights=weights)
    whose = "the paper\u2019s" if weights == "equal" else "not in the paper"
    said = filter(None, (whose, evidence.artefact_note(of_weights)))
    return Head(WEIGHTS[weights], span=len(GROUPS), detail="; ".join(said))


def _block(variable: str, rows: list[Row]) -> Block:
    lines = [Line(labels.factor_heading(variable), is_heading=True)]
    for level in ordered_levels(variable, rows):
        of_level = select(rows, level=level)
        cells = (
            _mean(only(of_level, weights=weights, migration_status=group)) for weights in WEIGHTS for group in GROUPS
        )
        lines.append(Line(labels.standalone_level(variable, level), tuple(cells), is_indented=True))
    return tuple(lines)


def _mean(row: Row | None) -> Cell:
    if row is None:
        return EMPTY
    if is_refused(row):
        return Cell(labels.refusal_reason(row["reason"]), kind="refused")
    limits = number_text.interval(row["conf_low"], row["conf_high"], decimals=1)
    return Cell(one_decimal(row["estimate"]), detail=f"({limits})")


def contrasts_table(content: ReportContent) -> TableView:
    """A block a model: its cells, every two of them."""
    rows = rows_of(content.adjusted_mean_contrasts)
    heads = [Head(text) for text in ("Difference", "SE", "95% CI", "p")]
    return TableView(
        key="table-s10",
        number="Table S10",
        caption="Adjusted mean total difficulties: every two cells compared",
        heads=((Head("First cell", kind="text"), Head("Second cell", kind="text"), *heads),),
        blocks=tuple(
            (
                Line(labels.factor_heading(variable), is_heading=True),
                *(_contrast(variable, row) for row in select(rows, variable=variable)),
            )
            for variable in distinct(rows, "variable")
        ),
        notes=(
            "First cell minus second, in points. p and intervals by Tukey: they hold for all pairs of a model "
            "together.",
        ),
        is_even=False,
        mark=evidence.mark(rows),
    )


def _contrast(variable: str, row: Row) -> Line:
    second = Cell(_cell_name(variable, row["other_level"], row["other_migration_status"]), kind="text")
    first = _cell_name(variable, row["level"], row["migration_status"])
    if is_refused(row):
        reason = Cell(labels.refusal(row["reason"]), kind="refused", span=4)
        return Line(first, (second, reason), is_indented=True)
    numbers = (
        Cell(two_decimals(row["estimate"])),
        Cell(two_decimals(row["std_error"])),
        Cell(number_text.interval(row["conf_low"], row["conf_high"])),
        Cell(number_text.p_value(row["p_value"])),
    )
    return Line(first, (second, *numbers), is_indented=True)


def _cell_name(variable: str, level: str, group: str) -> str:
    name = labels.level("migration_status", group)
    return f"{labels.standalone_level(variable, level)}, {labels.in_sentence(name)}"
