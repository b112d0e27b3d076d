"""Numbers as they are written."""

import math

import pytest

from lbc_assets.reporting import number_text

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.285, 2, "0.29"),  # the float lies below 0.285; its decimal text does not
        (2.5, 0, "3"),  # banker's rounding would say 2
        (0.125, 2, "0.13"),
        (-0.125, 2, f"{MINUS}0.13"),
        (12.549, 1, "12.5"),
        (12.55, 1, "12.6"),
        (-0.004, 2, "0.00"),  # no negative zero
        (-0.0, 1, "0.0"),
        (-0.005, 2, f"{MINUS}0.01"),
        (1e-9, 3, "0.000"),
        (1234.5, 1, "1234.5"),
        (3, 2, "3.00"),
    ],
)
def test_fixed_rounds_half_up(value, decimals, text):
    assert number_text.fixed(value, decimals) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="missing or infinite"):
        number_text.fixed(value, 2)


@pytest.mark.parametrize(
    ("p", "text", "sentence"),
    [
        (0.0, "<0.001", "p < 0.001"),
        (0.00099, "<0.001", "p < 0.001"),
        (0.001, "0.001", "p = 0.001"),
        (0.0635, "0.064", "p = 0.064"),
        (0.0185, "0.019", "p = 0.019"),
        (0.0496, "0.050", "p = 0.050"),
        (0.75, "0.750", "p = 0.750"),
        (0.9996, ">0.999", "p > 0.999"),
        (1.0, "1.000", "p = 1.000"),
    ],
)
def test_p_values_by_class(p, text, sentence):
    assert number_text.p_value(p) == text
    assert number_text.p_statement(p) == sentence


@pytest.mark.parametrize(
    ("p", "stars"),
    [(0.0009999, "***"), (0.001, "**"), (0.00999, "**"), (0.01, "*"), (0.0499, "*"), (0.05, ""), (1.0, "")],
)
def test_stars_below_the_threshold_only(p, stars):
    assert number_text.stars(p) == stars


@pytest.mark.parametrize("p", [-0.001, 1.001, math.nan])
def test_impossible_p_values_are_refused(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        number_text.p_value(p)
    with pytest.raises(ValueError, match="between 0 and 1"):
        number_text.stars(p)


def test_counts_and_intervals():
    assert number_text.count(3596) == "3,596"
    assert number_text.count(0) == "0"
    assert number_text.interval(-0.105, 1.045) == f"{MINUS}0.11 to 1.05"
    with pytest.raises(ValueError, match="whole number"):
        number_text.count(0.5)


@pytest.mark.parametrize(("n", "of", "text"), [(167, 2000, "8.4"), (31, 696, "4.5"), (1254, 1922, "65.2")])
def test_percentages_of_counts(n, of, text):
    """167 / 2000 is 8.35 exactly: the percentage is a float, and still rounds up."""
    assert number_text.percent(100 * n / of) == text
