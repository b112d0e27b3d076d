"""Households as answered: migration, carers, divorce, siblings, appliances, support.

Here: raw answers whose derivation gives the design's categories exactly, missing ones included. Not here: the
derivation rules of the platform (SQL), codes in the file (`questionnaire`).
"""

import numpy as np

from lbc_assets.reference.matrices import Design, Ints
from lbc_assets.reference.published import GROUPS

Answers = dict[str, np.ndarray]
"""Canonical answers as text, one array of str objects a variable, '' = not answered."""

APPLIANCES = ("television", "refrigerator", "washing_machine", "computer", "air_conditioner")
POPULARITY = (3.0, 1.8, 1.5, 0.2, 0.0)
SUPPORT = ("study", "personal", "bullied", "sad", "guidance", "happiness")
NUMBER_SHARES = {
    "appliances": ((0.25, 0.75), (0.4, 0.6), (0.6, 0.4)),
    "support": ((0.15, 0.25, 0.6), (0.2, 0.3, 0.5), (1.0,)),
}
NUMBERS = {"appliances": ((0, 1), (2, 3), (4, 5)), "support": ((0, 1, 2), (3, 4, 5), (6,))}
SPARE_MISSING = 0.01
"""Share of children who skip one appliance or support item although their category stays certain."""


def blank(size: int, value: str = "") -> np.ndarray:
    """An array of `size` equal answers."""
    return np.full(size, value, dtype=object)


def _migration(design: Design, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Father's and mother's migration: consistent with the group and with a parent caring most at home."""
    size = len(design["group"])
    father, mother = blank(size, "never"), blank(size, "never")
    draw, other, skip = rng.random(size), rng.random(size), rng.random(size)
    for child in range(size):
        group, caregiver = GROUPS[design["group"][child]], design["caregiver"][child]
        if group == "never":
            continue
        # Father only, mother only, both; a caregiver cannot be away now.
        shares = (0.35, 0.45) if group == "current" else (0.5, 0.6)
        away = [draw[child] < shares[0] or draw[child] >= shares[1], draw[child] >= shares[0]]
        if group == "current" and caregiver in (1, 2):
            away = [caregiver == 2, caregiver == 1]
        rest = "previous" if group == "current" and other[child] < 0.25 else "never"
        if group == "current" and skip[child] < 0.01:
            rest = ""
        father[child], mother[child] = (group if gone else rest for gone in away)
    return father, mother


def _carers(design: Design, answers: Answers, rng: np.random.Generator) -> None:
    """Tick boxes and who cares most; if the caregiver is missing, none or several of two ticked."""
    size = len(design["group"])
    with_grandparent, with_one, other, kind = (rng.random(size) for _ in range(4))
    caregiver, divorced = design["caregiver"], design["divorced"] == 1
    home = {
        "father": (answers["father_migration"] != "current") & (~divorced | (with_one < 0.5) | (caregiver == 1)),
        "mother": (answers["mother_migration"] != "current") & (~divorced | (with_one >= 0.5) | (caregiver == 2)),
        "grandparent": (caregiver == 0) | (caregiver == -1) | (with_grandparent < 0.35),
        "other": (caregiver == 3) | (other < 0.06),
    }
    home["other"] |= (caregiver == -1) & ~home["father"] & ~home["mother"]
    for name, ticked in home.items():
        answers[f"lives_with_{name}"] = np.where(ticked, "yes", "no").astype(object)
    named = blank(size)
    step = divorced & (kind < 0.12)
    named[caregiver == 0] = "grandparent"
    named[caregiver == 1] = np.where(step, "stepfather", "father")[caregiver == 1]
    named[caregiver == 2] = np.where(step, "stepmother", "mother")[caregiver == 2]
    others = np.array(["relative", "sibling", "friend", "nobody"], dtype=object)
    named[caregiver == 3] = others[np.searchsorted((0.6, 0.8, 0.87), kind[caregiver == 3])]
    named[(caregiver == -1) & (kind < 0.5)] = "several"
    answers["cares_most"] = named


def _yes_no_items(
    levels: Ints, which: str, items: tuple[str, ...], weights: tuple[float, ...], rng: np.random.Generator
) -> Answers:
    """Items whose number of yes falls in each child's level; level -1 leaves it open which level it is."""
    size, width = len(levels), len(items)
    order = np.argsort(-np.round(np.array(weights) + rng.gumbel(size=(size, width)), 9), axis=1, kind="stable")
    draw, spare = rng.random(size), rng.random(size)
    grid = np.full((size, width), "no", dtype=object)
    for child in range(size):
        level, ranked = levels[child], order[child]
        if level == -1:
            # All unanswered, or everything answered is yes and the rest could go either way.
            yes = 0 if draw[child] < 0.4 else width - 1 - int(draw[child] < 0.6) - int(width == 5)
            grid[child, ranked[:yes]], grid[child, ranked[yes:]] = "yes", ""
            continue
        numbers, shares = NUMBERS[which][level], NUMBER_SHARES[which][level]
        yes = numbers[int(np.searchsorted(np.cumsum(shares)[:-1], draw[child], side="right"))]
        grid[child, ranked[:yes]] = "yes"
        # One skipped 'no' leaves the level certain when one more yes would not change it.
        if spare[child] < SPARE_MISSING and yes + 1 in numbers:
            grid[child, ranked[-1]] = ""
    return {item: grid[:, place] for place, item in enumerate(items)}


def draw_households(design: Design, rng: np.random.Generator) -> Answers:
    """Canonical answers to all household and support questions, one value a child and variable ('' =
    unanswered).
    """
    size = len(design["group"])
    answers: Answers = {}
    answers["father_migration"], answers["mother_migration"] = _migration(design, rng)
    for parent in ("father", "mother"):
        answers[f"{parent}_alive"] = blank(size, "yes")
    answers["father_alive"][rng.choice(size, 3, replace=False)] = ""
    _carers(design, answers, rng)
    yes_no = np.array(["no", "yes", ""], dtype=object)
    answers["parents_divorced"] = yes_no[design["divorced"]]
    brothers = rng.choice(np.arange(1, 6), size, p=(0.62, 0.24, 0.09, 0.04, 0.01))
    answers["siblings_number"] = np.array(
        [
            "" if any_sibling < 0 else str(any_sibling * n)
            for any_sibling, n in zip(design["sibling"], brothers, strict=True)
        ],
        dtype=object,
    )
    appliances = tuple(f"appliance_{name}" for name in APPLIANCES)
    answers |= _yes_no_items(design["wealth"], "appliances", appliances, POPULARITY, rng)
    support = tuple(f"support_{name}" for name in SUPPORT)
    answers |= _yes_no_items(design["support"], "support", support, (0.0,) * 6, rng)
    return answers
