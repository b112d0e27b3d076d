"""Fits one declared model to every completed data set.

Belongs here: `fit_imputed`, what it returns, and how far its chains agree. Does not belong here: imputing
(`imputation`), pooling (`pooling`), tables (`imputed_coefficients`).
"""

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd

from lbc_assets.stats.missing.imputation import FEWEST_IMPUTATIONS, ITERATIONS, SEED, Completed, of_imputed
from lbc_assets.stats.missing.imputation_data import Group, IncompleteData, imputation_data, outcome_column, pieces
from lbc_assets.stats.missing.pooling import Pooled, pooled
from lbc_assets.stats.models.design import Column, columns, matrix
from lbc_assets.stats.models.fit import refuse_degenerate
from lbc_assets.stats.models.least_squares import Solution, Sums, solve
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Cells, Numbers
from lbc_assets.stats.terms import ModelSpec


@dataclass(frozen=True, eq=False)
class ImputedFit:
    """An ordinary least squares fit to each of m completed data sets.

    `params` and `variances` (m x columns) follow `columns`, in points of the outcome score; `left_out` says why terms
    of the declared model are gone. `traces` (by imputed variable): m x iterations x levels, see `Completed.trace`.
    """

    data: IncompleteData
    columns: tuple[Column, ...]
    params: Numbers
    variances: Numbers
    df_complete: int
    traces: Mapping[str, Numbers]

    @property
    def left_out(self) -> Mapping[str, RefusalReason]:
        return self.data.left_out

    @property
    def n_incomplete(self) -> int:
        return len(self.data.children)

    @property
    def n(self) -> int:
        return self.df_complete + len(self.columns)

    def coefficient(self, term: str) -> Pooled:
        """The pooled coefficient of one term; StatisticsRefused: it was left out."""
        for position, column in enumerate(self.columns):
            if column.term == term:
                return pooled(self.params[:, position], self.variances[:, position], float(self.df_complete))
        raise StatisticsRefused(self.left_out[term])


def fit_imputed(
    declared: ModelSpec,
    cohort: pd.DataFrame,
    *,
    m: int = FEWEST_IMPUTATIONS,
    iterations: int = ITERATIONS,
    seed: int = SEED,
) -> ImputedFit:
    """Complete the cohort `m` times for this model, and fit it each time to all children who have its outcome.

    `cohort` and errors as for `imputation_data`; StatisticsRefused also where the complete children could not carry the
    model, or an imputation model cannot be fitted.
    """
    data = imputation_data(declared, cohort)
    spec, complete = data.spec, data.complete
    outcome = complete.values[outcome_column(spec)]
    refuse_degenerate(spec, Cells(complete.values, complete.n, complete.n * outcome, complete.n * outcome**2))
    # The complete children's sums are the same in every data set: only the others' are added up again.
    sums = reduce(operator.add, (_sums(spec, piece) for piece in pieces(complete)))
    solve(sums)

    def fitted(completed: Completed) -> tuple[Solution, Mapping[str, Numbers]]:
        added = reduce(operator.add, (_sums(spec, piece) for piece in pieces(completed.children)), sums)
        return solve(added), completed.trace

    fits = of_imputed(data, fitted, m=m, iterations=iterations, seed=seed)
    solutions = [solution for solution, _ in fits]
    return ImputedFit(
        data=data,
        columns=columns(spec),
        params=np.array([solution.params for solution in solutions]),
        variances=np.array([np.diag(solution.covariance) for solution in solutions]),
        df_complete=solutions[0].df_residual,
        traces={variable: np.array([trace[variable] for _, trace in fits]) for variable in data.targets},
    )


def attempt_imputed(
    specs: Iterable[ModelSpec],
    cohort: pd.DataFrame,
    *,
    m: int = FEWEST_IMPUTATIONS,
    iterations: int = ITERATIONS,
    seed: int = SEED,
) -> list[ImputedFit | StatisticsRefused]:
    """Fit every model; a refused one comes back as its refusal, so that the others still report."""
    outcomes: list[ImputedFit | StatisticsRefused] = []
    for spec in specs:
        try:
            outcomes.append(fit_imputed(spec, cohort, m=m, iterations=iterations, seed=seed))
        except StatisticsRefused as refused:
            outcomes.append(refused)
    return outcomes


def r_hat(trace: Numbers) -> float | None:
    """Between and within chains' variance of one number (`trace`: chains x iterations): 1 where all chains tell the
    same; None where none of them moves.

    Source: Gelman and Rubin, Stat Sci 1992;7:457-472, without the correction for degrees of freedom.
    """
    iterations = trace.shape[1]
    within = float(trace.var(axis=1, ddof=1).mean())
    if within == 0:
        return None
    between = float(trace.mean(axis=1).var(ddof=1))
    return float(np.sqrt((iterations - 1) / iterations + between / within))


def _sums(spec: ModelSpec, group: Group) -> Sums:
    outcome = group.values[outcome_column(spec)]
    return Sums.of(matrix(spec, group.values), group.n, group.n * outcome, group.n * outcome**2)
