"""Stage 1, what a covariate design is held to: standard errors, and sums of scores that all tables share.

Here: the penalty on a design's cross products, and the sums that its scores should aim at. Not here: the swaps that
bring the penalty down (`design_fit`).

Some printed numbers depend on each other whatever the scores are. The tables of total difficulties see the complete
cases only through X'y of the wide matrix, and the others through six sums, so 31 numbers decide 53 printed ones: a
design is fit when one choice of the 31 meets all 53. Scores cannot repair what the design leaves apart.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

from lbc_assets.reference import targets
from lbc_assets.reference.matrices import (
    ADJUSTED,
    BASELINE,
    INTERACTIONS,
    TERMS,
    WIDE,
    Design,
    Floats,
    complete,
    contrast_rows,
    mean_rows,
    wide_matrix,
)
from lbc_assets.reference.published import GROUPS, TABLE1_OUTCOMES, printed
from lbc_assets.reference.targets import HALF_DIGIT, TABLE3_COLUMNS, Limits

INSIDE_ERRORS, INSIDE_SUMS = 0.85, 0.75
"""No penalty within this share of an interval; the rest is room for the scores' own search."""
SLACK_B = 0.0043
ADJUSTED_SD = Limits(np.array([4.755]), np.array([4.795]))
"""Residual SD of total difficulties, adjusted: what Table 1's SD leave it."""
MEAN_TOTAL, WANDER = 13.3, 8.0
"""Incomplete cases: mean total expected, and how far (points a child, against chance) their sums may wander."""
ROOMY = 0.02
DIGITS = 9
"""Penalties are rounded to this many digits, so that the last bit of a library's arithmetic decides nothing.
"""
EITHER, LOW, MEDIUM = WIDE - 3, TERMS.index("Low support"), TERMS.index("Medium support")
"""'Low or medium support' is the sum of two other columns of the wide matrix."""


def beyond(values: Floats, limits: Limits, inside: float) -> Floats:
    """How far values lie outside `inside` of their intervals, in half widths; summed squares over the last axis."""
    return np.sum(np.maximum(np.abs(values - limits.centre) / limits.half - inside, 0) ** 2, axis=-1)


@dataclass(frozen=True)
class Aim:
    """Where the scores of a design should go.

    `sums`: X'y of total difficulties among complete cases, shape (26,); `others`: the six sums of the baseline
    columns among incomplete ones; `deviation`: residual SD by model ('baseline', 'adjusted', Table 3's outcomes).
    """

    sums: Floats
    others: Floats
    deviation: dict[str, float]


def _farthest(coefficients: Floats, wanted: Floats, half: Floats) -> float:
    """How far the farthest of all that is asked must be from its middle, in half widths, with the best unknowns."""
    rows, goal = coefficients / np.abs(coefficients).max(axis=0) / half[:, None], wanted / half
    column = -np.ones((len(half), 1))
    limits = np.vstack([np.hstack([rows, column]), np.hstack([-rows, column])])
    cost = np.zeros(limits.shape[1])
    cost[-1] = 1
    bounds = [*[(None, None)] * rows.shape[1], (0, None)]
    return float(linprog(cost, A_ub=limits, b_ub=np.concatenate([goal, -goal]), bounds=bounds, method="highs").fun)


