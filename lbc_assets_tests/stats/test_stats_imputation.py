"""Imputation: who is imputed from what, the same bytes for every order, grouping and number of threads, refusals."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lbc_assets.stats.missing.imputation_models as models
from lbc_assets.stats.missing.imputation import impute
from lbc_assets.stats.missing.imputation_data import Group, imputation_data
from lbc_assets.stats.missing.imputation_models import FactorModel, NumberModel, imputation_spec
from lbc_assets.stats.missing.imputed_fit import attempt_imputed, fit_imputed, r_hat
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import CHILDREN
from lbc_assets.stats.specs import adjusted, baseline_complete_cases
from lbc_assets.stats.tables.imputed_coefficients import coefficient_table, diagnostic_table
from lbc_assets.stats.terms import Covariate, Factor, ModelSpec, Restriction

SPEC = adjusted("total")
ARM = Factor("arm", ("a", "b"), reference="a")
SIDE = Factor("side", ("left", "middle", "right"), reference="left")
SMALL = ModelSpec("small", "total", (ARM, SIDE, Covariate("age_years")), (("arm", "side"),))


def toy(size=120, seed=3, **lacking):
    """Children in whom everything hangs together; `lacking`: how many of the first lack a variable."""
    rng = np.random.default_rng(seed)
    arm, side = rng.integers(0, 2, size), rng.integers(0, 3, size)
    frame = pd.DataFrame(
        {
            "child_pseudonym": [f"p{number:04d}" for number in rng.permutation(size)],
            "arm": np.array(ARM.levels, object)[arm],
            "side": np.array(SIDE.levels, object)[side],
            "age_years": rng.integers(9, 18, size).astype(float),
            "total_score": np.rint(10 + 3 * arm + 2 * side + rng.normal(0, 2, size)),
        }
    )
    first = 0
    for variable, count in lacking.items():
        frame.loc[first : first + count - 1, variable] = None
        first += count
    return frame


def grouped(frame, spec):
    """The same children as the warehouse would hand them over: complete ones in cells."""
    variables = [*(p.variable for p in spec.predictors), f"{spec.outcome}_score"]
    complete = frame[variables].notna().all(axis=1)
    cells = frame[complete].groupby(variables, observed=True).size().rename(CHILDREN).reset_index()
    alone = frame.loc[~complete, ["child_pseudonym", *variables]].assign(**{CHILDREN: 1})
    return pd.concat([alone, cells], ignore_index=True)


def bytes_of(frame, spec=SMALL, **options):
    fitted = fit_imputed(spec, frame, m=2, iterations=2, **options)
    return fitted.params.tobytes() + fitted.variances.tobytes()


# --- who is imputed from what ---


def test_complete_in_cells_and_incomplete_alone():
    frame = pd.concat(
        [toy(30, side=2, arm=1), toy(30)[3:].assign(child_pseudonym=lambda f: "q" + f["child_pseudonym"])]
    )
    data = imputation_data(SMALL, frame)
    assert data.complete.n.sum() == 54
    assert set(data.complete.n) == {2.0}
    assert len(data.children) == 3
    assert data.targets == ("arm", "side")
    assert (data.missing("side").sum(), data.missing("arm").sum()) == (2, 1)


def test_without_the_outcome_or_outside_the_population_a_child_is_left_out():
    frame = toy(60, side=3)
    frame.loc[:3, "arm"] = "b"
    frame.loc[10, "total_score"] = None
    frame.loc[0, "total_score"] = None
    assert len(imputation_data(SMALL, frame).children) == 2
    restricted = replace(SMALL, predictors=SMALL.predictors[1:], interactions=(), population=(Restriction(ARM, "b"),))
    data = imputation_data(restricted, frame)
    assert data.complete.n.sum() + len(data.children) == ((frame["arm"] == "b") & frame["total_score"].notna()).sum()


def test_imputation_model_knows_outcome_and_products():
    crossed = ModelSpec("m", "total", SPEC.predictors, (("migration_status", "sex"), ("migration_status", "province")))
    other = imputation_spec(crossed, "household_wealth")
    assert [p.variable for p in other.predictors] == [
        p.variable for p in SPEC.predictors if p.variable != "household_wealth"
    ] + ["total_score"]
    assert other.interactions == crossed.interactions
    # the partner's association with the outcome differs by sex, so sex hangs on the two together
    assert imputation_spec(crossed, "sex").interactions == (
        ("migration_status", "province"),
        ("migration_status", "total_score"),
    )


def test_a_level_without_a_child_is_left_out():
    frame = toy(60, arm=3)
    frame.loc[frame["side"] == "right", "side"] = "middle"
    plain = replace(SMALL, interactions=())
    fits = attempt_imputed([plain], frame, m=2)
    table = coefficient_table([plain], fits).set_index("term")
    assert table.loc["side[right]", ["status", "reason"]].tolist() == ["refused", "empty_level"]
    assert table.drop("side[right]")["status"].eq("ok").all()


def test_who_lacks_only_what_does_not_vary_is_complete():
    frame = toy(60, side=2, arm=1)
    frame.loc[frame["side"].notna(), "side"] = "left"
    data = imputation_data(replace(SMALL, interactions=()), frame)
    assert (len(data.children), data.complete.n.sum()) == (1, 59)


# --- the same bytes ---


def test_order_of_rows_does_not_matter(children):
    shuffled = children.sample(frac=1, random_state=4)
    assert bytes_of(children, SPEC) == bytes_of(shuffled, SPEC)


def test_cells_are_rows():
    frame = toy(400, side=10, arm=10, age_years=10)
    cells = grouped(frame, SMALL)
    assert len(cells) < len(frame)
    assert bytes_of(frame) == bytes_of(cells) == bytes_of(cells[::-1])


def test_seed_matters():
    frame = toy(120, side=12)
    assert bytes_of(frame) != bytes_of(frame, seed=1)


def test_children_draw_for_themselves():
    """Another child's pseudonym changes that child's draws and no number of anybody else."""
    frame = toy(200, side=30)
    renamed = frame.copy()
    renamed.loc[0, "child_pseudonym"] = "zz"
    data, other = imputation_data(SMALL, frame), imputation_data(SMALL, renamed)
    where = sorted(frame["child_pseudonym"][:30]).index(frame.loc[0, "child_pseudonym"])
    one, two = (next(impute(given, iterations=2)).children.values["side"] for given in (data, other))
    np.testing.assert_array_equal(np.delete(one, where), two[:-1])


THREADS = """
import numpy as np
from lbc_assets.stats.missing.multinomial import Moments, Rows, augmentation, mode, probabilities

