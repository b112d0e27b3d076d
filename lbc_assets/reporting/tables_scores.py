"""Table S7: migration status over all scores, with p values corrected for asking so often.

Belongs here: the table's layout. Does not belong here: the models and the families of tests (`stats/specs`).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, rows_of, select
from lbc_assets.reporting.table_view import Block, Cell, Head, Line, TableView, three_decimals, two_decimals


def scores_table(content: ReportContent) -> TableView:
    """A block a score: each group against never left behind, in the adjusted model."""
    rows = select(rows_of(content.model_coefficients), model="adjusted", variable="migration_status")
    heads = [Head(text) for text in ("B", "SE", "95% CI", "\u03b2", "p", "p Holm", "p BH", "n")]
    return TableView(
        key="table-s7",
        number="Table S7",
        caption="Parental migration over all scores, adjusted models, with corrected p values",
        heads=((Head("Score, group (reference: never left behind)", kind="text"), *heads),),
        blocks=tuple(_block(outcome, select(rows, outcome=outcome)) for outcome in distinct(rows, "outcome")),
        notes=(
            "B: points of the score; \u03b2: the same in standard deviations of the score for one standard deviation "
            "of the column of the group. Externalising difficulties are conduct problems and hyperactivity together, "
            "internalising difficulties emotional symptoms and peer problems. A higher prosocial score is better.",
            "p: not corrected. p Holm: corrected so that any false finding in the family is unlikely; p BH (Benjamini "
            "and Hochberg): so that few of the findings are false. Families: both groups on the total; both groups "
            "over the five subscales (10 tests); both groups over the two broad scales (4 tests).",
        ),
        is_even=False,
        mark=evidence.mark(rows),
    )


def _block(outcome: str, rows: list[Row]) -> Block:
    detail = evidence.artefact_note(rows)
    heading = Line(labels.outcome(outcome), is_heading=True, detail=detail)
    lines = (Line(labels.level("migration_status", row["level"]), _cells(row), is_indented=True) for row in rows)
    return (heading, *lines)


def _cells(row: Row) -> tuple[Cell, ...]:
    if is_refused(row):
        return (Cell(labels.refusal(row["reason"]), kind="refused", span=8),)
    return (
        Cell(two_decimals(row["estimate"])),
        Cell(two_decimals(row["std_error"])),
        Cell(number_text.interval(row["conf_low"], row["conf_high"])),
        Cell(three_decimals(row["standardised"])),
        *(Cell(number_text.p_value(row[p])) for p in ("p_value", "p_holm", "p_benjamini_hochberg")),
        Cell(number_text.count(row["n"])),
    )
