"""Makes clustered.csv: invented children in 24 schools of 12 townships, for the comparison with R.

The children are those of make_children.py, put into schools of very uneven sizes; a school's children share its
province and part of their scores (intraclass correlation of the total about .3). Run: python make_clustered.py
[target].
"""

import csv
import random
import sys
from pathlib import Path

from make_children import SHIFTS, SUBSCALES, add_other_exposures, make_child

SEED = 20170669
# county: (province, townships)
COUNTIES = {
    "kaihua": ("zhejiang", 2),
    "jiande": ("zhejiang", 2),
    "jiangshan": ("zhejiang", 2),
    "guiding": ("guizhou", 3),
    "longli": ("guizhou", 3),
}
SCHOOL_SIZES = (4, 61, 12, 33, 8, 26, 45, 9, 21, 17, 38, 6, 52, 14, 29, 11, 23, 7, 41, 19, 5, 35, 16, 27)
SUMS = {
    "total": ("emotional", "conduct", "hyperactivity", "peer"),
    "externalising": ("conduct", "hyperactivity"),
    "internalising": ("emotional", "peer"),
}
# Standard deviations of what the children of a township, and of a school, share in each subscale.
TOWNSHIP_SD = 0.40
SCHOOL_SD = 0.45


def make_schools(rng: random.Random) -> list[dict[str, object]]:
    schools: list[dict[str, object]] = []
    for county, (province, townships) in COUNTIES.items():
        for township in range(1, townships + 1):
            shared = rng.gauss(0, TOWNSHIP_SD)
            for school in (1, 2):
                schools.append(
                    {
                        "school": f"{county}-t{township}-s{school}",
                        "township": f"{county}-t{township}",
                        "county": county,
                        "province": province,
                        "shift": shared + rng.gauss(0, SCHOOL_SD),
                    }
                )
    return schools


def put_into(school: dict[str, object], child: dict[str, object], rng: random.Random) -> dict[str, object]:
    shift = float(str(school["shift"])) + SHIFTS.get(str(school["province"]), 0.0)
    shift -= SHIFTS.get(str(child["province"]), 0.0)
    moved = {**child, **{name: value for name, value in school.items() if name != "shift"}}
    for subscale in SUBSCALES:
        score = child[f"{subscale}_score"]
        if score != "":
            sign = -0.3 if subscale == "prosocial" else 1.0
            # a random rounding keeps the average of the shift
            moved[f"{subscale}_score"] = min(10, max(0, int(str(score)) + int(10 + sign * shift + rng.random()) - 10))
    for total, parts in SUMS.items():
        moved[f"{total}_score"] = sum(int(str(moved[f"{name}_score"])) for name in parts)
    return moved


def main(target: Path) -> None:
    rng = random.Random(SEED)
    places = [school for school, size in zip(make_schools(rng), SCHOOL_SIZES, strict=True) for _ in range(size)]
    children = [put_into(school, make_child(rng, 0), rng) for school in places]
    other = random.Random(SEED + 1)
    for number, child in enumerate(children):
        child["child_pseudonym"] = f"k{number * 7919 % len(children):03d}"
        add_other_exposures(other, child)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(children[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(children)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("clustered.csv"))
