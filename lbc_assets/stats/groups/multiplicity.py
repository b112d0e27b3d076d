"""p values corrected for their number.

Belongs here: the corrections, for one family of p values. Does not belong here: which p values make a family, and
what is done about refused tests: callers leave them out.
"""

from collections.abc import Sequence

import numpy as np

from lbc_assets.stats.sample import Numbers


def _checked(p_values: Sequence[float]) -> Numbers:
    given = np.asarray(p_values, dtype=np.float64)
    if given.ndim != 1 or not bool(np.all((given >= 0) & (given <= 1))):
        raise ValueError("p values lie between 0 and 1, none of them missing")
    return given


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction: the family-wise error, whatever the tests' dependence; in the order given.

    Source: Holm (1979), Scand J Statist 6:65-70. R: p.adjust(method = "holm"). ValueError: a p value is missing
    or outside 0 to 1.
    """
    given = _checked(p_values)
    order = np.argsort(given, kind="stable")
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)), 1.0)
    return [float(p) for p in corrected]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's step-up correction: the false discovery rate of independent tests; in the order given.

    Source: J R Statist Soc B (1995) 57:289-300. R: p.adjust(method = "BH"). ValueError as for `holm`.
    """
    given = _checked(p_values)
    order = np.argsort(given, kind="stable")[::-1]
    corrected = np.empty_like(given)
    steps = len(given) / np.arange(len(given), 0, -1)
    corrected[order] = np.minimum(np.minimum.accumulate(given[order] * steps), 1.0)
    return [float(p) for p in corrected]
