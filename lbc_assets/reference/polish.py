"""Stage 2, local search: single points added, taken or moved until the printed numbers come out.

Here: the search over integer scores. Not here: what is held (`score_targets`).
"""

from collections.abc import Callable

import numpy as np

from lbc_assets.reference.matrices import Floats, Ints
from lbc_assets.reference.score_numbers import MOVES, MOVES_TOTAL, Numbers, with_total
from lbc_assets.reference.score_targets import LIGHT, NO_PULL, TO_THE_CENTRE, ScoreTargets

CHILDREN_A_STEP = 40
PROMISING = 200
STEPS = 3000
FIRST_LOOSE, TIGHTEN = 0.3, 0.85
"""F and ANOVA begin wide, for a single point moves them by more than their last digit allows, and would freeze all
else; they are narrowed whenever the rest holds."""
NEARLY, SNAP = 0.005, 0.0005
HEAT = 0.02
"""How much worse a step may be, as a share of the penalty: the search walks along a valley instead of stopping."""
REFRESH = 500
CENTRING = 1000


class Search:
    """Scores, their running numbers and residuals."""

    def __init__(self, scores: Ints, held: ScoreTargets) -> None:
        self.scores, self.held = scores.copy(), held
        self.refresh()

    def refresh(self) -> None:
        """Everything anew, so that rounding does not add up."""
        self.numbers = self.held.numbers(self.scores)
        columns = with_total(self.scores).astype(np.float64)
        self.residuals: Floats = np.array([fit.residuals(columns[:, fit.outcome]) for fit in self.held.fits])

    def make(self, child: int, move: int) -> None:
        """Make one move of one child."""
        change = self.held.changes(self.scores, self.residuals, np.array([child]), np.array([move]))
        self.numbers = self.numbers.plus(change.at(0))
        for place, fit in enumerate(self.held.fits):
            step = MOVES_TOTAL[move, fit.outcome]
            if step and fit.who[child]:
                self.residuals[place] -= step * (fit.matrix @ (fit.inverse @ fit.matrix[child]))
                self.residuals[place, child] += step
        self.scores[child] += MOVES[move]

    def candidates(self, rng: np.random.Generator, children: int) -> tuple[Ints, Ints, Numbers]:
        """All allowed moves of some children: child, move, and what each changes."""
        who = np.repeat(rng.choice(len(self.scores), children, replace=False), len(MOVES))
        moves = np.tile(np.arange(len(MOVES)), children)
        after = self.scores[who] + MOVES[moves]
        allowed = np.all((after >= 0) & (after <= 10), axis=1)
        who, moves = who[allowed], moves[allowed]
        return who, moves, self.held.changes(self.scores, self.residuals, who, moves)


def polish(
    scores: Ints,
    held: ScoreTargets,
    rng: np.random.Generator,
    steps: int = STEPS,
    centring: int = CENTRING,
    progress: Callable[[str], None] | None = None,
) -> Ints:
    """Move single points of the scores (children, 4), 0-10; returns the scores that miss the fewest printed numbers.

    Each step looks at all moves of some random children and makes the best, or, where none helps, a promising one
    together with the best of the others; now and then a pair that is slightly worse. Stops when nothing is missed.
    """
    search, loose, pull = Search(scores, held), FIRST_LOOSE, TO_THE_CENTRE
    current = float(held.penalty(search.numbers, loose, pull))
    best = (held.missed(search.numbers), current, search.scores.copy())
    for step in range(steps):
        if step % REFRESH == 0 or step == centring:
            search.refresh()
            pull = LIGHT if step >= centring else pull
            current = float(held.penalty(search.numbers, loose, pull))
            if progress is not None:
                missed = held.missed(search.numbers)
                progress(f"scores: {missed} printed numbers missed after {step} of at most {steps} steps")
        who, moves, change = search.candidates(rng, CHILDREN_A_STEP)
        penalties = held.penalty(search.numbers.plus(change), loose, pull)
        made = [int(np.argmin(penalties))]
        if penalties[made[0]] >= current:
            bearable = current + HEAT * rng.exponential() * min(current, 0.5)
            first = int(np.argsort(penalties, kind="stable")[rng.integers(min(PROMISING, len(penalties)))])
            both = held.penalty(search.numbers.plus(change.at(first)).plus(change), loose, pull)
            second = int(np.argmin(np.where(who == who[first], np.inf, both)))
            made = [first, second] if both[second] < bearable and who[second] != who[first] else []
        for candidate in made:
            search.make(int(who[candidate]), int(moves[candidate]))
        if not made:
            continue
        current = float(held.penalty(search.numbers, loose, pull))
        if pull is LIGHT:
            found = (held.missed(search.numbers), current)
            if found < best[:2]:
                best = (*found, search.scores.copy())
            if found[0] == 0:
                break
        if pull is LIGHT and loose > 0 and float(held.penalty(search.numbers, loose, NO_PULL)) < NEARLY:
            loose = loose * TIGHTEN if loose > SNAP else 0.0
            current = float(held.penalty(search.numbers, loose, pull))
    return best[2]
