"""The cohort as the comparisons of groups see it: counts and sums a migration group.

Belongs here: the one step from a `Sample` to aggregates. Does not belong here: statistics of them, tables. Whatever a
sample holds (children, or cells of children alike), the comparisons know only what is made here.
"""

import math
from dataclasses import dataclass

import numpy as np

from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.sample import SCORE, Mask, Numbers, OutcomeSums, Sample
from lbc_assets.stats.terms import Covariate, Factor, Spline
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


def _members(sample: Sample) -> list[Mask]:
    groups = sample.codes(MIGRATION_STATUS)
    return [groups == MIGRATION_STATUS.levels.index(name) for name in GROUPS]


def count_by_group(sample: Sample, factor: Factor, within: Mask | None = None) -> GroupCounts:
    """How many children of each group have each level; `within`: of these rows of the sample."""
    codes, children = sample.codes(factor), sample.children
    counts, missing = [], []
    for group in _members(sample):
        member = group if within is None else group & within
        # one place more, for those without an answer
        found = np.bincount(codes[member] + 1, children[member], len(factor.levels) + 1)
        counts.append(found[1:])
        missing.append(int(found[0]))
    return GroupCounts(np.column_stack(counts).astype(np.float64), tuple(missing))


def sum_by_group(sample: Sample, variable: Covariate | Spline) -> GroupMoments:
    """Each group's number, sum and sum of squares of a variable."""
    sums, children = _sums(sample, variable.variable), sample.children
    moments, missing = [], []
    for member in _members(sample):
        own = sums.of(member)
        moments.append(Moments(int(own.answered.sum()), math.fsum(own.total), math.fsum(own.squares)))
        missing.append(int(children[member].sum()) - moments[-1].n)
    return GroupMoments(tuple(moments), tuple(missing))


def _sums(sample: Sample, variable: str) -> OutcomeSums:
    """Sums by row of the sample: cells keep those of a score, and of any other number the number itself."""
    if variable.endswith(SCORE):
        return sample.outcome(variable.removesuffix(SCORE))
    values = sample.numbers(variable)
    answered = np.where(np.isnan(values), 0.0, sample.children)
    known = np.where(np.isnan(values), 0.0, values)
    return OutcomeSums(answered, answered * known, answered * known**2)
