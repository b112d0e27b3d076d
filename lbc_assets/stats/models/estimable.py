"""What the data carry of a declared model: levels that no child has are left out, and said to be.

Belongs here: the model without such levels, and the reason of each term that is gone. Does not belong here: whether
what is left can be fitted (`fit`). As R's lm does it, but for two things that would answer another question than the
one declared: the exposure keeps all its levels, and no factor changes its reference.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lbc_assets.stats.models.design import columns
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Cells, Values
from lbc_assets.stats.terms import Factor, ModelSpec, Predictor


def estimable(declared: ModelSpec, cells: Cells) -> tuple[ModelSpec, Mapping[str, RefusalReason], Cells]:
    """The model that these children can answer, why each term of the declared one is missing there, and its cells.

    StatisticsRefused: no complete case, a level of the exposure or a reference without a child, an interaction of a
    variable that does not vary, or no predictor left.
    """
    if not len(cells.n):
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    kept: list[Predictor] = []
    values: dict[str, Values] = {}
    gone: dict[str, RefusalReason] = {}
    for predictor in declared.predictors:
        variable = predictor.variable
        found = cells.values[variable]
        if not isinstance(predictor, Factor):
            if np.ptp(found.astype(np.float64)) == 0:
                gone[variable] = RefusalReason.CONSTANT_COVARIATE
            else:
                kept.append(predictor)
                values[variable] = found
            continue
        used = _used(predictor, found, is_exposure=variable == declared.exposure)
        if used is None:
            gone[variable] = RefusalReason.EMPTY_LEVEL
        else:
            kept.append(used)
            values[variable] = recoded(predictor, used, found)
    if reason := gone.get(declared.exposure or ""):
        raise StatisticsRefused(reason)
    for pair in declared.interactions:
        for variable in pair:
            if variable in gone:
                raise StatisticsRefused(gone[variable])
    if not kept:
        raise StatisticsRefused(next(iter(gone.values())))
    spec = replace(declared, predictors=tuple(kept))
    present = {column.term for column in columns(spec)}
    left_out = {
        column.term: gone.get(column.variable or "", RefusalReason.EMPTY_LEVEL)
        for column in columns(declared)
        if column.term not in present
    }
    return spec, left_out, replace(cells, values=values)


def recoded(declared: Predictor, used: Predictor, found: Values) -> Values:
    """Values of a declared predictor as the estimable model has them: other positions, for some levels are gone."""
    if not (isinstance(declared, Factor) and isinstance(used, Factor)):
        return found
    positions = [used.levels.index(level) if level in used.levels else -1 for level in declared.levels]
    # the last place answers for -1, a missing answer
    return np.array([*positions, -1], dtype=np.int64)[found.astype(np.int64)]


def _used(factor: Factor, found: Values, *, is_exposure: bool) -> Factor | None:
    """The factor with the levels that some child has; None when that is one level only."""
    has_child = np.bincount(found.astype(np.int64), minlength=len(factor.levels)) > 0
    levels = tuple(level for level, has in zip(factor.levels, has_child, strict=True) if has)
    if levels == factor.levels:
        return factor
    if is_exposure:
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    if len(levels) < 2:
        return None
    if factor.reference not in levels:
        raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    return replace(factor, levels=levels)
