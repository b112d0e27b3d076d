"""The model of one incomplete variable: what it is regressed on, and draws from it.

Belongs here: a factor's and a number's model, fitted to complete children and to incomplete ones as they are filled at
the moment. Does not belong here: whose turn it is (`imputation`), the likelihood (`multinomial`).
"""

import operator
from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.special import chdtri

from lbc_assets.stats.missing.imputation_data import Group, outcome_column, pieces
from lbc_assets.stats.missing.keyed_random import Keys, normals, positions, uniforms
from lbc_assets.stats.missing.multinomial import (
    MOST_STEPS,
    Expanded,
    Likelihood,
    Moments,
    Part,
    Rows,
    augmentation,
    mode,
    probabilities,
    total,
)
from lbc_assets.stats.models.design import columns, matrix
from lbc_assets.stats.models.least_squares import Sums, solve
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Codes, Numbers, Values
from lbc_assets.stats.terms import Covariate, Factor, ModelSpec, Predictor

Place = tuple[str | int, ...]

# The mode is found to this share of a standard error; the draw around it is of the order of a whole one.
TOLERANCE = 1e-3
# Above this many cells the likelihood of children is expanded around the complete children's mode instead of visited in
# every fit: so many children's is a parabola where incomplete ones move the mode. At this limit coefficients came out
# within .01 of a standard error (test_expansion_is_close); with more children it is less.
MOST_CELLS = 20_000
# So near to the mode, in standard errors of all coefficients together, is an expansion as good as one at the mode.
CLOSE = 0.05
# Above this many it is expanded too, but around the very mode, which so few cells are visited often enough to find.
MOST_VISITED_CELLS = 1_000


def imputation_spec(spec: ModelSpec, variable: str) -> ModelSpec:
    """What `variable` is regressed on: the analysis model's other predictors, its outcome, its products of the others,
    and for each product with `variable` that of the outcome and the partner.

    A model that knows less than the analysis would draw associations towards nothing. Source: Bartlett et al., Stat
    Methods Med Res 2015;24:462-487; White, Royston and Wood, Stat Med 2011;30:377-399, 5.
    """
    outcome = Covariate(outcome_column(spec))
    others = tuple(predictor for predictor in spec.predictors if predictor.variable != variable)
    kept = tuple(pair for pair in spec.interactions if variable not in pair)
    partners = [name for pair in spec.interactions if variable in pair for name in pair if name != variable]
    products = tuple((partner, outcome.variable) for partner in partners)
    return ModelSpec(f"{spec.name}_imputing_{variable}", variable, (*others, outcome), (*kept, *products))


