"""The data sets, R's answers about them, and rows of both in one order.

Belongs here: reading the committed files, matching keys. Does not belong here: our statistics, numbers.
"""

from functools import cache
from pathlib import Path

import pandas as pd

ORACLE = Path(__file__).parents[1] / "oracle"
REFERENCE, CHILDREN, SMALL, CLUSTERED = "reference", "children", "small", "clustered"
EVERY = (REFERENCE, CHILDREN, SMALL, CLUSTERED)
DATA = {
    REFERENCE: "the cohort of the synthetic reference wave, 3,538 children in 60 schools, missing answers",
    CHILDREN: "400 invented children, missing answers",
    SMALL: "150 invented children, missing answers, two levels without a child",
    CLUSTERED: "559 invented children in 24 schools of 12 townships, strongly clustered, missing answers",
    "few_children": "24 invented children: constant scores, small expected counts",
    "items": "600 invented children's answers to 25 items, missing answers",
    "banded": "1,500 invented children with scores and covariates, missing answers",
    "waves": "840 invented answers of children seen once or twice, in villages",
}
# Ours refuses a model with fewer children than this for each parameter (see `fit`); R's lm fits it.
FEWEST_CHILDREN_A_PARAMETER = 2


@cache
def data(name: str) -> pd.DataFrame:
    """One data set by child. Shared: not to be changed."""
    (found,) = ORACLE.glob(f"{name}.csv*")
    return pd.read_csv(found)


@cache
def answers(name: str, of: str | None = None) -> pd.DataFrame:
    """R's table of this name, `of` one data set. Shared: not to be changed."""
    return pd.read_csv((ORACLE / of if of else ORACLE) / f"{name}.csv")


def version(package: str) -> str:
    """The version of the R package that answered; of R itself for what comes with it."""
    lines = [line for file in sorted(ORACLE.glob("*versions.txt")) for line in file.read_text().splitlines()]
    if package in ("R", "stats"):
        return next(line.split()[2] for line in lines if line.startswith("R version"))
    return next(line.split()[1] for line in lines if line.split()[0] == package)


def without_small_models(theirs: pd.DataFrame, parameters: "pd.Series | int") -> pd.DataFrame:
    """R's rows but those of models that ours refuses as too small."""
    return theirs[theirs["n"] >= FEWEST_CHILDREN_A_PARAMETER * parameters]


def matched(ours: pd.DataFrame, theirs: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Our answered rows and R's in R's order. ValueError: one of the two answers a row that the other does not."""
    ours = ours[ours["status"] == "ok"] if "status" in ours else ours
    theirs = theirs.reset_index(drop=True)
    merged = theirs[key].merge(ours, on=key, how="outer", validate="one_to_one", indicator=True)
    alone = merged[merged["_merge"] != "both"]
    if len(alone):
        raise ValueError(f"answered by one side only: {alone[[*key, '_merge']].to_dict('records')[:5]}")
    return theirs[key].merge(ours, on=key, how="left"), theirs


def looked_up(ours: pd.DataFrame, theirs: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same, where R was asked for some of our rows only."""
    asked = theirs[key].drop_duplicates()
    return matched(ours.merge(asked, on=key), theirs, key)
