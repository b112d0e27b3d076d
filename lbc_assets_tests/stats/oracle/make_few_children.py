"""Makes few_children.csv: 24 invented children, so few that expected counts are small and some statistics refused.

On purpose: all live in one province; no never left-behind child says whether it has siblings; peer_score is the same
for all, conduct_score within the current group. Run: python make_few_children.py [target].
"""

import csv
import random
import runpy
import sys
from pathlib import Path

SEED = 24
CHILDREN = 24


def main(target: Path) -> None:
    make_child = runpy.run_path(str(Path(__file__).with_name("make_children.py")))["make_child"]
    rng = random.Random(SEED)
    children = [make_child(rng, number) for number in range(CHILDREN)]
    for child in children:
        child.update(province="guizhou", peer_score=3)
        if child["migration_status"] == "never":
            child["any_sibling"] = ""
        if child["migration_status"] == "current":
            child["conduct_score"] = 2
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(children[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(children)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("few_children.csv"))
