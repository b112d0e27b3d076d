"""The tables of the multiply imputed models: `imputed_coefficients`, and `imputation_diagnostics` beside it.

Belongs here: the tables' shape. Does not belong here: which models (`specs`), how they are imputed and fitted
(`imputed_fit`). Both tables come from the same fits, which are the costly part: make them once.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from lbc_assets.stats.missing.imputed_fit import ImputedFit, attempt_imputed, r_hat
from lbc_assets.stats.models.design import columns
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.specs import IMPUTED_MODELS
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import Factor, ModelSpec

NEEDS = needs_of(IMPUTED_MODELS)
Fits = Sequence[ImputedFit | StatisticsRefused]

COEFFICIENT_COLUMNS = (
    "model",
    "outcome",
    "term",
    "variable",
    "level",
    "reference",
    "estimate",
    "std_error",
    "statistic",
    "df",
    "p_value",
    "conf_low",
    "conf_high",
    "riv",
    "fmi",
    "n",
    "n_incomplete",
    "m",
    "status",
    "reason",
)
DIAGNOSTIC_COLUMNS = (
    "model",
    "outcome",
    "variable",
    "level",
    "n_missing",
    "observed",
    "imputed",
    "r_hat",
    "m",
    "status",
    "reason",
)


def imputed_coefficients(cohort: pd.DataFrame) -> pd.DataFrame:
    """One row a model x term, pooled by Rubin's rules, in points of the score.

    A refused model keeps its rows, without numbers. `cohort`: as for `imputation_data`. Source: R's mice.
    """
    return coefficient_table(IMPUTED_MODELS, _fits(cohort))


def imputation_diagnostics(cohort: pd.DataFrame) -> pd.DataFrame:
    """One row a model x imputed variable x level: its share among the children who have the variable (`observed`) and
    in the last iteration among those who lack it (`imputed`); of a number, one row with the means.

    The two may differ: what is missing at random is not missing completely at random. `r_hat` (over imputations and
    iterations) near 1 says that the chains agree; missing where no chain moves. A refused model has one row.
    """
    return diagnostic_table(IMPUTED_MODELS, _fits(cohort))


def coefficient_table(specs: Sequence[ModelSpec], fits: Fits) -> pd.DataFrame:
    """`imputed_coefficients` of fits already made; `fits` are those of `specs`."""
    return tidy(_coefficient_rows(specs, fits), COEFFICIENT_COLUMNS)


def diagnostic_table(specs: Sequence[ModelSpec], fits: Fits) -> pd.DataFrame:
    """`imputation_diagnostics` of fits already made; `fits` are those of `specs`."""
    return tidy(_diagnostic_rows(specs, fits), DIAGNOSTIC_COLUMNS)


# Seconds of work that two tables need: the fits of the last cohort are kept, by what is in it.
_last: dict[bytes, Fits] = {}


def _fits(cohort: pd.DataFrame) -> Fits:
    content = hashlib.sha256(",".join(map(str, cohort.columns)).encode())
    content.update(pd.util.hash_pandas_object(cohort, index=False).to_numpy().tobytes())
    key = content.digest()
    if key not in _last:
        fits = attempt_imputed(IMPUTED_MODELS, cohort)
        _last.clear()
        _last[key] = fits
    return _last[key]


def _coefficient_rows(specs: Sequence[ModelSpec], fits: Fits) -> Iterator[Row]:
    for spec, fitted in zip(specs, fits, strict=True):
        for column in columns(spec):
            labels = {"model": spec.name, "outcome": spec.outcome, **asdict(column)}
            try:
                if isinstance(fitted, StatisticsRefused):
                    raise fitted
                numbers = asdict(fitted.coefficient(column.term))
            except StatisticsRefused as why:
                yield {**labels, **refused(why)}
                continue
            yield {**labels, **numbers, "n": fitted.n, "n_incomplete": fitted.n_incomplete, **OK}


def _diagnostic_rows(specs: Sequence[ModelSpec], fits: Fits) -> Iterator[Row]:
    for spec, fitted in zip(specs, fits, strict=True):
        labels: Row = {"model": spec.name, "outcome": spec.outcome}
        if isinstance(fitted, StatisticsRefused):
            yield {**labels, **refused(fitted)}
            continue
        for variable, trace in fitted.traces.items():
            predictor = fitted.data.spec.predictor(variable)
            levels = predictor.levels if isinstance(predictor, Factor) else (None,)
            for position, level in enumerate(levels):
                yield {
                    **labels,
                    "variable": variable,
                    "level": level,
                    "n_missing": int(fitted.data.missing(variable).sum()),
                    "observed": _observed(fitted, variable, position if level is not None else None),
                    "imputed": float(np.mean(trace[:, -1, position])),
                    "r_hat": r_hat(trace[:, :, position]),
                    "m": len(trace),
                    **OK,
                }


def _observed(fitted: ImputedFit, variable: str, position: int | None) -> float:
    """The share of a level, or the mean of a number, among the children who have the variable."""
    data = fitted.data
    groups = (data.complete, data.incomplete.of(~data.missing(variable)))
    values = np.concatenate([group.values[variable] for group in groups])
    n = np.concatenate([group.n for group in groups])
    return float(((values if position is None else values == position) * n).sum() / n.sum())
