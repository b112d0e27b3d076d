"""Design matrices from a specification, by plain arithmetic.

Belongs here: which columns a model has, their values for children, and their average over a grid of levels.
Does not belong here: data reading (`sample`), estimation (`fit`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lbc_assets.stats.sample import Numbers
from lbc_assets.stats.terms import Factor, ModelSpec, Predictor

INTERCEPT = "intercept"


@dataclass(frozen=True)
class Column:
    """One column of the design matrix. `variable` groups the columns of one term; None for the intercept."""

    term: str
    variable: str | None = None
    level: str | None = None
    reference: str | None = None


def _predictor_columns(predictor: Predictor) -> list[Column]:
    if not isinstance(predictor, Factor):
        return [Column(predictor.variable, predictor.variable)]
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


def _assemble(spec: ModelSpec, blocks: Mapping[str, Numbers]) -> Numbers:
    """Join the predictors' blocks (rows x columns each) and their products, in the order of `columns`."""
    rows = len(next(iter(blocks.values())))
    parts = [np.ones((rows, 1)), *(blocks[predictor.variable] for predictor in spec.predictors)]
    for left, right in spec.interactions:
        product = blocks[left][:, :, np.newaxis] * blocks[right][:, np.newaxis, :]
        parts.append(product.reshape(rows, -1))
    return np.hstack(parts)


def matrix(spec: ModelSpec, values: Mapping[str, NDArray[np.generic]]) -> Numbers:
    """Rows x columns. `values`: level positions for a factor, numbers for a covariate, by variable."""
    blocks = {}
    for predictor in spec.predictors:
        given = values[predictor.variable]
        if isinstance(predictor, Factor):
            blocks[predictor.variable] = _contrast_matrix(predictor, spec.contrasts)[given.astype(np.int64)]
        else:
            blocks[predictor.variable] = given.astype(np.float64)[:, np.newaxis]
    return _assemble(spec, blocks)


def equal_weight_row(spec: ModelSpec, at: Mapping[str, str], means: Mapping[str, float]) -> Numbers:
    """The average row over the full grid of levels, the factors in `at` held at a level, covariates at
    their means.

    In a full grid the other factors vary independently, so the average of a product is the product of the
    averages: the same row as writing out the grid (up to 8,640 rows here) and averaging it.
    """
    blocks = {}
    for predictor in spec.predictors:
        if isinstance(predictor, Factor):
            levels = _contrast_matrix(predictor, spec.contrasts)
            held = at.get(predictor.variable)
            row = levels.mean(axis=0) if held is None else levels[predictor.levels.index(held)]
            blocks[predictor.variable] = row[np.newaxis, :]
        else:
            blocks[predictor.variable] = np.array([[means[predictor.variable]]])
    return _assemble(spec, blocks)[0]
