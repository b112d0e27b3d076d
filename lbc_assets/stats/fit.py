"""Fits one declared model by ordinary least squares.

Belongs here: `fit`, what it returns, and the refusals. Does not belong here: tables, tests of hypotheses
(`inference`), what a model keeps of its terms (`estimable`). A fit needs the sums of squares and products of its cells
and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from statsmodels.regression.linear_model import OLS

from lbc_assets.stats.design import Column, columns, matrix
from lbc_assets.stats.estimable import estimable
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Cells, Numbers, Sample
from lbc_assets.stats.terms import Factor, ModelSpec

# A column is collinear when less than this share of its length is left after the columns before it (R's lm:
# 1e-7). Sums of squares hold half the digits of rows: below this share fewer than six digits would be good.
COLLINEARITY_TOLERANCE = 1e-5
# Rounding leaves about 1e-15 of the outcome's sum of squares when the model says everything.
PERFECT_FIT_SHARE = 1e-12
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
    _refuse_degenerate(spec, cells)
    design = matrix(spec, cells.values)
    squares = design.T @ (design * cells.n[:, np.newaxis])
    n, df_residual = cells.children, cells.children - design.shape[1]
    outcome_squares, total = float(cells.squares.sum()), float(cells.total.sum())
    rows = _equivalent_rows(squares, design.T @ cells.total, outcome_squares)
    model = OLS(rows[:, -1], rows[:, :-1], hasconst=True)
    model.df_resid = df_residual
    result = model.fit()
    around_mean = outcome_squares - total * total / n
    return FittedModel(
        spec=spec,
        declared=declared,
        left_out=left_out,
        columns=columns(spec),
        params=result.params,
        covariance=result.cov_params(),
        squares=squares,
        df_residual=df_residual,
        n=n,
        r2=float(1 - result.ssr / around_mean),
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


def _refuse_degenerate(spec: ModelSpec, cells: Cells) -> None:
    """The first reason that applies, the one nearest to the data's shape first."""
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


def _equivalent_rows(squares: Numbers, products: Numbers, outcome_squares: float) -> Numbers:
    """A triangle of columns + 1 rows (the outcome last) with the same sums of squares and products as the
    children.

    Least squares on it gives the same coefficients and residual sum of squares. Scores, codes and ages are
    whole numbers, so these sums are exact: the order of rows and the number of threads cannot change a
    digit.
    """
    # columns of very different length (a spline's cubes) would lose the digits of the short ones
    lengths = np.sqrt(np.diag(squares))
    if not lengths.all():
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    try:
        factor = np.linalg.cholesky(squares / np.outer(lengths, lengths))
    except np.linalg.LinAlgError:
        raise StatisticsRefused(RefusalReason.COLLINEAR) from None
    if bool(np.any(np.diag(factor) < COLLINEARITY_TOLERANCE)):
        raise StatisticsRefused(RefusalReason.COLLINEAR)
    explained = np.linalg.solve(factor, products / lengths)
    residual = outcome_squares - float(explained @ explained)
    if residual <= PERFECT_FIT_SHARE * outcome_squares:
        raise StatisticsRefused(RefusalReason.PERFECT_FIT)
    last = np.zeros((1, len(squares) + 1))
    last[0, -1] = np.sqrt(residual)
    return np.vstack([np.column_stack([factor.T * lengths, explained]), last])
