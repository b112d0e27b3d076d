"""Makes children.csv: 400 invented children for the comparison with R.

Uneven cells and missing answers on purpose; no cell of migration status by another factor is empty, so that
every model of the paper can be fitted. Run: python make_children.py [target].
"""

import csv
import random
import sys
from pathlib import Path

SEED = 20170652
CHILDREN = 400
MISSING_SHARE = 0.02
# level: (weight among current, previous, never)
FACTORS = {
    "province": {"zhejiang": (4, 3, 5), "guizhou": (6, 7, 5)},
    "sex": {"male": (5, 4, 5), "female": (5, 6, 5)},
    "primary_caregiver": {
        "grandparent": (13, 5, 4),
        "father": (2, 3, 4),
        "mother": (4, 10, 11),
        "other": (2, 1, 1),
    },
    "parents_divorced": {"yes": (15, 10, 8), "no": (85, 90, 92)},
    "any_sibling": {"yes": (78, 81, 77), "no": (22, 19, 23)},
    "household_wealth": {"poor": (10, 8, 9), "fair": (61, 62, 42), "wealthy": (29, 30, 49)},
    "social_support": {"low": (9, 8, 9), "medium": (40, 38, 33), "high": (51, 54, 58)},
    "school_performance": {
        "very_poor": (9, 9, 9),
        "poor": (19, 18, 17),
        "fair": (44, 42, 39),
        "good": (20, 21, 23),
        "very_good": (8, 10, 12),
    },
}
SHIFTS = {
    "current": 0.3,
    "previous": 0.4,
    "yes": 0.3,
    "low": 1.0,
    "medium": 0.4,
    "very_poor": 0.7,
    "guizhou": 0.3,
}
SUBSCALES = {"emotional": 3.5, "conduct": 2.2, "hyperactivity": 3.8, "peer": 2.7, "prosocial": 7.2}


def make_child(rng: random.Random, number: int) -> dict[str, object]:
    status = rng.choices(("current", "previous", "never"), (54, 26, 20))[0]
    position = ("current", "previous", "never").index(status)
    child: dict[str, object] = {
        "child_pseudonym": f"c{number * 7919 % CHILDREN:03d}",
        "migration_status": status,
    }
    for factor, levels in FACTORS.items():
        weights = [level[position] for level in levels.values()]
        child[factor] = rng.choices(list(levels), weights)[0]
    child["age_years"] = rng.choices(range(9, 18), (5, 11, 15, 17, 17, 15, 11, 6, 3))[0]
    shift = sum(SHIFTS.get(str(value), 0.0) for value in child.values())
    scores = {}
    for subscale, centre in SUBSCALES.items():
        sign = -0.3 if subscale == "prosocial" else 1.0
        scores[subscale] = min(10, max(0, round(rng.gauss(centre + sign * shift, 1.9))))
        child[f"{subscale}_score"] = scores[subscale]
    child["total_score"] = sum(score for name, score in scores.items() if name != "prosocial")
    child["externalising_score"] = scores["conduct"] + scores["hyperactivity"]
    child["internalising_score"] = scores["emotional"] + scores["peer"]
    child["departure_age_years"] = rng.randint(0, int(str(child["age_years"])) - 1) if status == "current" else ""
    for variable in (*FACTORS, "age_years", "departure_age_years", "prosocial_score"):
        if rng.random() < MISSING_SHARE:
            child[variable] = ""
    known = child["age_years"] != "" and child["departure_age_years"] != ""
    child["years_since_departure"] = child["age_years"] - child["departure_age_years"] if known else ""
    support = child["social_support"]
    child["social_support_dichotomy"] = {"": "", "high": "high"}.get(str(support), "low")
    return child


def add_other_exposures(rng: random.Random, child: dict[str, object]) -> None:
    """Which parent is away and who lives at home, from draws of their own: the other answers stay what they were."""
    status = child["migration_status"]
    parents = {"current": ("both", "father", "mother", "mixed"), "previous": ("both", "father", "mother")}
    child["migrant_parent"] = rng.choice(parents[status]) if status in parents else ""
    child["living_arrangement"] = rng.choices(
        ("both", "one", "neither"), (2, 2, 3) if status == "current" else (6, 3, 1)
    )[0]
    for variable in ("migrant_parent", "living_arrangement"):
        if rng.random() < MISSING_SHARE:
            child[variable] = ""


def main(target: Path) -> None:
    rng = random.Random(SEED)
    children = [make_child(rng, number) for number in range(CHILDREN)]
    other = random.Random(SEED + 1)
    for child in children:
        add_other_exposures(other, child)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(children[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(children)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("children.csv"))
