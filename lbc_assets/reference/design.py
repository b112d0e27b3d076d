"""Stage 1: the covariates of the analysed children.

Here: Table 1's counts, exact within each group, as arrays with plausible associations (`make_design`). Not
here: the swaps that bring standard errors to the printed ones (`design_fit`), scores, or answers as given
(`households`).
"""

import numpy as np

from lbc_assets.reference.matrices import Design, Floats, Ints
from lbc_assets.reference.published import GROUPS, fact, table1_counts

ROWS = {
    "caregiver": "Primary caregiver",
    "divorced": "Parents divorced",
    "sibling": "Any sibling",
    "wealth": "Household wealth",
    "support": "Social support",
    "school": "School performance",
}
FEMALE = {"never": 368, "previous": 476, "current": 1013}
"""Girls by group: 1,857 of 3,538 is 52.5%; the split is ours (the paper says that it did not differ)."""
GUIZHOU = {"never": 325, "previous": 666, "current": 1195}
"""Children in Guizhou by group (STUDY.md, contradiction 2)."""
AGE_MEAN = {"never": 12.35, "previous": 12.54, "current": 12.36}
AGES = np.arange(9, 18)


def group_size(group: str) -> int:
    """Analysed children of one migration group."""
    return round(fact(f"n_{group}"))


def missing_count(variable: str, group: str) -> int:
    """Children of a group whose answer is missing: the group less Table 1's counts of that variable."""
    return group_size(group) - sum(table1_counts(ROWS[variable], group).values())


def allocate(latent: Floats, counts: list[int]) -> Ints:
    """Levels 0, 1, ... by rank of a latent value, exactly `counts` children in each; ties by position."""
    levels = np.empty(len(latent), dtype=np.int64)
    levels[np.argsort(np.round(latent, 9), kind="stable")] = np.repeat(np.arange(len(counts)), counts)
    return levels


def _ages(group: str, size: int, rng: np.random.Generator) -> Ints:
    """Ages 9-17 with SD 2.1 about the group's mean: largest remainders of a truncated normal."""
    centre, spread = AGE_MEAN[group], 2.28
    for _ in range(40):
        weights = np.exp(-0.5 * ((AGES - centre) / spread) ** 2)
        share = weights / weights.sum()
        mean = float(share @ AGES)
        deviation = float(np.sqrt(share @ (AGES - mean) ** 2))
        centre += AGE_MEAN[group] - mean
        spread *= 2.1 / deviation
    exact = np.round(share * size, 6)
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: size - counts.sum()]] += 1
    return rng.permutation(np.repeat(AGES, counts))


def _group_design(group: str, rng: np.random.Generator) -> Design:
    size = group_size(group)
    noise = {name: rng.standard_normal(size) for name in ("guizhou", *ROWS)}
    female = rng.permutation(allocate(np.arange(size, dtype=np.float64), [size - FEMALE[group], FEMALE[group]]))
    design = {
        "group": np.full(size, GROUPS.index(group)),
        "female": female,
        "age": _ages(group, size, rng),
        "guizhou": allocate(noise["guizhou"], [size - GUIZHOU[group], GUIZHOU[group]]),
    }
    # Who did not answer: no child misses two variables, so one permutation is cut into consecutive pieces.
    order, used = rng.permutation(size), 0
    for name in ROWS:
        design[name] = np.full(size, -1)
    answered = {}
    for name in ROWS:
        gone = order[used : used + missing_count(name, group)]
        used += len(gone)
        answered[name] = np.setdiff1d(np.arange(size), gone)

    def put(name: str, latent: Floats, levels: list[int] | None = None) -> None:
        counts = list(table1_counts(ROWS[name], group).values())
        who = answered[name]
        order_of_levels = np.array(levels if levels is not None else range(len(counts)))
        design[name][who] = order_of_levels[allocate(latent[who], [counts[level] for level in order_of_levels])]

    girl, guizhou = design["female"] - 0.5, design["guizhou"] - 0.5
    put("wealth", noise["wealth"] - 0.9 * guizhou)
    put("divorced", noise["divorced"] - 0.2 * (design["wealth"] - 1))
    # From mother over grandparent to father and other: divorced parents' children are seldom with their
    # mother.
    put("caregiver", noise["caregiver"] + 0.6 * (design["divorced"] == 1) + 0.1 * guizhou, [2, 0, 1, 3])
    put("sibling", noise["sibling"] + 0.8 * guizhou - 0.3 * (design["divorced"] == 1))
    put("support", noise["support"] + 0.5 * girl + 0.1 * (design["wealth"] - 1) - 0.2 * guizhou)
    put("school", noise["school"] + 0.6 * girl - 0.06 * (design["age"] - 12.4) + 0.1 * (design["support"] - 1))
    return design


def make_design(rng: np.random.Generator) -> Design:
    """The covariates of the 3,538 analysed children (see `Design`): never, then previous, then current.

    Counts, missing answers, girls, provinces and ages are exact in each group; the associations between
    covariates are invented and plausible (poorer households in Guizhou, girls with more support and better
    marks).
    """
    parts = [_group_design(group, rng) for group in GROUPS]
    return {name: np.concatenate([part[name] for part in parts]).astype(np.int64) for name in parts[0]}
