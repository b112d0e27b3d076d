"""A group's values, kept as three sums.

Belongs here: number, sum and sum of squares, and what follows from them. Does not belong here: tests
(`group_tests`, `pairwise`), reading the cohort (`groups`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from lbc_assets.stats.sample import Numbers

# Values that are not whole numbers leave rounding of about 1e-16 of their squares where they do not vary.
CONSTANT_SHARE = 1e-13


@dataclass(frozen=True)
class Moments:
    """`n` values with the sum `total` and the sum of squares `squares`, in the values' unit and its square.

    Scores and ages are whole numbers, so their sums are exact; what follows is computed in fractions and rounded
    once: neither the order of the children nor their number costs a digit. ValueError: not the sums of `n` values.
    """

    n: int
    total: float
    squares: float

    def __post_init__(self) -> None:
        if self.n < 0 or not (math.isfinite(self.total) and math.isfinite(self.squares)) or self.squares < 0:
            raise ValueError("a group's moments are a count, a finite sum and a sum of squares")
        # Cauchy-Schwarz, with room for the rounding of sums of values that are not whole numbers
        if self._spread < -CONSTANT_SHARE * self.n * Fraction(self.squares):
            raise ValueError("no values have this sum and this sum of squares")

    @classmethod
    def of(cls, values: Numbers) -> Moments:
        """The moments of values, none of them missing; the same in any order of theirs."""
        return cls(len(values), math.fsum(values), math.fsum(values * values))

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def _spread(self) -> Fraction:
        """n times the sum of squared deviations from the mean."""
        return self.n * Fraction(self.squares) - Fraction(self.total) ** 2

    @property
    def mean(self) -> float:
        """ZeroDivisionError: no values."""
        return float(Fraction(self.total) / self.n)

    @property
    def deviations(self) -> float:
        """The sum of squared deviations from the mean; exactly 0 where the values do not vary."""
        return 0.0 if self.is_constant else float(self._spread / self.n)

    @property
    def variance(self) -> float:
        """With n - 1. ZeroDivisionError: fewer than two values."""
        return self.deviations / (self.n - 1)

    @property
    def std_dev(self) -> float:
        return math.sqrt(self.variance)

    @property
    def is_constant(self) -> bool:
        """True where no two values differ."""
        return self._spread <= CONSTANT_SHARE * self.n * Fraction(self.squares)
