"""Missing answers beside R: the imputation models' regressions, and Rubin's rules on the same completed children.

Belongs here: our fits put beside R's (oracle/imputation.R). Does not belong here: tolerances (`statistics`).
"""

import runpy
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from lbc_assets.stats.missing.imputation_data import imputation_data
from lbc_assets.stats.missing.imputation_models import imputation_spec
from lbc_assets.stats.missing.multinomial import Moments, Rows, augmentation, mode
from lbc_assets.stats.missing.pooling import pooled
from lbc_assets.stats.models.design import columns, matrix
from lbc_assets.stats.models.fit import FittedModel, fit
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import adjusted
from lbc_assets.stats.terms import ModelSpec
from lbc_assets_tests.stats.agreement.answers import ORACLE, answers, data
from lbc_assets_tests.stats.agreement.difference import Pair, pairs

IMPUTED_MODELS = runpy.run_path(str(ORACLE / "make_completed.py"))["MODELS"]
POOLED = ["estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "riv", "fmi", "n", "m"]
SPEC = adjusted("total")
# R's name: model, target, with White, Daniel and Royston's rows
REGRESSIONS = {
    "divorced": (SPEC, "parents_divorced", False),
    "divorced_augmented": (SPEC, "parents_divorced", True),
    "wealth": (SPEC, "household_wealth", False),
    "support_moderation_augmented": (
        ModelSpec(
            "m",
            "total",
            SPEC.predictors,
            (("migration_status", "sex"), ("migration_status", "social_support")),
        ),
        "social_support",
        True,
    ),
    "performance_augmented": (SPEC, "school_performance", True),
}


@cache
def completed_fits() -> dict[str, list[FittedModel]]:
    """By model: the fit to each of the twenty completed data sets that R has seen, as a model of rows."""
    children, completed = data("children"), answers("completed")
    fitted: dict[str, list[FittedModel]] = {}
    for spec in IMPUTED_MODELS:
        fitted[spec.name] = []
        for column in completed.columns[3:]:
            frame = children.set_index("child_pseudonym").astype(object)
            for row in completed[completed["model"] == spec.name].itertuples():
                value = getattr(row, column)
                frame.loc[row.child_pseudonym, row.variable] = float(value) if row.variable == "age_years" else value
            fitted[spec.name].append(fit(spec, Sample(frame.reset_index())))
    return fitted


@cache
def pooled_fits() -> pd.DataFrame:
    """One row a model and term: our pooling of them."""
    rows = []
    for name, fitted in completed_fits().items():
        for position, column in enumerate(fitted[0].columns):
            estimates = np.array([one.params[position] for one in fitted])
            variances = np.array([one.covariance[position, position] for one in fitted])
            answer = pooled(estimates, variances, float(fitted[0].df_residual))
            rows.append({"model": name, "term": column.term, "n": fitted[0].n, **vars(answer)})
    return pd.DataFrame(rows)


def in_rs_order(theirs: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Our rows in the order of R's; R names the parts of a product in another order."""
    names = {"model": theirs["model"], "term": theirs["term"].map(lambda t: ":".join(sorted(t.split(":"))))}
    merged = pd.DataFrame(names).merge(ours, on=["model", "term"], how="left", validate="one_to_one")
    if merged["estimate"].isna().any():
        raise ValueError("R has a term that we do not have")
    return merged


def pooling(_: str) -> Iterator[Pair]:
    theirs = answers("pooled")
    if len(theirs) != len(pooled_fits()):
        raise ValueError("R has other terms")
    yield from pairs("pooled", in_rs_order(theirs, pooled_fits()), theirs, POOLED)


def regression(children: pd.DataFrame, name: str):
    """The design and categories (reference first) of R's model of this name, and its columns' and categories' names."""
    spec, target, augmented = REGRESSIONS[name]
    complete = imputation_data(spec, children).complete
    model = imputation_spec(spec, target)
    if name == "wealth":
        kept = tuple(p for p in model.predictors if p.variable != "primary_caregiver")
        model = ModelSpec("m", "total", kept, model.interactions)
    factor = spec.predictor(target)
    levels = (factor.reference, *factor.compared_levels)
    positions = np.array([levels.index(level) for level in factor.levels])[complete.values[target]]
    return matrix(model, complete.values), positions, complete.n, levels, columns(model), augmented


def fitted_regression(design, categories, n, count, augmented, tolerance=1e-9):
    """Coefficients (categories - 1, columns) and their covariance."""
    parts = [Rows.of(design, categories, n, count)]
    if augmented:
        parts.append(augmentation(Moments.of([(design, n)]), count))
    params, information = mode(parts, np.zeros((count - 1, design.shape[1])), tolerance)
    return params, np.linalg.inv(information)


@cache
def _regressions() -> tuple[tuple[pd.DataFrame, pd.DataFrame], ...]:
    found = []
    for name in REGRESSIONS:
        design, categories, n, levels, named, augmented = regression(data("children"), name)
        params, covariance = fitted_regression(design, categories, n, len(levels), augmented)
        key = ["category", "term"]
        ours = pd.DataFrame([(level, column.term) for level in levels[1:] for column in named], columns=key)
        ours["estimate"], ours["std_error"] = params.ravel(), np.sqrt(np.diag(covariance))
        theirs = answers("multinomial").query("model == @name")
        # R orders the outcome and its products its own way
        ordered = [":".join(sorted(t.split(":"), key=lambda part: part.startswith("total"))) for t in theirs["term"]]
        merged = theirs.assign(term=ordered)[key].merge(ours, on=key, how="left", validate="one_to_one")
        if len(ours) != len(theirs):
            raise ValueError(f"{name}: R has other terms")
        found.append((merged, theirs))
    return tuple(found)


def regressions(_: str) -> Iterator[Pair]:
    for ours, theirs in _regressions():
        yield from pairs("multinomial", ours, theirs, ["estimate"])


def regression_errors(_: str) -> Iterator[Pair]:
    for ours, theirs in _regressions():
        yield from pairs("multinomial", ours, theirs, ["std_error"])


def regression_covariance(_: str) -> Iterator[Pair]:
    """Every entry, of the model of two categories."""
    design, categories, n, _levels, named, _augmented = regression(data("children"), "divorced")
    _params, covariance = fitted_regression(design, categories, n, 2, False)
    theirs = answers("multinomial_covariance")
    # R's columns stand in another order: its rows name positions, the coefficients' table the terms
    terms = list(answers("multinomial").query("model == 'divorced'")["term"])
    place = [[column.term for column in named].index(term) for term in terms]
    ours = covariance[np.ix_(place, place)][theirs["row"], theirs["column"]]
    yield Pair("covariance", ours, theirs["covariance"].to_numpy())
