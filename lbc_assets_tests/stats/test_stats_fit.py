"""One model: by hand, refused where the data cannot carry it, and never running text as code."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.models.fit import fit
from lbc_assets.stats.models.heteroscedasticity import with_hc3
from lbc_assets.stats.models.inference import coefficient, linear_combination, partial_f
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Sample, sums_column
from lbc_assets.stats.specs import (
    DEPARTURE_AGE_MODELS,
    MODERATIONS,
    adjusted,
    baseline,
    baseline_complete_cases,
)
from lbc_assets.stats.terms import AtLeast, Covariate, Factor, ModelSpec, Restriction

ARM = Factor("arm", ("a", "b"), reference="a")
SIDE = Factor("side", ("left", "right"), reference="left")
AGE = Covariate("age_years")
TOY = ModelSpec("toy", "total", (ARM,))
CROSSED = ModelSpec("crossed", "total", (ARM, SIDE), interactions=(("arm", "side"),))


def toy(**columns):
    """A small cohort; columns given replace these."""
    given = {
        "child_pseudonym": list("pqrstuvw"),
        "total_score": [1, 2, 3, 4, 4, 6, 7, 9],
        "arm": list("aaaabbbb"),
        "side": ["left", "left", "right", "right"] * 2,
        "age_years": [9, 10, 12, 11, 9, 12, 10, 13],
    }
    return pd.DataFrame(given | columns)


def test_two_groups_by_hand():
    # Means 2.5 and 6.5; sums of squares 5 and 13; s2 = 18/6 = 3; se = sqrt(3/4 + 3/4); total 50.
    fitted = fit(TOY, Sample(toy()))
    intercept, difference = coefficient(fitted, 0), coefficient(fitted, 1)
    assert intercept.estimate == pytest.approx(2.5, abs=1e-12)
    assert difference.estimate == pytest.approx(4.0, abs=1e-12)
    assert difference.std_error == pytest.approx(1.5**0.5, abs=1e-12)
    assert difference.df == 6
    assert fitted.r2 == pytest.approx(32 / 50, abs=1e-12)
    # t(6, .975) = 2.446911851, from a printed table.
    assert difference.conf_high - difference.estimate == pytest.approx(2.446911851 * 1.5**0.5, abs=1e-8)
    f = partial_f(fitted, "arm")
    assert (f.statistic, f.df, f.df_residual) == pytest.approx((32 / 3, 1, 6))
    assert f.p_value == pytest.approx(difference.p_value, rel=1e-12)
    assert linear_combination(fitted, np.array([1.0, 1.0])).estimate == pytest.approx(6.5)


def test_complete_cases_and_population():
    frame = toy(arm=["a", None, "a", "a", "b", "b", "b", "b"], age_years=[np.nan, *range(9, 16)])
    sample = Sample(frame)
    assert fit(TOY, sample).n == 7
    both = ModelSpec("both", "total", (ARM, AGE))
    assert fit(both, sample).n == 6
    assert fit(both, sample).covariate_means["age_years"] == pytest.approx(12.5)
    assert fit(ModelSpec("toy", "total", (ARM,), complete_cases_of=both), sample).n == 6
    left = ModelSpec("left", "total", (AGE,), population=(Restriction(ARM, "b"),))
    assert fit(left, sample).n == 4


def test_baseline_on_the_complete_cases_has_the_adjusted_models_children(children):
    sample = Sample(children)
    assert fit(baseline_complete_cases("prosocial"), sample).n == fit(adjusted("prosocial"), sample).n
    assert fit(baseline("prosocial"), sample).n > fit(adjusted("prosocial"), sample).n


@pytest.mark.parametrize(
    ("spec", "columns", "reason"),
    [
        (TOY, {"arm": [None] * 8}, "no_complete_cases"),
        (TOY, {"arm": ["a", "b"] + [None] * 6}, "too_few_rows"),
        (TOY, {"arm": ["a", "b", "b"] + [None] * 5}, "too_many_parameters"),
        (TOY, {"arm": ["a"] * 8}, "empty_level"),
        (ModelSpec("toy", "total", (AGE,)), {"age_years": [10] * 8}, "constant_covariate"),
        (TOY, {"total_score": [5] * 8}, "constant_outcome"),
        (CROSSED, {"side": ["left"] * 4 + ["left", "right"] * 2}, "empty_cell"),
        (
            ModelSpec("twice", "total", (ARM, AGE)),
            {"age_years": [9, 9, 9, 9, 12, 12, 12, 12]},
            "collinear",
        ),
        (
            ModelSpec("line", "total", (AGE,)),
            {"total_score": [18, 20, 24, 22, 18, 24, 20, 26]},
            "perfect_fit",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusals(spec, columns, reason):
    with pytest.raises(StatisticsRefused) as refused:
        fit(spec, Sample(toy(**columns)))
    assert refused.value.reason == reason


def test_a_level_without_a_child_is_left_out_and_the_rest_reports():
    three = Factor("side", ("left", "middle", "right"), reference="left")
    spec = ModelSpec("three", "total", (ARM, three), exposure="arm")
    fitted = fit(spec, Sample(toy()))
    assert fitted.left_out == {"side[middle]": "empty_level"}
    assert fitted.position("side[middle]") is None
    plain = fit(replace(spec, predictors=(ARM, SIDE)), Sample(toy()))
    assert [column.term for column in fitted.columns] == [column.term for column in plain.columns]
    assert fitted.params.tobytes() == plain.params.tobytes()


def test_a_predictor_that_does_not_vary_is_left_out_and_the_rest_reports():
    spec = ModelSpec("constant", "total", (ARM, SIDE, AGE), exposure="arm")
    fitted = fit(spec, Sample(toy(side=["right"] * 8, age_years=[10] * 8)))
    assert fitted.left_out == {"side[right]": "empty_level", "age_years": "constant_covariate"}
    assert fitted.params.tobytes() == fit(TOY, Sample(toy())).params.tobytes()


@pytest.mark.parametrize(
    ("spec", "columns", "reason"),
    [
        # the exposure keeps its levels, a factor its reference, an interaction its variables
        (
            ModelSpec("e", "total", (Factor("arm", ("a", "b", "c"), "a"), SIDE), exposure="arm"),
            {},
            "empty_level",
        ),
        (ModelSpec("r", "total", (Factor("arm", ("z", "a", "b"), "z"), SIDE)), {}, "empty_level"),
        (CROSSED, {"side": ["right"] * 8}, "empty_level"),
        (ModelSpec("d", "total", (AGE, SIDE), exposure="age_years"), {"age_years": [9] * 8}, "constant_covariate"),
    ],
)
def test_what_would_answer_another_question_is_refused(spec, columns, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        fit(spec, Sample(toy(**columns)))


def test_populations():
    spec = ModelSpec("old", "total", (SIDE,), population=(AtLeast(AGE, 10), Restriction(ARM, "b")))
    assert np.flatnonzero(Sample(toy()).complete_cases(spec)).tolist() == [5, 6, 7]
    assert spec.variables == ("side", "age_years", "arm")


def grouped(frame, spec):
    """The same children as cells, as the warehouse's query makes them, in another order."""
    variables, score = list(spec.variables), f"{spec.outcome}_score"
    frame = frame.assign(children=1, answered=frame[score].notna(), total=frame[score].fillna(0))
    frame["squares"] = frame["total"] ** 2
    sums = ["children", "answered", "total", "squares"]
    cells = frame.groupby(variables, dropna=False)[sums].sum().reset_index()
    return cells.rename(columns={name: sums_column(spec.outcome, name) for name in sums[1:]}).iloc[::-1]


