"""The baked reference wave, read and derived here with pandas alone, independent of the generator and of the
SQL.
"""

from collections.abc import Callable
from importlib import resources

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

WAVE = resources.files("lbc_assets.reference").joinpath("waves", "baseline-2015")
SCALE_ITEMS = {
    "emotional": [3, 8, 13, 16, 24],
    "conduct": [5, 7, 12, 18, 22],
    "hyperactivity": [2, 10, 15, 21, 25],
    "peer": [6, 11, 14, 19, 23],
    "prosocial": [1, 4, 9, 17, 20],
}
REVERSED = {7, 11, 14, 21, 25}
DIFFICULTIES = ["emotional", "conduct", "hyperactivity", "peer"]


def decode(frame: pd.DataFrame, codebook: dict) -> pd.DataFrame:
    """Canonical answers, None where missing; a code that the codebook does not know is an error here."""
    result = {}
    for name, entry in codebook["variables"].items():
        column = frame[entry["column"]]
        missing, codes, blank = (entry.get("missing", {}), entry.get("codes"), entry.get("blank"))
        values = []
        for value in column:
            if value == "":
                values.append(blank)
            elif value in missing:
                values.append(None)
            else:
                values.append(codes[value] if codes else value)
        result[name] = values
    return pd.DataFrame(result, dtype=object)


def read_text(entry: dict) -> pd.DataFrame:
    """One file of the wave as the manifest names it, every cell text as it was typed or coded."""
    path = WAVE / entry["path"]
    if entry.get("format") != "sav":
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding=entry["encoding"])
    frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    for name in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = ["" if np.isnan(value) else str(int(value)) for value in frame[name]]
    return frame.astype(str)


def scale_score(row: tuple) -> float:
    """Mean of the answered items times five, half up; NaN under three answers."""
    answered = [value for value in row if not np.isnan(value)]
    return np.nan if len(answered) < 3 else np.floor(np.mean(answered) * 5 + 0.5 + 1e-9)


def level_of(row: tuple, cuts: list[int], names: list[str]) -> str | None:
    """Category of a count of yes when it is certain whatever the unanswered items would have been."""
    least = sum(value == "yes" for value in row)
    most = least + sum(value is None for value in row)
    low, high = (names[int(np.searchsorted(cuts, count, side="right"))] for count in (least, most))
    return low if low == high else None


def migration_status(father: str | None, mother: str | None) -> str | None:
    """Any parent away now, else unknown when an answer is missing, else any away before, else never."""
    if "current" in (father, mother):
        return "current"
    if father is None or mother is None:
        return None
    return "previous" if "previous" in (father, mother) else "never"


def derive(frame: pd.DataFrame) -> pd.DataFrame:
    """Scores, covariates and exclusion reasons of canonical answers, by the rules of the study."""
    names = [name for name in frame if name.startswith("sdq_")]
    items = frame[names].apply(pd.to_numeric)
    result = frame[["province", "sex", "parents_divorced", "school_performance", "school", "township"]].copy()
    for scale, numbers in SCALE_ITEMS.items():
        keyed = [2 - items.iloc[:, n - 1] if n in REVERSED else items.iloc[:, n - 1] for n in numbers]
        result[scale] = [scale_score(row) for row in zip(*keyed, strict=True)]
    result["total"] = result[DIFFICULTIES].sum(axis=1, min_count=4)
    result["age"] = pd.to_numeric(frame["age_years"])
    result["school_year"] = pd.to_numeric(frame["school_year"])
    result["departure_age"] = pd.to_numeric(frame["departure_age_years"])
    pairs = zip(frame["father_migration"], frame["mother_migration"], strict=True)
    result["group"] = [migration_status(father, mother) for father, mother in pairs]
    appliances = frame[[name for name in frame if name.startswith("appliance_")]].itertuples(index=False, name=None)
    result["wealth"] = [level_of(row, [2, 4], ["poor", "fair", "wealthy"]) for row in appliances]
    support = list(frame[[n for n in frame if n.startswith("support_")]].itertuples(index=False, name=None))
    result["support"] = [level_of(row, [3, 6], ["low", "medium", "high"]) for row in support]
    result["support_dichotomy"] = [level_of(row, [6], ["low", "high"]) for row in support]
    carers = {"stepfather": "father", "stepmother": "mother", "several": None, None: None}
    carers |= dict.fromkeys(["sibling", "relative", "friend", "nobody"], "other")
    result["caregiver"] = [carers.get(carer, carer) for carer in frame["cares_most"]]
    siblings = pd.to_numeric(frame["siblings_number"])
    result["sibling"] = np.where(siblings.isna(), None, np.where(siblings > 0, "yes", "no"))
    consent = (frame["consent_child"] == "yes") & (frame["consent_carer"] == "yes")
    deceased = (frame["father_alive"] == "no") | (frame["mother_alive"] == "no")
    result["reason"] = np.select(
        [~consent, result["total"].isna(), deceased, result["group"].isna()],
        ["no_consent", "sdq_not_completed", "parent_deceased", "migration_unknown"],
        "analysed",
    )
    return result


@pytest.fixture(scope="session")
def codebook() -> dict:
    """The wave's codebook; quoted codes arrive as text."""
    return yaml.safe_load(WAVE.joinpath("codebook.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def answers(codebook: dict) -> pd.DataFrame:
    """Canonical answers of all files."""
    manifest = yaml.safe_load(WAVE.joinpath("wave.yaml").read_text(encoding="utf-8"))
    return decode(pd.concat([read_text(entry) for entry in manifest["files"]], ignore_index=True), codebook)


@pytest.fixture(scope="session")
def derived(answers: pd.DataFrame) -> pd.DataFrame:
    """All questionnaires with their derived variables."""
    return derive(answers)


@pytest.fixture(scope="session")
def analysed(derived: pd.DataFrame) -> pd.DataFrame:
    """The children in the analysis."""
    return derived[derived["reason"] == "analysed"].reset_index(drop=True)


@pytest.fixture(scope="session")
def derive_rows(codebook: dict) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """The same derivation for the coded rows of any other wave."""
    return lambda rows: derive(decode(rows, codebook))
