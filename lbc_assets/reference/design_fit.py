"""Stage 1, second half: swaps inside the covariate design until standard errors fit.

Here: the penalty on printed SE, on the shift from baseline to adjusted coefficients and on Table 4's SE, and
the search. Not here: how the first design is drawn (`design`). A swap exchanges one variable's values between
two children of one group, so that every count of Table 1 stays.
"""

from collections.abc import Callable

import numpy as np

from lbc_assets.reference import targets
from lbc_assets.reference.design import ROWS
from lbc_assets.reference.matrices import (
    ADJUSTED,
    BASELINE,
    INTERACTIONS,
    Design,
    Floats,
    complete,
    contrast_rows,
    wide_matrix,
)
from lbc_assets.reference.published import GROUPS, printed

SWAPPED = ("female", "age", "guizhou", *ROWS)
BATCH = 24
BASELINE_SLACK = np.array([0.06, 0.06, 0.012, 0.012, 0.012])
"""Table 1's counts leave little room for the groups' shift; scores of incomplete cases make up the rest."""
DIGITS = 9
"""Penalties are rounded to this many digits, so that the last bit of a library's arithmetic decides nothing.
"""


def _outside(values: Floats, low: Floats, high: Floats) -> Floats:
    """How far values lie outside their intervals, in half widths beyond nine tenths; summed squares."""
    centre, half = (low + high) / 2, (high - low) / 2
    return np.sum(np.maximum(np.abs(values - centre) / half - 0.9, 0) ** 2, axis=-1)


def _se_limits(model: int) -> tuple[Floats, Floats]:
    """The SE (never, previous, current) that Table 4's F and rounded means allow: difference / sqrt(F)."""
    spec = INTERACTIONS[model]
    low, high = [], []
    for group in GROUPS:
        least, most = targets.table4_interval(spec.row, *spec.levels, group)
        root = np.sqrt(printed("table4", spec.row, group, "F"))
        low.append(max(least, 0.0) / root)
        high.append(most / root)
    return np.array(low), np.array(high)


def penalty(cross: Floats) -> Floats:
    """How badly each design of a stack fits: `cross` is X'X of the wide matrix, shape (designs, 26, 26)."""
    adjusted = np.linalg.inv(cross[:, ADJUSTED][:, :, ADJUSTED])
    baseline = np.linalg.inv(cross[:, BASELINE][:, :, BASELINE])
    spread = np.sqrt(np.diagonal(adjusted, axis1=1, axis2=2))[:, 1:] * targets.ADJUSTED_SD
    wanted = targets.total("adjusted", "SE")
    result = _outside(spread, wanted - targets.HALF_DIGIT, wanted + targets.HALF_DIGIT)
    # The complete cases of the adjusted model imply what the baseline model would give on them.
    coefficients = np.concatenate([[0.0], targets.total("adjusted", "B")])
    implied = (baseline @ (cross[:, BASELINE][:, :, ADJUSTED] @ coefficients)[..., None])[..., 0][:, 1:]
    wanted = targets.total("baseline", "B")
    result += _outside(implied, wanted - BASELINE_SLACK, wanted + BASELINE_SLACK)
    for number, model in enumerate(INTERACTIONS):
        columns = list(model.columns)
        inverse = np.linalg.inv(cross[:, columns][:, :, columns])
        rows = contrast_rows(model)[:, columns]
        spread = np.sqrt(np.einsum("gi,dij,gj->dg", rows, inverse, rows)) * targets.ADJUSTED_SD
        result += _outside(spread, *_se_limits(number))
    return np.round(result, DIGITS)


def fit_design(
    design: Design, rng: np.random.Generator, steps: int = 1500, progress: Callable[[str], None] | None = None
) -> Design:
    """Improve a design by swaps that keep every count; returns a new design.

    `steps` batches of swaps are tried, the best of each batch is kept if the penalty falls; stops at zero.
    """
    design = {name: values.copy() for name, values in design.items()}
    whole = complete(design)
    members = [np.flatnonzero(whole & (design["group"] == group)) for group in range(3)]
    matrix = wide_matrix(design)
    cross = matrix[whole].T @ matrix[whole]
    best = float(penalty(cross[None])[0])
    for step in range(steps):
        tried: list[tuple[str, int, int]] = []
        for _ in range(BATCH):
            name = SWAPPED[int(rng.integers(len(SWAPPED)))]
            pair = rng.choice(members[int(rng.integers(3))], 2, replace=False)
            if design[name][pair[0]] != design[name][pair[1]]:
                tried.append((name, int(pair[0]), int(pair[1])))
        if not tried:
            continue
        pairs = np.array([(one, other) for _, one, other in tried])
        old = matrix[pairs]
        new = np.empty_like(old)
        for place, (name, one, other) in enumerate(tried):
            two = {key: values[[one, other]] for key, values in design.items()}
            two[name] = two[name][::-1]
            new[place] = wide_matrix(two)
        stack = cross + np.einsum("bki,bkj->bij", new, new) - np.einsum("bki,bkj->bij", old, old)
        scores = penalty(stack)
        winner = int(np.argmin(scores))
        if scores[winner] < best:
            name, one, other = tried[winner]
            design[name][[one, other]] = design[name][[other, one]]
            matrix[[one, other]] = new[winner]
            cross, best = stack[winner], float(scores[winner])
        if progress is not None and step % 250 == 0:
            progress(f"design: penalty {best:.2f} after {step} steps")
        if best == 0:
            break
    return design
