"""A share's confidence interval.

Belongs here: intervals of one proportion. Does not belong here: which shares a table shows.
"""

import math

from scipy.special import ndtri


def wilson_interval(count: int, n: int, confidence: float) -> tuple[float, float]:
    """Wilson's score limits of the share `count / n` (between 0 and 1), without continuity correction.

    ValueError: not a count out of one or more, or a confidence outside 0 and 1. Source: Wilson (1927), J Am Stat Assoc
    22:209-212; R: prop.test(correct = FALSE)$conf.int.
    """
    if not 0 <= count <= n or n == 0:
        raise ValueError("a share is a count out of one or more")
    if not 0 < confidence < 1:
        raise ValueError("a confidence lies between 0 and 1")
    z = float(ndtri((1 + confidence) / 2))
    share = count / n
    centre = share + z * z / (2 * n)
    margin = z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    scale = 1 + z * z / n
    # at either end the limit is 0 or 1 but for rounding
    low = 0.0 if count == 0 else (centre - margin) / scale
    high = 1.0 if count == n else (centre + margin) / scale
    return low, high
