"""Stage 1, second half: swaps inside the covariate design until what is printed can hold.

Here: the search. Not here: what is asked of a design (`design_targets`), how the first design is drawn (`design`). A
swap exchanges one variable's values between two children of one group, so that every count of Table 1 stays.
"""

from collections.abc import Callable

import numpy as np

from lbc_assets.reference.design import ROWS
from lbc_assets.reference.design_targets import DesignTargets
from lbc_assets.reference.matrices import Design, Floats, complete, wide_matrix

SWAPPED = ("female", "age", "guizhou", *ROWS)
BATCH = 24
STEPS = 5000


def cross_products(design: Design) -> Floats:
    """X'X of the wide matrix among complete cases, shape (26, 26)."""
    matrix = wide_matrix(design)[complete(design)]
    return matrix.T @ matrix


def fit_design(
    design: Design, rng: np.random.Generator, steps: int = STEPS, progress: Callable[[str], None] | None = None
) -> Design:
    """Improve a design by swaps that keep every count; returns a new design.

    `steps` batches of swaps are tried, the best of each batch is kept if the penalty falls; stops at zero.
    """
    design = {name: values.copy() for name, values in design.items()}
    wanted = DesignTargets(design)
    whole = complete(design)
    members = [np.flatnonzero(whole & (design["group"] == group)) for group in range(3)]
    matrix, cross = wide_matrix(design), cross_products(design)
    best = float(wanted.penalty(cross[None])[0])
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
        scores = wanted.penalty(stack)
        winner = int(np.argmin(scores))
        if scores[winner] < best:
            name, one, other = tried[winner]
            design[name][[one, other]] = design[name][[other, one]]
            matrix[[one, other]] = new[winner]
            cross, best = stack[winner], float(scores[winner])
        if progress is not None and step % 500 == 0:
            progress(f"design: penalty {best:.2f} after {step} of at most {steps} steps")
        if best == 0:
            break
    return design
