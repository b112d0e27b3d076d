"""The 25 items: answers whose scale scores are the given ones.

Here: which items make a scale, patterns of five answers with a given sum, and unanswered items that leave the
prorated score as it is. Not here: scoring of real answers (SQL), item wording (nowhere in the project).
Source of scale membership: the instrument's scoring rules, by item number and short name.
"""

from itertools import product

import numpy as np

from lbc_assets.reference.matrices import Floats, Ints

SDQ_ITEMS = tuple(
    f"sdq_{name}"
    for name in [
        "consid",
        "restles",
        "somatic",
        "shares",
        "tantrum",
        "loner",
        "obeys",
        "worries",
        "caring",
        "fidgety",
        "friend",
        "fights",
        "unhappy",
        "popular",
        "distrac",
        "clingy",
        "kind",
        "lies",
        "bullied",
        "helpout",
        "reflect",
        "steals",
        "oldbest",
        "afraid",
        "attends",
    ]
)
"""Short names of items 1 to 25, in order."""
SCALES = {
    "emotional": (3, 8, 13, 16, 24),
    "conduct": (5, 7, 12, 18, 22),
    "hyperactivity": (2, 10, 15, 21, 25),
    "peer": (6, 11, 14, 19, 23),
    "prosocial": (1, 4, 9, 17, 20),
}
REVERSED = (7, 11, 14, 21, 25)
LEANING = {
    "emotional": (0.1, 0.5, -0.2, 0.4, -0.1),
    "conduct": (0.7, 0.4, -0.6, 0.1, -1.2),
    "hyperactivity": (0.2, -0.1, 0.3, 0.1, 0.0),
    "peer": (0.1, -0.7, 0.6, -0.3, 0.5),
    "prosocial": (0.3, -0.2, 0.4, 0.1, -0.3),
}
"""Invented item difficulties (log weight of a point), in the order of SCALES."""
RELIABILITY = {"emotional": 0.75, "conduct": 0.55, "hyperactivity": 0.71, "peer": 0.55, "prosocial": 0.70}
"""Cronbach's alpha aimed at, by scale. Chinese self-reports have about .81 for total difficulties and low ones for peer
and conduct problems. With Table 1's SD, which are those of scale and sum scores, both cannot be: alpha of the total
hangs on the items' variances, and .81 would ask for a mean of .73 over the four scales. These give about .78.
"""
LEAST, MOST = -2.0, 6.0
SKIPPED_SHARE = 0.05
PATTERNS: Ints = np.array(list(product(range(3), repeat=5)))


def prorate(total: int, answered: int) -> int:
    """A scale's score from the sum of `answered` items: mean x 5, rounded half up, in integers."""
    return (10 * total + answered) // (2 * answered)


def _weights(scale: str, middle: float) -> Floats:
    """Weight of each pattern: its items' leaning, and `middle` (log weight) for every answer 1."""
    return np.exp(PATTERNS @ np.array(LEANING[scale]) + middle * (PATTERNS == 1).sum(axis=1))


def expected_alpha(scale: str, shares: Floats, middle: float) -> float:
    """Cronbach's alpha of five items whose scale score 0-10 has the distribution `shares` (11,)."""
    weights, sums = _weights(scale, middle), PATTERNS.sum(axis=1)
    chance = weights * shares[sums] / np.bincount(sums, weights)[sums]
    variances = chance @ PATTERNS**2 - (chance @ PATTERNS) ** 2
    scores = np.arange(11)
    return float(5 / 4 * (1 - variances.sum() / (shares @ scores**2 - (shares @ scores) ** 2)))


def _middle(scale: str, scores: Ints) -> float:
    """How much children keep to the middle for the scale to be as reliable as RELIABILITY says: the more evenly a score
    is spread over its items, the less an item varies by itself.
    """
    # drawing waves from the baked one needs none of it
    from scipy.optimize import brentq

    shares = np.bincount(scores, minlength=11) / len(scores)

    def lacking(middle: float) -> float:
        return expected_alpha(scale, shares, middle) - RELIABILITY[scale]

    if lacking(LEAST) > 0 or lacking(MOST) < 0:  # scores so spread, or so even, that no pattern of answers gets there
        return LEAST if lacking(LEAST) > 0 else MOST
    return round(float(brentq(lacking, LEAST, MOST)), 6)


def _pattern_shares(scale: str, middle: float) -> list[tuple[Ints, Floats]]:
    """For each score 0-10: indices of the patterns with that sum and their cumulative probabilities."""
    weights = _weights(scale, middle)
    result = []
    for score in range(11):
        mine = np.flatnonzero(PATTERNS.sum(axis=1) == score)
        result.append((mine, np.round(np.cumsum(weights[mine]) / weights[mine].sum(), 12)))
    return result


def _skippable(keyed: Ints) -> list[list[int]]:
    """Which one or two of five answers may be missing without changing the prorated score."""
    score = int(keyed.sum())
    choices = [[place] for place in range(5)] + [[a, b] for a in range(5) for b in range(a + 1, 5)]
    return [gone for gone in choices if prorate(score - int(keyed[gone].sum()), 5 - len(gone)) == score]


def draw_items(scores: Ints, rng: np.random.Generator) -> Ints:
    """Answers 0-2 as given (not yet reversed), -1 unanswered, shape (children, 25), for scores (children, 5).

    The five scores are in the order of `SCALES`. Some children skip an item or two where proration gives the
    same score.
    """
    answers = np.empty((len(scores), 25), dtype=np.int64)
    for column, (scale, numbers) in enumerate(SCALES.items()):
        shares = _pattern_shares(scale, _middle(scale, scores[:, column]))
        draw = rng.random(len(scores))
        skips, which = rng.random(len(scores)) < SKIPPED_SHARE, rng.random(len(scores))
        for child, score in enumerate(scores[:, column]):
            patterns, cumulative = shares[score]
            keyed = PATTERNS[patterns[int(np.searchsorted(cumulative[:-1], draw[child], side="right"))]]
            given = np.array([2 - k if n in REVERSED else k for n, k in zip(numbers, keyed, strict=True)])
            if skips[child]:
                # One skipped item is far more usual than two.
                allowed = [gone for gone in _skippable(keyed) if len(gone) == 1 or which[child] < 0.15]
                if allowed:
                    given[allowed[int(which[child] * 1e6) % len(allowed)]] = -1
            answers[child, [number - 1 for number in numbers]] = given
    return answers
