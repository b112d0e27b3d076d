"""The tables `model_diagnostics` and `residuals`: may the models be trusted?

Belongs here: heteroscedasticity, collinearity, leverage, cell sizes and the residuals of the main models, from cells.
Does not belong here: the models (`specs`), pictures (`reporting/`).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from lbc_assets.stats.models.fit import FittedModel, attempt, cells_and_design
from lbc_assets.stats.models.heteroscedasticity import leverages, squared_residuals
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Numbers, Sample
from lbc_assets.stats.specs import DIAGNOSED_MODELS
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import Factor, ModelSpec

NEEDS = needs_of(DIAGNOSED_MODELS)
DIAGNOSTIC_COLUMNS = (
    "model",
    "outcome",
    "diagnostic",
    "variable",
    "value",
    "df",
    "p_value",
    "n",
    "status",
    "reason",
)
RESIDUAL_COLUMNS = (
    "model",
    "outcome",
    "bin",
    "fitted_mean",
    "residual_mean",
    "residual_std_dev",
    "n",
    "status",
    "reason",
)
# A leverage of more than this many times the average is called high (Belsley, Kuh and Welsch 1980: two; here three, as
# two flags every child of a rare level).
HIGH_LEVERAGE = 3.0
BINS = 20
# so that no bin tells of few children
FEWEST_IN_BIN = 10


def model_diagnostics(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a model and diagnostic; of a variable, one for each.

    `diagnostic`: breusch_pagan (chi-square of the squared residuals on the predictors: R's lmtest::bptest without
    studentising), vif (generalised, to the power 1 / (2 df): R's car::vif), leverage_max, leverage_high (children above
    three times
    the average), cell_smallest (children in the smallest level of a factor).
    `frame`: mart_analysis_cohort of one wave, by child or by cell. ValueError if it breaks its contract.
    """
    sample = Sample(frame)
    return tidy(
        (
            {"model": spec.name, "outcome": spec.outcome, **row}
            for spec, fitted in zip(DIAGNOSED_MODELS, attempt(DIAGNOSED_MODELS, sample), strict=True)
            for row in _diagnostic_rows(spec, fitted, sample)
        ),
        DIAGNOSTIC_COLUMNS,
    )


def residuals(frame: pd.DataFrame) -> pd.DataFrame:
    """The residuals of each model by fitted value: twenty bins of about as many children, from low to high.

    Their mean should be near zero and their standard deviation alike in all bins. Means over many children: no row
    tells of a single child. `frame` and errors as for `model_diagnostics`.
    """
    sample = Sample(frame)
    return tidy(
        (
            {"model": spec.name, "outcome": spec.outcome, **row}
            for spec, fitted in zip(DIAGNOSED_MODELS, attempt(DIAGNOSED_MODELS, sample), strict=True)
            for row in _residual_rows(fitted, sample)
        ),
        RESIDUAL_COLUMNS,
    )


def _diagnostic_rows(spec: ModelSpec, fitted: FittedModel | StatisticsRefused, sample: Sample) -> Iterator[Row]:
    factors = [factor.variable for factor in spec.factors]
    asked = [
        *(("breusch_pagan", None), ("leverage_max", None), ("leverage_high", None)),
        *(("vif", predictor.variable) for predictor in spec.predictors),
        *(("cell_smallest", variable) for variable in factors),
    ]
    if isinstance(fitted, StatisticsRefused):
        for diagnostic, variable in asked:
            yield {"diagnostic": diagnostic, "variable": variable, **refused(fitted)}
        return
    cells, design = cells_and_design(fitted, sample)
    leverage = leverages(fitted, design)
    average = len(fitted.columns) / fitted.n
    squares = squared_residuals(fitted, cells, design)
    statistic, df = _breusch_pagan(fitted, squares, design)
    found: dict[tuple[str, str | None], Row] = {
        ("breusch_pagan", None): {"value": statistic, "df": df, "p_value": float(chdtrc(df, statistic))},
        ("leverage_max", None): {"value": float(leverage.max())},
        ("leverage_high", None): {"value": float(cells.n[leverage > HIGH_LEVERAGE * average].sum())},
    }
    for predictor in fitted.spec.predictors:
        found["vif", predictor.variable] = {"value": _vif(fitted, predictor.variable)}
        if isinstance(predictor, Factor):
            counts = np.round(fitted.shares[predictor.variable] * fitted.n)
            found["cell_smallest", predictor.variable] = {"value": float(counts.min())}
    for diagnostic, variable in asked:
        labels = {"diagnostic": diagnostic, "variable": variable}
        if (diagnostic, variable) in found:
            yield {**labels, **found[diagnostic, variable], "n": fitted.n, **OK}
        else:
            why = next(why for term, why in fitted.left_out.items() if term.startswith(str(variable)))
            yield {**labels, **refused(StatisticsRefused(why))}


def _breusch_pagan(fitted: FittedModel, squares: Numbers, design: Numbers) -> tuple[float, float]:
    """Breusch and Pagan's score test and its degrees of freedom: half the explained sum of squares of the regression of
    e^2 / (e'e / n) on the predictors. The unstudentised form: the other needs fourth powers, which cells do not keep.
    """
    scaled = np.einsum("ij,i->j", design, squares / (squares.sum() / fitted.n))
    explained = float(scaled @ np.linalg.solve(fitted.squares, scaled)) - fitted.n
    return max(explained, 0.0) / 2, float(len(fitted.columns) - 1)


def _vif(fitted: FittedModel, variable: str) -> float:
    """Fox and Monette's generalised variance inflation factor, to the power 1 / (2 columns)."""
    slopes = [i for i, column in enumerate(fitted.columns) if column.variable is not None]
    deviations = np.sqrt(np.diag(fitted.covariance))
    correlation = fitted.covariance / np.outer(deviations, deviations)
    own = [i for i in slopes if fitted.columns[i].variable == variable]
    others = [i for i in slopes if i not in own]

    def volume(chosen: list[int]) -> float:
        return float(np.linalg.det(correlation[np.ix_(chosen, chosen)])) if chosen else 1.0

    inflation = volume(own) * volume(others) / volume(slopes)
    return float(inflation ** (1 / (2 * len(own))))


def _residual_rows(fitted: FittedModel | StatisticsRefused, sample: Sample) -> Iterator[Row]:
    if isinstance(fitted, StatisticsRefused):
        yield {"bin": 1, **refused(fitted)}
        return
    cells, design = cells_and_design(fitted, sample)
    values = np.einsum("ij,j->i", design, fitted.params)
    squares = squared_residuals(fitted, cells, design)
    order = np.argsort(values, kind="stable")
    n, residual = cells.n[order], (cells.total - cells.n * values)[order]
    bins = max(1, min(BINS, fitted.n // FEWEST_IN_BIN))
    middle = np.cumsum(n) - n / 2
    places = np.floor(middle * bins / fitted.n).astype(np.int64)
    for place in np.unique(places):
        chosen = places == place
        children = float(n[chosen].sum())
        total = float(residual[chosen].sum())
        spread = float(squares[order][chosen].sum()) - total**2 / children
        yield {
            "bin": int(place) + 1,
            "fitted_mean": float((n * values[order])[chosen].sum()) / children,
            "residual_mean": total / children,
            "residual_std_dev": float(np.sqrt(max(spread, 0.0) / max(children - 1, 1.0))),
            "n": int(children),
            **OK,
        }
