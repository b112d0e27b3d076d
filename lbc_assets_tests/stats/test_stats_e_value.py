"""E-values: the paper's example, by hand, and refused."""

import math

import pytest

from lbc_assets.stats.e_value import e_value
from lbc_assets.stats.refusal import StatisticsRefused


def difference(risk_ratio, sd=1.0):
    """The difference in points that stands for this risk ratio."""
    return math.log(risk_ratio) / 0.91 * sd


def test_example_of_the_paper():
    # VanderWeele & Ding 2017: risk ratio 3.9 (1.8 to 8.7) has E-values of 7.26 and 3.0.
    found = e_value(difference(3.9, 5), difference(1.8, 5), difference(8.7, 5), 5)
    assert found.estimate == pytest.approx(7.26, abs=0.005)
    assert found.limit == pytest.approx(3.0, abs=0.005)


def test_by_hand():
    # d = 2.5 / 5: exp(.455) = exp(.45) * exp(.005) = 1.568312 * 1.005013 = 1.576173, and 1.576173 * .576173 =
    # .908149, root .952968: together 2.529141.
    found = e_value(2.5, -0.1, 5.1, 5)
    assert found.estimate == pytest.approx(2.529141, abs=2e-6)
    assert found.limit == 1


def test_a_negative_association_mirrors_a_positive_one():
    assert e_value(-2, -3, -1, 4) == e_value(2, 1, 3, 4)
    assert e_value(-2, -3, -1, 4).limit > 1


@pytest.mark.parametrize("limits", [(0, 2), (-1, 2), (-1, 1)])
def test_an_interval_with_zero_needs_no_confounder(limits):
    assert e_value(1, *limits, 4).limit == 1
    assert e_value(0, -1, 1, 4).estimate == 1


def test_refused_and_wrong():
    with pytest.raises(StatisticsRefused, match="constant_outcome"):
        e_value(1, 0, 2, 0)
    for wrong in ((1, 2, 3, 4), (1, 0, 2, -1), (math.nan, 0, 2, 1), (1, 0, math.inf, 1)):
        with pytest.raises(ValueError, match=r"E-value needs|between its limits"):
            e_value(*wrong)
