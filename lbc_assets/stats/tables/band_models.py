"""The table `band_models`: logistic models of the abnormal band of total difficulties.

Belongs here: which models, and the way from a frame of cells to arrays. Does not belong here: the fit (`logistic`),
the predictors (`specs`), the bands' limits (the SQL's seed). Bands are screening, not diagnosis.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from lbc_assets.stats.models.design import columns, matrix
from lbc_assets.stats.models.estimable import estimable
from lbc_assets.stats.models.logistic import LogisticFit, fit_logistic, log_odds
from lbc_assets.stats.needs import Reads, needs_of
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import CHILDREN, Cells, Numbers, Sample
from lbc_assets.stats.specs import CONFIDENCE, adjusted, baseline
from lbc_assets.stats.specs import POPULATIONS as IN_POPULATION
from lbc_assets.stats.tables.band_shares import POPULATIONS
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import ModelSpec

OUTCOME, NORM, BAND = "total", "three", "abnormal"
MODELS = (baseline(OUTCOME), adjusted(OUTCOME))
FEW_EVENTS = "few_events"

READS: Reads = {"mart_band_cells": ("wave", *needs_of(MODELS).variables, f"{OUTCOME}_band_{NORM}", CHILDREN)}
COLUMNS = (
    *("model", "outcome", "norm", "band", "population", "term", "variable", "level", "reference"),
    *("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"),
    *("odds_ratio", "odds_ratio_low", "odds_ratio_high", "n", "n_events", "warning", "status", "reason"),
)


def band_models(cells: pd.DataFrame) -> pd.DataFrame:
    """One row an age population, model and term: log odds of the abnormal band (three-band scoring sheet, self-report)
    against the other two, with z test, limits, and as an odds ratio.

    `cells`: mart_band_cells of one wave. ValueError if it breaks its contract. `warning` is few_events below ten events
    (or non-events) a parameter.
    """
    return tidy(_rows(cells), COLUMNS)


@dataclass(frozen=True, eq=False)
class BandCells:
    """A model as the data carry it, why terms of the declared one are gone, and its cells: design, children, children
    in the band.
    """

    spec: ModelSpec
    left_out: Mapping[str, RefusalReason]
    design: Numbers
    n: Numbers
    events: Numbers


def band_cells(cells: pd.DataFrame, spec: ModelSpec, population: str) -> BandCells:
    """The complete cases of `spec` in that population.

    ValueError: a column is absent, or a code is not among the declared levels. StatisticsRefused: see `estimable`.
    """
    sample = Sample(cells)
    band = f"{OUTCOME}_band_{NORM}"
    if band not in cells:
        raise ValueError(f"the cells have no column {band!r}")
    declared = replace(spec, population=IN_POPULATION[population])
    chosen = sample.complete_cases(declared)
    n = sample.children[chosen]
    events = np.where((cells[band] == BAND).to_numpy(bool)[chosen], n, 0.0)
    values = {predictor.variable: sample.values(predictor)[chosen] for predictor in spec.predictors}
    carried, left_out, found = estimable(spec, Cells(values, n, events, events))
    return BandCells(carried, left_out, matrix(carried, found.values), n, events)


def _rows(cells: pd.DataFrame) -> Iterator[Row]:
    for population in POPULATIONS:
        for spec in MODELS:
            fitted = _fit(cells, spec, population)
            for column in columns(spec):
                labels: Row = {
                    **{"model": spec.name, "outcome": OUTCOME, "norm": NORM, "band": BAND, "population": population},
                    **asdict(column),
                }
                try:
                    yield {**labels, **_numbers(fitted, column.term), **OK}
                except StatisticsRefused as why:
                    yield {**labels, **refused(why)}


def _numbers(fitted: tuple[BandCells, LogisticFit] | StatisticsRefused, term: str) -> Row:
    if isinstance(fitted, StatisticsRefused):
        raise fitted
    cells, model = fitted
    if term in cells.left_out:
        raise StatisticsRefused(cells.left_out[term])
    (position,) = (i for i, column in enumerate(columns(cells.spec)) if column.term == term)
    warning = FEW_EVENTS if model.has_few_events else None
    numbers = asdict(log_odds(model, position, CONFIDENCE))
    return {**numbers, "n": model.n, "n_events": model.n_events, "warning": warning}


def _fit(cells: pd.DataFrame, spec: ModelSpec, population: str) -> tuple[BandCells, LogisticFit] | StatisticsRefused:
    try:
        found = band_cells(cells, spec, population)
        return found, fit_logistic(found.design, found.n, found.events)
    except StatisticsRefused as why:
        return why
