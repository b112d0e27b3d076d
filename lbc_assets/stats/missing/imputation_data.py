"""A cohort made ready for imputation: complete children in cells, incomplete children one by one.

Belongs here: which children are which, in an order that does not depend on the order of arrival. Does not belong here:
imputing, models' fits. Complete children are most; they are the same in every imputation, so how many stand in each
cell is all that is needed of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lbc_assets.stats.missing.keyed_random import Keys, keys
from lbc_assets.stats.models.estimable import estimable, recoded
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Cells, Codes, Mask, Numbers, Sample, Values
from lbc_assets.stats.terms import Factor, ModelSpec

PIECE = 8_192


@dataclass(frozen=True, eq=False)
class Group:
    """Children by row: `values` of the predictors (positions of levels, -1 missing; numbers, NaN missing) and of the
    outcome's column; `n` children a row.
    """

    values: Mapping[str, Values]
    n: Numbers

    def of(self, chosen: Mask | Codes | slice) -> "Group":
        """The chosen rows."""
        return Group({name: values[chosen] for name, values in self.values.items()}, self.n[chosen])


@dataclass(frozen=True, eq=False)
class IncompleteData:
    """`spec`: the model as the complete children carry it, `left_out`: why terms of the declared one are gone.
    `complete`: cells that differ in some variable, in order. `incomplete`: one row a child, ordered by pseudonym, with
    `children`, their keys.
    """

    spec: ModelSpec
    left_out: Mapping[str, RefusalReason]
    complete: Group
    incomplete: Group
    children: Keys

    def missing(self, variable: str) -> Mask:
        """The incomplete children who lack this variable."""
        return absent(self.incomplete.values[variable])

    @property
    def targets(self) -> tuple[str, ...]:
        """The variables that some child lacks, in the model's order."""
        return tuple(p.variable for p in self.spec.predictors if self.missing(p.variable).any())


def outcome_column(spec: ModelSpec) -> str:
    """The cohort's column that holds the model's outcome."""
    return f"{spec.outcome}_score"


def absent(values: Values) -> Mask:
    """Where a value is missing."""
    mask: Mask = np.isnan(values) if values.dtype.kind == "f" else values < 0
    return mask


def pieces(group: Group) -> Iterator[Group]:
    """The rows in their order, not so many at once that their design would fill the memory."""
    for begin in range(0, len(group.n), PIECE):
        yield group.of(slice(begin, begin + PIECE))


def imputation_data(declared: ModelSpec, cohort: pd.DataFrame) -> IncompleteData:
    """The children of the model's population who have its outcome.

    `cohort`: one wave of mart_analysis_cohort, a row a child; or a row a cell, with `children` a row, the variables of
    the model and the outcome's column among the grouping variables, and `child_pseudonym` for incomplete children, who
    stand alone. A child without the outcome is left out: filled in from this very model, it would say nothing more of
    it (von Hippel, Sociol Methodol 2007;37:83-117).

    ValueError: the cohort breaks its contract, or the model is declared for the complete cases of another.
    StatisticsRefused: no complete child, nothing missing, or only incomplete children have a level (EMPTY_LEVEL) or
    vary in a number (CONSTANT_COVARIATE).
    """
    if declared.complete_cases_of is not None:
        raise ValueError(f"{declared.name}: a model of another model's complete cases has nothing to impute")
    sample = Sample(cohort)
    values: dict[str, Values] = {predictor.variable: sample.values(predictor) for predictor in declared.predictors}
    values[outcome_column(declared)] = sample.numbers(outcome_column(declared))
    everyone = Group(values, sample.children)
    asked = sample.population(declared) & ~absent(values[outcome_column(declared)])
    complete = _gathered(everyone.of(asked & ~_lacking(everyone)))
    alone = np.flatnonzero(asked & _lacking(everyone))
    names = cohort["child_pseudonym"].to_numpy()[alone]
    if pd.isna(names).any() or (everyone.n[alone] != 1).any() or len(set(names)) < len(names):
        raise ValueError("an incomplete child stands in a row of its own, under its pseudonym")
    order = np.argsort(names.astype(str))
    incomplete, children = everyone.of(alone[order]), keys(names[order].astype(str))

    spec, left_out, complete_left = _carried(declared, complete)
    _refuse_news(declared, left_out, complete, incomplete)
    incomplete = _recoded(declared, spec, incomplete)
    # a child who lacks only what the model lost is complete for what is left of it
    still = _lacking(incomplete)
    if not still.any():
        raise StatisticsRefused(RefusalReason.NOTHING_MISSING)
    joined = _gathered(_joined(complete_left, incomplete.of(~still)))
    return IncompleteData(spec, left_out, joined, incomplete.of(still), children[still])


def _lacking(group: Group) -> Mask:
    """The rows in which some variable is missing."""
    mask: Mask = np.logical_or.reduce([absent(column) for column in group.values.values()])
    return mask


def _carried(declared: ModelSpec, complete: Group) -> tuple[ModelSpec, Mapping[str, RefusalReason], Group]:
    """The model that the complete children can answer, why terms are gone, and the children in its levels."""
    outcome = complete.values[outcome_column(declared)].astype(np.float64)
    cells = Cells(complete.values, complete.n, complete.n * outcome, complete.n * outcome**2)
    spec, left_out, carried = estimable(declared, cells)
    return spec, left_out, replace(complete, values={**carried.values, outcome_column(declared): outcome})


def _refuse_news(
    declared: ModelSpec, left_out: Mapping[str, RefusalReason], complete: Group, incomplete: Group
) -> None:
    """Refuse what only incomplete children have: no model of the complete ones says anything of it."""
    for predictor in declared.predictors:
        found = incomplete.values[predictor.variable]
        if np.isin(found[~absent(found)], complete.values[predictor.variable]).all():
            continue
        if isinstance(predictor, Factor):
            raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
        if predictor.variable in left_out:
            raise StatisticsRefused(RefusalReason.CONSTANT_COVARIATE)


def _recoded(declared: ModelSpec, spec: ModelSpec, group: Group) -> Group:
    """The same children with positions in the levels that `spec` kept, and without the variables that it lost."""
    values = {
        used.variable: recoded(declared.predictor(used.variable), used, group.values[used.variable])
        for used in spec.predictors
    }
    return Group({**values, outcome_column(spec): group.values[outcome_column(spec)]}, group.n)


def _joined(first: Group, second: Group) -> Group:
    values = {name: np.concatenate([column, second.values[name]]) for name, column in first.values.items()}
    return Group(values, np.concatenate([first.n, second.n]))


def _gathered(group: Group) -> Group:
    """Children who agree in everything in one row, rows in order."""
    if not len(group.n):
        return group
    order = np.lexsort(list(group.values.values())[::-1])
    ordered = group.of(order)
    changed = np.logical_or.reduce([column[1:] != column[:-1] for column in ordered.values.values()])
    starts = np.flatnonzero(np.concatenate([[True], changed]))
    return replace(ordered.of(starts), n=np.add.reduceat(ordered.n, starts))
