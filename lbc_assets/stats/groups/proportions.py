"""A share and its confidence interval.

Belongs here: intervals of one proportion. Does not belong here: which shares a table shows.
"""

import math
from dataclasses import dataclass

from scipy.special import ndtri

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.specs import CONFIDENCE


@dataclass(frozen=True)
class Proportion:
    """A share between 0 and 1 with the limits of its 95% interval."""

    estimate: float
    conf_low: float
    conf_high: float


def wilson(count: int, n: int) -> Proportion:
    """The share `count / n` with Wilson's score interval, without continuity correction.

    Source: Wilson (1927), J Am Stat Assoc 22:209-212; Newcombe (1998), Stat Med 17:857-872, method 3. R:
    prop.test(correct = FALSE)$conf.int. StatisticsRefused: n is 0. ValueError: not a count out of n.
    """
    if not 0 <= count <= n:
        raise ValueError("a share is a count out of n")
    if n == 0:
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    z = float(ndtri((1 + CONFIDENCE) / 2))
    share = count / n
    centre = share + z * z / (2 * n)
    margin = z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    scale = 1 + z * z / n
    # at either end the limit is 0 or 1 but for rounding
    low = 0.0 if count == 0 else (centre - margin) / scale
    high = 1.0 if count == n else (centre + margin) / scale
    return Proportion(share, low, high)
