"""The table of regression coefficients `model_coefficients` (Tables 2 and 3), and the shape of all such tables.

Belongs here: the tables' shape. Does not belong here: which models (`specs`), how they are fitted (`fit`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import pandas as pd

from lbc_assets.stats.groups.families import COLUMNS as FAMILY_COLUMNS
from lbc_assets.stats.groups.families import corrected
from lbc_assets.stats.models.design import columns
from lbc_assets.stats.models.fit import attempt
from lbc_assets.stats.models.inference import coefficient, standardised
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import COEFFICIENT_MODELS, family_of
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import ModelSpec

NEEDS = needs_of(COEFFICIENT_MODELS)
COLUMNS = (
    "model",
    "outcome",
    "term",
    "variable",
    "level",
    "reference",
    "estimate",
    "standardised",
    "std_error",
    "statistic",
    "df",
    "p_value",
    *FAMILY_COLUMNS,
    "conf_low",
    "conf_high",
    "n",
    "r2",
    "status",
    "reason",
)


def coefficient_table(specs: Sequence[ModelSpec], sample: Sample) -> pd.DataFrame:
    """One row a model x outcome x term; a refused model keeps its rows, without numbers.

    `standardised` is the coefficient in standard deviations of score and column (missing for the intercept).
    """
    return tidy(corrected(_rows(specs, sample), family_of), COLUMNS)


def model_coefficients(frame: pd.DataFrame) -> pd.DataFrame:
    """Baseline and adjusted models of every score, in points of the score.

    `frame`: mart_analysis_cohort of one wave. ValueError if it breaks its contract. Source: the paper's
    Tables 2 and 3.
    """
    return coefficient_table(COEFFICIENT_MODELS, Sample(frame))


def _rows(specs: Sequence[ModelSpec], sample: Sample) -> Iterator[Row]:
    for spec, fitted in zip(specs, attempt(specs, sample), strict=True):
        for column in columns(spec):
            labels = {"model": spec.name, "outcome": spec.outcome, **asdict(column)}
            if isinstance(fitted, StatisticsRefused):
                yield {**labels, **refused(fitted)}
            elif (position := fitted.position(column.term)) is None:
                yield {**labels, **refused(StatisticsRefused(fitted.left_out[column.term]))}
            else:
                numbers = asdict(coefficient(fitted, position))
                further = {"standardised": standardised(fitted, position), "n": fitted.n, "r2": fitted.r2}
                yield {**labels, **numbers, **further, **OK}
