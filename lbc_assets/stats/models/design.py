"""Design matrices from a specification, by plain arithmetic.

Belongs here: which columns a model has, their values for children, and their average over a grid of levels.
Does not belong here: data reading (`sample`), estimation (`fit`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lbc_assets.stats.sample import Numbers, Values
from lbc_assets.stats.terms import Covariate, Factor, ModelSpec, Predictor, Spline

INTERCEPT = "intercept"


@dataclass(frozen=True)
class Column:
    """One column of the design matrix. `variable` groups the columns of one term; None for the intercept."""

    term: str
    variable: str | None = None
    level: str | None = None
    reference: str | None = None


def _predictor_columns(predictor: Predictor) -> list[Column]:
    if isinstance(predictor, Covariate):
        return [Column(predictor.variable, predictor.variable)]
    if isinstance(predictor, Spline):
        bends = [f"bend_{number}" for number in range(1, len(predictor.knots) - 1)]
        names = [f"{predictor.variable}[{bend}]" for bend in bends]
        return [
            Column(predictor.variable, predictor.variable),
            *(Column(name, predictor.variable, bend) for name, bend in zip(names, bends, strict=True)),
        ]
    variable, reference = predictor.variable, predictor.reference
    return [Column(f"{variable}[{level}]", variable, level, reference) for level in predictor.compared_levels]


def _joined(parts: tuple[str | None, str | None]) -> str | None:
    return ":".join(part for part in parts if part is not None) or None


def columns(spec: ModelSpec) -> tuple[Column, ...]:
    """The model's columns in the order of its matrix: intercept, predictors, interactions."""
    found = [Column(INTERCEPT)]
    for predictor in spec.predictors:
        found += _predictor_columns(predictor)
    for left, right in spec.interactions:
        found += [
            Column(
                f"{a.term}:{b.term}",
                f"{left}:{right}",
                _joined((a.level, b.level)),
                _joined((a.reference, b.reference)),
            )
            for a in _predictor_columns(spec.predictor(left))
            for b in _predictor_columns(spec.predictor(right))
        ]
    return tuple(found)


def _contrast_matrix(factor: Factor, contrasts: str) -> Numbers:
    """Levels x compared levels: a level's values in the factor's columns."""
    levels = np.array([[level == other for other in factor.compared_levels] for level in factor.levels], float)
    if contrasts == "sum":
        levels[factor.levels.index(factor.reference)] = -1.0
    return levels


def spline_block(spline: Spline, values: Numbers) -> Numbers:
    """Rows x (knots - 1): the variable and its bends, Harrell's restricted cubic basis times the last gap of knots."""
    *inner, before_last, last = spline.knots

    def cubed(knot: int) -> Numbers:
        return np.maximum(values - knot, 0.0) ** 3

    bends = [
        cubed(knot) * (last - before_last) - cubed(before_last) * (last - knot) + cubed(last) * (before_last - knot)
        for knot in inner
    ]
    return np.column_stack([values, *bends])


def _block(spec: ModelSpec, predictor: Predictor, values: Values) -> Numbers:
    if isinstance(predictor, Factor):
        return _contrast_matrix(predictor, spec.contrasts)[values.astype(np.int64)]
    numbers = values.astype(np.float64)
    return spline_block(predictor, numbers) if isinstance(predictor, Spline) else numbers[:, np.newaxis]


def _assemble(spec: ModelSpec, blocks: Mapping[str, Numbers]) -> Numbers:
    """Join the predictors' blocks (rows x columns each) and their products, in the order of `columns`."""
    rows = len(next(iter(blocks.values())))
    parts = [np.ones((rows, 1)), *(blocks[predictor.variable] for predictor in spec.predictors)]
    for left, right in spec.interactions:
        product = blocks[left][:, :, np.newaxis] * blocks[right][:, np.newaxis, :]
        parts.append(product.reshape(rows, product.shape[1] * product.shape[2]))
    return np.hstack(parts)


def matrix(spec: ModelSpec, values: Mapping[str, Values]) -> Numbers:
    """Rows x columns. `values`: level positions for a factor, numbers for a covariate, by variable."""
    blocks = {p.variable: _block(spec, p, values[p.variable]) for p in spec.predictors}
    return _assemble(spec, blocks)


def averaged_row(
    spec: ModelSpec, at: Mapping[str, str], means: Mapping[str, float], shares: Mapping[str, Numbers] | None = None
) -> Numbers:
    """The average row over the levels of every factor but those in `at`, numbers at their `means`.

    Without `shares` each level weighs the same (SPSS EMMEANS, emmeans weights="equal"): in a full grid the other
    factors vary independently, so the average of a product is the product of the averages, the same row as writing out
    the grid (up to 8,640 rows here) and averaging it. With `shares` (levels, by variable) a level weighs as many
    children as have it, the same in every cell (emmeans weights="proportional": the factors averaged over are in no
    product with each other, so their joint distribution does not matter).
    """
    blocks = {}
    for predictor in spec.predictors:
        variable = predictor.variable
        if not isinstance(predictor, Factor):
            blocks[variable] = _block(spec, predictor, np.array([means[variable]]))
            continue
        levels = _contrast_matrix(predictor, spec.contrasts)
        if variable in at:
            row = levels[predictor.levels.index(at[variable])]
        else:
            row = levels.mean(axis=0) if shares is None else shares[variable] @ levels
        blocks[variable] = row[np.newaxis, :]
    return _assemble(spec, blocks)[0]
