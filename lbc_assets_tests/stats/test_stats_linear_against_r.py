"""What R's answers about least squares imply for our tables beyond the numbers of `test_stats_agreement`."""

import pytest

from lbc_assets.stats.tables.adjusted_means import adjusted_mean_tests
from lbc_assets.stats.tables.departure_age import departure_age
from lbc_assets.stats.tables.interaction_tests import interaction_tests
from lbc_assets_tests.stats.agreement.answers import EVERY, answers, data


@pytest.mark.parametrize("of", EVERY)
def test_years_since_departure_are_the_same_model(of):
    found = departure_age(data(of)).set_index(["model", "term"])["estimate"]
    age, duration = found["departure_age"], found["departure_duration"]
    assert duration["years_since_departure"] == pytest.approx(-age["departure_age_years"], abs=1e-11)
    assert duration["age_years"] == pytest.approx(age["age_years"] + age["departure_age_years"], abs=1e-11)


@pytest.mark.parametrize("of", EVERY)
def test_paper_rule_is_significance_without_the_product(of):
    theirs = answers("type3", of).set_index(["model", "term"])["p_value"]
    rule = interaction_tests(data(of)).set_index("variable")["paper_rule"]
    assert set(rule) == {True, False}
    for variable, met in rule.items():
        model = "adjusted_dichotomised" if variable == "social_support_dichotomy" else "adjusted"
        assert met == (theirs[model, variable] <= 0.05), variable


def test_one_level_against_another_has_one_degree_of_freedom(children):
    assert set(adjusted_mean_tests(children)["df"]) == {1.0}
