"""The difference between two waves of children who are not linked: means adjusted for age.

Belongs here: the model of `difference_between_waves`, from cells. Does not belong here: whether the waves may be
compared (`wave_pairs`), linked children (`linked_changes`).
"""

import numpy as np
import pandas as pd

from lbc_assets.stats.models.estimates import Estimate, t_test
from lbc_assets.stats.models.least_squares import Sums, solve
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers
from lbc_assets.stats.waves.wave_cells import score_moments


def age_adjusted_difference(before: pd.DataFrame, after: pd.DataFrame, outcome: str) -> tuple[Estimate, int, int]:
    """Later minus earlier mean score of children of one age, and the children of each wave in the model.

    Ordinary least squares of the score on wave and age in years (linear), as R's `lm(score ~ later + age_years)`,
    t with n - 3 degrees of freedom; from sums by age, which for this model are all that the children say. `before`
    and `after` are cells of one province (`wave_cells.read_cells`); children without age or score are left out.
    StatisticsRefused where the data cannot carry it. Were the two samples to share children, as two waves of one
    frame may, their scores would go together and the standard error would be too large, not too small.
    """
    parts = [_known(frame, outcome) for frame in (before, after)]
    moments = [score_moments(part, outcome) for part in parts]
    n = sum(m.n for m in moments)
    if not n:
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    if not all(m.n for m in moments):
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    rows = [_rows(part, float(later)) for later, part in enumerate(parts)]
    design = np.vstack(rows)
    counts, totals, squares = (
        np.concatenate([part[f"{name}_{outcome}"].to_numpy(np.float64) for part in parts])
        for name in ("n", "sum", "squares")
    )
    if n <= design.shape[1]:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if np.ptp(design[:, 2]) == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_COVARIATE)
    if n * sum(m.squares for m in moments) == sum(m.total for m in moments) ** 2:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    solution = solve(Sums.of(design, counts, totals, squares))
    std_error = float(np.sqrt(solution.covariance[1, 1]))
    test = t_test(float(solution.params[1]), std_error, float(solution.df_residual))
    return test, moments[0].n, moments[1].n


def _known(cells: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return cells[cells["age_years"].notna() & (cells[f"n_{outcome}"] > 0)]


def _rows(cells: pd.DataFrame, later: float) -> Numbers:
    return np.column_stack([np.ones(len(cells)), np.full(len(cells), later), cells["age_years"].to_numpy(np.float64)])
