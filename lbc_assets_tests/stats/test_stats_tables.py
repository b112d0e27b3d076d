"""The seven tables: order, refusals beside results, the same bits whatever the rows' order or types."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.tables.adjusted_means import adjusted_mean_tests, adjusted_means
from lbc_assets.stats.tables.departure_age import departure_age
from lbc_assets.stats.tables.group_comparisons import group_comparisons
from lbc_assets.stats.tables.interaction_tests import interaction_tests
from lbc_assets.stats.tables.model_coefficients import model_coefficients
from lbc_assets.stats.tables.sample_characteristics import sample_characteristics
from lbc_assets.stats.tables.tidy import tidy
from lbc_assets.stats.variables import TOTAL_IS_SUM_OF

CHILDREN = Path(__file__).with_name("oracle") / "children.csv"
TABLES = (
    sample_characteristics,
    group_comparisons,
    model_coefficients,
    interaction_tests,
    adjusted_means,
    adjusted_mean_tests,
    departure_age,
)
# where a field belongs to some of the tests only
GROUPED = (sample_characteristics, group_comparisons)
by_name = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)


@by_name
def test_the_same_bits_in_any_order_of_rows_and_columns(children, table):
    shuffled = children.sample(frac=1, random_state=3)[sorted(children.columns, reverse=True)]
    pd.testing.assert_frame_equal(table(children), table(shuffled), check_exact=True)


BITS = """
import hashlib, sys, pandas as pd
from lbc_assets.stats.tables.model_coefficients import model_coefficients
from lbc_assets.stats.tables.adjusted_means import adjusted_means
from lbc_assets.stats.tables.group_comparisons import group_comparisons
children = pd.concat([pd.read_csv(sys.argv[1])] * 9, ignore_index=True)
children["child_pseudonym"] = children.index
for table in (model_coefficients, adjusted_means, group_comparisons):
    print(hashlib.sha256(table(children).to_csv(float_format="%.17g").encode()).hexdigest())
"""


def test_the_same_bits_with_one_thread_and_with_several():
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", BITS, str(CHILDREN)],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            stdout=subprocess.PIPE,
            text=True,
        )
        for threads in ("1", "4")
    ]
    one, several = (run.communicate(timeout=60)[0] for run in runs)
    assert len(one.split()) == 3
    assert one == several


@by_name
def test_the_same_bits_from_nullable_and_object_columns(children, table):
    other = children.convert_dtypes(dtype_backend="numpy_nullable")
    assert str(other["age_years"].dtype) == "Int64"
    for name in other.columns[other.dtypes == "string"]:
        other[name] = other[name].astype(object).where(other[name].notna(), None)
    pd.testing.assert_frame_equal(table(children), table(other), check_exact=True)


@by_name
def test_the_cohort_is_not_changed(children, table):
    before = children.copy(deep=True)
    table(children)
    pd.testing.assert_frame_equal(children, before, check_exact=True)


@by_name
def test_numbers_are_complete_and_finite(children, table):
    made = table(children)
    if "standardised" in made:  # the intercept has no standardised coefficient and is in no family of tests
        made = made[made["term"] != "intercept"]
    numbers = made.select_dtypes("number")
    assert not np.isinf(numbers.to_numpy(float, na_value=np.nan)).any()
    if table not in GROUPED:
        assert numbers.notna().all(axis=None)


@by_name
def test_an_empty_group_is_refused_with_all_rows_in_place(children, table):
    complete, without = table(children), table(children[children["migration_status"] != "current"])
    labels = [name for name in complete.select_dtypes("str") if name not in ("status", "reason")]
    pd.testing.assert_frame_equal(complete[labels], without[labels])
    if table is sample_characteristics:
        without = without.query("measure == 'test'")
    elif table is group_comparisons:
        # a chi-square of two groups that have children does without the third
        assert set(without.loc[without["status"] == "ok", "test"]) == {"chi_square_pair"}
        without = without[(without["test"] != "chi_square_pair") | (without["migration_status"] == "current")]
    else:
        assert without.drop(columns="paper_rule", errors="ignore").select_dtypes("number").isna().all(axis=None)
        assert "paper_rule" not in without or without["paper_rule"].isna().all()
    assert set(without["status"]) == {"refused"}
    assert set(without["reason"]) == {"no_complete_cases" if table is departure_age else "empty_level"}


@by_name
def test_no_children_at_all(children, table):
    empty = table(children.head(0))
    assert len(empty) == len(table(children))
    assert set(empty["reason"]) == {"no_complete_cases"}


def test_one_refused_model_leaves_the_others(children):
    children["peer_score"] = 3
    refused = model_coefficients(children).set_index("outcome")["status"]
    assert set(refused["peer"]) == {"refused"}
    assert set(refused.drop("peer")) == {"ok"}


def test_an_empty_cell_refuses_the_interaction_and_not_the_rule(children):
    cell = (children["primary_caregiver"] == "other") & (children["migration_status"] == "never")
    found = interaction_tests(children[~cell]).set_index("variable")
    assert found.loc["primary_caregiver", "reason"] == "empty_cell"
    assert not pd.isna(found.loc["primary_caregiver", "paper_rule"])
    assert set(found.drop("primary_caregiver")["status"]) == {"ok"}


def test_models_in_declared_order(children):
    found = model_coefficients(children)
    blocks = found[["model", "outcome"]].drop_duplicates()
    outcomes = ["total", "emotional", "conduct", "peer", "hyperactivity", "prosocial", "externalising", "internalising"]
    assert blocks["model"].tolist() == [
        *["baseline"] * 8,
        *["baseline_complete_cases"] * 8,
        *["adjusted"] * 8,
        *["adjusted_caregiver_mother"] * 3,
    ]
    assert blocks["outcome"].tolist() == [*outcomes * 3, "emotional", "peer", "hyperactivity"]
    assert found.query("model == 'baseline' and outcome == 'total'")["term"].tolist() == [
        "intercept",
        "migration_status[previous]",
        "migration_status[current]",
        "sex[female]",
        "age_years",
        "province[guizhou]",
    ]


@pytest.mark.parametrize("model", ["baseline", "baseline_complete_cases", "adjusted"])
def test_coefficients_of_the_total_are_the_sum_of_its_four_scales(children, model):
    found = model_coefficients(children).query("model == @model")
    wide = found.pivot(index="term", columns="outcome", values="estimate")
    np.testing.assert_allclose(wide["total"], wide[list(TOTAL_IS_SUM_OF)].sum(axis=1), atol=1e-12)


def test_another_caregiver_reference_is_the_same_model(children):
    found = model_coefficients(children).query("outcome == 'peer'").set_index(["model", "term"])["estimate"]
    mother, grandparent = found["adjusted_caregiver_mother"], found["adjusted"]
    assert mother["primary_caregiver[grandparent]"] == pytest.approx(-grandparent["primary_caregiver[mother]"])
    assert mother["migration_status[current]"] == pytest.approx(grandparent["migration_status[current]"])


def test_a_row_with_a_field_too_many_is_an_error():
    with pytest.raises(KeyError, match="surplus"):
        tidy([{"variable": "sex", "surplus": 1}], ("variable",))


def test_a_wave_of_one_province_has_no_interaction_with_it_and_every_other(children):
    alone = children[children["province"] == "zhejiang"]
    table = interaction_tests(alone).set_index("variable")
    assert table.loc["province", ["status", "reason"]].tolist() == ["refused", "empty_level"]
    assert table.loc["province", "paper_rule"] is pd.NA
    assert table.loc["sex", "status"] == "ok"
