"""Tables S4 and S11: age at departure, and other ways to class children than the paper's migration status.

Belongs here: their layout. Does not belong here: the models (`stats/specs`).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, rows_of, select
from lbc_assets.reporting.table_view import (
    EMPTY,
    Block,
    Cell,
    Head,
    Line,
    TableView,
    coefficient_cells,
    two_decimals,
)

_COLUMNS = ("B", "SE", "95% CI", "F", "df", "p value", "n")
# model, its variable and what its line is called
_STRAIGHT = (
    ("departure_age", "departure_age_years", "Age at first departure, per year"),
    ("departure_duration", "years_since_departure", "Years since departure, per year"),
)
_CURVE = (("variable", "Curve over age at departure, as a whole"), ("bend", "Curve against a straight line"))
ASKED_ABOUT = ("migrant_parent", "living_arrangement")
EXPOSURES = {
    "migrant_parent_current": "Which parent is away: currently left behind",
    "migrant_parent_previous": "Which parent was away: previously left behind",
    "living_arrangement_baseline": "Living arrangement, baseline model",
    "living_arrangement_adjusted": "Living arrangement, adjusted model",
}


def departure_table(content: ReportContent) -> TableView:
    """Within the currently left behind: a straight line, the same as years since, and a curve."""
    rows = rows_of(content.departure_age)
    straight = [
        (name, row) for model, variable, name in _STRAIGHT for row in select(rows, model=model, variable=variable)
    ]
    terms = select(rows_of(content.model_terms), model="departure_age_curve", variable="departure_age_years")
    curve = [(name, row) for test, name in _CURVE for row in select(terms, test=test)]
    shown = [row for _, row in (*straight, *curve)]
    is_mixed = evidence.mark(shown) == evidence.IN_PART
    lines = [
        Line(name, cells(row), detail=evidence.artefact_note([row]) if is_mixed else "")
        for pairs, cells in ((straight, _straight_cells), (curve, _curve_cells))
        for name, row in pairs
    ]
    return TableView(
        key="table-s4",
        number="Table S4",
        caption="Total difficulties by age at first departure, currently left behind children",
        heads=((Head("Term", kind="text"), *(Head(text) for text in _COLUMNS)),),
        blocks=(tuple(lines),),
        notes=(
            "B: points of total difficulties a year, in the adjusted model without migration status. The paper gives "
            "the first line in its text. Years since departure are age minus age at departure: with age in the model "
            "the two say the same of departure, with the sign turned.",
            "Curve: a restricted cubic spline with knots at 1, 4, 7 and 11 years. Its F (df: degrees of freedom) "
            "against a straight line asks whether the association bends.",
            number_text.STARS_NOTE,
        ),
        suffix="stars",
        is_even=False,
        mark=evidence.mark(shown),
    )


def _straight_cells(row: Row) -> tuple[Cell, ...]:
    if is_refused(row):
        return (Cell(labels.refusal(row["reason"]), kind="refused", span=len(_COLUMNS)),)
    return (
        *coefficient_cells(row),
        Cell(number_text.interval(row["conf_low"], row["conf_high"])),
        *(EMPTY, EMPTY),
        Cell(number_text.p_value(row["p_value"])),
        Cell(number_text.count(row["n"])),
    )


def _curve_cells(row: Row) -> tuple[Cell, ...]:
    if is_refused(row):
        return (Cell(labels.refusal(row["reason"]), kind="refused", span=len(_COLUMNS)),)
    return (
        *(EMPTY, EMPTY, EMPTY),
        Cell(two_decimals(row["statistic"])),
        Cell(f"{row['df']:.0f}, {row['df_residual']:.0f}"),
        Cell(number_text.p_value(row["p_value"])),
        Cell(number_text.count(row["n"])),
    )


def exposures_table(content: ReportContent) -> TableView:
    """A block a model, with the lines of its exposure only."""
    rows = [row for row in rows_of(content.exposure_models) if row["variable"] in ASKED_ABOUT]
    heads = [Head(text) for text in ("B", "SE", "95% CI", "p value", "n")]
    return TableView(
        key="table-s11",
        number="Table S11",
        caption="Total difficulties by which parent is or was away, and by living arrangement",
        heads=((Head("Model, level", kind="text"), *heads),),
        blocks=tuple(_block(model, select(rows, model=model)) for model in distinct(rows, "model")),
        notes=(
            "B: points of total difficulties against the reference. The first two models hold one migration group each "
            "and the covariates of the adjusted model. In the others the living arrangement, by which the study\u2019s "
            "archive classes children, takes the place of migration status: the two are never mixed.",
            number_text.STARS_NOTE,
        ),
        suffix="stars",
        mark=evidence.mark(rows),
    )


def _block(model: str, rows: list[Row]) -> Block:
    variable, reference = rows[0]["variable"], rows[0]["reference"]
    against = labels.in_sentence(labels.level(variable, reference))
    heading = Line(f"{EXPOSURES.get(model, model)} (reference: {against})", is_heading=True)
    lines = (Line(labels.level(variable, row["level"]), _level_cells(row), is_indented=True) for row in rows)
    return (heading, *lines)


def _level_cells(row: Row) -> tuple[Cell, ...]:
    if is_refused(row):
        return (Cell(labels.refusal(row["reason"]), kind="refused", span=5),)
    return (
        *coefficient_cells(row),
        Cell(number_text.interval(row["conf_low"], row["conf_high"])),
        Cell(number_text.p_value(row["p_value"])),
        Cell(number_text.count(row["n"])),
    )
