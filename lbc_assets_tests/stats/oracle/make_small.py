"""Makes small.csv: 150 invented children with missing answers, of whom none is cared for by others and none does very
poorly at school: two levels of the models are empty.

The children are those of make_children.py, drawn again where they have such a level. Run: python make_small.py
[target].
"""

import csv
import random
import sys
from pathlib import Path

from make_children import add_other_exposures, make_child

SEED = 20170660
CHILDREN = 150
EMPTY = {"primary_caregiver": "other", "school_performance": "very_poor"}


def draw(rng: random.Random) -> dict[str, object]:
    while True:
        child = make_child(rng, 0)
        if all(child[variable] != level for variable, level in EMPTY.items()):
            return child


def main(target: Path) -> None:
    rng, other = random.Random(SEED), random.Random(SEED + 1)
    children = [draw(rng) for _ in range(CHILDREN)]
    for number, child in enumerate(children):
        child["child_pseudonym"] = f"s{number * 7919 % CHILDREN:03d}"
        add_other_exposures(other, child)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(children[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(children)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("small.csv"))
