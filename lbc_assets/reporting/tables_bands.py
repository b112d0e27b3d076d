"""Tables S12 to S14: the bands of the SDQ by migration status, and models of the abnormal band.

Belongs here: their layout, and the words that no band may be without. Does not belong here: their numbers (`stats/`),
the bands' limits (the SQL's seed).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, only, rows_of, select
from lbc_assets.reporting.table_view import EMPTY, Block, Cell, Head, Line, TableView, number_cell

GROUPS = ("current", "previous", "never", "all")
SCREENING = (
    "Bands are screening, not diagnosis. The self-report norms are for ages 11 to 17: younger children stand outside "
    "them, so rows of the children aged 11 and over stand beside those of all ages."
)
_SHARES = "Number of children (percentage of those with a score), and Wilson\u2019s 95% interval of the percentage."


def total_bands_table(content: ReportContent) -> TableView:
    """Total difficulties: a block a norm and age population, a line a band, a column a migration group."""
    rows = select(rows_of(content.band_shares), scale="total")
    blocks = []
    for norm in distinct(rows, "norm"):
        for population in distinct(rows, "population"):
            chosen = select(rows, norm=norm, population=population)
            heading = Line(f"{labels.NORMS[norm]}: {labels.POPULATIONS[population]}", is_heading=True)
            lines = (_share_line(labels.BANDS[band], select(chosen, band=band)) for band in distinct(chosen, "band"))
            blocks.append((heading, *lines))
    return _shares_table("table-s12", "Table S12", "Total difficulties: bands by norm", "Band", tuple(blocks), rows)


def subscale_bands_table(content: ReportContent) -> TableView:
    """The subscales: of each norm the band of most difficulties, at all ages and at the norms' ages."""
    rows = [row for row in rows_of(content.band_shares) if row["scale"] != "total"]
    blocks = []
    for norm in distinct(rows, "norm"):
        last = distinct(select(rows, norm=norm), "band")[-1]
        for population in distinct(rows, "population"):
            chosen = select(rows, norm=norm, population=population, band=last)
            words = f"{labels.NORMS[norm]}, band {labels.in_sentence(labels.BANDS[last])}"
            heading = Line(f"{words}: {labels.POPULATIONS[population]}", is_heading=True)
            lines = (_share_line(labels.OUTCOMES[s], select(chosen, scale=s)) for s in distinct(chosen, "scale"))
            blocks.append((heading, *lines))
    caption = "Subscales: children in the band of most difficulties by norm (prosocial behaviour: lowest scores)"
    return _shares_table("table-s13", "Table S13", caption, "Subscale", tuple(blocks), rows)


def _shares_table(
    key: str, number: str, caption: str, first: str, blocks: tuple[Block, ...], rows: list[Row]
) -> TableView:
    return TableView(
        key=key,
        number=number,
        caption=caption,
        heads=((Head(first, kind="text"), *(Head(labels.STATUS[group]) for group in GROUPS)),),
        blocks=blocks,
        notes=(SCREENING, _SHARES),
        suffix="bracket",
        mark=evidence.mark(rows),
    )


def _share_line(label: str, rows: list[Row]) -> Line:
    cells = (_share_cell(only(rows, migration_status=group)) for group in GROUPS)
    return Line(label, tuple(cells), is_indented=True)


def _share_cell(row: Row | None) -> Cell:
    if row is None or is_refused(row):
        return number_cell(row, "estimate", number_text.percent)
    interval = number_text.interval(row["conf_low"], row["conf_high"], 1)
    return Cell(number_text.count(row["n"]), suffix=f"({number_text.percent(row['estimate'])})", detail=interval)


def band_models_table(content: ReportContent) -> TableView:
    """Odds ratios of the abnormal band: a pair of columns a model and age population."""
    rows = rows_of(content.band_models)
    models = [
        (population, model, select(rows, population=population, model=model))
        for population in distinct(rows, "population")
        for model in distinct(rows, "model")
    ]
    fullest = max((found for _, _, found in models), key=len, default=[])
    of_models = [found for _, _, found in models]
    heads = tuple(
        Head(f"{labels.BAND_MODELS[model]}, {labels.POPULATIONS[population]}", span=2)
        for population, model, _ in models
    )
    few = any(row["warning"] == "few_events" for row in rows)
    warning = ("In a model with fewer than ten children of the rarer outcome a parameter, estimates may be far off.",)
    return TableView(
        key="table-s14",
        number="Table S14",
        caption=f"Total difficulties in the abnormal band ({labels.in_sentence(labels.NORMS['three'])}): odds ratios",
        heads=(
            (Head("Term", depth=2, kind="text"), *heads),
            tuple(Head(text) for _ in models for text in ("Odds ratio", "95% CI")),
        ),
        blocks=tuple(
            _term_block(name, select(fullest, variable=name), of_models)
            for name in distinct(fullest, "variable")
            if name is not None
        ),
        foot=(_foot("Children (n)", "n", of_models), _foot("In the abnormal band", "n_events", of_models)),
        notes=(
            SCREENING,
            "Odds ratios of the abnormal band against the other two, from logistic models with the terms of Table 2. "
            "Intervals are Wald\u2019s and do not allow for the clustering of children in schools.",
            *(warning if few else ()),
        ),
        suffix="stars",
        is_even=False,
        mark=evidence.mark(rows),
    )


def _term_block(variable: str, terms: list[Row], models: list[list[Row]]) -> Block:
    name, reference = labels.variable(variable), terms[0]["reference"]
    if reference is None:
        return (Line(name, _odds_cells(models, variable, None)),)
    lines = (
        Line(labels.level(variable, row["level"]), _odds_cells(models, variable, row["level"]), is_indented=True)
        for row in terms
    )
    return (Line(f"{name} (reference: {labels.level(variable, reference)})", is_heading=True), *lines)


def _odds_cells(models: list[list[Row]], variable: str, level: str | None) -> tuple[Cell, ...]:
    return tuple(cell for rows in models for cell in _odds(only(rows, variable=variable, level=level)))


def _odds(row: Row | None) -> tuple[Cell, ...]:
    if row is None:
        return EMPTY, EMPTY
    if is_refused(row):
        return (Cell(labels.refusal_reason(row["reason"]), kind="refused", span=2),)
    ratio = Cell(number_text.fixed(row["odds_ratio"], 2), suffix=number_text.stars(row["p_value"]))
    return ratio, Cell(number_text.interval(row["odds_ratio_low"], row["odds_ratio_high"]))


def _foot(label: str, column: str, models: list[list[Row]]) -> Line:
    cells: list[Cell] = []
    for rows in models:
        row = next((row for row in rows if not is_refused(row)), None)
        cells += [number_cell(row, column, number_text.count, suffix=""), EMPTY]
    return Line(label, tuple(cells))
