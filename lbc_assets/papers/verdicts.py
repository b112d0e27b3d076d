"""Is a number reproduced? The rules of comparing a computed number with a printed one.

Belongs here: rounding, tolerance and verdict of one cell. Does not belong here: which rule and tolerance a statistic
has (the paper's ``tolerances``), where the number comes from (``places.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from pydantic import Field

from lbc_assets.papers.document import Part
from lbc_assets.papers.printed import NO_STAR, Printed, exact_decimal, half_up, twice_half_up

Verdict = Literal["exact", "within tolerance", "missed", "not comparable"]
VERDICTS: tuple[Verdict, ...] = ("exact", "within tolerance", "missed", "not comparable")


class Tolerance(Part):
    """How a statistic is compared.

    count: the same number. digits: equal at the printed decimals. percentage: that, or rounded twice. p_value: equal at
    the printed decimals, '<' by the bound; within tolerance only in the same class (``classes``: its upper bounds).
    stars: the same stars. ``within``: the largest difference that is within tolerance; none, if left out.
    """

    rule: Literal["count", "digits", "percentage", "p_value", "stars"]
    within: float | None = Field(default=None, ge=0)
    classes: tuple[float, ...] = ()


class Compared(NamedTuple):
    """The verdict of one cell, the computed number as it would be printed, and the rounding that gave it."""

    verdict: Verdict
    text: str
    difference: float | None
    rounding: str | None = None


def stars_of(p: float, thresholds: Mapping[str, float]) -> str:
    """The most stars whose threshold p does not exceed; '' for none."""
    reached = [stars for stars, most in thresholds.items() if p <= most]
    return max(reached, key=len, default="")


def class_of(p: float, bounds: tuple[float, ...]) -> int:
    """How many of the bounds p lies below."""
    return sum(p < bound for bound in bounds)


def compare(printed: Printed, value: float, tolerance: Tolerance, thresholds: Mapping[str, float]) -> Compared:
    """The verdict of a computed number. ValueError: it is not finite."""
    if not math.isfinite(value):
        raise ValueError(f"{printed.name}: what was computed is no number")
    if tolerance.rule == "stars":
        stars = stars_of(value, thresholds)
        return Compared("exact" if stars == printed.text else "missed", stars or NO_STAR, None)
    assert printed.value is not None
    exact = exact_decimal(value)
    if printed.operator == "<":
        is_below = exact < printed.value
        text = printed.text if is_below else str(half_up(exact, printed.decimals))
        return Compared("exact" if is_below else "missed", text, None)
    difference = exact - printed.value
    rounded = half_up(exact, printed.decimals)
    if tolerance.rule == "count":
        return Compared("exact" if difference == 0 else "missed", str(rounded), float(difference))
    if rounded == printed.value:
        return Compared("exact", str(rounded), float(difference), "half up")
    twice = twice_half_up(exact, printed.decimals)
    if tolerance.rule == "percentage" and twice == printed.value:
        return Compared("exact", str(twice), float(difference), "half up twice")
    is_near = tolerance.within is not None and abs(difference) <= Decimal(repr(tolerance.within))
    if tolerance.rule == "p_value":
        classes = [class_of(p, tolerance.classes) for p in (value, printed.number)]
        is_near = is_near and classes[0] == classes[1]
    return Compared("within tolerance" if is_near else "missed", str(rounded), float(difference))
