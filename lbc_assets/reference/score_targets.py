"""Stage 2, what scores are held to: printed intervals of coefficients, means and SD.

Here: coefficients of Tables 2 and 3, adjusted means and their differences in Table 4, group means of Table 1,
as one list of linear functionals, and Table 1's SD. Not here: how scores are drawn (`scores`) or moved
(`polish`).
"""

from dataclasses import dataclass

import numpy as np

from lbc_assets.reference import targets
from lbc_assets.reference.matrices import (
    ADJUSTED,
    BASELINE,
    INTERACTIONS,
    Design,
    Floats,
    complete,
    contrast_rows,
    mean_rows,
    wide_matrix,
)
from lbc_assets.reference.published import GROUPS, OUTCOMES, TABLE1_OUTCOMES, printed

CONDUCT_SLACK = 0.02
"""Conduct problems has no printed coefficients; the implied ones carry the rounding of four others."""

TOTAL_MEAN_SLACK = 0.03
"""Tighter than the printed 0.05: the level of never left behind children is where Tables 1 and 4 disagree."""


@dataclass(frozen=True)
class Functionals:
    """`rows @ y` should lie in [low, high]; `outcome` 0-3 says which subscale y is, 4 that it is their sum.

    Shapes: rows (k, children), low, high, outcome (k,).
    """

    rows: Floats
    low: Floats
    high: Floats
    outcome: np.ndarray


@dataclass(frozen=True)
class Spreads:
    """Mean squared distance from `centre` within each group should lie in [low, high], shapes (3 groups, 5
    outcomes).

    The centre is Table 1's mean: where the mean holds, this is the variance to within .003.
    """

    groups: np.ndarray
    sizes: np.ndarray
    centre: Floats
    low: Floats
    high: Floats


def score_spreads(design: Design) -> Spreads:
    """Table 1's SD of the four subscales and of total difficulties in never, previous, current."""
    names = [TABLE1_OUTCOMES[name] for name in (*OUTCOMES, "total")]
    means, deviations = (
        np.array([[printed("table1", name, group, statistic) for name in names] for group in GROUPS])
        for statistic in ("mean", "sd")
    )
    return Spreads(
        design["group"],
        np.bincount(design["group"]),
        means,
        (deviations - 0.05) ** 2,
        (deviations + 0.05) ** 2,
    )


def least_squares_rows(matrix: Floats, columns: list[int], who: np.ndarray) -> Floats:
    """Rows (26 x children) that give the coefficients of y on `columns` among the children `who`.

    Coefficients of columns that are not in the model are zero.
    """
    children, places = np.flatnonzero(who), np.array(columns)
    part = matrix[np.ix_(children, places)]
    rows = np.zeros((matrix.shape[1], len(matrix)))
    rows[np.ix_(places, children)] = np.linalg.solve(part.T @ part, part.T)
    return rows


def score_functionals(design: Design) -> Functionals:
    """Everything printed that is linear in the four subscale scores of the analysed children, with its
    interval.
    """
    whole, everyone = complete(design), np.ones(len(design["group"]), dtype=bool)
    matrix = wide_matrix(design)
    rows: list[Floats] = []
    low: list[Floats] = []
    high: list[Floats] = []
    outcome: list[int] = []

    def hold(new: Floats, centre: Floats, slack: Floats | float, which: int) -> None:
        rows.append(new)
        low.append(centre - slack)
        high.append(centre + slack)
        outcome.extend([which] * len(new))

    adjusted = least_squares_rows(matrix, ADJUSTED, whole)[ADJUSTED]
    for which, (name, wanted) in enumerate(targets.subscale_coefficients().items()):
        slack = CONDUCT_SLACK if name == "conduct" else targets.HALF_DIGIT
        in_print = targets.printed_rows()
        hold(in_print @ adjusted, in_print[:, 1:] @ wanted, slack, which)
    hold(adjusted[1:], targets.total("adjusted", "B"), targets.HALF_DIGIT, 4)
    baseline = least_squares_rows(matrix, BASELINE, everyone)[BASELINE][1:]
    hold(baseline, targets.total("baseline", "B"), targets.HALF_DIGIT, 4)

    for which, name in enumerate((*OUTCOMES, "total")):
        means = np.array([(design["group"] == g) / np.sum(design["group"] == g) for g in range(3)])
        wanted = np.array([printed("table1", TABLE1_OUTCOMES[name], group, "mean") for group in GROUPS])
        hold(means, wanted, TOTAL_MEAN_SLACK if name == "total" else 0.05, which)

    age = float(design["age"][whole].mean())
    for model in INTERACTIONS:
        fit = least_squares_rows(matrix, list(model.columns), whole)
        cells = [(level, group) for level in model.levels for group in GROUPS]
        wanted = np.array(
            [printed("table4", f"{model.row}: {level}", group, "adjusted_mean") for level, group in cells]
        )
        hold(mean_rows(model, age) @ fit, wanted, 0.05, 4)
        differences = contrast_rows(model) @ fit
        # Var(c'b) = s^2 c'(X'X)^-1 c, and the rows of a least squares functional have exactly that squared
        # length.
        spread = np.linalg.norm(differences, axis=1) * targets.ADJUSTED_SD
        root = np.sqrt([printed("table4", model.row, group, "F") for group in GROUPS])
        hold(differences, root * spread, 0.02 * spread, 4)
    return Functionals(np.vstack(rows), np.concatenate(low), np.concatenate(high), np.array(outcome))
