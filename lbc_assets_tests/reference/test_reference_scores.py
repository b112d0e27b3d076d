"""The baked wave's scores against Tables 1 to 4, by least squares in plain numpy."""

import numpy as np
import pandas as pd
import pytest

from lbc_assets.reference.published import GROUPS, TABLE1_OUTCOMES, fact, printed

# Table 2's terms: printed row, column of the cohort, level.
ADJUSTED = [
    ("PLB", "group", "previous"),
    ("CLB", "group", "current"),
    ("Female", "sex", "female"),
    ("Age", "age", None),
    ("Guizhou", "province", "guizhou"),
    ("Poor", "wealth", "poor"),
    ("Wealthy", "wealth", "wealthy"),
    ("Father", "caregiver", "father"),
    ("Mother", "caregiver", "mother"),
    ("Other", "caregiver", "other"),
    ("Divorced", "parents_divorced", "yes"),
    ("Sibling", "sibling", "yes"),
    ("Low support", "support", "low"),
    ("Medium support", "support", "medium"),
    ("Very poor school", "school_performance", "very_poor"),
    ("Poor school", "school_performance", "poor"),
    ("Good school", "school_performance", "good"),
    ("Very good school", "school_performance", "very_good"),
]
# Table 3's caregiver rows read as grandparent, father, other against mother (STUDY.md, contradiction 4).
TABLE3 = [
    (
        row,
        variable,
        {"father": "grandparent", "mother": "father"}.get(level, level) if variable == "caregiver" else level,
    )
    for row, variable, level in ADJUSTED
]
BASELINE = ADJUSTED[:5]
COVARIATES = ["wealth", "caregiver", "parents_divorced", "sibling", "support", "school_performance"]


def matrix(frame: pd.DataFrame, terms: list) -> np.ndarray:
    columns = [frame[name] if level is None else frame[name] == level for _, name, level in terms]
    return np.column_stack([np.ones(len(frame)), *columns]).astype(float)


def regression(frame: pd.DataFrame, terms: list, outcome: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients and standard errors without the intercept, and the residual SD."""
    x, y = matrix(frame, terms), frame[outcome].to_numpy(float)
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    spread = np.sqrt(np.sum((y - x @ coefficients) ** 2) / (len(y) - x.shape[1]))
    errors = spread * np.sqrt(np.diag(np.linalg.inv(x.T @ x)))
    return coefficients[1:], errors[1:], float(spread)


@pytest.fixture(scope="module")
def whole(analysed: pd.DataFrame) -> pd.DataFrame:
    """Complete cases of the adjusted model."""
    return analysed.dropna(subset=COVARIATES)


@pytest.mark.parametrize(("column", "terms"), [("baseline", BASELINE), ("adjusted", ADJUSTED)])
def test_table2(analysed: pd.DataFrame, whole: pd.DataFrame, column: str, terms: list) -> None:
    found, errors, _ = regression(whole if column == "adjusted" else analysed, terms, "total")
    for value, error, (row, _, _) in zip(found, errors, terms, strict=True):
        assert value == pytest.approx(printed("table2", row, column, "B"), abs=0.007), row
        assert error == pytest.approx(printed("table2", row, column, "SE"), abs=0.0101), row


@pytest.mark.parametrize(
    ("outcome", "column"), [("emotional", "emotional"), ("peer", "peer"), ("hyperactivity", "hyper")]
)
def test_table3(whole: pd.DataFrame, outcome: str, column: str) -> None:
    found, errors, _ = regression(whole, TABLE3, outcome)
    for value, error, (row, _, _) in zip(found, errors, TABLE3, strict=True):
        assert value == pytest.approx(printed("table3", row, column, "B"), abs=0.006), row
        assert error == pytest.approx(printed("table3", row, column, "SE"), abs=0.0101), row


def test_residual_spread(analysed: pd.DataFrame, whole: pd.DataFrame) -> None:
    assert regression(whole, ADJUSTED, "total")[2] == pytest.approx(4.78, abs=0.03)
    assert regression(analysed, BASELINE, "total")[2] == pytest.approx(4.98, abs=0.03)


@pytest.mark.parametrize("outcome", TABLE1_OUTCOMES)
@pytest.mark.parametrize("group", GROUPS)
def test_table1_means_and_spread(analysed: pd.DataFrame, outcome: str, group: str) -> None:
    scores = analysed.loc[analysed["group"] == group, outcome]
    assert scores.mean() == pytest.approx(printed("table1", TABLE1_OUTCOMES[outcome], group, "mean"), abs=0.06)
    assert scores.std() == pytest.approx(printed("table1", TABLE1_OUTCOMES[outcome], group, "sd"), abs=0.06)


def test_prosocial_has_no_association_with_migration(analysed: pd.DataFrame) -> None:
    found, errors, _ = regression(analysed, BASELINE, "prosocial")
    assert np.all(np.abs(found[:2]) < 2 * errors[:2])


def test_departure_age(whole: pd.DataFrame) -> None:
    current = whole[(whole["group"] == "current") & whole["departure_age"].notna()]
    found, errors, _ = regression(current, [*ADJUSTED[2:], ("departure", "departure_age", None)], "total")
    assert found[-1] == pytest.approx(fact("departure_age_B"), abs=0.005)
    assert 3.09 < abs(found[-1] / errors[-1]) < 3.6  # two-sided p .0003 to .002


@pytest.mark.parametrize(
    ("row", "variable", "level", "dropped"),
    [
        ("Province", "province", "guizhou", []),
        ("Divorce", "parents_divorced", "yes", []),
        ("Social support", "support_dichotomy", "low", ["low", "medium"]),
    ],
)
def test_table4_f(whole: pd.DataFrame, row: str, variable: str, level: str, dropped: list[str]) -> None:
    terms = [term for term in ADJUSTED if term[1] != "support" or term[2] not in dropped]
    if dropped:
        terms.append(("Low", variable, level))
    for group in ("previous", "current"):
        whole = whole.assign(**{f"with_{group}": (whole["group"] == group) & (whole[variable] == level)})
        terms.append((group, f"with_{group}", None))
    x, y = matrix(whole, terms), whole["total"].to_numpy(float)
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    residual = y - x @ coefficients
    covariance = np.linalg.inv(x.T @ x) * (residual @ residual) / (len(y) - x.shape[1])
    main = next(place for place, term in enumerate(terms, start=1) if term[1] == variable)
    for group, extra in {"never": [], "previous": [x.shape[1] - 2], "current": [x.shape[1] - 1]}.items():
        contrast = np.zeros(x.shape[1])
        contrast[[main, *extra]] = 1
        f = (contrast @ coefficients) ** 2 / (contrast @ covariance @ contrast)
        assert f == pytest.approx(printed("table4", row, group, "F"), rel=0.05, abs=0.05), group