class DesignTargets:
    """What the printed numbers ask of one cohort's cross products; `cross` is X'X of the wide matrix among complete
    cases, shape (designs, 26, 26). Swaps within a group leave the constants alone.
    """

    def __init__(self, design: Design) -> None:
        """Constants: group sizes, incomplete cases, mean age, limits of standard errors."""
        whole = complete(design)
        others = wide_matrix(design)[~whole][:, BASELINE]
        self.others, self.others_sum = others.T @ others, others.sum(axis=0)
        self.sizes = np.bincount(design["group"], minlength=3)
        self.age = float(design["age"][whole].mean())
        df = int(whole.sum()) - len(ADJUSTED)
        self.errors = {"adjusted": targets.se_limits("adjusted", df, SLACK_B)}
        self.errors["baseline"] = targets.se_limits("baseline", len(whole) - len(BASELINE), SLACK_B)
        self.errors |= {name: targets.se_limits(name, df, SLACK_B) for name in TABLE3_COLUMNS}

    def _spread(self, inverse: Floats, rows: Floats, limits: Limits) -> tuple[Floats, Floats]:
        """Penalty on SE, and the residual SD (one a design) that fits the printed ones best."""
        length = np.sqrt(np.einsum("ki,dij,kj->dk", rows, inverse, rows))
        weight = 1 / limits.half**2
        deviation = (length * limits.centre * weight).sum(axis=1) / (length**2 * weight).sum(axis=1)
        return beyond(deviation[:, None] * length, limits, INSIDE_ERRORS), deviation

    def _asked(self, cross: Floats, inverse: dict[str, Floats], deviation: Floats) -> tuple[Floats, Floats, Floats]:
        """What is printed of total difficulties as linear functions of the shared sums: coefficients (designs, 59, 31),
        values and half widths (designs, 59).

        Unknown: 25 sums of complete cases (one of the 26 is the sum of two others), 6 of incomplete ones.
        """
        designs = len(cross)
        rows: list[Floats] = []
        centre: list[Floats] = []
        half: list[Floats] = []

        def ask(columns: list[int], coefficients: Floats, wanted: Floats, width: Floats | float) -> None:
            block = np.zeros((designs, coefficients.shape[1], WIDE + len(BASELINE)))
            block[:, :, columns] = coefficients
            rows.append(block)
            centre.append(np.broadcast_to(wanted, block.shape[:2]))
            half.append(np.broadcast_to(width, block.shape[:2]))

        ask(ADJUSTED, inverse["adjusted"][:, 1:], targets.total("adjusted", "B"), HALF_DIGIT)
        also = [WIDE + column for column in BASELINE]
        baseline = inverse["baseline"][:, 1:]
        ask(BASELINE + also, np.concatenate([baseline] * 2, axis=2), targets.total("baseline", "B"), HALF_DIGIT)
        groups = np.array([[1, -1, -1], [0, 1, 0], [0, 0, 1]]) / self.sizes[:, None]
        means = np.array([printed("table1", TABLE1_OUTCOMES["total"], group, "mean") for group in GROUPS])
        places = [0, 1, 2, *also[:3]]
        ask(places, np.broadcast_to(np.hstack([groups, groups]), (designs, 3, 6)), means, 0.05)
        for model in INTERACTIONS:
            columns = list(model.columns)
            solved = np.linalg.inv(cross[:, columns][:, :, columns])
            means_of = np.einsum("ki,dij->dkj", mean_rows(model, self.age)[:, columns], solved)
            ask(columns, means_of, targets.adjusted_means(model), 0.05)
            rows_of = contrast_rows(model)[:, columns]
            error = deviation[:, None] * np.sqrt(np.einsum("gi,dij,gj->dg", rows_of, solved, rows_of))
            root = np.sqrt(targets.table4_f(model))
            # d = SE sqrt(F), and half a digit of F moves it by SE / (2 sqrt(F)) times that
            ask(columns, np.einsum("ki,dij->dkj", rows_of, solved), root * error, HALF_DIGIT * error / root)
        width = WANDER * np.sqrt(np.diag(self.others))
        ask(also, np.broadcast_to(np.eye(len(also)), (designs, 6, 6)), MEAN_TOTAL * self.others_sum, width)

        coefficients = np.concatenate(rows, axis=1)
        coefficients[:, :, [LOW, MEDIUM]] += coefficients[:, :, [EITHER]]
        coefficients = np.delete(coefficients, EITHER, axis=2)
        return coefficients, np.concatenate(centre, axis=1), np.concatenate(half, axis=1)

    def _nearest(self, coefficients: Floats, wanted: Floats, half: Floats) -> tuple[Floats, Floats]:
        """The sums nearest to all that is asked (designs, 31), and what they miss, in half widths (designs, 59)."""
        weighted, goal = coefficients / half[..., None], wanted / half
        scale = np.sqrt((weighted**2).sum(axis=1, keepdims=True))
        weighted = weighted / scale
        normal = np.swapaxes(weighted, 1, 2) @ weighted + 1e-13 * np.eye(weighted.shape[2])
        solution = np.linalg.solve(normal, np.swapaxes(weighted, 1, 2) @ goal[..., None])
        return solution[..., 0] / scale[:, 0], (weighted @ solution)[..., 0] - goal

    def _inverses(self, cross: Floats) -> dict[str, Any]:
        """Inverses of X'X by model: complete cases, and all children for the baseline."""
        adjusted = np.linalg.inv(cross[:, ADJUSTED][:, :, ADJUSTED])
        return {"adjusted": adjusted, "baseline": np.linalg.inv(cross[:, BASELINE][:, :, BASELINE] + self.others)}

    def _errors(self, inverse: dict[str, Floats]) -> tuple[Floats, dict[str, Floats]]:
        """Penalty on all printed standard errors, and the residual SD by model that fits them best."""
        deviation: dict[str, Floats] = {}
        result = np.zeros(len(inverse["adjusted"]))
        for name, limits in self.errors.items():
            rows = np.eye(len(limits.low) + 1)[1:] if name in inverse else targets.printed_rows()
            missed, deviation[name] = self._spread(inverse.get(name, inverse["adjusted"]), rows, limits)
            result += missed
        return result, deviation

    def penalty(self, cross: Floats) -> Floats:
        """How badly each design of a stack fits, shape (designs,); 0 when everything lies well inside."""
        inverse = self._inverses(cross)
        result, deviation = self._errors(inverse)
        result += beyond(deviation["adjusted"][:, None], ADJUSTED_SD, INSIDE_ERRORS)
        for model in INTERACTIONS:
            columns = list(model.columns)
            solved, rows = np.linalg.inv(cross[:, columns][:, :, columns]), contrast_rows(model)[:, columns]
            error = deviation["adjusted"][:, None] * np.sqrt(np.einsum("gi,dij,gj->dg", rows, solved, rows))
            result += beyond(error, targets.table4_se_limits(model), INSIDE_ERRORS)
        _, missed = self._nearest(*self._asked(cross, inverse, deviation["adjusted"]))
        result += np.sum(np.maximum(np.abs(missed) - INSIDE_SUMS, 0) ** 2, axis=1)
        return np.round(result, DIGITS)

    def aim(self, cross: Floats) -> Aim:
        """Where the scores of one design (26, 26) should go.

        The residual SD of the adjusted model is one of those that leave most room on all sides (a linear programme
        each); the shared sums are the nearest to what is asked then.
        """
        cross = cross[None]
        inverse = self._inverses(cross)
        _, found = self._errors(inverse)
        grid = np.arange(ADJUSTED_SD.low[0] - 0.03, ADJUSTED_SD.high[0], 0.004)
        length, errors = np.sqrt(np.diag(inverse["adjusted"][0]))[1:], self.errors["adjusted"]
        farthest = np.empty(len(grid))
        for place, deviation in enumerate(grid):
            asked = self._asked(cross, inverse, deviation[None])
            on_errors = np.max(np.abs(deviation * length - errors.centre) / errors.half)
            farthest[place] = max(_farthest(*(part[0] for part in asked)), on_errors)
        roomy = grid[farthest <= farthest.min() + ROOMY]
        # the smaller, the less the scores have to differ to reach Table 4's F
        chosen = float(roomy[0] + (roomy[-1] - roomy[0]) / 4)
        sums = self._nearest(*self._asked(cross, inverse, np.array([chosen])))[0][0]
        sums = np.insert(sums, EITHER, sums[LOW] + sums[MEDIUM])
        deviations = {name: float(value[0]) for name, value in found.items()} | {"adjusted": chosen}
        return Aim(sums[:WIDE], sums[WIDE:], deviations)
