"""The table `model_terms`: each variable of a model as a whole, and the children that it costs.

Belongs here: the table's shape, and counting what missing answers cost. Does not belong here: the models (`specs`), the
F test (`inference`).
"""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd

from lbc_assets.stats.groups.families import COLUMNS as FAMILY_COLUMNS
from lbc_assets.stats.groups.families import corrected
from lbc_assets.stats.models.fit import FittedModel, attempt
from lbc_assets.stats.models.inference import partial_f
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import TERM_MODELS, family_of
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import ModelSpec, Predictor, Spline

NEEDS = needs_of(TERM_MODELS)
COLUMNS = (
    "model",
    "outcome",
    "variable",
    "test",
    "statistic",
    "df",
    "df_residual",
    "p_value",
    *FAMILY_COLUMNS,
    "partial_eta_squared",
    "n",
    "n_missing",
    "n_lost",
    "status",
    "reason",
)


def model_terms(frame: pd.DataFrame) -> pd.DataFrame:
    """The partial F of each variable of each model, its partial eta squared, and what its missing answers cost.

    `test` is 'variable' (all of its columns) or 'bend' (a spline against a straight line). `n` children in the model;
    `n_missing` of its population lack this variable, `n_lost` of them lack nothing else. `frame`: mart_analysis_cohort
    of one wave, by child or by cell. ValueError if it breaks its contract. Source: R's drop1 and car::Anova.
    """
    sample = Sample(frame)
    fits = zip(TERM_MODELS, attempt(TERM_MODELS, sample), strict=True)
    rows = (row for spec, fitted in fits for row in _rows(spec, fitted, sample))
    return tidy(corrected(rows, family_of), COLUMNS)


def _rows(spec: ModelSpec, fitted: FittedModel | StatisticsRefused, sample: Sample) -> Iterator[Row]:
    costs = _costs(spec, sample)
    for predictor in spec.predictors:
        for test in ("variable", "bend") if isinstance(predictor, Spline) else ("variable",):
            variable = predictor.variable
            labels: Row = {"model": spec.name, "outcome": spec.outcome, "variable": variable, "test": test}
            try:
                numbers = _test(fitted, predictor, test)
            except StatisticsRefused as why:
                numbers = refused(why)
            yield {**labels, **costs[variable], **numbers}


def _test(fitted: FittedModel | StatisticsRefused, predictor: Predictor, test: str) -> Row:
    if isinstance(fitted, StatisticsRefused):
        raise fitted
    variable = predictor.variable
    if not any(column.variable == variable for column in fitted.columns):
        raise StatisticsRefused(next(why for term, why in fitted.left_out.items() if term.startswith(variable)))
    found = partial_f(fitted, variable, bends_only=test == "bend")
    explained = found.statistic * found.df
    return {
        **asdict(found),
        "partial_eta_squared": explained / (explained + found.df_residual),
        "n": fitted.n,
        **OK,
    }


def _costs(spec: ModelSpec, sample: Sample) -> dict[str, Row]:
    """By variable, how many children of the population with a score lack it, and lack nothing else."""
    children = np.where(sample.population(spec), sample.outcome(spec.outcome).answered, 0.0)
    lacks = {predictor.variable: ~sample.has(predictor) for predictor in spec.predictors}
    how_many = np.sum(list(lacks.values()), axis=0)
    return {
        variable: {
            "n_missing": int(children[missing].sum()),
            "n_lost": int(children[missing & (how_many == 1)].sum()),
        }
        for variable, missing in lacks.items()
    }
