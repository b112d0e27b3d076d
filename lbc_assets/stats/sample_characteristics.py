"""The table `sample_characteristics` (the paper's Table 1).

Belongs here: which variables the table shows, in which order, and its rows. Does not belong here: the
tests' arithmetic (`group_tests`).
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict

import numpy as np
import pandas as pd

from lbc_assets.stats.group_tests import GroupTest, anova_f, chi_square
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Codes, Mask, Numbers, Sample
from lbc_assets.stats.terms import Covariate, Factor, Predictor
from lbc_assets.stats.tidy import OK, Row, refused, tidy
from lbc_assets.stats.variables import (
    AGE,
    ANY_SIBLING,
    HOUSEHOLD_WEALTH,
    MIGRATION_STATUS,
    OUTCOMES,
    PARENTS_DIVORCED,
    PRIMARY_CAREGIVER,
    PROVINCE,
    SCHOOL_PERFORMANCE,
    SEX,
    SOCIAL_SUPPORT,
)

COLUMNS = (
    "variable",
    "level",
    "migration_status",
    "measure",
    "n",
    "estimate",
    "std_dev",
    "n_missing",
    "test",
    "statistic",
    "df",
    "df_residual",
    "p_value",
    "status",
    "reason",
)
GROUPS = ("current", "previous", "never")  # the order in which Table 1 prints them
ALL = "all"
VARIABLES: tuple[Predictor, ...] = (
    AGE,
    SEX,
    PROVINCE,
    PRIMARY_CAREGIVER,
    PARENTS_DIVORCED,
    ANY_SIBLING,
    HOUSEHOLD_WEALTH,
    SOCIAL_SUPPORT,
    SCHOOL_PERFORMANCE,
    *(Covariate(f"{outcome}_score") for outcome in OUTCOMES),
)


def sample_characteristics(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts and percentages, means and standard deviations, by migration status, with one test a variable.

    Percentages and tests leave missing answers out; `n_missing` counts them. A refused row keeps its counts
    and misses what cannot be computed. `frame`: mart_analysis_cohort of one wave. ValueError if it breaks
    its contract.
    """
    sample = Sample(frame)
    groups = sample.codes(MIGRATION_STATUS)
    members = {name: groups == MIGRATION_STATUS.levels.index(name) for name in GROUPS}
    members[ALL] = groups >= 0
    rows: list[Row] = []
    for variable in VARIABLES:
        if isinstance(variable, Factor):
            codes = sample.codes(variable)
            rows += _factor_rows(variable, {name: codes[mask] for name, mask in members.items()})
        else:
            values = sample.numbers(variable.variable)
            rows += _number_rows(variable.variable, {name: values[mask] for name, mask in members.items()})
    return tidy(rows, COLUMNS)


def _factor_rows(factor: Factor, codes: dict[str, Codes]) -> Iterator[Row]:
    counts = {name: np.bincount(c[c >= 0], minlength=len(factor.levels)) for name, c in codes.items()}
    for position, level in enumerate(factor.levels):
        for name, group in codes.items():
            answered = int(counts[name].sum())
            row: Row = {
                "variable": factor.variable,
                "level": level,
                "migration_status": name,
                "measure": "count",
                "n": int(counts[name][position]),
                "n_missing": len(group) - answered,
            }
            if answered:
                yield {**row, "estimate": 100 * counts[name][position] / answered, **OK}
            else:
                yield {**row, **refused(StatisticsRefused(RefusalReason.NO_COMPLETE_CASES))}
    table = np.column_stack([counts[name] for name in GROUPS]).astype(float)
    yield _test_row(factor.variable, "chi_square", lambda: chi_square(table), codes[ALL] >= 0)


def _number_rows(variable: str, values: dict[str, Numbers]) -> Iterator[Row]:
    # in one order, for sums of floats depend on it
    answered = {name: np.sort(group[~np.isnan(group)]) for name, group in values.items()}
    for name, group in answered.items():
        row: Row = {
            "variable": variable,
            "migration_status": name,
            "measure": "mean",
            "n": len(group),
            "n_missing": len(values[name]) - len(group),
        }
        if not len(group):
            yield {**row, **refused(StatisticsRefused(RefusalReason.NO_COMPLETE_CASES))}
        elif len(group) == 1:
            yield {**row, **refused(StatisticsRefused(RefusalReason.TOO_FEW_ROWS))}
        else:
            mean, std_dev = float(group.mean()), float(group.std(ddof=1))
            yield {**row, "estimate": mean, "std_dev": std_dev, **OK}
    groups = [answered[name] for name in GROUPS]
    yield _test_row(variable, "anova_f", lambda: anova_f(groups), ~np.isnan(values[ALL]))


def _test_row(variable: str, test: str, compute: Callable[[], GroupTest], answered: Mask) -> Row:
    n = int(answered.sum())
    row: Row = {
        "variable": variable,
        "migration_status": ALL,
        "measure": "test",
        "n": n,
        "n_missing": len(answered) - n,
        "test": test,
    }
    try:
        return {**row, **asdict(compute()), **OK}
    except StatisticsRefused as why:
        return {**row, **refused(why)}