@dataclass(frozen=True, eq=False)
class _Logit:
    """A factor's regression. `order`: the factor's positions, the reference first: the categories of the logit."""

    spec: ModelSpec
    variable: str
    order: Codes

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.order) - 1, len(columns(self.spec))

    def rows(self, group: Group) -> Rows:
        categories = np.argsort(self.order)[group.values[self.variable].astype(np.int64)]
        return Rows.of(matrix(self.spec, group.values), categories, group.n, len(self.order))


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells that are too many to keep their design."""

    logit: _Logit
    group: Group

    def at(self, params: Numbers) -> Likelihood:
        return total(self.logit.rows(piece).at(params) for piece in pieces(self.group))


@dataclass(frozen=True, eq=False)
class FactorModel:
    """A multinomial logit. `complete`: what complete children and augmenting rows say of the parameters; `start`:
    where that is likeliest.
    """

    logit: _Logit
    complete: tuple[Part, ...]
    start: Numbers

    @classmethod
    def of(cls, spec: ModelSpec, factor: Factor, complete: Group) -> Self:
        """StatisticsRefused: no more complete children than parameters, or a predictor follows from the others."""
        order = np.array([factor.levels.index(level) for level in (factor.reference, *factor.compared_levels)])
        logit = _Logit(imputation_spec(spec, factor.variable), factor.variable, order)
        start = np.zeros(logit.shape)
        if complete.n.sum() <= start.size:
            raise StatisticsRefused(RefusalReason.TOO_MANY_PARAMETERS)
        moments = Moments.of((matrix(logit.spec, piece.values), piece.n) for piece in pieces(complete))
        extra = augmentation(moments, len(order))
        cells = len(complete.n)
        if cells <= MOST_CELLS:
            exact = logit.rows(complete).with_rows(extra)
            centre, _ = mode((exact,), start, TOLERANCE)
            expanded = Expanded(centre, exact.at(centre))
            return cls(logit, (exact if cells <= MOST_VISITED_CELLS else expanded,), centre)
        # every so many cells, to begin near; then all of them for each step of Newton's, which is two as a rule
        some = logit.rows(complete.of(slice(None, None, -(-cells // MOST_CELLS))))
        centre, _ = mode((some, extra), start, TOLERANCE)
        whole = _Cells(logit, complete)
        for _ in range(MOST_STEPS):
            expanded = Expanded(centre, whole.at(centre))
            ahead, information = mode((expanded, extra), centre, TOLERANCE)
            step = (ahead - centre).ravel()
            if float(step @ information @ step) <= CLOSE**2:
                return cls(logit, (expanded, extra), ahead)
            centre = ahead
        raise StatisticsRefused(RefusalReason.NO_CONVERGENCE)

    def known(self, group: Group) -> Part:
        """What incomplete children who have the variable say of the parameters; expanded where the complete are.

        So few of them move the mode by less than a standard error: of the reference wave's six variables, expansion
        costs between .005 and .034 of one, all coefficients together, where the draw that follows moves them by seven.
        """
        rows = self.logit.rows(group)
        if isinstance(self.complete[0], Expanded):
            return Expanded(self.start, rows.at(self.start))
        return rows

    def draw(self, known: Group, missing: Group, children: Keys, place: Place) -> Values:
        """Levels' positions for the `missing`, whose keys are `children`. `known`: the incomplete children who have
        the variable.

        The coefficients are drawn from their normal approximation (Rubin, Multiple Imputation for Nonresponse in
        Surveys, 1987, 5.3), the level by the child's own number from its probabilities.
        """
        params, information = mode((*self.complete, self.known(known)), self.start, TOLERANCE)
        deviates = normals(positions(params.size), *place, "coefficients")
        moved = solve_triangular(cholesky(information, lower=True), deviates, lower=True, trans="T")
        shares = probabilities(matrix(self.logit.spec, missing.values), params + moved.reshape(params.shape))
        others = np.cumsum(shares[:, ::-1], axis=1)[:, ::-1]
        # the last category for the lowest numbers, the reference for the highest
        category = (uniforms(children, *place, "child")[:, np.newaxis] < others).sum(axis=1)
        return self.logit.order[category]


@dataclass(frozen=True, eq=False)
class NumberModel:
    """A linear model with normal errors; `complete`: the sums of complete children, `observed`: their numbers."""

    spec: ModelSpec
    variable: str
    complete: Sums
    observed: Numbers

    @classmethod
    def of(cls, spec: ModelSpec, predictor: Predictor, complete: Group) -> Self:
        """StatisticsRefused: no more complete children than parameters."""
        regression = imputation_spec(spec, predictor.variable)
        if complete.n.sum() <= len(columns(regression)):
            raise StatisticsRefused(RefusalReason.TOO_MANY_PARAMETERS)
        sums = reduce(operator.add, (_sums(regression, predictor.variable, piece) for piece in pieces(complete)))
        observed = np.unique(complete.values[predictor.variable].astype(np.float64))
        return cls(regression, predictor.variable, sums, observed)

    def draw(self, known: Group, missing: Group, children: Keys, place: Place) -> Values:
        """Numbers for the `missing`: a draw from the normal model, whole where every observed number is whole, and not
        beyond the observed ones. StatisticsRefused: a predictor or the number itself follows from the others.

        Source: van Buuren, Flexible Imputation of Missing Data, 2018, algorithm 3.1 (mice.impute.norm).
        """
        solution = solve(self.complete + _sums(self.spec, self.variable, known))
        observed = np.concatenate([self.observed, known.values[self.variable]])
        chance = float(uniforms(positions(1), *place, "variance")[0])
        variance = solution.residual_squares / chdtri(solution.df_residual, chance)
        shrunk = variance / (solution.residual_squares / solution.df_residual)
        deviates = normals(positions(len(solution.params)), *place, "coefficients")
        params = solution.params + np.sqrt(shrunk) * (cholesky(solution.covariance, lower=True) @ deviates)
        errors = np.sqrt(variance) * normals(children, *place, "child")
        drawn = (matrix(self.spec, missing.values) * params).sum(axis=1) + errors
        if (observed == np.rint(observed)).all():
            drawn = np.rint(drawn)
        return np.clip(drawn, observed.min(), observed.max())


def _sums(spec: ModelSpec, variable: str, group: Group) -> Sums:
    numbers = group.values[variable].astype(np.float64)
    return Sums.of(matrix(spec, group.values), group.n, group.n * numbers, group.n * numbers**2)