rng = np.random.default_rng(2)
for columns, count in ((12, 2), (30, 4)):
    design = np.column_stack([np.ones(3000), rng.integers(0, 3, (3000, columns - 1))]).astype(float)
    n = rng.integers(1, 9, 3000).astype(float)
    rows = Rows.of(design, rng.integers(0, count, 3000), n, count)
    params, information = mode(
        (rows, augmentation(Moments.of([(design, n)]), count)), np.zeros((count - 1, columns)), 1e-3
    )
    print(params.tobytes().hex(), information.tobytes().hex(), probabilities(design, params).tobytes().hex())
"""


def test_number_of_threads_does_not_matter():
    """Not even in the last bit of what is summed over children; what follows of it is small."""
    seen = [
        subprocess.run(
            [sys.executable, "-c", THREADS],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
            cwd=Path(__file__).parents[2],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert len(seen[0].splitlines()) == 2
    assert seen[0] == seen[1]


# --- the models' draws ---


def test_expansion_is_close(monkeypatch):
    """Many cells' likelihood is a parabola where incomplete children move its mode: by how much of a standard error the
    two ways differ.
    """
    frame = toy(30_000, seed=8, side=3_000, age_years=3_000)
    data = imputation_data(replace(SMALL, interactions=()), frame)
    lacking = data.missing("side")
    filled = data.incomplete.values["age_years"].copy()
    filled[np.isnan(filled)] = 13.0
    known = Group({**data.incomplete.values, "age_years": filled}, data.incomplete.n).of(~lacking)
    found = []
    for limit in (100, 1_000_000):
        monkeypatch.setattr(models, "MOST_CELLS", limit)
        model = FactorModel.of(data.spec, SIDE, data.complete)
        found.append(models.mode((*model.complete, model.known(known)), model.start, 1e-6))
    (expanded, information), (exact, _) = found
    assert abs(expanded - exact).max() > 0
    assert np.sqrt((expanded - exact).ravel() @ information @ (expanded - exact).ravel()) < 0.02


def test_levels_are_drawn_with_their_probabilities():
    """Over many seeds a child's levels are as frequent as the model, itself uncertain, says."""
    frame = toy(4_000, side=400)
    data = imputation_data(replace(SMALL, interactions=()), frame)
    side = np.array([next(impute(data, iterations=2, seed=seed)).children.values["side"] for seed in range(12)])
    truth = pd.Categorical(
        toy(4_000).set_index("child_pseudonym").loc[frame["child_pseudonym"][:400].sort_values(), "side"], SIDE.levels
    ).codes
    # the outcome tells levels apart: drawn from the model they hit the truth as often as two draws hit each other
    hits, agreement = (side == truth).mean(), np.mean([(a == b).mean() for a, b in pairwise(side)])
    assert hits > 0.4
    assert hits == pytest.approx(agreement, abs=0.03)


def test_numbers_are_whole_and_within_what_was_seen():
    data = imputation_data(SMALL, toy(200, age_years=60))
    ages = np.concatenate([each.children.values["age_years"] for each in impute(data, m=5)])
    assert set(ages) <= set(range(9, 18))
    assert len(set(ages)) > 4
    frame = toy(200, age_years=60)
    frame["age_years"] = frame["age_years"] + 0.5
    halves = next(impute(imputation_data(SMALL, frame))).children.values["age_years"]
    assert not (halves % 0.5 == 0).all()


