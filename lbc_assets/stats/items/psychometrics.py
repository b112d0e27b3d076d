"""What the sums of a scale's items say of it: Cronbach's alpha with its interval, corrected item-rest correlations.

Belongs here: the items' covariances from exact sums, and the statistics of classical test theory. Does not belong here:
the factor model (`one_factor`), tables (`scale_reliability`, `item_statistics`), the query that sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers

FEWEST_ITEMS = 3


@dataclass(frozen=True, eq=False)
class ItemCovariances:
    """A scale's items over the children who answered all of them: `covariance` is items x items, n - 1."""

    items: tuple[str, ...]
    n: int
    covariance: Numbers

    @property
    def variances(self) -> Numbers:
        return np.diag(self.covariance)

    @property
    def correlation(self) -> Numbers:
        """StatisticsRefused: an item does not vary."""
        if bool(np.any(self.variances == 0)):
            raise StatisticsRefused(RefusalReason.CONSTANT_ITEM)
        deviations = np.sqrt(self.variances)
        correlation = self.covariance / np.outer(deviations, deviations)
        np.fill_diagonal(correlation, 1.0)
        return correlation


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of the points as they are, its 95% limits, and alpha of the standardised items."""

    alpha: float
    conf_low: float
    conf_high: float
    standardised: float


def item_covariances(
    items: Sequence[str], n: int, sums: Mapping[str, int], products: Mapping[tuple[str, str], int]
) -> ItemCovariances:
    """Covariances from whole-number sums: of each item, and of the products of each two (with itself too).

    Each numerator, n * sum(xy) - sum(x) * sum(y), is an exact integer, so that neither the order of children nor
    cancellation costs a digit. `products`: keyed by pairs in either order. ValueError: a sum is absent.
    StatisticsRefused: no child, or too few for a covariance matrix of full rank (n <= items).
    """
    if n == 0:
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    if n <= len(items):
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    covariance = np.empty((len(items), len(items)))
    for row, one in enumerate(items):
        for column, other in enumerate(items):
            product = products.get((one, other), products.get((other, one)))
            if product is None or one not in sums or other not in sums:
                raise ValueError(f"no sum of the items {one} and {other}")
            covariance[row, column] = (n * product - sums[one] * sums[other]) / (n * (n - 1))
    return ItemCovariances(tuple(items), n, covariance)


def cronbach_alpha(scale: ItemCovariances, confidence: float) -> Alpha:
    """Cronbach's alpha with Feldt's interval; all items are taken as they are scored, whatever the sign of their
    correlations, so that a bad scale shows (alpha may be negative).

    Source: Cronbach (1951), Psychometrika 16:297-334; Feldt, Woodruff and Salih (1987), Appl Psychol Meas 11:93-103.
    R: psych::alpha(check.keys = FALSE) - total$raw_alpha, total$std.alpha, feldt. StatisticsRefused: fewer than three
    items, an item that does not vary, or a sum that does not.
    """
    k = len(scale.items)
    if k < FEWEST_ITEMS:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ITEMS)
    correlation = scale.correlation
    alpha = _alpha(scale.covariance)
    df, df_items = scale.n - 1, (scale.n - 1) * (k - 1)
    low, high = (1 - (1 - alpha) * float(fdtri(df, df_items, p)) for p in ((1 + confidence) / 2, (1 - confidence) / 2))
    return Alpha(alpha, low, high, _alpha(correlation))


def alpha_without(scale: ItemCovariances, item: str) -> float:
    """Alpha of the other items. R: psych::alpha()$alpha.drop$raw_alpha. Refused as `cronbach_alpha`, and where fewer
    than two other items are left."""
    others = [place for place, name in enumerate(scale.items) if name != item]
    if len(others) < 2:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ITEMS)
    kept = scale.covariance[np.ix_(others, others)]
    if bool(np.any(np.diag(kept) == 0)):
        raise StatisticsRefused(RefusalReason.CONSTANT_ITEM)
    return _alpha(kept)


def item_rest_correlation(scale: ItemCovariances, item: str) -> float:
    """Correlation of an item with the sum of the others (corrected for overlap). R: psych::alpha()$item.stats$r.drop.

    StatisticsRefused: the item, or the sum of the others, does not vary.
    """
    place = scale.items.index(item)
    rest = np.ones(len(scale.items))
    rest[place] = 0.0
    variance, rest_variance = scale.variances[place], float(rest @ scale.covariance @ rest)
    if variance == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_ITEM)
    if not _is_above_rounding(rest_variance, scale.covariance):
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    return float(scale.covariance[place] @ rest / np.sqrt(variance * rest_variance))


def _alpha(covariance: Numbers) -> float:
    k, total = len(covariance), float(covariance.sum())
    if not _is_above_rounding(total, covariance):
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def _is_above_rounding(variance: float, covariance: Numbers) -> bool:
    """Whether a sum's variance is more than what rounding leaves of variances that cancel."""
    return variance > 1e-12 * float(np.trace(covariance))
