"""How far apart our numbers and R's are.

Belongs here: the measure. Does not belong here: what is compared, tolerances (`statistics`).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Measure = Literal["scaled", "relative", "absolute"]


@dataclass(frozen=True, eq=False)
class Pair:
    """Numbers in one order, ours and R's; `what` they are, for the one who looks for a difference."""

    what: str
    ours: np.ndarray
    theirs: np.ndarray


def pairs(what, ours, theirs, columns):
    """One pair a column of two frames."""
    for column in columns:
        yield Pair(f"{what} {column}", ours[column].to_numpy(float), theirs[column].to_numpy(float))


def largest_difference(pair: Pair, measure: Measure) -> float:
    """absolute: |ours - R's|; relative: of R's number; scaled: of R's number where that is above one, else absolute.

    Missing on both sides is no difference, on one side an infinite one. ValueError: nothing to compare, or not as many
    numbers as R has.
    """
    ours, theirs = np.asarray(pair.ours, float), np.asarray(pair.theirs, float)
    if ours.shape != theirs.shape or not ours.size:
        raise ValueError(f"{pair.what}: {ours.shape} numbers, R has {theirs.shape}")
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    size = np.abs(theirs)
    scale = {"scaled": np.maximum(size, 1.0), "relative": size, "absolute": np.ones_like(size)}[measure]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(same, 0.0, np.abs(ours - theirs) / scale)
    return float(np.where(np.isnan(found), np.inf, found).max())