@pytest.mark.parametrize("spec", [adjusted("prosocial"), MODERATIONS[2].model, *DEPARTURE_AGE_MODELS])
def test_cells_give_the_same_bits_as_children(children, spec):
    rows, cells = Sample(children), Sample(grouped(children, spec))
    assert len(cells) < len(rows)
    one, other = fit(spec, rows), fit(spec, cells)
    assert (one.n, one.r2, one.covariate_means, one.outcome_std_dev) == (
        other.n,
        other.r2,
        other.covariate_means,
        other.outcome_std_dev,
    )
    assert one.params.tobytes() == other.params.tobytes()
    assert one.covariance.tobytes() == other.covariance.tobytes()
    assert with_hc3(one, rows).covariance.tobytes() == with_hc3(other, cells).covariance.tobytes()


def test_hc3_is_refused_where_one_child_decides():
    sample = Sample(toy(side=["left"] * 7 + ["right"]))
    fitted = fit(ModelSpec("alone", "total", (ARM, SIDE)), sample)
    with pytest.raises(StatisticsRefused, match="single_child_decides"):
        with_hc3(fitted, sample)


def test_nearly_collinear_is_refused_and_merely_correlated_is_not():
    spec = ModelSpec("near", "total", (AGE, Covariate("months")))
    age = np.array([9, 10, 12, 11, 9, 12, 10, 13.0])
    wobble = np.array([1, -1, 1, 1, -1, -1, 1, -1])
    with pytest.raises(StatisticsRefused, match="collinear"):
        fit(spec, Sample(toy(months=12 * age + 1e-9 * wobble)))
    assert np.isfinite(fit(spec, Sample(toy(months=12 * age + wobble))).covariance).all()


@pytest.mark.parametrize("hostile", ["__import__('os').system('true')", "a)+C(b", "'; DROP TABLE x;--", "{x}", "a b"])
def test_a_hostile_level_is_text_like_any_other(hostile):
    spec = ModelSpec("toy", "total", (Factor("arm", ("a", hostile), reference="a"),))
    fitted = fit(spec, Sample(toy(arm=["a"] * 4 + [hostile] * 4)))
    assert coefficient(fitted, 1).estimate == pytest.approx(4.0)
    assert fitted.columns[1].term == f"arm[{hostile}]"


def test_a_test_of_a_variable_outside_the_model_is_an_error():
    with pytest.raises(ValueError, match="not a term"):
        partial_f(fit(TOY, Sample(toy())), "side")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"arm": ["a"] * 7 + ["secret answer"]}, "arm: holds a code"),
        ({"total_score": ["1", "secret answer"] * 4}, "total_score: holds something"),
        ({"total_score": [np.inf] + [1] * 7}, "total_score: holds something"),
        ({"child_pseudonym": ["p"] * 8}, "more than once"),
        ({"wave": ["one"] * 4 + ["two"] * 4}, "several"),
    ],
)
def test_broken_contracts_are_errors_that_name_no_answer(columns, message):
    with pytest.raises(ValueError, match=message) as error:
        fit(TOY, Sample(toy(**columns)))
    assert "secret" not in str(error.value)


def test_an_absent_column_is_named():
    with pytest.raises(ValueError, match="no column 'arm'"):
        fit(TOY, Sample(toy().drop(columns="arm")))
    with pytest.raises(ValueError, match="no column 'peer_score'"):
        fit(ModelSpec("toy", "peer", (ARM,)), Sample(toy()))
