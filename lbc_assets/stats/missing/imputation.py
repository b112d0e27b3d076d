"""Multiple imputation by chained equations: incomplete children are completed m times.

Belongs here: the chain, and the trace by which its convergence is judged. Does not belong here: a variable's model
(`imputation_models`), what is done with completed children (`imputed_coefficients`).

Source: van Buuren and Groothuis-Oudshoorn, mice, J Stat Softw 2011;45(3); White, Royston and Wood, Stat Med
2011;30:377-399. Otherwise than in mice, a factor's coefficients are drawn whatever its number of levels (polyreg draws
none), and every child's draw hangs on the child's pseudonym: not on its row, nor on who else is there.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from lbc_assets.stats.missing.imputation_data import Group, IncompleteData
from lbc_assets.stats.missing.imputation_models import FactorModel, NumberModel
from lbc_assets.stats.missing.keyed_random import uniforms
from lbc_assets.stats.sample import Numbers, Values
from lbc_assets.stats.terms import Factor

FEWEST_IMPUTATIONS = 20  # White, Royston and Wood 2011, 7.3: as many as percents of children are incomplete, or more
ITERATIONS = 5  # mice's default; `chain_diagnostics` says whether they were enough
SEED = 20170652
CHAINS_AT_ONCE = 2  # numpy computes without the interpreter's lock; each chain holds the incomplete children once
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Completed:
    """The incomplete children, completed once. `trace`: by imputed variable, iterations x levels: the share of the
    children who lack it that were given each level; of a number, iterations x 1: the mean they were given.
    """

    children: Group
    trace: Mapping[str, Numbers]


def impute(
    data: IncompleteData, *, m: int = FEWEST_IMPUTATIONS, iterations: int = ITERATIONS, seed: int = SEED
) -> Iterator[Completed]:
    """Complete the incomplete children `m` times, each time by a chain of its own.

    The outcome is never imputed. ValueError: fewer than two imputations or iterations. StatisticsRefused: an imputation
    model cannot be fitted.
    """
    return (chain() for chain in _chains(data, m, iterations, seed))


def of_imputed(
    data: IncompleteData,
    use: Callable[[Completed], Result],
    *,
    m: int = FEWEST_IMPUTATIONS,
    iterations: int = ITERATIONS,
    seed: int = SEED,
) -> list[Result]:
    """What `use` makes of each completion, in their order; no more than `CHAINS_AT_ONCE` completions are in memory.

    As `impute`: which chain runs when changes no number, for every draw is keyed.
    """
    with ThreadPoolExecutor(CHAINS_AT_ONCE) as pool:
        return list(pool.map(lambda chain: use(chain()), _chains(data, m, iterations, seed)))


def _chains(data: IncompleteData, m: int, iterations: int, seed: int) -> list[Callable[[], Completed]]:
    if m < 2 or iterations < 2:
        raise ValueError("two or more imputations of two or more iterations are needed")
    models = {variable: _model(data, variable) for variable in data.targets}
    return [partial(_chain, data, models, iterations, (seed, imputation)) for imputation in range(m)]


def _model(data: IncompleteData, variable: str) -> FactorModel | NumberModel:
    predictor = data.spec.predictor(variable)
    if isinstance(predictor, Factor):
        return FactorModel.of(data.spec, predictor, data.complete)
    return NumberModel.of(data.spec, predictor, data.complete)


def _chain(
    data: IncompleteData,
    models: Mapping[str, FactorModel | NumberModel],
    iterations: int,
    place: tuple[int, int],
) -> Completed:
    missing = {variable: data.missing(variable) for variable in models}
    now = dict(data.incomplete.values)
    for variable, lacking in missing.items():
        now[variable] = _filled(now[variable], lacking, _first(data, variable, place))
    traces: dict[str, list[Numbers]] = {variable: [] for variable in models}
    for iteration in range(1, iterations + 1):
        for variable, model in models.items():
            lacking = missing[variable]
            group = replace(data.incomplete, values=now)
            drawn = model.draw(
                group.of(~lacking), group.of(lacking), data.children[lacking], (*place, iteration, variable)
            )
            now[variable] = _filled(now[variable], lacking, drawn)
            traces[variable].append(_summary(data, variable, drawn))
    trace = {variable: np.array(steps) for variable, steps in traces.items()}
    return Completed(replace(data.incomplete, values=now), trace)


def _filled(column: Values, lacking: np.ndarray, drawn: Values) -> Values:
    """The column with what was drawn in place of what is missing; the column given is not changed."""
    filled = column.copy()
    filled[lacking] = drawn
    return filled


def _first(data: IncompleteData, variable: str, place: tuple[int, int]) -> Values:
    """What the children who lack the variable begin with: a draw from the values of the complete children."""
    values, where = np.unique(data.complete.values[variable], return_inverse=True)
    reached = np.cumsum(np.bincount(where, data.complete.n))
    chances = uniforms(data.children[data.missing(variable)], *place, 0, variable) * reached[-1]
    first: Values = values[np.searchsorted(reached, chances, side="right")]
    return first


def _summary(data: IncompleteData, variable: str, drawn: Values) -> Numbers:
    predictor = data.spec.predictor(variable)
    if not isinstance(predictor, Factor):
        return np.array([drawn.mean()])
    counts = np.bincount(drawn.astype(np.int64), minlength=len(predictor.levels))
    return counts / len(drawn)
