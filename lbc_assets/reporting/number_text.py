"""How numbers are written, in one place.

Belongs here: rounding, p values, stars, intervals. Does not belong here: what to say where a number is
missing (`cells`): every function here refuses NaN, so that none can reach the page unnoticed.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\u2212"
# Smallest first: the first that p lies below gives the stars. Source: the foot of the paper's Tables 2 and 3.
STAR_THRESHOLDS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
STARS_NOTE = "* p < 0.05; ** p < 0.01; *** p < 0.001 (before rounding)."
SMALLEST_P = 0.001


def fixed(value: float, decimals: int) -> str:
    """`value` with so many decimals, rounded half up (away from zero), a true minus sign, and no negative
    zero.

    Rounds the shortest decimal text of the float (its repr): 0.285 is 0.29, though the float lies below it.
    ValueError: not a finite number.
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a missing or infinite number has no digits: say why it is missing instead")
    rounded = Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded)}"


def with_minus(text: str) -> str:
    """Text in which a hyphen before a digit is a true minus sign; one between words or digits stays."""
    return re.sub(r"(?<![\w-])-(?=\d)", MINUS, text)


def count(value: float) -> str:
    """A whole number with a comma at the thousands. ValueError: not a whole number."""
    if value != int(value):
        raise ValueError("a count is a whole number")
    return f"{MINUS if value < 0 else ''}{abs(int(value)):,}"


def percent(value: float) -> str:
    """A percentage with one decimal, without its sign."""
    return fixed(value, 1)


def p_value(value: float) -> str:
    """Three decimals, or the class at either end: '<0.001', '>0.999'. ValueError: not within 0 and 1."""
    if not 0 <= value <= 1:
        raise ValueError("a p value lies between 0 and 1")
    if value < SMALLEST_P:
        return "<0.001"
    text = fixed(value, 3)
    return ">0.999" if text == "1.000" and value < 1 else text


def p_statement(value: float) -> str:
    """'p < 0.001' or 'p = 0.017', for a sentence."""
    text = p_value(value)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"


def stars(value: float) -> str:
    """The stars of a p value: strictly below the threshold, the p value not rounded."""
    if not 0 <= value <= 1:
        raise ValueError("a p value lies between 0 and 1")
    return next((mark for threshold, mark in STAR_THRESHOLDS if value < threshold), "")


def interval(low: float, high: float, decimals: int = 2) -> str:
    """'0.10 to 1.04': the word keeps minus signs apart from a dash."""
    return f"{fixed(low, decimals)} to {fixed(high, decimals)}"
