"""The cohort as the comparisons of groups see it: counts and sums a migration group.

Belongs here: the one step from a `Sample` to aggregates. Does not belong here: statistics of them, tables. Whatever a
sample holds (children, or cells of children alike), the comparisons know only what is made here.
"""

from dataclasses import dataclass

import numpy as np

from lbc_assets.stats.moments import Moments
from lbc_assets.stats.sample import Numbers, Sample
from lbc_assets.stats.terms import Covariate, Factor
from lbc_assets.stats.variables import MIGRATION_STATUS

GROUPS = ("current", "previous", "never")  # the order in which Table 1 prints them


@dataclass(frozen=True, eq=False)
class GroupCounts:
    """`counts`: levels x groups, in declared order; `missing`: a number a group."""

    counts: Numbers
    missing: tuple[int, ...]


@dataclass(frozen=True)
class GroupMoments:
    """The moments of each group's answers; `missing`: a number a group."""

    moments: tuple[Moments, ...]
    missing: tuple[int, ...]


def count_by_group(sample: Sample, factor: Factor) -> GroupCounts:
    """How many children of each group have each level."""
    groups, codes = sample.codes(MIGRATION_STATUS), sample.codes(factor)
    members = [codes[groups == MIGRATION_STATUS.levels.index(name)] for name in GROUPS]
    counts = [np.bincount(member[member >= 0], minlength=len(factor.levels)) for member in members]
    return GroupCounts(np.column_stack(counts).astype(np.float64), tuple(int((m < 0).sum()) for m in members))


def sum_by_group(sample: Sample, variable: Covariate) -> GroupMoments:
    """Each group's number, sum and sum of squares of a variable."""
    groups, values = sample.codes(MIGRATION_STATUS), sample.numbers(variable.variable)
    members = [values[groups == MIGRATION_STATUS.levels.index(name)] for name in GROUPS]
    answered = tuple(Moments.of(member[~np.isnan(member)]) for member in members)
    return GroupMoments(answered, tuple(int(np.isnan(member).sum()) for member in members))
