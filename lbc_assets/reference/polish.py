"""Stage 2, local search: single points added or taken until the printed intervals hold.

Here: a greedy search over integer scores against a hinge penalty. Not here: what is held (`score_targets`).
"""

from collections.abc import Callable

import numpy as np

from lbc_assets.reference.matrices import Floats, Ints
from lbc_assets.reference.score_targets import Functionals, Spreads

CHILDREN_A_STEP = 160
MOVES = np.array([[sign * (k == j) for k in range(4)] for j in range(4) for sign in (1, -1)])
"""What a child's four scores may change by in one move: a point more or less on one scale."""
PROMISING = 400
DIGITS = 9
INSIDE = 0.9
"""No penalty within this share of an interval: the rest is a margin for rounding."""


def hinge(values: Floats, low: Floats, high: Floats) -> Floats:
    """Sum of squared half widths beyond `INSIDE` of [low, high], over the last axis."""
    centre, half = (low + high) / 2, (high - low) / 2
    excess = np.maximum(np.abs(values - centre) / half - INSIDE, 0)
    return np.round(np.sum(excess**2, axis=-1), DIGITS)


def with_total(scores: Ints) -> Ints:
    """The four subscales and their sum, shape (children, 5)."""
    return np.column_stack([scores, scores.sum(axis=1)])


def functional_values(scores: Ints, held: Functionals) -> Floats:
    """The functionals' values, shape (k,), for subscale scores of shape (children, 4)."""
    columns = with_total(scores).astype(np.float64)
    return np.einsum("kn,nk->k", held.rows, columns[:, held.outcome])


def spread_values(scores: Ints, spreads: Spreads) -> Floats:
    """Mean squared distance from Table 1's means, shape (3 groups, 5 outcomes)."""
    squares = (with_total(scores) - spreads.centre[spreads.groups]) ** 2
    return np.array([squares[spreads.groups == group].mean(axis=0) for group in range(3)])


def _spread_changes(scores: Ints, who: Ints, spreads: Spreads) -> Floats:
    """What each move of the children `who` adds to the spreads, shape (moves, children, 15)."""
    groups = spreads.groups[who]
    distance = with_total(scores[who]) - spreads.centre[groups]
    moved = with_total(MOVES)[:, None, :]
    change = moved * (2 * distance + moved) / spreads.sizes[groups][:, None]
    member = groups[:, None] == np.arange(3)
    return (change[:, :, None, :] * member[None, :, :, None]).reshape(len(MOVES), len(who), -1)


def polish(
    scores: Ints,
    held: Functionals,
    spreads: Spreads,
    rng: np.random.Generator,
    steps: int = 2500,
    progress: Callable[[str], None] | None = None,
) -> Ints:
    """Move single points of the scores (children, 4), 0-10, while the penalty falls; returns new scores.

    Each step looks at all moves of `CHILDREN_A_STEP` random children and makes the best, or the best of some
    pairs of moves when none helps by itself. Stops at penalty zero.
    """
    scores = scores.copy()
    low = np.concatenate([held.low, spreads.low.ravel()])
    high = np.concatenate([held.high, spreads.high.ravel()])
    # How a move counts for each functional: its own subscale's change, or the change of the sum.
    weight = with_total(MOVES)[:, held.outcome].astype(np.float64)
    values = np.concatenate([functional_values(scores, held), spread_values(scores, spreads).ravel()])
    best = float(hinge(values, low, high))
    for step in range(steps):
        if progress is not None and step % 500 == 0:
            progress(f"scores: penalty {best:.2f} after {step} steps")
        if best == 0:
            break
        who = rng.choice(len(scores), CHILDREN_A_STEP, replace=False)
        linear = weight[:, None, :] * held.rows.T[who]
        change = np.concatenate([linear, _spread_changes(scores, who, spreads)], axis=2).reshape(-1, len(values))
        after = scores[who] + MOVES[:, None, :]
        allowed = np.all((after >= 0) & (after <= 10), axis=2).ravel()
        penalties = np.where(allowed, hinge(values + change, low, high), np.inf)
        made = [int(np.argmin(penalties))]
        if penalties[made[0]] >= best:
            # No single point helps: one of the more promising ones together with a point of another child.
            first = int(np.argsort(penalties, kind="stable")[rng.integers(PROMISING)])
            other = np.arange(len(allowed)) % CHILDREN_A_STEP != first % CHILDREN_A_STEP
            penalties = np.where(allowed & other, hinge(values + change[first] + change, low, high), np.inf)
            made = [first, int(np.argmin(penalties))]
        if penalties[made[-1]] < best:
            best = float(penalties[made[-1]])
            for candidate in made:
                move, place = divmod(candidate, CHILDREN_A_STEP)
                scores[who[place]] += MOVES[move]
                values = values + change[candidate]
    return scores
