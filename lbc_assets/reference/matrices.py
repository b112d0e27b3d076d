"""Design matrices of the paper's models, as the generator needs them (treatment coding, plain numpy).

Here: columns of the adjusted model and of Table 4's three interaction models, and the rows that turn
coefficients into adjusted means. Not here: fitting for the platform's tables (that is `lbc_assets.stats`),
random numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Design = dict[str, Ints]
"""Covariates of the analysed children, one array a variable, -1 = missing. Codes: group 0 never 1 previous 2
current; female, guizhou, divorced, sibling 0/1; wealth 0 poor 1 fair 2 wealthy; caregiver 0 grandparent 1
father 2 mother 3 other; support 0 low 1 medium 2 high; school 0 very poor ... 4 very good; age in years."""

FACTORS = ("caregiver", "divorced", "sibling", "wealth", "support", "school")
TERMS = (
    "intercept", "PLB", "CLB", "Female", "Age", "Guizhou", "Poor", "Wealthy", "Father", "Mother", "Other",
    "Divorced", "Sibling", "Low support", "Medium support", "Very poor school", "Poor school", "Good school",
    "Very good school",
)  # fmt: skip
"""Terms of the adjusted model in the order of Table 2; the first six are the baseline model's."""

BASELINE = list(range(6))
ADJUSTED = list(range(19))
WIDE = 26
"""Columns of the wide matrix."""


@dataclass(frozen=True)
class Interaction:
    """One model of Table 4: `columns` of the wide matrix, `main` and its `products` with previous, current.

    `levels` are the two printed rows, the reference (main = 0) first.
    """

    row: str
    columns: tuple[int, ...]
    main: int
    products: tuple[int, int]
    levels: tuple[str, str]


INTERACTIONS = (
    Interaction("Province", (*ADJUSTED, 19, 20), 5, (19, 20), ("Zhejiang", "Guizhou")),
    Interaction("Divorce", (*ADJUSTED, 21, 22), 11, (21, 22), ("Married", "Divorced")),
    # Here the dichotomy (0-5 against 6) replaces the three-level factor (STUDY.md, contradiction 5).
    Interaction(
        "Social support",
        (*(c for c in ADJUSTED if TERMS[c] not in ("Low support", "Medium support")), 23, 24, 25),
        23,
        (24, 25),
        ("High support", "Low support"),
    ),
)

EQUAL_WEIGHTS = dict.fromkeys(("Female", "Guizhou", "Divorced", "Sibling"), 1 / 2)
EQUAL_WEIGHTS |= dict.fromkeys(("Poor", "Wealthy", "Low support", "Medium support"), 1 / 3)
EQUAL_WEIGHTS |= dict.fromkeys(("Father", "Mother", "Other"), 1 / 4)
EQUAL_WEIGHTS |= dict.fromkeys(("Very poor school", "Poor school", "Good school", "Very good school"), 1 / 5)


def complete(design: Design) -> NDArray[np.bool_]:
    """Which children answered every covariate of the adjusted model."""
    return np.all([design[name] >= 0 for name in FACTORS], axis=0)


def wide_matrix(design: Design) -> Floats:
    """All columns that any of the models uses, shape (children, 26): `TERMS`, then the products of Table 4.

    A missing answer is 0 in all columns of its variable: use complete rows or complete columns.
    """
    previous, current = design["group"] == 1, design["group"] == 2
    guizhou, divorced = design["guizhou"] == 1, design["divorced"] == 1
    wealth, caregiver, school = design["wealth"], design["caregiver"], design["school"]
    low, medium = design["support"] == 0, design["support"] == 1
    columns = [
        np.ones(len(previous)), previous, current, design["female"], design["age"], guizhou, wealth == 0,
        wealth == 2, caregiver == 1, caregiver == 2, caregiver == 3, divorced, design["sibling"] == 1, low,
        medium, school == 0, school == 1, school == 3, school == 4,
        previous & guizhou, current & guizhou, previous & divorced, current & divorced,
        low | medium, previous & (low | medium), current & (low | medium),
    ]  # fmt: skip
    return np.column_stack(columns).astype(np.float64)


def contrast_rows(model: Interaction) -> Floats:
    """Rows (3 groups x 26): the difference of the model's two levels within never, previous, current."""
    rows = np.zeros((3, 26))
    rows[:, model.main] = 1
    rows[1, model.products[0]] = rows[2, model.products[1]] = 1
    return rows


def mean_rows(model: Interaction, age: float) -> Floats:
    """Rows (6 x 26) of the adjusted means: reference level in never, previous, current, then the other level.

    Every other factor has equal weights, age is held at `age` (SPSS EMMEANS).
    """
    base = np.zeros(26)
    base[0], base[TERMS.index("Age")] = 1, age
    for term, weight in EQUAL_WEIGHTS.items():
        base[TERMS.index(term)] = weight
    base[[c for c in range(26) if c not in model.columns]] = 0
    base[model.main] = 0
    rows = np.tile(base, (6, 1))
    rows[[1, 4], 1] = rows[[2, 5], 2] = 1
    rows[3:] += contrast_rows(model)
    return rows
