"""Stage 2, last digits: pairs of points, looked up among all pairs, that bring F where a single point cannot.

Here: the search for pairs. Not here: the search that leads up to it (`polish`), what is held (`score_targets`).
A single point moves a printed F by several times its last digit, so eleven numbers have to be met at once by the sum of
two moves; of some hundred million pairs a k-d tree finds those that do.
"""

from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree

from lbc_assets.reference.matrices import Floats, Ints
from lbc_assets.reference.polish import Search
from lbc_assets.reference.score_numbers import Numbers
from lbc_assets.reference.score_targets import INSIDE, ScoreTargets

ROUNDS, PATIENCE = 100, 25
"""At most so many rounds, and so many without a number gained: of eight seeds none gained one after the eleventh."""
HARMLESS, NEIGHBOURS, LOOK_AT = 15_000, 8, 10_000
"""So many moves are paired, each with so many partners, and so many of the nearest pairs are judged."""
STILL = 0.05
"""A move that moves no narrow number by more (in half widths) has no place among the pairs."""
FAR = 1e6
"""So loose that narrow numbers do not count."""
DIGIT, TOLERABLE, OTHERS = 0.02, 3.8, 20.0
"""Weight of a narrow number's half width, from where on it weighs 1 (the paper's tolerance), and weight of all else."""


def _badness(held: ScoreTargets, numbers: Numbers) -> Floats:
    """How far the numbers are off, not squared: the furthest F must not buy its digit with a coefficient's.

    A narrow number a few half digits off is within the paper's tolerance; any other is simply another number.
    """
    narrow = np.abs(held.narrow(numbers))
    off = DIGIT * held.narrow_weight * np.maximum(narrow - INSIDE, 0) + np.maximum(narrow - TOLERABLE, 0)
    return held.penalty(numbers, FAR, power=1) * OTHERS + off.sum(axis=-1)


def refine(
    scores: Ints,
    held: ScoreTargets,
    rng: np.random.Generator,
    rounds: int = ROUNDS,
    progress: Callable[[str], None] | None = None,
) -> Ints:
    """Make the best of all pairs of moves, round after round, while they bring the scores (children, 4) nearer to
    what is printed; returns new scores.
    """
    search = Search(scores, held)
    best = (held.missed(search.numbers), search.scores.copy())
    current, gained = float(_badness(held, search.numbers)), 0
    for round_ in range(rounds):
        if progress is not None:
            progress(f"last digits: {best[0]} printed numbers missed after {round_} of at most {rounds} rounds")
        if best[0] == 0 or round_ - gained > PATIENCE:
            break
        who, moves, change = search.candidates(rng, len(scores) // 2)
        here = held.narrow(search.numbers)
        step = held.narrow(search.numbers.plus(change)) - here
        # of the moves that move something narrow, those that do least harm to all else
        moving = np.flatnonzero(np.abs(step).max(axis=1) > STILL)
        harm = held.penalty(search.numbers.plus(change.at(moving)), FAR)
        kept = moving[np.argsort(harm, kind="stable")[:HARMLESS]]
        who, moves, step, change = who[kept], moves[kept], step[kept], change.at(kept)
        distances, partners = cKDTree(step).query(-here - step, k=NEIGHBOURS)
        nearest = np.argsort(distances.ravel(), kind="stable")[:LOOK_AT]
        first, second = nearest // NEIGHBOURS, partners.ravel()[nearest]
        apart = who[first] != who[second]
        first, second = first[apart], second[apart]
        both = _badness(held, search.numbers.plus(change.at(first)).plus(change.at(second)))
        winner = int(np.argmin(both))
        if both[winner] >= current:
            continue
        for place in (first[winner], second[winner]):
            search.make(int(who[place]), int(moves[place]))
        search.refresh()
        current = float(_badness(held, search.numbers))
        if (missed := held.missed(search.numbers)) <= best[0]:
            gained = round_ if missed < best[0] else gained
            best = (missed, search.scores.copy())
    return best[1]
