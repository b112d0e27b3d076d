"""What the generated answers should give, in the reading of the paper that STUDY.md resolves.

Here: intervals for coefficients, standard errors and adjusted means, made from the printed numbers. Not here:
the numbers themselves (`published`), and how they are reached (`design`, `scores`).
"""

from functools import cache

import numpy as np

from lbc_assets.reference.matrices import TERMS, Floats
from lbc_assets.reference.published import OUTCOMES, printed

HALF_DIGIT = 0.005
ADJUSTED_SD = 4.78
BASELINE_SD = 4.98
"""Residual SD of total difficulties in the adjusted and baseline models, implied by printed SE."""

CAREGIVER = ("Father", "Mother", "Other")
TABLE3_COLUMNS = {"emotional": "emotional", "peer": "peer", "hyperactivity": "hyper"}


@cache
def total(column: str, statistic: str) -> Floats:
    """Table 2's `B` or `SE` of the `baseline` (5 values) or `adjusted` (18 values) model, in the order of
    TERMS[1:].
    """
    names = TERMS[1:6] if column == "baseline" else TERMS[1:]
    return np.array([printed("table2", name, column, statistic) for name in names])


@cache
def subscale_coefficients() -> dict[str, Floats]:
    """The 18 adjusted coefficients of each of the four subscales, caregiver against grandparent as in Table
    2.

    Table 3's caregiver rows are read as grandparent, father, other against mother (contradiction 4). Conduct
    problems is what additivity leaves: total minus the three that are printed (point 8).
    """
    result: dict[str, Floats] = {}
    for outcome, column in TABLE3_COLUMNS.items():
        values = {name: printed("table3", name, column, "B") for name in TERMS[1:]}
        grandparent, father, other = (values[name] for name in CAREGIVER)
        values |= {"Father": father - grandparent, "Mother": -grandparent, "Other": other - grandparent}
        result[outcome] = np.round([values[name] for name in TERMS[1:]], 2)
    result["conduct"] = np.round(total("adjusted", "B") - np.sum(list(result.values()), axis=0), 2)
    return {outcome: result[outcome] for outcome in OUTCOMES}


@cache
def printed_rows() -> Floats:
    """Rows (18 x 19) that turn adjusted coefficients into Table 3's rows: its caregivers stand against
    mother.
    """
    rows = np.eye(len(TERMS))[1:]
    father, mother, other = (TERMS.index(name) for name in CAREGIVER)
    block = np.zeros((3, len(TERMS)))
    block[0, mother] = block[1, mother] = block[2, mother] = -1
    block[1, father] = block[2, other] = 1
    rows[[father - 1, mother - 1, other - 1]] = block
    return rows


def table4_interval(row: str, reference: str, level: str, group: str) -> tuple[float, float]:
    """Lowest and highest difference of two adjusted means that Table 4's rounded means allow."""
    difference = printed("table4", f"{row}: {level}", group, "adjusted_mean") - printed(
        "table4", f"{row}: {reference}", group, "adjusted_mean"
    )
    return difference - 0.1, difference + 0.1
