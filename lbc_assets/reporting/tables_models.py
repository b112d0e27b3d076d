"""Tables of regression coefficients: Tables 2 and 3, and the scores that the paper does not print.

Belongs here: their layout; terms, levels and references come from the rows, in the models' own order. Does
not belong here: the models (`stats/specs`). Layout: the paper's Tables 2 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.beside import COEFFICIENT, ONE, Beside
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.table_view import (
    EMPTY,
    Block,
    Cell,
    Head,
    Line,
    TableView,
    coefficient_cells,
    number_cell,
    three_decimals,
)

TABLE = "model_coefficients"
CAREGIVER = "primary_caregiver"
_SCALE_NOTE = (
    "B: points of the score, associated with the level against the reference, or with one year of age. "
    "SE: standard error of ordinary least squares, not adjusted for the clustering of children in "
    "schools."
)


@dataclass(frozen=True)
class _Model:
    """The rows of one model: a pair of columns."""

    heading: str
    rows: list[Row]


def total_table(content: ReportContent) -> TableView:
    """Table 2: baseline and adjusted model of total difficulties; between them the baseline on the complete
    cases.
    """
    rows = select(rows_of(content.model_coefficients), outcome="total")
    models = [
        _Model("Baseline model", select(rows, model="baseline")),
        _Model("Baseline model, complete cases", select(rows, model="baseline_complete_cases")),
        _Model("Adjusted model", select(rows, model="adjusted")),
    ]
    beside = Beside(content)
    view = _table(
        "table-2",
        "Table 2",
        "Total difficulties: regression coefficients by parental migration status, without and with adjustment",
        models,
        beside=beside,
        notes=(
            _SCALE_NOTE,
            "The middle columns fit the baseline model to the children of the adjusted model, so that the "
            "two differ in terms only. The paper prints the outer columns.",
        ),
    )
    return beside.finish(view)


def subscale_table(content: ReportContent) -> TableView:
    """Table 3: the three subscales the paper prints, with both readings of the caregiver's reference."""
    rows, beside = rows_of(content.model_coefficients), Beside(content)
    outcomes = ("emotional", "peer", "hyperactivity")
    resolved = [
        _Model(
            labels.outcome(outcome),
            select(rows, model="adjusted_caregiver_mother", outcome=outcome, variable=CAREGIVER),
        )
        for outcome in outcomes
    ]
    notes: tuple[str, ...] = (_SCALE_NOTE,)
    extra: tuple[Block, ...] = ()
    if any(model.rows for model in resolved):
        extra = (_block(CAREGIVER, resolved, beside),)
        notes += (
            "The primary caregiver stands twice, from the same model: against grandparent, which the "
            "paper\u2019s heading names, and against mother, the reading that its standard errors fit. "
            "The second is our inference.",
        )
    view = _table(
        "table-3",
        "Table 3",
        "Emotional symptoms, peer problems and hyperactivity: regression coefficients, adjusted models",
        _adjusted(rows, outcomes),
        notes,
        beside,
        after={CAREGIVER: extra},
    )
    return beside.finish(view)


def other_subscales_table(content: ReportContent) -> TableView:
    """The two subscales the paper does not print, and the two broad scales, from the same model."""
    return _table(
        "table-s2",
        "Table S2",
        "Scores that the paper does not print: regression coefficients, adjusted models",
        _adjusted(rows_of(content.model_coefficients), ("conduct", "prosocial", "externalising", "internalising")),
        notes=(
            _SCALE_NOTE,
            "A higher prosocial score is better; on the other scales a higher score means more difficulties. "
            "Externalising difficulties: conduct problems and hyperactivity; internalising difficulties: emotional "
            "symptoms and peer problems.",
        ),
        beside=Beside(content),
    )


def _adjusted(rows: list[Row], outcomes: Sequence[str]) -> list[_Model]:
    return [_Model(labels.outcome(outcome), select(rows, model="adjusted", outcome=outcome)) for outcome in outcomes]


def _table(
    key: str,
    number: str,
    caption: str,
    models: list[_Model],
    notes: tuple[str, ...],
    beside: Beside,
    after: dict[str, tuple[Block, ...]] | None = None,
) -> TableView:
    # The fullest model sets the lines and their order; the others have fewer terms.
    fullest = max(models, key=lambda model: len(model.rows)).rows
    blocks: list[Block] = []
    for variable in distinct(fullest, "variable"):
        if variable is not None:
            blocks.append(_block(variable, models, beside))
            blocks += (after or {}).get(variable, ())
    shown = [row for model in models for row in model.rows]
    is_mixed = evidence.mark(shown) == evidence.IN_PART
    return TableView(
        key=key,
        number=number,
        caption=caption,
        heads=(
            (Head("Term", depth=2, kind="text"), *(_head(model, is_mixed) for model in models)),
            tuple(Head(text) for _ in models for text in ("B", "SE")),
        ),
        blocks=tuple(blocks),
        foot=_foot(models),
        notes=(*notes, number_text.STARS_NOTE),
        suffix="stars",
        mark=evidence.mark(shown),
    )


def _block(variable: str, models: list[_Model], beside: Beside) -> Block:
    terms = select((row for model in models for row in model.rows), variable=variable)
    levels = distinct(terms, "level")
    reference = terms[0]["reference"]
    name = labels.variable(variable)
    if reference is None:
        return (Line(name, _cells(models, variable, None, beside)),)
    against = f"{name} (reference: {labels.level(variable, reference)})"
    if levels == ["yes"]:
        return (Line(against, _cells(models, variable, "yes", beside)),)
    lines = (
        Line(labels.level(variable, level), _cells(models, variable, level, beside), is_indented=True)
        for level in levels
    )
    return (Line(against, is_heading=True), *lines)


def _cells(models: list[_Model], variable: str, level: str | None, beside: Beside) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for model in models:
        row = only(model.rows, variable=variable, level=level)
        # of a refused model one cell
        for cell, parts in zip(coefficient_cells(row), (COEFFICIENT, ONE["std_error"]), strict=False):
            cells.append(beside.mark(cell, TABLE, row, parts))
    return tuple(cells)


def _head(model: _Model, is_mixed: bool) -> Head:
    """A model that is refused as a whole; and what is an artefact, in a table that is calibrated in part."""
    gone = labels.NOT_ESTIMATED if model.rows and all(map(is_refused, model.rows)) else ""
    said = filter(None, (gone, evidence.artefact_note(model.rows) if is_mixed else ""))
    return Head(model.heading, span=2, detail="; ".join(said))


def _foot(models: list[_Model]) -> Block:
    """n and R squared, from any row of the model: they are the same in all."""
    children: list[Cell] = []
    shares: list[Cell] = []
    for model in models:
        row = next((row for row in model.rows if not is_refused(row)), None)
        children += [number_cell(row, "n", number_text.count, suffix=""), EMPTY]
        shares += [number_cell(row, "r2", three_decimals, suffix=""), EMPTY]
    return (Line("Children (n)", tuple(children)), Line("R\u00b2", tuple(shares)))