def test_number_by_hand():
    """With nothing to go by but the mean, draws have the mean and the spread of the known (posterior: t)."""
    frame = toy(300, seed=5, age_years=100)
    data = imputation_data(replace(SMALL, interactions=()), frame)
    model = NumberModel.of(data.spec, Covariate("age_years"), data.complete)
    model = replace(model, observed=np.array([-50.0, 50.0]))
    none = data.incomplete.of(np.zeros(100, dtype=bool))
    draws = np.array([model.draw(none, data.incomplete, data.children, (s, 1, 1, "age_years")) for s in range(200)])
    known = frame["age_years"].dropna()
    assert draws.mean() == pytest.approx(known.mean(), abs=0.5)
    assert draws.std() == pytest.approx(known.std(), rel=0.05)


def test_r_hat_by_hand():
    # chains 0,2 and 1,3: within 2, means 1 and 2 with variance 1/2: sqrt(1/2 + 1/4)
    assert r_hat(np.array([[0.0, 2.0], [1.0, 3.0]])) == pytest.approx(0.75**0.5, rel=1e-14)
    assert r_hat(np.array([[0.5, 0.5], [0.7, 0.7]])) is None


# --- refusals ---


def reason(call):
    with pytest.raises(StatisticsRefused) as refused:
        call()
    return refused.value.reason


PLAIN = replace(SMALL, interactions=())


def test_nothing_missing_is_refused():
    assert reason(lambda: imputation_data(SMALL, toy())) is RefusalReason.NOTHING_MISSING
    frame = toy(60, side=2)
    frame.loc[2:, "side"] = "left"
    assert reason(lambda: imputation_data(PLAIN, frame)) is RefusalReason.NOTHING_MISSING


def test_nobody_complete_is_refused():
    assert reason(lambda: imputation_data(SMALL, toy(20, side=20))) is RefusalReason.NO_COMPLETE_CASES


def test_what_only_incomplete_children_have_is_refused():
    frame = toy(60, arm=3)
    frame.loc[3:, "side"] = frame.loc[3:, "side"].replace("right", "left")
    frame.loc[0, "side"] = "right"
    assert reason(lambda: imputation_data(PLAIN, frame)) is RefusalReason.EMPTY_LEVEL
    frame = toy(60, arm=3).assign(age_years=12.0)
    frame.loc[0, "age_years"] = 11.0
    assert reason(lambda: imputation_data(PLAIN, frame)) is RefusalReason.CONSTANT_COVARIATE


def test_models_too_large_for_the_complete_children_are_refused():
    # six parameters of the logit, five columns of the linear model
    data = imputation_data(ModelSpec("s", "total", (ARM, SIDE)), toy(60, side=3))
    six = data.complete.of(np.cumsum(data.complete.n) <= 6)
    assert reason(lambda: FactorModel.of(data.spec, SIDE, six)) is RefusalReason.TOO_MANY_PARAMETERS
    data = imputation_data(PLAIN, toy(60, age_years=3))
    five = data.complete.of(np.cumsum(data.complete.n) <= 5)
    assert reason(lambda: NumberModel.of(data.spec, Covariate("age_years"), five)) is RefusalReason.TOO_MANY_PARAMETERS


def test_collinear_predictors_are_refused_before_anything_is_imputed():
    frame = toy(120, arm=3)
    frame["months"] = frame["age_years"] * 12
    spec = ModelSpec("twice", "total", (ARM, Covariate("age_years"), Covariate("months")))
    assert reason(lambda: fit_imputed(spec, frame)) is RefusalReason.COLLINEAR


def test_refused_models_keep_their_rows():
    specs = [SMALL, replace(SMALL, name="other")]
    fits = attempt_imputed(specs, toy())
    table = coefficient_table(specs, fits)
    assert len(table) == 14
    assert set(table["reason"]) == {"nothing_missing"}
    assert table["estimate"].isna().all()
    diagnostics = diagnostic_table(specs, fits)
    assert diagnostics["status"].tolist() == ["refused"] * 2


def test_broken_contracts():
    with pytest.raises(ValueError, match="nothing to impute"):
        imputation_data(baseline_complete_cases("total"), pd.DataFrame())
    cells = grouped(toy(60, side=2), SMALL)
    for column, value in (("child_pseudonym", None), (CHILDREN, 2)):
        broken = cells.copy()
        broken.loc[0, column] = value
        with pytest.raises(ValueError, match="row of its own"):
            imputation_data(SMALL, broken)
    broken = cells.copy()
    broken.loc[0, "child_pseudonym"] = broken.loc[1, "child_pseudonym"]
    with pytest.raises(ValueError, match="row of its own"):
        imputation_data(SMALL, broken)
    with pytest.raises(ValueError, match="two or more"):
        impute(imputation_data(SMALL, cells), m=1)
