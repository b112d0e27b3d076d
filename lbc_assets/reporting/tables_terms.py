"""Table S8: each variable of the adjusted model of total difficulties as a whole, and the children it costs.

Belongs here: the table's layout. Does not belong here: the tests (`stats/`), single levels (`tables_models`).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, is_refused, rows_of, select
from lbc_assets.reporting.table_view import Cell, Head, Line, TableView, three_decimals, two_decimals


def terms_table(content: ReportContent) -> TableView:
    """One line a variable, in the model's order."""
    rows = select(rows_of(content.model_terms), model="adjusted", outcome="total", test="variable")
    heads = [
        *(Head(text) for text in ("F", "df", "p", "p Holm", "p BH")),
        *(Head(text) for text in ("Partial \u03b7\u00b2", "Missing", "Lost")),
    ]
    return TableView(
        key="table-s8",
        number="Table S8",
        caption="Total difficulties, adjusted model: each variable as a whole",
        heads=((Head("Variable", kind="text"), *heads),),
        blocks=(tuple(Line(labels.variable(row["variable"]), _cells(row)) for row in rows),),
        notes=(
            "Partial F of all levels of the variable together, with its degrees of freedom (df). Partial "
            "\u03b7\u00b2: the share of what the other variables leave open that goes along with this one. p Holm and "
            "p BH (Benjamini and Hochberg) are corrected over the variables other than parental migration, which is a "
            "question of its own.",
            "Missing: children with a score who lack this variable; lost: those of them who lack nothing else, so that "
            "the model would have as many more without it.",
        ),
        is_even=False,
        mark=evidence.mark(rows),
    )


def _cells(row: Row) -> tuple[Cell, ...]:
    missing = (Cell(number_text.count(row["n_missing"])), Cell(number_text.count(row["n_lost"])))
    if is_refused(row):
        return (Cell(labels.refusal(row["reason"]), kind="refused", span=6), *missing)
    return (
        Cell(two_decimals(row["statistic"])),
        Cell(f"{row['df']:.0f}, {row['df_residual']:.0f}"),
        *(Cell(number_text.p_value(row[p])) for p in ("p_value", "p_holm", "p_benjamini_hochberg")),
        Cell(_share(row["partial_eta_squared"])),
        *missing,
    )


def _share(value: float) -> str:
    """Three decimals; what rounds to nothing is small, not nothing."""
    text = three_decimals(value)
    return "<0.001" if value > 0 and text == "0.000" else text
