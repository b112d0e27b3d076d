"""The table `sample_characteristics` (the paper's Table 1).

Belongs here: which variables the table shows, in which order, and its rows. Does not belong here: the
tests' arithmetic (`group_tests`, `small_counts`, `effect_sizes`), pairs of groups (`group_comparisons`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import pandas as pd

from lbc_assets.stats.groups.effect_sizes import cramers_v, omega_squared
from lbc_assets.stats.groups.group_sums import GROUPS, GroupCounts, GroupMoments, count_by_group, sum_by_group
from lbc_assets.stats.groups.group_tests import anova_f, chi_square, welch_f
from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.groups.multiplicity import benjamini_hochberg, holm
from lbc_assets.stats.groups.small_counts import has_small_expected, small_counts_test
from lbc_assets.stats.needs import Needs
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import SCORE, Numbers, Sample
from lbc_assets.stats.tables.tidy import OK, Row, attempted, refused, tidy
from lbc_assets.stats.terms import Covariate, Factor, Predictor
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
    "p_std_error",
    "p_holm",
    "p_benjamini_hochberg",
    "small_expected",
    "effect",
    "effect_size",
    "effect_low",
    "effect_high",
    "status",
    "reason",
)
ALL = "all"
# The paper's test of each variable. Together they are the family that the corrected p values count; the other tests
# ask the same questions again.
PAPER_TESTS = ("chi_square", "anova_f")
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

NEEDS = Needs(
    (MIGRATION_STATUS.variable, *(v.variable for v in VARIABLES if not v.variable.endswith(SCORE))),
    tuple(v.variable.removesuffix(SCORE) for v in VARIABLES if v.variable.endswith(SCORE)),
)


def sample_characteristics(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts and percentages, means and standard deviations, by migration status, with the tests of each variable.

    The paper's test comes first, with its effect size and its p corrected over all variables; then the one that does
    without its assumption: Welch's analysis of variance, and for a table with small expected counts an exact or
    simulated test. Percentages and tests leave missing answers out; `n_missing` counts them. A refused row keeps
    its counts and misses what cannot be computed. `frame`: mart_analysis_cohort of one wave, by child or by
    cell. ValueError if it breaks its contract.
    """
    sample = Sample(frame)
    rows: list[Row] = []
    for variable in VARIABLES:
        if isinstance(variable, Factor):
            rows += factor_rows(variable, count_by_group(sample, variable))
        else:
            rows += _number_rows(variable.variable, sum_by_group(sample, variable))
    return tidy(_with_corrected_p(rows), COLUMNS)


def _with_all(values: Sequence[int]) -> dict[str, int]:
    return {**dict(zip(GROUPS, values, strict=True)), ALL: sum(values)}


def factor_rows(factor: Factor, found: GroupCounts) -> Iterator[Row]:
    """A coded variable's counts and percentages by group and of all, and its tests."""
    missing = _with_all(found.missing)
    answered = _with_all([int(n) for n in found.counts.sum(axis=0)])
    for level, of_level in zip(factor.levels, found.counts, strict=True):
        for group, n in _with_all([int(n) for n in of_level]).items():
            row: Row = {
                "variable": factor.variable,
                "level": level,
                "migration_status": group,
                "measure": "count",
                "n": n,
                "n_missing": missing[group],
            }
            if answered[group]:
                yield {**row, "estimate": 100 * n / answered[group], **OK}
            else:
                yield {**row, **refused(StatisticsRefused(RefusalReason.NO_COMPLETE_CASES))}
    row = _test_labels(factor.variable, answered[ALL], missing[ALL])
    paper = attempted({**row, "test": "chi_square", "effect": "cramers_v"}, lambda: _chi_square(found.counts))
    yield paper
    if paper.get("small_expected"):
        yield {**row, **asdict(small_counts_test(found.counts)), **OK}


def _number_rows(variable: str, found: GroupMoments) -> Iterator[Row]:
    missing = _with_all(found.missing)
    moments = {**dict(zip(GROUPS, found.moments, strict=True)), ALL: sum(found.moments, Moments(0, 0, 0))}
    for group, of_group in moments.items():
        row: Row = {
            "variable": variable,
            "migration_status": group,
            "measure": "mean",
            "n": of_group.n,
            "n_missing": missing[group],
        }
        if not of_group.n:
            yield {**row, **refused(StatisticsRefused(RefusalReason.NO_COMPLETE_CASES))}
        elif of_group.n == 1:
            yield {**row, **refused(StatisticsRefused(RefusalReason.TOO_FEW_ROWS))}
        else:
            yield {**row, "estimate": of_group.mean, "std_dev": of_group.std_dev, **OK}
    row = _test_labels(variable, moments[ALL].n, missing[ALL])
    yield attempted({**row, "test": "anova_f", "effect": "omega_squared"}, lambda: _anova(found.moments))
    yield attempted({**row, "test": "welch_f"}, lambda: asdict(welch_f(found.moments)))


def _test_labels(variable: str, n: int, missing: int) -> Row:
    return {"variable": variable, "migration_status": ALL, "measure": "test", "n": n, "n_missing": missing}


def _chi_square(counts: Numbers) -> Row:
    return {
        **asdict(chi_square(counts)),
        "small_expected": has_small_expected(counts),
        **asdict(cramers_v(counts)),
    }


def _anova(groups: Sequence[Moments]) -> Row:
    return {**asdict(anova_f(groups)), **asdict(omega_squared(groups))}


def _with_corrected_p(rows: list[Row]) -> Iterator[Row]:
    """A refused test is no member of the family."""
    family = [i for i, row in enumerate(rows) if row.get("test") in PAPER_TESTS and row["status"] == "ok"]
    p_values = [rows[i]["p_value"] for i in family]
    corrected = dict(zip(family, zip(holm(p_values), benjamini_hochberg(p_values), strict=True), strict=True))
    for i, row in enumerate(rows):
        p_holm, p_benjamini_hochberg = corrected.get(i, (None, None))
        yield {**row, "p_holm": p_holm, "p_benjamini_hochberg": p_benjamini_hochberg}
