"""Age at first departure, of children currently left behind.

Here: ages whose association with total difficulties is the text's B = -0.11. Not here: the scores themselves.
"""

import numpy as np

from lbc_assets.reference.matrices import ADJUSTED, Design, Floats, Ints, complete, wide_matrix
from lbc_assets.reference.published import fact

MEAN, SPREAD = 4.6, 3.9
UNANSWERED = 20
ROUNDS = 25


def departure_coefficient(design: Design, totals: Ints, departure: Ints) -> float:
    """B of departure age (years, -1 missing) in the adjusted model of `totals`, current left-behind only."""
    who = (design["group"] == 2) & complete(design) & (departure >= 0)
    columns = [column for column in ADJUSTED if column not in (1, 2)]
    matrix: Floats = np.column_stack([wide_matrix(design)[np.ix_(who, columns)], departure[who]])
    return float(np.linalg.lstsq(matrix, totals[who], rcond=None)[0][-1])


def draw_departure(design: Design, totals: Ints, rng: np.random.Generator) -> Ints:
    """Departure age in completed years, 0 to the child's age; -1 for the unanswered and for other groups."""
    current = np.flatnonzero(design["group"] == 2)
    gone = rng.choice(current, UNANSWERED, replace=False)
    noise = MEAN + SPREAD * rng.standard_normal(len(totals))
    away = totals - totals[current].mean()
    wanted, pull = fact("departure_age_B"), 0.0
    for _ in range(ROUNDS):
        departure = np.clip(np.rint(np.round(noise + pull * away, 9)), 0, design["age"]).astype(np.int64)
        departure[design["group"] != 2] = departure[gone] = -1
        missed = wanted - departure_coefficient(design, totals, departure)
        if abs(missed) < 0.002:
            break
        pull += 0.3 * missed
    return departure
