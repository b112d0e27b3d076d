"""The baked wave's counts: flow, Table 1, provinces, ages, consistency of answers."""

import pandas as pd
import pytest

from lbc_assets.reference.published import GROUPS, fact, table1_counts

TABLE1 = {
    "caregiver": ("Primary caregiver", ["grandparent", "father", "mother", "other"]),
    "parents_divorced": ("Parents divorced", ["no", "yes"]),
    "sibling": ("Any sibling", ["no", "yes"]),
    "wealth": ("Household wealth", ["poor", "fair", "wealthy"]),
    "support": ("Social support", ["low", "medium", "high"]),
    "school_performance": ("School performance", ["very_poor", "poor", "fair", "good", "very_good"]),
}
MISSING = {
    "caregiver": (8, 2, 3),
    "parents_divorced": (15, 8, 5),
    "sibling": (2, 1, 0),
    "wealth": (2, 1, 0),
    "support": (18, 16, 5),
    "school_performance": (7, 2, 1),
}


def test_participant_flow_is_the_papers(derived: pd.DataFrame) -> None:
    assert len(derived) == fact("n_questionnaires") == 3596
    assert derived["reason"].value_counts().to_dict() == {
        "analysed": 3538,
        "migration_unknown": 41,
        "sdq_not_completed": 9,
        "parent_deceased": 8,
    }


def test_each_excluded_child_has_one_reason_only(answers: pd.DataFrame, derived: pd.DataFrame) -> None:
    deceased = (answers["father_alive"] == "no") | (answers["mother_alive"] == "no")
    reasons = derived["total"].isna().astype(int) + deceased.astype(int) + derived["group"].isna().astype(int)
    assert reasons.max() == 1
    assert reasons.sum() == 58


@pytest.mark.parametrize("variable", TABLE1)
@pytest.mark.parametrize("group", GROUPS)
def test_table1_counts_are_exact(analysed: pd.DataFrame, variable: str, group: str) -> None:
    row, levels = TABLE1[variable]
    mine = analysed.loc[analysed["group"] == group, variable]
    assert len(mine) == fact(f"n_{group}")
    assert [int((mine == level).sum()) for level in levels] == list(table1_counts(row, group).values())
    assert mine.isna().sum() == MISSING[variable][("current", "previous", "never").index(group)]


def test_no_child_misses_two_covariates(analysed: pd.DataFrame) -> None:
    gaps = analysed[list(TABLE1)].isna().sum(axis=1)
    assert gaps.max() == 1
    assert (gaps == 0).sum() == 3442
    assert analysed.loc[gaps == 0, "support_dichotomy"].notna().all()
    assert analysed.loc[analysed["support"].isna(), "support_dichotomy"].isna().all()


def test_provinces_sex_and_age(analysed: pd.DataFrame) -> None:
    guizhou = analysed[analysed["province"] == "guizhou"].groupby("group").size()
    assert guizhou.to_dict() == {"current": 1195, "previous": 666, "never": 325}
    girls = analysed["sex"].eq("female").groupby(analysed["group"]).mean()
    assert round(100 * (analysed["sex"] == "female").mean(), 1) == fact("pct_girls")
    assert girls.max() - girls.min() < 0.001
    ages = analysed["age"]
    assert round(ages.mean(), 1) == fact("age_mean")
    assert round(ages.std(), 1) == fact("age_sd")
    assert (ages.min(), ages.max()) == (9, 17)
    assert round(ages[analysed["group"] == "previous"].mean(), 1) == fact("age_mean_previous")


def test_answers_are_consistent(answers: pd.DataFrame, derived: pd.DataFrame) -> None:
    assert (answers[["consent_child", "consent_carer"]] == "yes").all(axis=None)
    assert answers["questionnaire_id"].is_unique
    assert derived["school_year"].between(4, 9).all()
    assert (derived["age"] - derived["school_year"]).between(5, 8).all()
    departure = derived["departure_age"]
    assert (departure.dropna() <= derived.loc[departure.notna(), "age"]).all()
    assert derived.loc[departure.notna(), "group"].eq("current").all()
    for carer, box in {"father": "father", "mother": "mother", "grandparent": "grandparent"}.items():
        assert (answers.loc[derived["caregiver"] == carer, f"lives_with_{box}"] == "yes").all()
    for parent in ("father", "mother"):
        away = answers[f"{parent}_migration"] == "current"
        assert (answers.loc[away, f"lives_with_{parent}"] == "no").all()


def test_two_invented_schools_in_each_township(answers: pd.DataFrame) -> None:
    schools = answers.groupby("township")["school"].nunique()
    assert (schools == 2).all()
    townships = answers.groupby("province")["township"].nunique()
    assert townships.to_dict() == {
        "zhejiang": fact("townships_zhejiang"),
        "guizhou": fact("townships_guizhou"),
    }
    assert answers["school"].str.fullmatch(r"(ZJ|GZ)-T\d\d-S[12]").all()
    assert set(answers.loc[answers["province"] == "guizhou", "county"]) == {"guiding", "longli"}


def test_proration_is_exercised(answers: pd.DataFrame, analysed: pd.DataFrame) -> None:
    items = answers[[name for name in answers if name.startswith("sdq_")]]
    assert 0.002 < items.isna().to_numpy().mean() < 0.03
    assert analysed["prosocial"].notna().all()
