"""Tests and intervals from a fitted model.

Belongs here: a contrast's estimate with its t test and interval, the partial F of a term. Does not belong
here: fitting, tables, the t distribution (`estimates`).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc

from lbc_assets.stats.models.estimates import Estimate, t_test
from lbc_assets.stats.models.fit import FittedModel
from lbc_assets.stats.sample import Numbers


@dataclass(frozen=True)
class FTest:
    """A partial F test: `df` in the numerator, `df_residual` in the denominator."""

    statistic: float
    df: float
    df_residual: float
    p_value: float


def linear_combination(fitted: FittedModel, row: Numbers) -> Estimate:
    """The value of `row` (one weight a column) times the coefficients."""
    std_error = float(np.sqrt(row @ fitted.covariance @ row))
    return t_test(float(row @ fitted.params), std_error, float(fitted.df_residual))


def coefficient(fitted: FittedModel, position: int) -> Estimate:
    """The coefficient of one column."""
    return linear_combination(fitted, np.eye(len(fitted.params))[position])


def standardised(fitted: FittedModel, position: int) -> float | None:
    """The coefficient of a column in standard deviations of the outcome a standard deviation of the column (beta), over
    the children of the model; None for the intercept. Source: R's lm on scaled columns.
    """
    if fitted.columns[position].variable is None:
        return None
    n, total = fitted.n, fitted.squares[0, position]
    deviation = np.sqrt((fitted.squares[position, position] - total * total / n) / (n - 1))
    return float(fitted.params[position] * deviation / fitted.outcome_std_dev)


def partial_f(fitted: FittedModel, variable: str, *, bends_only: bool = False) -> FTest:
    """All columns of one term are zero, given the rest of the model; of a spline, if so asked, those that bend it.

    Type III in the sense of SPSS and car::Anova when the model's contrasts are sum-to-zero; the
    highest-order term's F is the same under every coding. ValueError: the model has no such term.
    """
    chosen = [
        i
        for i, column in enumerate(fitted.columns)
        if column.variable == variable and not (bends_only and column.level is None)
    ]
    if not chosen:
        raise ValueError(f"{fitted.spec.name}: {variable!r} is not a term of this model")
    params = fitted.params[chosen]
    covariance = fitted.covariance[np.ix_(chosen, chosen)]
    df, df_residual = float(len(chosen)), float(fitted.df_residual)
    statistic = float(params @ np.linalg.solve(covariance, params)) / df
    return FTest(statistic, df, df_residual, float(fdtrc(df, df_residual, statistic)))
