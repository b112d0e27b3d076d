"""Table 1b: how large the differences behind Table 1 are, and every two groups compared.

Belongs here: the table's layout. Does not belong here: its numbers (`stats/`), Table 1 itself (`tables_sample`).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.table_view import EMPTY, Cell, Head, Line, TableView
from lbc_assets.reporting.tables_sample import paper_test

PAIRS = {
    ("current", "previous"): "Current against previous",
    ("current", "never"): "Current against never",
    ("previous", "never"): "Previous against never",
}
# The tests that do without an assumption of the paper's test, and which of the pairs' tests stand in this table.
FURTHER_TESTS = ("welch_f", "fisher_exact", "chi_square_monte_carlo")
PAIR_TESTS = {"tukey_hsd": "p_value", "chi_square_pair": "p_holm"}


def pairs_table(content: ReportContent) -> TableView:
    """A line a variable: size and p over the three groups, then of each pair."""
    tests = select(rows_of(content.sample_characteristics), measure="test")
    comparisons = [row for row in rows_of(content.group_comparisons) if row["test"] in PAIR_TESTS]
    mark = evidence.mark([*tests, *comparisons])
    pairs_are = evidence.artefact_note(comparisons) if mark == evidence.IN_PART else ""
    lines = tuple(
        _line(variable, select(tests, variable=variable), select(comparisons, variable=variable))
        for variable in distinct(tests, "variable")
    )
    return TableView(
        key="table-1b",
        number="Table 1b",
        caption="Sample characteristics: pairs of migration groups",
        heads=(
            (
                Head("Characteristic", depth=2, kind="text"),
                Head("All three groups", span=2),
                *(Head(label, span=2, detail=pairs_are) for label in PAIRS.values()),
            ),
            tuple(Head(text) for _ in range(1 + len(PAIRS)) for text in ("Size", "p")),
        ),
        blocks=(lines,),
        notes=(
            "Size of the difference with its 95% confidence interval, without a unit. Age and scores: omega "
            "squared over the three groups, Hedges\u2019 g of a pair (first group minus second, in standard "
            "deviations). The others: Cram\u00e9r\u2019s V, which is above 0 even where groups differ by chance "
            "alone.",
            "p over the three groups: by Welch\u2019s analysis of variance, which lets the groups differ in variance; "
            "for counts by an exact or simulated test, where more than a fifth of the expected counts are below "
            "5 or one is below 1. p of pairs: Tukey\u2019s, or chi-square corrected by Holm for the three pairs. The "
            "table group_comparisons has Games and Howell\u2019s and the uncorrected p as well.",
        ),
        is_even=False,
        mark=mark,
    )


def _line(variable: str, tests: list[Row], comparisons: list[Row]) -> Line:
    further = only([row for row in tests if row["test"] in FURTHER_TESTS])
    cells = [_size(paper_test(tests)), _p(further, "p_value")]
    for status, reference in PAIRS:
        row = only(comparisons, migration_status=status, reference=reference)
        if row is not None and is_refused(row):
            cells.append(Cell(labels.refusal_reason(row["reason"]), kind="refused", span=2))
        else:
            cells += [_size(row), _p(row, PAIR_TESTS[row["test"]] if row else "")]
    return Line(labels.variable(variable), tuple(cells))


def _size(row: Row | None) -> Cell:
    if row is None:
        return EMPTY
    if is_refused(row):
        return Cell(labels.NOT_ESTIMATED, kind="refused")
    # omega squared is small where differences are not: one digit more
    digits = 3 if row["effect"] == "omega_squared" else 2
    limits = number_text.interval(row["effect_low"], row["effect_high"], digits)
    return Cell(number_text.fixed(row["effect_size"], digits), detail=f"({limits})")


def _p(row: Row | None, column: str) -> Cell:
    if row is None:
        return EMPTY
    if is_refused(row):
        return Cell(labels.NOT_ESTIMATED, kind="refused")
    return Cell(number_text.p_value(row[column]))
