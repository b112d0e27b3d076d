"""The table `band_models`: logistic models of the abnormal band of total difficulties.

Belongs here: which models, and the way from a frame of cells to arrays. Does not belong here: the fit (`logistic`),
the predictors (`specs`), the bands' limits (the SQL's seed). Bands are screening, not diagnosis.
"""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd

from lbc_assets.stats.models.design import columns, matrix
from lbc_assets.stats.models.logistic import LogisticFit, fit_logistic, log_odds
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers
from lbc_assets.stats.specs import CONFIDENCE, adjusted, baseline
from lbc_assets.stats.tables.band_shares import NORM_AGES, POPULATIONS, YOUNGEST_OF_NORMS
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import Factor, ModelSpec
from lbc_assets.stats.variables import AGE

OUTCOME, NORM, BAND = "total", "three", "abnormal"
MODELS = (baseline(OUTCOME), adjusted(OUTCOME))
FEW_EVENTS = "few_events"

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
    if cells["wave"].nunique() > 1:
        raise ValueError("the cells of one wave are expected; this frame holds several")
    return tidy(_rows(cells), COLUMNS)


def band_cells(cells: pd.DataFrame, spec: ModelSpec, population: str) -> tuple[Numbers, Numbers, Numbers]:
    """Design, children and children in the band, a cell a row: the complete cases of `spec` in that population.

    ValueError: a column is absent, or a code is not among the declared levels. StatisticsRefused: no complete case, a
    level without a child, or a covariate that does not vary.
    """
    names = [predictor.variable for predictor in spec.predictors]
    absent = [name for name in (*names, "children", f"{OUTCOME}_band_{NORM}") if name not in cells]
    if absent:
        raise ValueError(f"the cells have no column {', '.join(absent)}")
    chosen = cells[names].notna().all(axis=1)
    if population == NORM_AGES:
        chosen &= (cells[AGE.variable] >= YOUNGEST_OF_NORMS).fillna(False).astype(bool)
    frame = cells[chosen]
    children = frame["children"].to_numpy(np.float64)
    events = np.where((frame[f"{OUTCOME}_band_{NORM}"] == BAND).to_numpy(bool), children, 0.0)
    if not children.sum():
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    values = {}
    for predictor in spec.predictors:
        column = frame[predictor.variable]
        if not isinstance(predictor, Factor):
            values[predictor.variable] = numbers = column.to_numpy(np.float64)
            if np.ptp(numbers) == 0:
                raise StatisticsRefused(RefusalReason.CONSTANT_COVARIATE)
            continue
        codes = pd.Index(predictor.levels).get_indexer(pd.Index(column.astype(object)))
        if bool(np.any(codes == -1)):
            raise ValueError(f"{predictor.variable}: holds a code that is not one of the declared levels")
        if not np.bincount(codes, minlength=len(predictor.levels)).all():
            raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
        values[predictor.variable] = codes.astype(np.int64)
    return matrix(spec, values), children, events


def _rows(cells: pd.DataFrame) -> Iterator[Row]:
    for population in POPULATIONS:
        for spec in MODELS:
            fitted = _fit(cells, spec, population)
            for position, column in enumerate(columns(spec)):
                labels = {
                    **{"model": spec.name, "outcome": OUTCOME, "norm": NORM, "band": BAND, "population": population},
                    **asdict(column),
                }
                if isinstance(fitted, StatisticsRefused):
                    yield {**labels, **refused(fitted)}
                    continue
                numbers = asdict(log_odds(fitted, position, CONFIDENCE))
                warning = FEW_EVENTS if fitted.has_few_events else None
                yield {**labels, **numbers, "n": fitted.n, "n_events": fitted.n_events, "warning": warning, **OK}


def _fit(cells: pd.DataFrame, spec: ModelSpec, population: str) -> LogisticFit | StatisticsRefused:
    try:
        return fit_logistic(*band_cells(cells, spec, population))
    except StatisticsRefused as why:
        return why
