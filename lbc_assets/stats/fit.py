"""Fits one declared model.

Belongs here: `fit`, what it returns, and the refusals. Does not belong here: tables, tests of hypotheses
(`inference`). Callers see `FittedModel` only; how it was computed is this module's affair: the
estimate needs sums of squares and products only, which may come from rows (today) or from covariate cells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from statsmodels.regression.linear_model import OLS

from lbc_assets.stats.design import Column, columns, matrix
from lbc_assets.stats.normal_equations import solve
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Codes, Numbers, Sample
from lbc_assets.stats.terms import Factor, ModelSpec


@dataclass(frozen=True, eq=False)
class FittedModel:
    """An ordinary least squares fit.

    `params` (columns) and `covariance` (columns x columns) follow `columns`, in points of the outcome score;
    `n` children, `df_residual` = n - columns; `covariate_means` over the children of the model.
    """

    spec: ModelSpec
    columns: tuple[Column, ...]
    params: Numbers
    covariance: Numbers
    df_residual: int
    n: int
    r2: float
    covariate_means: Mapping[str, float]


def fit(spec: ModelSpec, sample: Sample) -> FittedModel:
    """Fit `spec` by ordinary least squares on its complete cases. StatisticsRefused where the data cannot
    carry it.
    """
    chosen = sample.complete_cases(spec)
    outcome = sample.numbers(spec.outcome_column)[chosen]
    codes = {factor.variable: sample.codes(factor)[chosen] for factor in spec.factors}
    numbers = {covariate.variable: sample.numbers(covariate.variable)[chosen] for covariate in spec.covariates}
    _refuse_degenerate(spec, outcome, codes, numbers)
    design = matrix(spec, {**codes, **numbers})
    n, df_residual = len(outcome), len(outcome) - design.shape[1]
    rows = _equivalent_rows(design.T @ design, design.T @ outcome, float(outcome @ outcome))
    model = OLS(rows[:, -1], rows[:, :-1], hasconst=True)
    model.df_resid = df_residual
    result = model.fit()
    return FittedModel(
        spec=spec,
        columns=columns(spec),
        params=result.params,
        covariance=result.cov_params(),
        df_residual=df_residual,
        n=n,
        r2=float(1 - result.ssr / ((outcome - outcome.mean()) ** 2).sum()),
        covariate_means={variable: float(values.mean()) for variable, values in numbers.items()},
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


def _refuse_degenerate(
    spec: ModelSpec, outcome: Numbers, codes: Mapping[str, Codes], numbers: Mapping[str, Numbers]
) -> None:
    """The first reason that applies, the one nearest to the data's shape first."""
    if not len(outcome):
        raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
    if len(outcome) <= len(columns(spec)):
        raise StatisticsRefused(RefusalReason.TOO_FEW_ROWS)
    for factor in spec.factors:
        if not np.bincount(codes[factor.variable], minlength=len(factor.levels)).all():
            raise StatisticsRefused(RefusalReason.EMPTY_LEVEL)
    if any(np.ptp(values) == 0 for values in numbers.values()):
        raise StatisticsRefused(RefusalReason.CONSTANT_COVARIATE)
    if np.ptp(outcome) == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    for left, right in spec.interactions:
        a, b = spec.predictor(left), spec.predictor(right)
        if isinstance(a, Factor) and isinstance(b, Factor):
            seen = set(zip(codes[left].tolist(), codes[right].tolist(), strict=True))
            if len(seen) < len(a.levels) * len(b.levels):
                raise StatisticsRefused(RefusalReason.EMPTY_CELL)


def _equivalent_rows(squares: Numbers, products: Numbers, outcome_squares: float) -> Numbers:
    """A triangle of columns + 1 rows (the outcome last) with the same sums of squares and products as the
    children.

    Least squares on it gives the same coefficients and residual sum of squares.
    """
    solution = solve(squares, products, outcome_squares)
    last = np.zeros((1, len(squares) + 1))
    last[0, -1] = np.sqrt(solution.residual_squares)
    return np.vstack([np.column_stack([solution.triangle.T, solution.explained]), last])
