"""Aggregates as the SQL marts hold them, counted here from invented children by other means.

Belongs here: frames for the tests of reliability and bands. Does not belong here: any expectation.
"""

import csv
import itertools
from pathlib import Path

import pandas as pd

ORACLE = Path(__file__).with_name("oracle")
SUBSCALES = {
    "emotional": ("somatic", "worries", "unhappy", "clingy", "afraid"),
    "conduct": ("tantrum", "obeys", "fights", "lies", "steals"),
    "hyperactivity": ("restles", "fidgety", "distrac", "reflect", "attends"),
    "peer": ("loner", "friend", "popular", "bullied", "oldbest"),
    "prosocial": ("consid", "shares", "caring", "kind", "helpout"),
}
SUMS = {
    "total": ("emotional", "conduct", "hyperactivity", "peer"),
    "externalising": ("conduct", "hyperactivity"),
    "internalising": ("emotional", "peer"),
}
SCALES = {
    **SUBSCALES,
    **{name: tuple(itertools.chain.from_iterable(SUBSCALES[s] for s in scales)) for name, scales in SUMS.items()},
}
BACKWARDS = ("obeys", "reflect", "attends", "friend", "popular")
GROUPS = ("current", "previous", "never", "all")
BANDS = Path(__file__).parents[2] / "dbt_like_sql" / "seeds" / "sdq_bands.csv"


def item_points() -> pd.DataFrame:
    """items.csv with points instead of answers; NA where not answered."""
    children = pd.read_csv(ORACLE / "items.csv", dtype=dict.fromkeys(itertools.chain(*SUBSCALES.values()), "Int64"))
    for item in BACKWARDS:
        children[item] = 2 - children[item]
    return children


def of_group(children: pd.DataFrame, group: str) -> pd.DataFrame:
    return children if group == "all" else children[children["migration_status"] == group]


def item_sums(points: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for group, (scale, items) in itertools.product(GROUPS, SCALES.items()):
        complete = of_group(points, group)[list(items)].dropna().astype(int)
        if complete.empty:
            continue
        for (place, one), (other_place, other) in itertools.combinations_with_replacement(enumerate(items), 2):
            row = {"wave": "w", "migration_status": group, "scale": scale, "item": one, "other_item": other}
            row |= {"position": place, "other_position": other_place, "children": len(complete)}
            row |= {"item_sum": complete[one].sum(), "other_item_sum": complete[other].sum()}
            rows.append(row | {"product_sum": (complete[one] * complete[other]).sum()})
    return pd.DataFrame(rows)


def item_answers(points: pd.DataFrame) -> pd.DataFrame:
    numbers = [name for name in points if name not in ("child", "migration_status")]
    rows = []
    for group, (scale, items) in itertools.product(GROUPS, SUBSCALES.items()):
        for item in items:
            column = of_group(points, group)[item]
            row = {"wave": "w", "migration_status": group, "scale": scale, "item": item}
            row |= {"number": numbers.index(item) + 1, "children": len(column), "missing": int(column.isna().sum())}
            rows.append(row | {f"points_{value}": int((column == value).sum()) for value in range(3)})
    return pd.DataFrame(rows)


def bands_of() -> dict[tuple[str, str, int], str]:
    """(norm, scale, score) -> band, from the seed."""
    with BANDS.open(encoding="utf-8") as file:
        return {
            (row["band_set"], row["scale"], score): row["band"]
            for row in csv.DictReader(file)
            for score in range(int(row["low"]), int(row["high"]) + 1)
        }


def score_counts(children: pd.DataFrame, scales: tuple[str, ...]) -> pd.DataFrame:
    """Of children with `<scale>_score` and age_years."""
    bands, rows = bands_of(), []
    age = children["age_years"].ge(11).fillna(False).map({True: "11_and_over", False: "under_11_or_unknown"})
    for scale in scales:
        counted = children.groupby(["migration_status", age.rename("age_group"), f"{scale}_score"]).size()
        for (status, age_group, score), n in counted.items():
            row = {"wave": "w", "migration_status": status, "age_group": age_group, "scale": scale}
            row |= {f"band_{norm}": bands.get((norm, scale, int(score))) for norm in ("three", "four", "chinese")}
            rows.append(row | {"score": int(score), "children": n})
    return pd.DataFrame(rows)


def banded() -> pd.DataFrame:
    return pd.read_csv(ORACLE / "banded.csv")


def band_cells(children: pd.DataFrame) -> pd.DataFrame:
    """One row a combination of the predictors and the band."""
    bands = bands_of()
    band = children["total_score"].map(lambda score: bands["three", "total", score])
    frame = children.drop(columns=[name for name in children if name.endswith("_score")]).assign(total_band_three=band)
    cells = frame.groupby(list(frame), dropna=False).size().rename("children").reset_index()
    return cells.assign(wave="w")
