"""The table `specification_curve`: the main association under every combination of defensible choices.

Belongs here: the table's shape. Does not belong here: the choices (`specs.SPECIFICATIONS`), the picture.
"""

from collections.abc import Iterator

import pandas as pd

from lbc_assets.stats.models.fit import FittedModel, fit
from lbc_assets.stats.models.heteroscedasticity import with_hc3
from lbc_assets.stats.models.inference import coefficient
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import EXPOSURE, MIGRATION_STATUS, SPECIFICATIONS, Specification
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy

NEEDS = needs_of(specification.model for specification in SPECIFICATIONS)
COLUMNS = (
    "outcome",
    "covariates",
    "population",
    "level",
    "reference",
    "estimate",
    "standardised",
    "std_error",
    "std_error_hc3",
    "p_value",
    "p_value_hc3",
    "conf_low",
    "conf_high",
    "n",
    "status",
    "reason",
)


def specification_curve(frame: pd.DataFrame) -> pd.DataFrame:
    """One row an outcome, set of covariates, population and level of migration status.

    `standardised` is the estimate in standard deviations of that outcome among that model's children, so that outcomes
    share an axis; limits are in points and for equal variances. `frame`: mart_analysis_cohort of one wave, by child or
    by cell. ValueError if it breaks its contract. Source: Simonsohn, Simmons and Nelson, Nat Hum Behav 2020;4:1208.
    """
    sample = Sample(frame)
    return tidy((row for specification in SPECIFICATIONS for row in _rows(specification, sample)), COLUMNS)


def _rows(specification: Specification, sample: Sample) -> Iterator[Row]:
    labels = {
        "outcome": specification.model.outcome,
        "covariates": specification.covariates,
        "population": specification.population,
        "reference": MIGRATION_STATUS.reference,
    }
    try:
        fitted = fit(specification.model, sample)
        robust = with_hc3(fitted, sample)
    except StatisticsRefused as why:
        yield from ({**labels, "level": level, **refused(why)} for level in MIGRATION_STATUS.compared_levels)
        return
    for level in MIGRATION_STATUS.compared_levels:
        yield {**labels, "level": level, **_numbers(fitted, robust, f"{EXPOSURE}[{level}]"), **OK}


def _numbers(fitted: FittedModel, robust: FittedModel, term: str) -> Row:
    (position,) = (i for i, column in enumerate(fitted.columns) if column.term == term)
    plain, hc3 = coefficient(fitted, position), coefficient(robust, position)
    return {
        "estimate": plain.estimate,
        "standardised": plain.estimate / fitted.outcome_std_dev,
        "std_error": plain.std_error,
        "std_error_hc3": hc3.std_error,
        "p_value": plain.p_value,
        "p_value_hc3": hc3.p_value,
        "conf_low": plain.conf_low,
        "conf_high": plain.conf_high,
        "n": fitted.n,
    }
