"""Reads the wave's three files and derives what the tables need, as the paper's Methods say."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import yaml

WAVE = Path(__file__).resolve().parents[2] / "lbc_assets" / "reference" / "waves" / "baseline-2015"
SCALES = {  # item -> reversed
    "emotional": {"somatic": 0, "worries": 0, "unhappy": 0, "clingy": 0, "afraid": 0},
    "conduct": {"tantrum": 0, "obeys": 1, "fights": 0, "lies": 0, "steals": 0},
    "hyperactivity": {"restles": 0, "fidgety": 0, "distrac": 0, "reflect": 1, "attends": 1},
    "peer": {"loner": 0, "friend": 1, "popular": 1, "bullied": 0, "oldbest": 0},
    "prosocial": {"consid": 0, "shares": 0, "caring": 0, "kind": 0, "helpout": 0},
}
SUMS = {"externalising": ["conduct", "hyperactivity"], "internalising": ["emotional", "peer"]}
OUTCOMES = ["total", "emotional", "conduct", "peer", "hyperactivity", "prosocial"]
GROUPS = ["never", "previous", "current"]
LEVELS = {  # the reference first
    "migration_status": GROUPS,
    "sex": ["male", "female"],
    "province": ["zhejiang", "guizhou"],
    "household_wealth": ["fair", "poor", "wealthy"],
    "primary_caregiver": ["grandparent", "father", "mother", "other"],
    "parents_divorced": ["no", "yes"],
    "any_sibling": ["no", "yes"],
    "social_support": ["high", "low", "medium"],
    "social_support_dichotomy": ["high", "low"],
    "school_performance": ["fair", "very_poor", "poor", "good", "very_good"],
    "migrant_parent": ["both", "father", "mother", "mixed"],
    "living_arrangement": ["both", "one", "neither"],
}
CONFOUNDERS = ["sex", "age_years", "province"]
FAMILY = ["household_wealth", "primary_caregiver", "parents_divorced", "any_sibling"]
COVARIATES = [*CONFOUNDERS, *FAMILY, "social_support", "school_performance"]
WITH_DICHOTOMY = [*CONFOUNDERS, *FAMILY, "social_support_dichotomy", "school_performance"]
NUMBERS = ["age_years", "siblings_number", "departure_age_years", "school_year"]


def read_spss(path):
    """Codes as text, as they stand in the other files; what the file declares missing stays a code."""
    frame, _ = pyreadstat.read_sav(str(path), user_missing=True)
    for name in frame.select_dtypes("number"):
        frame[name] = frame[name].astype("Int64").astype("string")
    return frame


def read(wave):
    codebook = yaml.safe_load((wave / "codebook.yaml").read_text(encoding="utf-8"))["variables"]
    parts = [
        pd.read_csv(wave / "zhejiang.csv", dtype=str),
        pd.read_csv(wave / "guiding.csv", dtype=str, encoding="gb18030"),
        read_spss(wave / "longli.sav"),
    ]
    raw = pd.concat([part.astype(object).where(part.notna(), None) for part in parts], ignore_index=True)
    data = pd.DataFrame(index=raw.index)
    for variable, entry in codebook.items():
        column = raw[entry["column"]].str.strip()
        blank = column.isna()
        column = column.mask(column.isin(list(entry.get("missing", {}))))
        if "codes" in entry:
            column = column.map(entry["codes"])
        if "blank" in entry:
            column = column.mask(blank, entry["blank"])
        data[variable] = column
    for variable in NUMBERS:
        data[variable] = pd.to_numeric(data[variable], errors="coerce")
    return data


def certain(data, items, categories):
    """The category of the number of yes, where no missing answer could change it."""
    low, high = (data[items] == "yes").sum(axis=1), len(items) - (data[items] == "no").sum(axis=1)
    result = pd.Series(None, index=data.index, dtype=object)
    for name, first, last in categories:
        result[(low >= first) & (high <= last)] = name
    return result


def derive(data):
    for scale, items in SCALES.items():
        answers = data[[f"sdq_{item}" for item in items]].apply(pd.to_numeric)
        for item, is_reversed in items.items():
            if is_reversed:
                answers[f"sdq_{item}"] = 2 - answers[f"sdq_{item}"]
        data[[f"points_{item}" for item in items]] = answers
        points, n = answers.sum(axis=1), answers.notna().sum(axis=1)
        data[f"{scale}_score"] = ((10 * points + n) // (2 * n.where(n >= 3))).astype(float)
    data["total_score"] = data[[f"{s}_score" for s in SCALES if s != "prosocial"]].sum(axis=1, skipna=False)
    for name, scales in SUMS.items():
        data[f"{name}_score"] = data[[f"{scale}_score" for scale in scales]].sum(axis=1, skipna=False)
    father, mother = data["father_migration"], data["mother_migration"]
    known = father.notna() & mother.notna()
    data["migration_status"] = np.select(
        [
            (father == "current") | (mother == "current"),
            known & ((father == "previous") | (mother == "previous")),
            known,
        ],
        ["current", "previous", "never"],
        "",
    )
    data["migration_status"] = data["migration_status"].replace("", None)
    away = known & (data["migration_status"] != "never")
    parents = [away & (father == mother), away & (mother == "never"), away & (father == "never"), away]
    data["migrant_parent"] = pd.Series(np.select(parents, LEVELS["migrant_parent"], ""), data.index).replace("", None)
    data["years_since_departure"] = data["age_years"] - data["departure_age_years"]
    with_father, with_mother = data["lives_with_father"], data["lives_with_mother"]
    with_parents = (with_father == "yes").astype(int) + (with_mother == "yes")
    living = with_parents.map({2: "both", 1: "one", 0: "neither"})
    data["living_arrangement"] = living.where(with_father.notna() & with_mother.notna())
    appliances = [name for name in data if name.startswith("appliance_")]
    support = [name for name in data if name.startswith("support_")]
    data["household_wealth"] = certain(data, appliances, [("poor", 0, 1), ("fair", 2, 3), ("wealthy", 4, 5)])
    data["social_support"] = certain(data, support, [("low", 0, 2), ("medium", 3, 5), ("high", 6, 6)])
    data["social_support_dichotomy"] = certain(data, support, [("low", 0, 5), ("high", 6, 6)])
    others = dict.fromkeys(["sibling", "relative", "friend", "nobody"], "other")
    carers = {"father": "father", "stepfather": "father", "mother": "mother", "stepmother": "mother"}
    data["primary_caregiver"] = data["cares_most"].map({"grandparent": "grandparent", **carers, **others})
    siblings = data["siblings_number"]
    data["any_sibling"] = (siblings > 0).map({True: "yes", False: "no"}).where(siblings.notna())
    for variable, levels in LEVELS.items():
        data[variable] = pd.Categorical(data[variable], levels)
    return data


def exclude(data):
    """The children analysed, those left out only since one parent's migration is unknown, and the participant flow."""
    left, steps = data, [("received", data)]
    for reason, bad in {
        "no consent": (data["consent_child"] != "yes") | (data["consent_carer"] != "yes"),
        "SDQ not completed": data["total_score"].isna(),
        "parent deceased": (data["father_alive"] == "no") | (data["mother_alive"] == "no"),
        "migration unknown": data["migration_status"].isna(),
    }.items():
        gone = left[bad.loc[left.index]]
        steps.append((f"excluded: {reason}", gone))
        left = left.drop(gone.index)
    steps.append(("analysed", left))
    steps += [(group, left[left["migration_status"] == group]) for group in GROUPS]
    flow = pd.DataFrame(
        [(step, len(rows), *((rows["province"] == name).sum() for name in LEVELS["province"])) for step, rows in steps],
        columns=["step", "children", *LEVELS["province"]],
    )
    undecided = gone[gone["father_migration"].fillna(gone["mother_migration"]) == "previous"].copy()
    undecided["migration_status"] = pd.Categorical(["previous"] * len(undecided), GROUPS)
    return left.copy(), undecided, flow
