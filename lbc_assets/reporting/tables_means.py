"""Table 4 and the interactions: adjusted means and what differs between groups.

Belongs here: their layout. Does not belong here: the numbers (`stats/`), the drawing
(`figure_adjusted_means`). Layout: the paper's Table 4, with intervals and the interaction's F beside it.
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.beside import ONE, Beside
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.table_view import (
    EMPTY,
    Block,
    Cell,
    Head,
    Line,
    TableView,
    one_decimal,
    two_decimals,
)

GROUPS = ("never", "previous", "current")  # in the paper's order
LEVEL_ORDER = {"parents_divorced": ("yes", "no")}  # where the paper prints another order than the models'


def adjusted_means_table(content: ReportContent) -> TableView:
    """Table 4: adjusted mean, F and p of the two levels within each group; the interaction's F and p beside
    them.
    """
    means, beside = select(rows_of(content.adjusted_means), weights="equal"), Beside(content)
    tests = rows_of(content.adjusted_mean_tests)
    interactions = rows_of(content.interaction_tests)
    shown = [row for row in interactions if row["variable"] in distinct(means, "variable")]
    view = TableView(
        key="table-4",
        number="Table 4",
        caption="Adjusted mean total difficulties by covariate and parental migration status",
        heads=(
            (
                Head("Covariate", depth=2, kind="text"),
                *(Head(labels.STATUS[group], span=3) for group in GROUPS),
                Head("Interaction", span=2, detail=evidence.artefact_note(shown)),
            ),
            (*(Head(text) for _ in GROUPS for text in ("Mean", "F", "p")), Head("F"), Head("p")),
        ),
        blocks=tuple(
            _block(name, means, tests, only(interactions, variable=name, outcome="total"), beside)
            for name in distinct(means, "variable")
        ),
        notes=(
            "Adjusted cell means of three separate models (adjusted model and the product of migration "
            "status with the covariate); in brackets 95% confidence intervals. Every level of every other "
            "factor has equal weight, age is at its mean: the means compare groups, their height is not "
            "that of the children surveyed.",
            "F: the two levels against each other within the group (1 degree of freedom). Interaction: "
            "does that difference itself differ between the groups? A difference that is significant in "
            "one group and not in another is no evidence of it.",
            "Low support means 0 to 5 of the six items, high support all 6.",
        ),
        is_even=False,
        mark=evidence.mark([*means, *tests, *shown]),
    )
    return beside.finish(view)


def ordered_levels(variable: str, rows: list[Row]) -> list[str]:
    """The levels in the order in which they are printed."""
    found = distinct(rows, "level")
    order = LEVEL_ORDER.get(variable, ())
    return [level for level in order if level in found] + [level for level in found if level not in order]


def _block(variable: str, means: list[Row], tests: list[Row], interaction: Row | None, beside: Beside) -> Block:
    means, tests = select(means, variable=variable), select(tests, variable=variable)
    heading: list[Cell] = []
    for group in GROUPS:
        test = only(tests, migration_status=group)
        heading += [_not_estimated(3)] if test and is_refused(test) else [EMPTY, *_tests_beside(test, beside)]
    lines = [Line(labels.factor_heading(variable), (*heading, *_test_cells(interaction)), is_heading=True)]
    for level in ordered_levels(variable, means):
        cells: list[Cell] = []
        for group in GROUPS:
            row = only(means, level=level, migration_status=group)
            mean, *empty = _mean_cells(row)
            cells += [beside.mark(mean, "adjusted_means", row, ONE["estimate"]), *empty]
        lines.append(Line(labels.standalone_level(variable, level), (*cells, EMPTY, EMPTY), is_indented=True))
    return tuple(lines)


def _tests_beside(row: Row | None, beside: Beside) -> list[Cell]:
    """F and p of one group."""
    table, parts = "adjusted_mean_tests", (ONE["statistic"], ONE["p_value"])
    return [beside.mark(cell, table, row, part) for cell, part in zip(_test_cells(row), parts, strict=False)]


def _mean_cells(row: Row | None) -> list[Cell]:
    """The mean with its interval, and the empty places of F and p; the reason across all of it."""
    if row is None:
        return [EMPTY] * 3
    if is_refused(row):
        return [Cell(labels.refusal_reason(row["reason"]), kind="refused", span=3)]
    limits = number_text.interval(row["conf_low"], row["conf_high"], decimals=1)
    return [Cell(one_decimal(row["estimate"]), detail=f"({limits})"), EMPTY, EMPTY]


def _test_cells(row: Row | None) -> list[Cell]:
    """F and p."""
    if row is None:
        return [EMPTY] * 2
    if is_refused(row):
        return [_not_estimated(2)]
    return [Cell(two_decimals(row["statistic"])), Cell(number_text.p_value(row["p_value"]))]


def _not_estimated(span: int) -> Cell:
    return Cell(labels.NOT_ESTIMATED, kind="refused", span=span)


def interactions_table(content: ReportContent) -> TableView:
    """Migration status by each covariate of the adjusted model."""
    rows = rows_of(content.interaction_tests)
    lines = [Line(labels.variable(row["variable"]), _interaction_cells(row)) for row in rows]
    heads = [Head(text) for text in ("F", "df", "p", "p Holm", "p BH", "n")]
    return TableView(
        key="table-s3",
        number="Table S3",
        caption="Total difficulties: interaction of parental migration status with each covariate",
        heads=((Head("Covariate", kind="text"), *heads, Head("In the paper\u2019s rule", kind="text")),),
        blocks=(tuple(lines),),
        notes=(
            "Partial F (type III, sum-to-zero contrasts) with its degrees of freedom (df), one model a covariate. The "
            "paper\u2019s rule tests a covariate when its own association in the adjusted model has p \u2264 0.05; "
            "the others are shown for completeness. p is not corrected; p Holm and p BH (Benjamini and Hochberg) are "
            "corrected over all lines but the last, which asks of social support again, in the two levels of Table 4.",
        ),
        mark=evidence.mark(rows),
    )


def _interaction_cells(row: Row) -> tuple[Cell, ...]:
    rule = Cell({None: "\u2013", True: "yes", False: "no"}[row["paper_rule"]], kind="text")
    if is_refused(row):
        return (Cell(labels.refusal(row["reason"]), kind="refused", span=6), rule)
    f, p = _test_cells(row)
    degrees = Cell(f"{row['df']:.0f}, {row['df_residual']:.0f}")
    corrected = (Cell(number_text.p_value(row[name])) for name in ("p_holm", "p_benjamini_hochberg"))
    return (f, degrees, p, *corrected, Cell(number_text.count(row["n"])), rule)
