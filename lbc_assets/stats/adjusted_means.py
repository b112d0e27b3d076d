"""The tables `adjusted_means` and `adjusted_mean_tests` (Table 4 and Figure 1).

Belongs here: the tables' shape. Does not belong here: the models (`specs`), the averaging (`design`).
"""

from collections.abc import Iterator
from dataclasses import asdict

import pandas as pd

from lbc_assets.stats.design import equal_weight_row
from lbc_assets.stats.fit import FittedModel, attempt
from lbc_assets.stats.inference import linear_combination
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Numbers, Sample
from lbc_assets.stats.specs import TABLE_4, AdjustedMeans
from lbc_assets.stats.tidy import OK, Row, refused, tidy
from lbc_assets.stats.variables import MIGRATION_STATUS

MEAN_COLUMNS = (
    "model",
    "outcome",
    "variable",
    "level",
    "migration_status",
    "weights",
    "estimate",
    "std_error",
    "df",
    "conf_low",
    "conf_high",
    "n",
    "status",
    "reason",
)
TEST_COLUMNS = (
    "model",
    "outcome",
    "variable",
    "level",
    "reference",
    "migration_status",
    "estimate",
    "std_error",
    "statistic",
    "df",
    "df_residual",
    "p_value",
    "n",
    "status",
    "reason",
)


def adjusted_means(frame: pd.DataFrame) -> pd.DataFrame:
    """Adjusted mean scores by migration status and a factor's level: equal weights, covariates at their
    mean.

    `frame`: mart_analysis_cohort of one wave. ValueError if it breaks its contract. Source: the paper's
    Table 4.
    """
    return tidy(_mean_rows(Sample(frame)), MEAN_COLUMNS)


def adjusted_mean_tests(frame: pd.DataFrame) -> pd.DataFrame:
    """Within each migration group, the F test (1, residual df) of a level's adjusted mean against the
    reference's.

    `estimate` is level minus reference, in points of the score. `frame` and errors as for `adjusted_means`.
    """
    return tidy(_test_rows(Sample(frame)), TEST_COLUMNS)


def _models(sample: Sample) -> Iterator[tuple[AdjustedMeans, FittedModel | StatisticsRefused, Row]]:
    specs = [means.moderation.model for means in TABLE_4]
    for means, spec, fitted in zip(TABLE_4, specs, attempt(specs, sample), strict=True):
        labels = {"model": spec.name, "outcome": spec.outcome, "variable": means.by.variable}
        yield means, fitted, labels


def _cell(fitted: FittedModel, means: AdjustedMeans, level: str, group: str) -> Numbers:
    held = {means.by.variable: level, MIGRATION_STATUS.variable: group}
    return equal_weight_row(fitted.spec, held, fitted.covariate_means)


def _mean_rows(sample: Sample) -> Iterator[Row]:
    for means, fitted, labels in _models(sample):
        for level in means.by.levels:
            for group in MIGRATION_STATUS.levels:
                row = {**labels, "level": level, "migration_status": group, "weights": means.weights}
                if isinstance(fitted, StatisticsRefused):
                    yield {**row, **refused(fitted)}
                    continue
                mean = asdict(linear_combination(fitted, _cell(fitted, means, level, group)))
                # A t test of a mean against zero says nothing here.
                del mean["statistic"], mean["p_value"]
                yield {**row, **mean, "n": fitted.n, **OK}


def _test_rows(sample: Sample) -> Iterator[Row]:
    for means, fitted, labels in _models(sample):
        for level in means.by.compared_levels:
            for group in MIGRATION_STATUS.levels:
                row = {**labels, "level": level, "reference": means.by.reference, "migration_status": group}
                if isinstance(fitted, StatisticsRefused):
                    yield {**row, **refused(fitted)}
                    continue
                cells = [_cell(fitted, means, name, group) for name in (level, means.by.reference)]
                difference = linear_combination(fitted, cells[0] - cells[1])
                yield {
                    **row,
                    "estimate": difference.estimate,
                    "std_error": difference.std_error,
                    "statistic": difference.statistic**2,
                    "df": 1.0,
                    "df_residual": difference.df,
                    "p_value": difference.p_value,
                    "n": fitted.n,
                    **OK,
                }
