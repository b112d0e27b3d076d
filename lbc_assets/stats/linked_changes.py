"""What linked children say of a change: paired change and analysis of covariance.

Belongs here: the arithmetic, from `linked_children.linked_pairs`. Does not belong here: the random intercept
(`random_intercept`), attenders against controls (`difference_in_change`), the table (`wave_changes`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lbc_assets.stats.design import columns
from lbc_assets.stats.estimates import Estimate, t_test
from lbc_assets.stats.fit import FittedModel, fit
from lbc_assets.stats.inference import coefficient
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.terms import Covariate, ModelSpec
from lbc_assets.stats.variables import AGE, MIGRATION_STATUS, SEX


@dataclass(frozen=True)
class PairedChange:
    """Mean change in points with its test, the changes' standard deviation, and the number of pairs."""

    test: Estimate
    std_dev: float
    pairs: int


def paired_change(pairs: pd.DataFrame, outcome: str) -> PairedChange:
    """Later minus earlier score of the same children: the paired t test (R's `t.test(paired = TRUE)`).

    Each child is its own comparison, but all of them have grown older by the time between the waves: the change holds
    that of growing up. StatisticsRefused: fewer than two pairs, or the same change in every child.
    """
    changes = pairs[f"change_{outcome}_score"].dropna().to_numpy(np.float64)
    if not len(changes):
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    if len(changes) < 2:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if np.ptp(changes) == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    std_dev = float(changes.std(ddof=1))
    std_error = std_dev / float(np.sqrt(len(changes)))
    return PairedChange(t_test(float(changes.mean()), std_error, float(len(changes) - 1)), std_dev, len(changes))


def ancova_spec(outcome: str) -> ModelSpec:
    """The later score on the earlier one, migration status, sex and age at the earlier wave."""
    predictors = (MIGRATION_STATUS, Covariate(f"earlier_{outcome}_score"), SEX, AGE)
    return ModelSpec("ancova", f"later_{outcome}", predictors)


def ancova(pairs: pd.DataFrame, outcome: str) -> tuple[FittedModel, dict[str, Estimate]]:
    """The association of earlier migration status with the later score among children of one earlier score.

    R's `lm(later ~ migration_status + earlier + sex + age_years)`; an estimate a term `migration_status[level]`, in
    points against 'never'. StatisticsRefused: see `fit`.
    """
    spec = ancova_spec(outcome)
    fitted = fit(spec, Sample(pairs))
    terms = {
        column.term: coefficient(fitted, position)
        for position, column in enumerate(columns(spec))
        if column.variable == MIGRATION_STATUS.variable
    }
    return fitted, terms
