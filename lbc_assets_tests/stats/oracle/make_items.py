"""Makes items.csv: 600 invented answer sheets of 25 items for the comparison with R.

Each scale has one common factor with uneven loadings; some items count backwards; some answers are missing, so that
complete cases differ between scales. Answers are as given, before an item is turned round. Run: python make_items.py
[target].
"""

import csv
import random
import sys
from pathlib import Path

SEED = 20081301
CHILDREN = 600
MISSING_SHARE = 0.012
# scale: (item, counts backwards, loading), in the order of the questionnaire's numbers
SCALES = {
    "prosocial": (
        *(("consid", False, 0.6), ("shares", False, 0.5), ("caring", False, 0.7)),
        *(("kind", False, 0.5), ("helpout", False, 0.45)),
    ),
    "hyperactivity": (
        *(("restles", False, 0.6), ("fidgety", False, 0.65), ("distrac", False, 0.7)),
        *(("reflect", True, 0.4), ("attends", True, 0.5)),
    ),
    "emotional": (
        *(("somatic", False, 0.5), ("worries", False, 0.65), ("unhappy", False, 0.75)),
        *(("clingy", False, 0.55), ("afraid", False, 0.6)),
    ),
    "conduct": (
        *(("tantrum", False, 0.5), ("obeys", True, 0.35), ("fights", False, 0.6)),
        *(("lies", False, 0.55), ("steals", False, 0.4)),
    ),
    "peer": (
        *(("loner", False, 0.5), ("friend", True, 0.3), ("popular", True, 0.4)),
        *(("bullied", False, 0.55), ("oldbest", False, 0.25)),
    ),
}
NUMBERS = (
    *("consid", "restles", "somatic", "shares", "tantrum", "loner", "obeys", "worries", "caring"),
    *("fidgety", "friend", "fights", "unhappy", "popular", "distrac", "clingy", "kind", "lies"),
    *("bullied", "helpout", "reflect", "steals", "oldbest", "afraid", "attends"),
)


def make_child(rng: random.Random, number: int) -> dict[str, object]:
    status = rng.choices(("current", "previous", "never"), (54, 26, 20))[0]
    general = rng.gauss(0.2 if status == "current" else 0.0, 1.0)
    answers = {}
    for scale, items in SCALES.items():
        shared = -0.3 if scale == "prosocial" else 0.5
        factor = shared * general + rng.gauss(0.0, (1 - shared**2) ** 0.5)
        for item, is_reversed, loading in items:
            latent = loading * factor + rng.gauss(0.0, (1 - loading**2) ** 0.5)
            # prosocial answers lie higher, conduct answers lower
            shift = {"prosocial": 0.6, "conduct": -0.6}.get(scale, -0.1)
            points = (latent + shift > -0.35) + (latent + shift > 0.85)
            answers[item] = 2 - points if is_reversed else points
    given = {item: "" if rng.random() < MISSING_SHARE else answers[item] for item in NUMBERS}
    return {"child": f"c{number:03d}", "migration_status": status, **given}


def main(target: Path) -> None:
    rng = random.Random(SEED)
    children = [make_child(rng, number) for number in range(CHILDREN)]
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(children[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(children)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("items.csv"))
