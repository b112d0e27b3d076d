"""Makes banded.csv: 1,500 invented children with subscale scores, for the comparison of bands with R.

Enough of them in the abnormal band for a logistic model with twenty terms; some answers are missing. Run: python
make_banded.py [target].
"""

import csv
import random
import sys
from pathlib import Path

SEED = 20080917
CHILDREN = 1500
MISSING_SHARE = 0.015
FACTORS = {
    "migration_status": {"current": 50, "previous": 27, "never": 23},
    "province": {"zhejiang": 45, "guizhou": 55},
    "sex": {"male": 52, "female": 48},
    "household_wealth": {"poor": 12, "fair": 55, "wealthy": 33},
    "primary_caregiver": {"grandparent": 40, "father": 12, "mother": 38, "other": 10},
    "parents_divorced": {"yes": 14, "no": 86},
    "any_sibling": {"yes": 75, "no": 25},
    "social_support": {"low": 14, "medium": 36, "high": 50},
    "school_performance": {"very_poor": 10, "poor": 19, "fair": 40, "good": 21, "very_good": 10},
}
SHIFTS = {"current": 0.25, "previous": 0.3, "yes": 0.2, "low": 0.7, "medium": 0.3, "very_poor": 0.6, "guizhou": 0.2}
SUBSCALES = {"emotional": 3.6, "conduct": 2.6, "hyperactivity": 4.0, "peer": 3.0, "prosocial": 7.0}


def make_child(rng: random.Random) -> dict[str, object]:
    child: dict[str, object] = {name: rng.choices(list(levels), levels.values())[0] for name, levels in FACTORS.items()}
    child["age_years"] = rng.choices(range(9, 18), (6, 10, 15, 17, 17, 15, 11, 6, 3))[0]
    shift = sum(SHIFTS.get(str(value), 0.0) for value in child.values())
    scores = {}
    for subscale, centre in SUBSCALES.items():
        sign = -0.4 if subscale == "prosocial" else 1.0
        scores[subscale] = min(10, max(0, round(rng.gauss(centre + sign * shift, 2.0))))
        child[f"{subscale}_score"] = scores[subscale]
    child["total_score"] = sum(score for name, score in scores.items() if name != "prosocial")
    for variable in (*FACTORS, "age_years", "prosocial_score"):
        if variable != "migration_status" and rng.random() < MISSING_SHARE:
            child[variable] = ""
    return child


def main(target: Path) -> None:
    rng = random.Random(SEED)
    children = [make_child(rng) for _ in range(CHILDREN)]
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(children[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(children)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("banded.csv"))
