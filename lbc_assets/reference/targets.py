"""What the generated answers should give, in the reading of the paper that STUDY.md resolves.

Here: the intervals that printed coefficients, standard errors, stars, p and F stand for. Not here: the numbers
themselves (`published`), and how they are reached (`design_targets`, `score_targets`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats

from lbc_assets.reference.matrices import INTERACTIONS, TERMS, Floats, Interaction
from lbc_assets.reference.published import GROUPS, OUTCOMES, fact, printed, printed_stars, star_levels

HALF_DIGIT = 0.005
HALF_P = 0.0005
CAREGIVER = ("Father", "Mother", "Other")
TABLE3_COLUMNS = {"emotional": "emotional", "peer": "peer", "hyperactivity": "hyper"}
BASELINE_TERMS, ADJUSTED_TERMS = TERMS[1:6], TERMS[1:]

TEXT_P = {
    ("baseline", "PLB"): "PLB_baseline_p",
    ("baseline", "Female"): "male_baseline_p",
    ("adjusted", "PLB"): "PLB_adjusted_p",
    ("adjusted", "CLB"): "CLB_adjusted_p",
}
"""Coefficients of Table 2 whose p the text prints."""
IMPOSSIBLE_STARS = {("baseline", "CLB"), ("peer", "Poor")}
"""Stars that B and SE as printed cannot have, or only in a sliver of the rounding (contradiction 6)."""


@cache
def total(column: str, statistic: str) -> Floats:
    """Table 2's `B` or `SE` of the `baseline` (5 values) or `adjusted` (18 values) model, in the order of
    TERMS[1:].
    """
    names = BASELINE_TERMS if column == "baseline" else ADJUSTED_TERMS
    return np.array([printed("table2", name, column, statistic) for name in names])


@cache
def subscale(outcome: str, statistic: str) -> Floats:
    """Table 3's 18 `B` or `SE` of one outcome as printed: caregivers against mother (contradiction 4)."""
    return np.array([printed("table3", name, TABLE3_COLUMNS[outcome], statistic) for name in ADJUSTED_TERMS])


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


@dataclass(frozen=True)
class Limits:
    """Lowest and highest value, arrays of one shape; no limit above is infinite."""

    low: Floats
    high: Floats

    @property
    def centre(self) -> Floats:
        """Midpoints."""
        return (self.low + self.high) / 2

    @property
    def half(self) -> Floats:
        """Half widths."""
        return (self.high - self.low) / 2


def t_limits(column: str, df: int) -> Limits:
    """|t| that stars, and p of the text, allow each coefficient of `baseline`, `adjusted` or a Table 3 outcome."""
    table = "table2" if column in ("baseline", "adjusted") else "table3"
    low, high = [], []
    for name in BASELINE_TERMS if column == "baseline" else ADJUSTED_TERMS:
        least, most = star_levels()[printed_stars(table, name, TABLE3_COLUMNS.get(column, column))]
        if (column, name) in TEXT_P:
            p = fact(TEXT_P[(column, name)])
            least, most = max(least, p - HALF_P), min(most, p + HALF_P)
        if (column, name) in IMPOSSIBLE_STARS:
            least, most = 0.0, 1.0
        low.append(stats.t.isf(most / 2, df))
        high.append(stats.t.isf(least / 2, df) if least > 0 else np.inf)
    return Limits(np.array(low), np.array(high))


def se_limits(column: str, df: int, slack: float) -> Limits:
    """Standard errors that are printed and leave a B within `slack` of the printed one its stars and p."""
    if column in TABLE3_COLUMNS:
        estimates, errors = np.abs(subscale(column, "B")), subscale(column, "SE")
    else:
        estimates, errors = np.abs(total(column, "B")), total(column, "SE")
    t = t_limits(column, df)
    low = np.maximum(errors - HALF_DIGIT, (estimates - slack) / t.high)
    with np.errstate(divide="ignore"):
        high = np.minimum(errors + HALF_DIGIT, np.where(t.low > 0, (estimates + slack) / t.low, np.inf))
    return Limits(low, high)


@cache
def table4_f(model: Interaction) -> Floats:
    """Table 4's F in never, previous, current."""
    return np.array([printed("table4", model.row, group, "F") for group in GROUPS])


def f_limits(df: int) -> Limits:
    """Table 4's nine F, that round to F and to p as printed, shape (9,) in the order of INTERACTIONS."""
    value = np.concatenate([table4_f(model) for model in INTERACTIONS])
    p = np.array([printed("table4", model.row, group, "p") for model in INTERACTIONS for group in GROUPS])
    exact = p > 0.001
    low = np.where(exact, stats.f.isf(p + HALF_P, 1, df), 0.0)
    high = np.where(exact, stats.f.isf(np.maximum(p - HALF_P, 1e-12), 1, df), np.inf)
    return Limits(np.maximum(value - HALF_DIGIT, low), np.minimum(value + HALF_DIGIT, high))


def anova_limits(row: str, children: int) -> tuple[float, float]:
    """The F of three groups that rounds to the p which Table 1 prints for a score; '<0.001' has no upper end."""
    p = printed("table1", row, "all", "p")
    if p <= 0.001:
        return float(stats.f.isf(p, 2, children - 3)), np.inf
    return tuple(float(stats.f.isf(p + side * HALF_P, 2, children - 3)) for side in (1, -1))  # type: ignore[return-value]


@cache
def adjusted_means(model: Interaction) -> Floats:
    """Table 4's six means of one model: its reference level in never, previous, current, then the other level."""
    return np.array(
        [printed("table4", f"{model.row}: {level}", g, "adjusted_mean") for level in model.levels for g in GROUPS]
    )


@cache
def table4_se_limits(model: Interaction) -> Limits:
    """SE of the difference of the two levels (never, previous, current) that rounded means and F allow."""
    means, root = adjusted_means(model), np.sqrt(table4_f(model))
    difference = means[3:] - means[:3]
    return Limits(np.maximum(difference - 0.1, 0.0) / root, (difference + 0.1) / root)
