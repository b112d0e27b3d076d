"""What no R function answers, or a hand does as well: E-values and Wilson's limits from their closed forms.

Belongs here: worked cases. Does not belong here: tolerances (`statistics`).
"""

import math
from collections.abc import Iterator

import numpy as np

from lbc_assets.stats.e_value import LOG_RISK_RATIO_PER_SD, e_value
from lbc_assets.stats.groups.proportions import wilson
from lbc_assets_tests.stats.agreement.difference import Pair

# R + sqrt(R (R - 1)) of a risk ratio R, in fractions whose root is rational
E_VALUES = {9 / 8: 3 / 2, 4 / 3: 2.0, 25 / 16: 5 / 2, 9 / 5: 3.0, 49 / 24: 7 / 2}
# the 95% point of chi-square with one degree of freedom, as tables print it
Z_SQUARED = 3.841458820694124


def e_values(_: str) -> Iterator[Pair]:
    points = {ratio: math.log(ratio) / LOG_RISK_RATIO_PER_SD * 5 for ratio in E_VALUES}  # standard deviation 5
    found = [e_value(points[ratio], 0.0, 9.0, 5.0).estimate for ratio in E_VALUES]
    yield Pair("E-values", np.array(found), np.array(list(E_VALUES.values())))
    near = [e_value(8.0, points[ratio], 9.0, 5.0).limit for ratio in E_VALUES]
    yield Pair("E-values of limits", np.array(near), np.array(list(E_VALUES.values())))


def wilson_limits(_: str) -> Iterator[Pair]:
    """None, all and half of n: the score equation has these roots."""
    for n in (4, 20, 3538):
        none, half, every = wilson(0, n), wilson(n // 2, n), wilson(n, n)
        margin = math.sqrt(Z_SQUARED / (n + Z_SQUARED)) / 2
        ours = [none.conf_low, none.conf_high, half.conf_low, half.conf_high, every.conf_low, every.conf_high]
        end = Z_SQUARED / (n + Z_SQUARED)
        yield Pair(f"Wilson {n}", np.array(ours), np.array([0, end, 0.5 - margin, 0.5 + margin, 1 - end, 1]))
