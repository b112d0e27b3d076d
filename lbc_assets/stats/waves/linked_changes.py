"""What linked children say of a change: paired change, analysis of covariance, a random intercept of the child.

Belongs here: the three models, from `linked_children.linked_pairs`. Does not belong here: REML (`random_intercept`),
attenders against controls (`difference_in_change`), the table (`wave_changes`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.clusters.random_intercept import contrast_test, random_intercept
from lbc_assets.stats.models.design import columns
from lbc_assets.stats.models.estimates import Estimate, t_test
from lbc_assets.stats.models.fit import FittedModel, fit
from lbc_assets.stats.models.inference import coefficient
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Mask, Numbers, Sample
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
    return ModelSpec("ancova", f"later_{outcome}", predictors, exposure=MIGRATION_STATUS.variable)


def ancova(pairs: pd.DataFrame, outcome: str) -> tuple[FittedModel, dict[str, Estimate]]:
    """The association of earlier migration status with the later score among children of one earlier score.

    R's `lm(later ~ migration_status + earlier + sex + age_years)`; an estimate a level, in points
    against 'never'. StatisticsRefused: see `fit`.
    """
    spec = ancova_spec(outcome)
    fitted = fit(spec, Sample(pairs))
    by_level = {
        str(column.level): coefficient(fitted, position)
        for position, column in enumerate(columns(spec))
        if column.variable == MIGRATION_STATUS.variable
    }
    return fitted, by_level


@dataclass(frozen=True)
class MixedChange:
    """The later wave against the earlier, and the migration groups against 'never', in points; children, and
    observations by wave.
    """

    later: Estimate
    groups: dict[str, Estimate]
    children: int
    n_before: int
    n_after: int


def mixed_model(pairs: pd.DataFrame, outcome: str) -> MixedChange:
    """Score on wave, migration status as of each wave, sex and age at the earlier wave, with a random intercept of the
    child (REML, Satterthwaite): R's `lmer(score ~ later + migration_status + sex + age_years + (1 | child))`.

    Other than the paired change it follows children whose parents left or came back, and keeps a child of whom one
    observation is complete. StatisticsRefused: see `random_intercept`.
    """
    halves = [_observations(pairs, outcome, later) for later in (False, True)]
    design = np.vstack([half[0] for half in halves])
    score = np.concatenate([half[1] for half in halves])
    child = np.concatenate([half[2] for half in halves])
    if not len(score):
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    groups = design[:, 2 : 2 + len(MIGRATION_STATUS.compared_levels)]
    for members in (
        design[:, 1],
        1 - design[:, 1],
        design[:, -2],
        1 - design[:, -2],
        *groups.T,
        1 - groups.sum(axis=1),
    ):
        if not members.any():
            raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    if np.ptp(design[:, -1]) == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_COVARIATE)
    if np.ptp(score) == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    fitted = random_intercept(ClusterSums.of_rows(design, score, child))
    later, *others = (
        contrast_test(fitted, np.eye(design.shape[1])[position])
        for position in range(1, 2 + len(MIGRATION_STATUS.compared_levels))
    )
    by_level = dict(zip(MIGRATION_STATUS.compared_levels, others, strict=True))
    return MixedChange(later, by_level, fitted.clusters, len(halves[0][1]), len(halves[1][1]))


def _observations(pairs: pd.DataFrame, outcome: str, later: bool) -> tuple[Numbers, Numbers, np.ndarray]:
    """Design, score and child of one wave's complete observations; columns: intercept, later, groups, sex, age."""
    status = pairs[f"later_{MIGRATION_STATUS.variable}" if later else MIGRATION_STATUS.variable]
    score = pairs[f"{'later' if later else 'earlier'}_{outcome}_score"]
    complete: Mask = (
        status.notna() & score.notna() & pairs[SEX.variable].notna() & pairs[AGE.variable].notna()
    ).to_numpy()
    cases = pairs[complete]
    groups = [status[complete] == level for level in MIGRATION_STATUS.compared_levels]
    sexes = [cases[SEX.variable] == level for level in SEX.compared_levels]
    parts = [np.ones(len(cases)), np.full(len(cases), float(later)), *groups, *sexes, cases[AGE.variable]]
    design = np.column_stack([np.asarray(part, dtype=np.float64) for part in parts])
    return design, score[complete].to_numpy(np.float64), cases["child_pseudonym"].to_numpy(dtype=object)
