"""Specifications and design matrices, by hand."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest

from lbc_assets.stats.models.design import averaged_row, columns, matrix
from lbc_assets.stats.specs import COEFFICIENT_MODELS, TABLE_4
from lbc_assets.stats.terms import Covariate, Factor, ModelSpec, Restriction

SIZE = Factor("size", ("small", "medium", "large"), reference="medium")
SEX = Factor("sex", ("male", "female"), reference="male")
AGE = Covariate("age_years")


def test_treatment_coding_by_hand():
    spec = ModelSpec("toy", "total", (SIZE, AGE, SEX), interactions=(("size", "sex"),))
    assert [column.term for column in columns(spec)] == [
        "intercept",
        "size[small]",
        "size[large]",
        "age_years",
        "sex[female]",
        "size[small]:sex[female]",
        "size[large]:sex[female]",
    ]
    values = {
        "size": np.array([0, 1, 2]),
        "age_years": np.array([9.0, 10.0, 11.0]),
        "sex": np.array([1, 1, 0]),
    }
    assert matrix(spec, values).tolist() == [
        [1, 1, 0, 9, 1, 1, 0],
        [1, 0, 0, 10, 1, 0, 0],
        [1, 0, 1, 11, 0, 0, 0],
    ]
    product_column = columns(spec)[-1]
    assert product_column.variable == "size:sex"
    assert (product_column.level, product_column.reference) == ("large:female", "medium:male")


def test_sum_to_zero_coding_by_hand():
    spec = ModelSpec("toy", "total", (SIZE,), contrasts="sum")
    assert matrix(spec, {"size": np.array([0, 1, 2])}).tolist() == [[1, 1, 0], [1, -1, -1], [1, 0, 1]]


@pytest.mark.parametrize("means", TABLE_4, ids=lambda means: means.by.variable)
@pytest.mark.parametrize("contrasts", ["treatment", "sum"])
def test_averaged_row_is_the_mean_of_the_written_out_grid(means, contrasts):
    spec = means.moderation.model
    spec = ModelSpec("grid", "total", spec.predictors, spec.interactions, contrasts=contrasts)
    held = {means.by.variable: means.by.levels[1], "migration_status": "current"}
    positions = [
        [factor.levels.index(held[factor.variable])] if factor.variable in held else range(len(factor.levels))
        for factor in spec.factors
    ]
    grid = np.array(list(product(*positions)))
    values = {factor.variable: grid[:, i] for i, factor in enumerate(spec.factors)}
    values["age_years"] = np.full(len(grid), 12.4)
    expected = matrix(spec, values).mean(axis=0)
    np.testing.assert_allclose(averaged_row(spec, held, {"age_years": 12.4}), expected, atol=1e-14)


def test_the_papers_references():
    adjusted = next(spec for spec in COEFFICIENT_MODELS if spec.name == "adjusted")
    references = {factor.variable: factor.reference for factor in adjusted.factors}
    assert references == {
        "migration_status": "never",
        "sex": "male",
        "province": "zhejiang",
        "household_wealth": "fair",
        "primary_caregiver": "grandparent",
        "parents_divorced": "no",
        "any_sibling": "no",
        "social_support": "high",
        "school_performance": "fair",
    }
    # Table 2 prints 18 coefficients; the intercept is not among them.
    assert len(columns(adjusted)) == 19


def test_specifications_are_cheap_to_read():
    """Reporting and definitions may read the models without paying for the numbers."""
    heavy = {"numpy", "pandas", "statsmodels", "scipy"}
    code = f"import sys, lbc_assets.stats.specs; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_dichotomised_support_replaces_the_three_levels():
    model = TABLE_4[2].moderation.model
    assert "social_support" not in {predictor.variable for predictor in model.predictors}


@pytest.mark.parametrize(
    "name",
    ["", "Age", "age years", "C(sex)", "age_years\n", "__import__('os').system('true')", "age+1", "1age"],
)
def test_names_that_are_not_names_are_rejected(name):
    with pytest.raises(ValueError, match="not a variable or model name"):
        Covariate(name)
    with pytest.raises(ValueError, match="not a variable or model name"):
        Factor(name, ("a", "b"), reference="a")
    with pytest.raises(ValueError, match="not a variable or model name"):
        ModelSpec("toy", name, (AGE,))


@pytest.mark.parametrize(("levels", "reference"), [(("a",), "a"), (("a", "a"), "a"), (("a", "b"), "c"), ((), "a")])
def test_factors_that_are_no_factors_are_rejected(levels, reference):
    with pytest.raises(ValueError, match="size"):
        Factor("size", levels, reference)


@pytest.mark.parametrize("pair", [("sex", "sex"), ("sex", "province")])
def test_interactions_of_other_than_two_predictors_are_rejected(pair):
    with pytest.raises(ValueError, match="an interaction joins two different predictors"):
        ModelSpec("toy", "total", (SEX, AGE), interactions=(pair,))


@pytest.mark.parametrize("predictors", [(), (SEX, SEX)])
def test_models_without_or_with_doubled_predictors_are_rejected(predictors):
    with pytest.raises(ValueError, match="each of them once"):
        ModelSpec("toy", "total", predictors)


def test_a_population_is_a_level_of_its_factor():
    with pytest.raises(ValueError, match="population's level"):
        Restriction(SEX, "child")


def test_a_variable_outside_the_model_is_not_a_predictor():
    with pytest.raises(ValueError, match="not a predictor"):
        ModelSpec("toy", "total", (SEX,)).predictor("age_years")
