"""Makes waves.csv: invented children of two waves in two provinces, for the comparison with R.

Zhejiang: 260 children of the earlier wave, of whom 180 are linked to the later one, and 60 of the later wave only;
attenders and controls in 16 villages at the later wave. Guizhou: two cross-sections of one frame, nobody linked, arms
known in both. Missing answers on purpose. Run: python make_waves.py [target].
"""

import csv
import random
import sys
from pathlib import Path

SEED = 20180474
SUBSCALES = {"emotional": 3.5, "conduct": 2.2, "hyperactivity": 3.8, "peer": 2.7, "prosocial": 7.2}
STATUSES, WEIGHTS = ("never", "previous", "current"), (25, 28, 47)
MISSING_SHARE = 0.03
FIELDS = (
    "wave",
    "child_pseudonym",
    "province",
    "linked_pseudonym",
    "migration_status",
    "sex",
    "age_years",
    "centre_attendance",
    "village",
    *(f"{scale}_score" for scale in ("total", *SUBSCALES)),
)
Child = dict[str, object]


def scores(rng: random.Random, shift: float) -> Child:
    made = {s: min(10, max(0, round(rng.gauss(centre + shift, 1.7)))) for s, centre in SUBSCALES.items()}
    total = sum(score for scale, score in made.items() if scale != "prosocial")
    named: Child = {f"{scale}_score": score for scale, score in made.items()}
    return {"total_score": total, **named}


def spoil(rng: random.Random, child: Child, fields: tuple[str, ...]) -> Child:
    return {name: "" if name in fields and rng.random() < MISSING_SHARE else value for name, value in child.items()}


def shift_of(status: str, own: float, village: float, later: bool, attends: bool) -> float:
    moved = {"never": 0.0, "previous": 0.25, "current": 0.3}[status]
    return own + village + moved + (0.1 if later else 0.0) - (0.35 if later and attends else 0.0)


def zhejiang(rng: random.Random) -> list[Child]:
    rows: list[Child] = []
    villages = [rng.gauss(0, 0.3) for _ in range(16)]
    for number in range(320):
        village = number * 7 % 16
        # the controls live in some of the attenders' villages and in some of their own
        attends = village < 9 and number % 5 > 0
        key, own = f"L{number * 37 % 320:03d}", rng.gauss(0, 0.7)
        status, sex, age = rng.choices(STATUSES, WEIGHTS)[0], rng.choice(("male", "female")), rng.randint(9, 14)
        common = {"province": "zhejiang", "linked_pseudonym": key, "sex": sex}
        if number < 260:
            child = {**common, "wave": "w1", "child_pseudonym": f"a{number:03d}", "migration_status": status}
            child |= {"age_years": age, "centre_attendance": "", "village": ""}
            rows.append(
                spoil(
                    rng,
                    child | scores(rng, shift_of(status, own, villages[village], False, attends)),
                    ("age_years", "prosocial_score", "sex"),
                )
            )
        if number < 180 or number >= 260:
            status = status if rng.random() < 0.75 else rng.choices(STATUSES, WEIGHTS)[0]
            if number == 5:
                status = "previous"
            child = {**common, "wave": "w2", "child_pseudonym": f"b{number:03d}", "migration_status": status}
            child |= {"age_years": age + 2, "centre_attendance": "attender" if attends else "control"}
            child |= {"village": f"V{village:02d}"}
            rows.append(
                spoil(
                    rng,
                    child | scores(rng, shift_of(status, own, villages[village], True, attends)),
                    ("age_years", "prosocial_score", "village"),
                )
            )
    return rows


def guizhou(rng: random.Random) -> list[Child]:
    rows: list[Child] = []
    villages = [rng.gauss(0, 0.3) for _ in range(14)]
    for wave in ("w1", "w2"):
        for number in range(170):
            village = rng.randrange(14)
            attends = village < 8
            status = rng.choices(STATUSES, WEIGHTS)[0]
            shift = shift_of(status, rng.gauss(0, 0.7), villages[village], wave == "w2", attends)
            child: Child = {"wave": wave, "child_pseudonym": f"g{wave}{number:03d}", "province": "guizhou"}
            child |= {"linked_pseudonym": "", "migration_status": status, "sex": rng.choice(("male", "female"))}
            child |= {"age_years": rng.randint(9, 15), "village": f"G{village:02d}"}
            child |= {"centre_attendance": "attender" if attends else "control"}
            rows.append(spoil(rng, child | scores(rng, shift), ("age_years", "prosocial_score")))
    return rows


def main(target: Path) -> None:
    rng = random.Random(SEED)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*zhejiang(rng), *guizhou(rng)])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("waves.csv"))
