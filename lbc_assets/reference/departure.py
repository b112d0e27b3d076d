"""Age at first departure, of children currently left behind.

Here: ages whose association with total difficulties is the text's (B and p). Not here: the scores themselves.
"""

import numpy as np
from scipy import stats

from lbc_assets.reference.matrices import ADJUSTED, Design, Floats, Ints, complete, wide_matrix
from lbc_assets.reference.published import fact

MEAN, SPREAD = 4.6, 3.9
UNANSWERED = 20
ROUNDS = 60


def departure_coefficient(design: Design, totals: Ints, departure: Ints) -> tuple[float, float]:
    """B and standard error of departure age (years, -1 missing) in the adjusted model of `totals`, current
    left-behind only.
    """
    who = (design["group"] == 2) & complete(design) & (departure >= 0)
    columns = [column for column in ADJUSTED if column not in (1, 2)]
    matrix: Floats = np.column_stack([wide_matrix(design)[np.ix_(who, columns)], departure[who]])
    inverse = np.linalg.inv(matrix.T @ matrix)
    estimate = inverse @ (matrix.T @ totals[who])
    left = totals[who] - matrix @ estimate
    return float(estimate[-1]), float(np.sqrt(left @ left / (len(left) - matrix.shape[1]) * inverse[-1, -1]))


def draw_departure(design: Design, totals: Ints, rng: np.random.Generator) -> Ints:
    """Departure age in completed years, 0 to the child's age; -1 for the unanswered and for other groups."""
    current = np.flatnonzero(design["group"] == 2)
    gone = rng.choice(current, UNANSWERED, replace=False)
    noise = rng.standard_normal(len(totals))
    away = totals - totals[current].mean()
    wanted, p = fact("departure_age_B"), fact("departure_age_p")
    error = abs(wanted) / stats.t.isf(p / 2, len(current))
    pull, spread = 0.0, SPREAD
    for _ in range(ROUNDS):
        departure = np.clip(np.rint(np.round(MEAN + spread * noise + pull * away, 9)), 0, design["age"])
        departure = departure.astype(np.int64)
        departure[design["group"] != 2] = departure[gone] = -1
        estimate, found = departure_coefficient(design, totals, departure)
        if abs(wanted - estimate) < 0.002 and abs(found / error - 1) < 0.02:
            break
        pull += 0.3 * (wanted - estimate)
        spread *= (found / error) ** 0.5
    return departure
