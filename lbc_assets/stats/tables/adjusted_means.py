"""The tables `adjusted_means`, `adjusted_mean_tests` (Table 4 and Figure 1) and `adjusted_mean_contrasts`.

Belongs here: the tables' shape. Does not belong here: the models (`specs`), the averaging (`design`).
"""

import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations, product

import pandas as pd

from lbc_assets.stats.groups.studentized_range import quantile, upper_tail
from lbc_assets.stats.models.design import averaged_row
from lbc_assets.stats.models.fit import FittedModel, attempt
from lbc_assets.stats.models.inference import linear_combination
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers, Sample
from lbc_assets.stats.specs import CONFIDENCE, TABLE_4, AdjustedMeans, Weights
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import Factor
from lbc_assets.stats.variables import MIGRATION_STATUS

CONTRAST_COLUMNS = (
    "model",
    "outcome",
    "variable",
    "level",
    "migration_status",
    "other_level",
    "other_migration_status",
    "estimate",
    "std_error",
    "statistic",
    "df",
    "p_value",
    "conf_low",
    "conf_high",
    "n",
    "status",
    "reason",
)
NEEDS = needs_of(means.moderation.model for means in TABLE_4)
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
    """Adjusted mean scores by migration status and a factor's level, covariates at their mean, the other factors'
    levels weighted alike (the paper's Table 4) and by the children who have them.

    `frame`: mart_analysis_cohort of one wave, by child or by cell. ValueError if it breaks its contract. Source: R's
    emmeans, weights "equal" and "proportional".
    """
    return tidy(_mean_rows(Sample(frame)), MEAN_COLUMNS)


def adjusted_mean_tests(frame: pd.DataFrame) -> pd.DataFrame:
    """Within each migration group, the F test (1, residual df) of a level's adjusted mean against the
    reference's.

    `estimate` is level minus reference, in points of the score; it is the same for all weights, for what is averaged
    over cancels. `frame` and errors as for `adjusted_means`.
    """
    return tidy(_test_rows(Sample(frame)), TEST_COLUMNS)


def adjusted_mean_contrasts(frame: pd.DataFrame) -> pd.DataFrame:
    """Every two cells of each model (migration status by level) against each other, by Tukey.

    p and limits hold for all pairs of a model together. `frame` and errors as for `adjusted_means`. Source: R's
    emmeans, contrast "pairwise", adjust "tukey".
    """
    return tidy(_contrast_rows(Sample(frame)), CONTRAST_COLUMNS)


def _models(sample: Sample) -> Iterator[tuple[AdjustedMeans, FittedModel | StatisticsRefused, Row]]:
    specs = [means.moderation.model for means in TABLE_4]
    for means, spec, fitted in zip(TABLE_4, specs, attempt(specs, sample), strict=True):
        labels = {"model": spec.name, "outcome": spec.outcome, "variable": means.by.variable}
        yield means, fitted, labels


def _cell(
    fitted: FittedModel | StatisticsRefused, means: AdjustedMeans, level: str, group: str, weights: Weights = "equal"
) -> tuple[FittedModel, Numbers]:
    """The model and the design row of one cell. StatisticsRefused: the model is, or no child has the level."""
    if isinstance(fitted, StatisticsRefused):
        raise fitted
    by = fitted.spec.predictor(means.by.variable)
    if isinstance(by, Factor) and level not in by.levels:
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    held = {means.by.variable: level, MIGRATION_STATUS.variable: group}
    shares = fitted.shares if weights == "observed" else None
    return fitted, averaged_row(fitted.spec, held, fitted.covariate_means, shares)


def _mean_rows(sample: Sample) -> Iterator[Row]:
    for means, fitted, labels in _models(sample):
        for weights in means.weights:
            for level in means.by.levels:
                for group in MIGRATION_STATUS.levels:
                    row = {**labels, "level": level, "migration_status": group, "weights": weights}
                    try:
                        model, cell = _cell(fitted, means, level, group, weights)
                    except StatisticsRefused as why:
                        yield {**row, **refused(why)}
                        continue
                    mean = asdict(linear_combination(model, cell))
                    # A t test of a mean against zero says nothing here.
                    del mean["statistic"], mean["p_value"]
                    yield {**row, **mean, "n": model.n, **OK}


def _test_rows(sample: Sample) -> Iterator[Row]:
    for means, fitted, labels in _models(sample):
        for level in means.by.compared_levels:
            for group in MIGRATION_STATUS.levels:
                row = {**labels, "level": level, "reference": means.by.reference, "migration_status": group}
                try:
                    model, cell = _cell(fitted, means, level, group)
                    _, reference = _cell(fitted, means, means.by.reference, group)
                except StatisticsRefused as why:
                    yield {**row, **refused(why)}
                    continue
                difference = linear_combination(model, cell - reference)
                yield {
                    **row,
                    "estimate": difference.estimate,
                    "std_error": difference.std_error,
                    "statistic": difference.statistic**2,
                    "df": 1.0,
                    "df_residual": difference.df,
                    "p_value": difference.p_value,
                    "n": model.n,
                    **OK,
                }


def _contrast_rows(sample: Sample) -> Iterator[Row]:
    for means, fitted, labels in _models(sample):
        cells = list(product(means.by.levels, MIGRATION_STATUS.levels))
        # one root is sought for a model, not one for each of its pairs
        critical: float | None = None
        for (level, group), (other_level, other_group) in combinations(cells, 2):
            row = {
                **labels,
                "level": level,
                "migration_status": group,
                "other_level": other_level,
                "other_migration_status": other_group,
            }
            try:
                model, cell = _cell(fitted, means, level, group)
                _, other = _cell(fitted, means, other_level, other_group)
            except StatisticsRefused as why:
                yield {**row, **refused(why)}
                continue
            by = model.spec.predictor(means.by.variable)
            compared = len(MIGRATION_STATUS.levels) * len(by.levels if isinstance(by, Factor) else ())
            found = linear_combination(model, cell - other)
            if critical is None:
                critical = quantile(1 - CONFIDENCE, compared, found.df) / math.sqrt(2)
            yield {
                **row,
                "estimate": found.estimate,
                "std_error": found.std_error,
                "statistic": found.statistic,
                "df": found.df,
                "p_value": upper_tail(abs(found.statistic) * math.sqrt(2), compared, found.df),
                "conf_low": found.estimate - critical * found.std_error,
                "conf_high": found.estimate + critical * found.std_error,
                "n": model.n,
                **OK,
            }
