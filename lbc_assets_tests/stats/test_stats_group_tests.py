"""Chi-square and analyses of variance by hand, from the paper's printed counts, and refused."""

import numpy as np
import pandas as pd
import pytest

from lbc_assets.reference.published import table1_counts
from lbc_assets.stats.groups.group_tests import anova_f, chi_square, welch_f
from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.groups.pairwise import chi_square_pair
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.tables.sample_characteristics import sample_characteristics


def moments(*groups):
    return [Moments.of(np.array(group, float)) for group in groups]


def test_chi_square_by_hand():
    # Expected 15 and 15 in each column of 30: 4 x 25/15 = 20/3.
    found = chi_square(np.array([[10.0, 20.0], [20.0, 10.0]]))
    assert found.statistic == pytest.approx(20 / 3)
    assert (found.df, found.df_residual) == (1, None)
    assert found.p_value == pytest.approx(0.009823275, abs=1e-9)


GROUPS = ("current", "previous", "never")
# p to four digits from the study notes; the paper prints .064, .003 and .017.
PRINTED = {"Any sibling": 0.0635, "Social support": 0.0026, "School performance": 0.0166}


def printed_counts(variable):
    """Table 1's printed counts, levels x groups."""
    return np.array([list(table1_counts(variable, group).values()) for group in GROUPS], float).T


@pytest.mark.parametrize("variable", PRINTED)
def test_printed_counts_give_the_printed_p(variable):
    assert round(chi_square(printed_counts(variable)).p_value, 4) == PRINTED[variable]


# The paper's text says p < .001 of both; the study notes recompute .0029 and .0011.
@pytest.mark.parametrize(("variable", "p"), [("Social support", 0.0029), ("School performance", 0.0011)])
def test_printed_counts_of_current_against_never(variable, p):
    found = chi_square_pair(printed_counts(variable), (GROUPS.index("current"), GROUPS.index("never")))
    assert round(found.p_value, 4) == p


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
    found = anova_f(moments([1, 2, 3], [2, 3, 4], [6, 7, 8]))
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
@pytest.mark.parametrize("test", [anova_f, welch_f])
def test_comparisons_of_means_refused(test, groups, reason):
    with pytest.raises(StatisticsRefused, match=reason):
        test(moments(*groups))


def test_welch_by_hand():
    # Variances 1, 4, 1 of three each: weights 3, 3/4, 3, mean 18/6.75 = 8/3 of the means 2, 4, 3; between
    # (3 * 4/9 + 3/4 * 16/9 + 3 * 1/9) / 2 = 3/2. Lost: (25/81 + 64/81 + 25/81) / 2 / 8 = 57/648.
    found = welch_f(moments([1, 2, 3], [2, 4, 6], [2, 3, 4]))
    assert found.statistic == pytest.approx(1.5 / (1 + 2 * 57 / 648))
    assert (found.df, found.df_residual) == (2, pytest.approx(648 / 171))


def test_welch_of_two_groups_is_the_square_of_t():
    found = welch_f(moments([1, 2, 3, 9], [4, 6, 7]))
    variance = (38.75 / 3) / 4 + (14 / 3 / 2) / 3
    assert found.statistic == pytest.approx((15 / 4 - 17 / 3) ** 2 / variance)


@pytest.mark.parametrize(
    ("groups", "reason"), [([[1], [2, 3]], "too_few_rows"), ([[1, 1], [2, 3]], "constant_outcome")]
)
def test_welch_needs_a_variance_in_each_group(groups, reason):
    anova_f(moments(*groups))
    with pytest.raises(StatisticsRefused, match=reason):
        welch_f(moments(*groups))


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
    assert set(found.loc[("test", "all"), "n"]) == {children["age_years"].notna().sum()}


def test_the_family_of_corrected_p_values_is_one_test_a_variable(characteristics):
    tests = characteristics.query("measure == 'test'")
    assert tests["p_holm"].notna().tolist() == tests["test"].isin(["chi_square", "anova_f"]).tolist()
    smallest = tests["p_value"].idxmin()
    assert tests.loc[smallest, "p_holm"] == pytest.approx(15 * tests.loc[smallest, "p_value"])
    assert (tests["p_benjamini_hochberg"].dropna() >= tests["p_value"][tests["p_holm"].notna()]).all()


def test_small_expected_counts_bring_a_further_test(characteristics, children):
    assert "chi_square_monte_carlo" not in set(characteristics["test"].dropna())
    assert not characteristics["small_expected"].dropna().any()
    children.loc[children["any_sibling"] == "no", "any_sibling"] = None
    children.loc[children["child_pseudonym"].isin(["c001", "c002", "c003"]), "any_sibling"] = "no"
    found = sample_characteristics(children).query("variable == 'any_sibling' and measure == 'test'")
    assert found["test"].tolist() == ["chi_square", "fisher_exact"]
    assert bool(found["small_expected"].iloc[0])
    assert pd.isna(found["statistic"].iloc[1])
    assert found["p_value"].iloc[1] != pytest.approx(found["p_value"].iloc[0])


def test_many_tables_bring_a_simulated_test_with_its_error(children):
    rare = children["school_performance"].isin(["very_poor", "poor"]) & (children["child_pseudonym"] > "c030")
    children.loc[rare, "school_performance"] = "fair"
    found = sample_characteristics(children).query("variable == 'school_performance' and measure == 'test'")
    assert found["test"].tolist() == ["chi_square", "chi_square_monte_carlo"]
    assert found["statistic"].iloc[0] == found["statistic"].iloc[1]
    p = found["p_value"].iloc[1]
    assert found["p_std_error"].iloc[1] == pytest.approx((p * (1 - p) / 100_000) ** 0.5)


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
