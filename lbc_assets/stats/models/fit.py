"""Fits one declared model by ordinary least squares.

Belongs here: `fit`, what it returns, and the refusals. Does not belong here: tables, tests of hypotheses
(`inference`), what a model keeps of its terms (`estimable`). A fit needs the sums of squares and products of its cells
and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lbc_assets.stats.models.design import Column, columns, matrix
from lbc_assets.stats.models.estimable import estimable
from lbc_assets.stats.models.least_squares import Sums, solve
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Cells, Numbers, Sample
from lbc_assets.stats.terms import Factor, ModelSpec

# Below two children a parameter even the coefficients' standard errors are off. Source: Austin and Steyerberg, The
# number of subjects per variable required in linear regression analyses, J Clin Epidemiol 2015;68:627-636.
FEWEST_CHILDREN_A_PARAMETER = 2


@dataclass(frozen=True, eq=False)
class FittedModel:
    """An ordinary least squares fit.

    `spec` is the model as the data carry it; `declared` as it was asked for; `left_out` says of each term of the
    latter that the former has not why. `params` (columns) and `covariance` (columns x columns) follow `columns`, in
    points of the outcome score; `squares` (columns x columns) is X'X; `n` children, `df_residual` = n - columns.
    `covariate_means` and `shares` (of each level of a factor) are over the children of the model.
    """

    spec: ModelSpec
    declared: ModelSpec
    left_out: Mapping[str, RefusalReason]
    columns: tuple[Column, ...]
    params: Numbers
    covariance: Numbers
    squares: Numbers
    df_residual: int
    n: int
    r2: float
    outcome_std_dev: float
    covariate_means: Mapping[str, float]
    shares: Mapping[str, Numbers]

    def position(self, term: str) -> int | None:
        """Where a term stands in `columns`; None for one that was left out."""
        return next((i for i, column in enumerate(self.columns) if column.term == term), None)


def fit(declared: ModelSpec, sample: Sample) -> FittedModel:
    """Fit `declared` by ordinary least squares on its complete cases. StatisticsRefused where the data cannot
    carry it.
    """
    spec, left_out, cells = estimable(declared, sample.cells(declared))
    refuse_degenerate(spec, cells)
    design = matrix(spec, cells.values)
    sums = Sums.of(design, cells.n, cells.total, cells.squares)
    solution = solve(sums)
    n, total = sums.children, float(cells.total.sum())
    around_mean = sums.outcome_squares - total * total / n
    return FittedModel(
        spec=spec,
        declared=declared,
        left_out=left_out,
        columns=columns(spec),
        params=solution.params,
        covariance=solution.covariance,
        squares=sums.squares,
        df_residual=solution.df_residual,
        n=n,
        r2=float(1 - solution.residual_squares / around_mean),
        outcome_std_dev=float(np.sqrt(around_mean / (n - 1))),
        covariate_means={c.variable: float(cells.values[c.variable] @ cells.n) / n for c in spec.covariates},
        shares={factor.variable: _counts(factor, cells) / n for factor in spec.factors},
    )


def attempt(specs: Iterable[ModelSpec], sample: Sample) -> list[FittedModel | StatisticsRefused]:
    """Fit every model; a refused one comes back as its refusal, so that the others still report."""
    outcomes: list[FittedModel | StatisticsRefused] = []
    for spec in specs:
        try:
            outcomes.append(fit(spec, sample))
        except StatisticsRefused as refused:
            outcomes.append(refused)
    return outcomes


def cells_and_design(fitted: FittedModel, sample: Sample) -> tuple[Cells, Numbers]:
    """The cells that were fitted and their design (cells x columns), made again: a fit does not keep them."""
    _, _, cells = estimable(fitted.declared, sample.cells(fitted.declared))
    return cells, matrix(fitted.spec, cells.values)


def _counts(factor: Factor, cells: Cells) -> Numbers:
    counts: Numbers = np.bincount(cells.values[factor.variable].astype(np.int64), cells.n, len(factor.levels)).astype(
        float
    )
    return counts


def refuse_degenerate(spec: ModelSpec, cells: Cells) -> None:
    """StatisticsRefused for the first reason that applies, the one nearest to the data's shape first."""
    parameters = len(columns(spec))
    if cells.children <= parameters:
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    if cells.children < FEWEST_CHILDREN_A_PARAMETER * parameters:
        raise StatisticsRefused(RefusalReason.TOO_MANY_PARAMETERS)
    mean = cells.total.sum() / cells.children
    if cells.squares.sum() == mean * cells.total.sum():
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    for left, right in spec.interactions:
        a, b = spec.predictor(left), spec.predictor(right)
        if isinstance(a, Factor) and isinstance(b, Factor):
            seen = set(zip(cells.values[left].tolist(), cells.values[right].tolist(), strict=True))
            if len(seen) < len(a.levels) * len(b.levels):
                raise StatisticsRefused(RefusalReason.EMPTY_CELL)
