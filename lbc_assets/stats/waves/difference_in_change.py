"""Attenders of village children's centres against controls: the difference in change.

Belongs here: the two models (linked children, two cross-sections), both clustered by village. Does not belong here:
the cluster-robust arithmetic (`cluster_robust`), the table (`wave_changes`).

That attenders and controls would have changed alike without the centres ('parallel trends') cannot be tested with one
earlier wave, so a difference in change is an association and nothing more.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lbc_assets.stats.clusters.cluster_robust import ClusterTest, cluster_tests
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.models.estimates import Estimate
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused, WaveReason
from lbc_assets.stats.sample import Mask, Numbers
from lbc_assets.stats.variables import AGE, CENTRE_ATTENDANCE
from lbc_assets.stats.waves.linked_children import VILLAGE
from lbc_assets.stats.waves.wave_pairs import WavePair

CONTROL, ATTENDER = CENTRE_ATTENDANCE.levels


@dataclass(frozen=True)
class DifferenceInChange:
    """Attenders' change minus the controls', in points; children of the model by wave, and villages."""

    test: Estimate
    n_before: int
    n_after: int
    villages: int


def linked_difference(pairs: pd.DataFrame, outcome: str) -> DifferenceInChange:
    """Change on arm and age at the earlier wave, of linked children; CR2 by village.

    R: `lm(change ~ arm + age_years)`, clubSandwich `vcovCR(type = "CR2")`, `coef_test(test = "Satterthwaite")`.
    StatisticsRefused: ARM_NOT_OBSERVED_BEFORE where an arm has no linked child, TOO_FEW_VILLAGES.
    """
    change = pairs[f"change_{outcome}_score"]
    cases = pairs[change.notna() & _complete(pairs)]
    if not len(cases):
        raise StatisticsRefused(_reason_without(pairs, WaveReason.ARM_NOT_OBSERVED_BEFORE))
    attends = _attends(cases)
    _require_both(attends, WaveReason.ARM_NOT_OBSERVED_BEFORE)
    design = np.column_stack([np.ones(len(cases)), attends, cases[AGE.variable]]).astype(np.float64)
    test = _clustered(design, cases[f"change_{outcome}_score"].to_numpy(np.float64), cases[VILLAGE], contrast=1)
    return DifferenceInChange(test.test, len(cases), len(cases), test.clusters)


def unlinked_difference(children: pd.DataFrame, pair: WavePair, outcome: str) -> DifferenceInChange:
    """Score on arm, wave, their product and age, of the children of two waves of one frame; CR2 by village.

    R: `lm(score ~ arm * later + age_years)`, clubSandwich as above; a village is one cluster in both waves.
    StatisticsRefused: NO_ARMS, ARM_NOT_OBSERVED_BEFORE, TOO_FEW_VILLAGES.
    """
    there = children[
        (children["province"] == pair.province) & children["wave"].isin([pair.before.wave, pair.after.wave])
    ]
    cases = there[there[f"{outcome}_score"].notna() & _complete(there)]
    attends, later = _attends(cases), (cases["wave"] == pair.after.wave).to_numpy()
    _require_both(attends[later], WaveReason.NO_ARMS)
    _require_both(attends[~later], WaveReason.ARM_NOT_OBSERVED_BEFORE)
    ages = cases[AGE.variable].to_numpy(np.float64)
    design = np.column_stack([np.ones(len(cases)), attends, later, attends & later, ages]).astype(np.float64)
    test = _clustered(design, cases[f"{outcome}_score"].to_numpy(np.float64), cases[VILLAGE], contrast=3)
    return DifferenceInChange(test.test, int((~later).sum()), int(later.sum()), test.clusters)


def has_both_arms(children: pd.DataFrame) -> bool:
    """Whether attenders and controls are among these children."""
    return bool({CONTROL, ATTENDER} <= set(children[CENTRE_ATTENDANCE.variable].dropna()))


def _complete(children: pd.DataFrame) -> pd.Series:
    return children[CENTRE_ATTENDANCE.variable].notna() & children[VILLAGE].notna() & children[AGE.variable].notna()


def _attends(cases: pd.DataFrame) -> Mask:
    return np.asarray(cases[CENTRE_ATTENDANCE.variable] == ATTENDER, dtype=np.bool_)


def _require_both(attends: Mask, reason: WaveReason) -> None:
    if not len(attends) or attends.all() or not attends.any():
        raise StatisticsRefused(reason)


def _reason_without(pairs: pd.DataFrame, reason: WaveReason) -> WaveReason | RefusalReason:
    return RefusalReason.NO_COMPLETE_CASES if has_both_arms(pairs) else reason


def _clustered(design: Numbers, outcome: Numbers, villages: pd.Series, contrast: int) -> ClusterTest:
    """StatisticsRefused where villages are too few, also for the degrees of freedom of this very contrast."""
    if np.ptp(design[:, -1]) == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_COVARIATE)
    if np.ptp(outcome) == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    sums = ClusterSums.of_rows(design, outcome, villages.to_numpy(dtype=object))
    try:
        (test,) = cluster_tests(sums, [np.eye(design.shape[1])[contrast]], "CR2")
    except StatisticsRefused as refusal:
        if refusal.reason is RefusalReason.TOO_FEW_CLUSTERS:
            raise StatisticsRefused(WaveReason.TOO_FEW_VILLAGES) from None
        raise
    if isinstance(test, StatisticsRefused):
        raise test
    if test.note is not None:  # below four degrees of freedom the p value is not what it says
        raise StatisticsRefused(WaveReason.TOO_FEW_VILLAGES)
    return test
