"""Chi-square and analysis of variance by hand, from the paper's printed counts, and refused."""

import numpy as np
import pandas as pd
import pytest

from lbc_assets.stats.group_tests import anova_f, chi_square
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample_characteristics import sample_characteristics


def test_chi_square_by_hand():
    # Expected 15 and 15 in each column of 30: 4 x 25/15 = 20/3.
    found = chi_square(np.array([[10.0, 20.0], [20.0, 10.0]]))
    assert found.statistic == pytest.approx(20 / 3)
    assert (found.df, found.df_residual) == (1, None)
    assert found.p_value == pytest.approx(0.009823275, abs=1e-9)


# Table 1's printed counts, columns current, previous, never; p to four digits from the study notes.
PRINTED = {
    "any_sibling": ([[434, 170, 157], [1494, 736, 544]], 0.0635),
    "social_support": ([[122, 38, 38], [780, 346, 238], [1010, 507, 420]], 0.0026),
    "school_performance": (
        [[155, 77, 58], [375, 167, 117], [849, 390, 277], [400, 188, 164], [144, 83, 84]],
        0.0166,
    ),
}


@pytest.mark.parametrize("variable", PRINTED)
def test_printed_counts_give_the_printed_p(variable):
    counts, p = PRINTED[variable]
    assert round(chi_square(np.array(counts, float)).p_value, 4) == p


def test_an_unused_level_does_not_count():
    counts = np.array([[10.0, 20.0], [0.0, 0.0], [20.0, 10.0]])
    assert chi_square(counts) == chi_square(counts[[0, 2]])


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([[0, 0], [0, 0]], "no_complete_cases"),
        ([[3, 0], [2, 0]], "empty_level"),
        ([[3, 5], [0, 0]], "constant_outcome"),
    ],
)
def test_chi_square_refused(counts, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        chi_square(np.array(counts, float))


def test_anova_by_hand():
    # Means 2, 3, 7 about 4: between 3 (4 + 1 + 9) = 42 on 2 df; within 2 + 2 + 2 = 6 on 6 df; F = 21.
    found = anova_f([np.array([1.0, 2, 3]), np.array([2.0, 3, 4]), np.array([6.0, 7, 8])])
    assert found.statistic == pytest.approx(21)
    assert (found.df, found.df_residual) == (2, 6)
    # For 2 numerator df the tail is (1 + 2 F / 6) ** -3.
    assert found.p_value == pytest.approx(8.0**-3)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([[], []], "no_complete_cases"),
        ([[1, 2], []], "empty_level"),
        ([[1], [2]], "too_few_rows"),
        ([[1, 1], [2, 2]], "constant_outcome"),
    ],
)
def test_anova_refused(groups, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        anova_f([np.array(group, float) for group in groups])


@pytest.fixture
def characteristics(children) -> pd.DataFrame:
    return sample_characteristics(children)


def test_characteristics_in_the_order_of_table_1(characteristics):
    assert characteristics["variable"].drop_duplicates().tolist() == [
        "age_years",
        "sex",
        "province",
        "primary_caregiver",
        "parents_divorced",
        "any_sibling",
        "household_wealth",
        "social_support",
        "school_performance",
        "total_score",
        "emotional_score",
        "conduct_score",
        "peer_score",
        "hyperactivity_score",
        "prosocial_score",
    ]
    support = characteristics.query("variable == 'social_support' and measure == 'count'")
    assert support["level"].drop_duplicates().tolist() == ["low", "medium", "high"]
    assert support["migration_status"].head(4).tolist() == ["current", "previous", "never", "all"]


def test_counts_and_percentages_leave_missing_out(characteristics, children):
    found = characteristics.query("variable == 'sex' and measure == 'count'").set_index(["level", "migration_status"])
    for group in ("current", "previous", "never"):
        answers = children.loc[children["migration_status"] == group, "sex"]
        row = found.loc[("female", group)]
        assert row["n"] == (answers == "female").sum()
        assert row["estimate"] == pytest.approx(100 * (answers == "female").sum() / answers.notna().sum())
        assert row["n_missing"] == answers.isna().sum()
    assert found["n"]["female", "all"] + found["n"]["male", "all"] + found["n_missing"]["male", "all"] == 400


def test_means_and_deviations(characteristics, children):
    found = characteristics.query("variable == 'age_years'").set_index(["measure", "migration_status"])
    ages = children.loc[children["migration_status"] == "never", "age_years"].dropna()
    row = found.loc[("mean", "never")]
    assert (row["n"], row["estimate"], row["std_dev"]) == pytest.approx((len(ages), ages.mean(), ages.std()))
    assert found.loc[("test", "all"), "n"] == children["age_years"].notna().sum()


def test_a_variable_nobody_answered_keeps_its_counts(children):
    children["province"] = None
    found = sample_characteristics(children).query("variable == 'province'")
    assert set(found["reason"]) == {"no_complete_cases"}
    assert found["estimate"].isna().all()
    assert found.query("measure == 'count' and migration_status == 'all'")["n_missing"].tolist() == [400, 400]


def test_a_single_child_has_no_deviation(children):
    one = children.groupby("migration_status").head(1)
    found = sample_characteristics(one).query("variable == 'total_score' and migration_status == 'never'")
    assert found["reason"].tolist() == ["too_few_rows"]
    assert found["n"].tolist() == [1]
