"""Least squares beside R: coefficients, HC3, whole terms, type III, adjusted means, diagnostics, the curve of models.

Belongs here: our tables put beside R's (oracle/oracle.R). Does not belong here: tolerances (`statistics`).
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from lbc_assets.stats.models.fit import attempt, fit
from lbc_assets.stats.models.heteroscedasticity import with_hc3
from lbc_assets.stats.models.inference import partial_f
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import DEPARTURE_AGE_MODELS, MODERATIONS, adjusted, baseline
from lbc_assets.stats.tables.adjusted_means import adjusted_mean_contrasts, adjusted_mean_tests, adjusted_means
from lbc_assets.stats.tables.departure_age import departure_age
from lbc_assets.stats.tables.exposure_models import exposure_models
from lbc_assets.stats.tables.interaction_tests import interaction_tests
from lbc_assets.stats.tables.model_coefficients import model_coefficients
from lbc_assets.stats.tables.model_diagnostics import model_diagnostics, residuals
from lbc_assets.stats.tables.model_terms import model_terms
from lbc_assets.stats.tables.specification_curve import specification_curve
from lbc_assets_tests.stats.agreement.answers import answers, data, looked_up, matched, without_small_models
from lbc_assets_tests.stats.agreement.difference import Pair, pairs

COEFFICIENTS = ["estimate", "standardised", "std_error", "statistic", "df", "conf_low", "conf_high", "n", "r2"]
F_TEST = ["statistic", "df", "df_residual"]
Both = tuple[pd.DataFrame, pd.DataFrame]


@cache
def _coefficients(of: str) -> Both:
    frame, theirs = data(of), answers("coefficients", of)
    departure = departure_age(frame).query("model != 'departure_age_curve'")  # whose basis is scaled otherwise
    ours = pd.concat([model_coefficients(frame), departure, exposure_models(frame)])
    parameters = theirs.groupby(["model", "outcome"])["term"].transform("size")
    return matched(ours, without_small_models(theirs, parameters), ["model", "outcome", "term"])


def coefficients(of: str) -> Iterator[Pair]:
    yield from pairs("coefficients", *_coefficients(of), COEFFICIENTS)


def hc3(of: str) -> Iterator[Pair]:
    sample, theirs = Sample(data(of)), answers("hc3", of)
    for spec in (baseline("total"), adjusted("total"), adjusted("prosocial")):
        fitted = with_hc3(fit(spec, sample), sample)
        rows = theirs.query("model == @spec.name and outcome == @spec.outcome")
        deviations = dict(zip((c.term for c in fitted.columns), np.sqrt(np.diag(fitted.covariance)), strict=True))
        if len(rows) != len(deviations):
            raise ValueError(f"{spec.name} {spec.outcome}: R has other terms")
        ours = rows["term"].map(deviations).to_numpy(float)
        yield Pair(f"hc3 {spec.name} {spec.outcome}", ours, rows["std_error"].to_numpy(float))


@cache
def _terms(of: str) -> Both:
    return looked_up(model_terms(data(of)), answers("terms", of), ["model", "outcome", "variable"])


def terms(of: str) -> Iterator[Pair]:
    columns = [*F_TEST, "partial_eta_squared", "n", "n_missing", "n_lost"]
    yield from pairs("terms", *_terms(of), columns)


def corrected_p(of: str) -> Iterator[Pair]:
    ours, theirs = _terms(of)
    corrected = theirs["p_holm"].notna()
    yield from pairs("terms", ours[corrected], theirs[corrected], ["p_holm", "p_benjamini_hochberg"])


@cache
def _type_three(of: str) -> Both:
    """Every term of every model with a product; of the others R's rows serve the paper's rule only."""
    theirs = answers("type3", of)
    theirs = theirs[theirs["model"].str.contains("_by_")]
    rows = []
    specs = [moderation.model for moderation in MODERATIONS]
    for spec, fitted in zip(specs, attempt(specs, Sample(data(of))), strict=True):
        if not isinstance(fitted, StatisticsRefused):
            variables = dict.fromkeys(column.variable for column in fitted.columns if column.variable)
            tests = [vars(partial_f(fitted, v)) | {"model": spec.name, "term": v, "n": fitted.n} for v in variables]
            rows += tests
    return matched(pd.DataFrame(rows), without_small_models(theirs, theirs["parameters"]), ["model", "term"])


@cache
def _interactions(of: str) -> Both:
    theirs = answers("type3", of)
    theirs = theirs[theirs["term"].str.contains(":")]
    ours = interaction_tests(data(of))
    return matched(ours, without_small_models(theirs, theirs["parameters"]), ["model", "term"])


def type_three(of: str) -> Iterator[Pair]:
    yield from pairs("type III", *_type_three(of), [*F_TEST, "n"])
    yield from pairs("interactions", *_interactions(of), [*F_TEST, "n"])


@cache
def _means(of: str) -> Both:
    key = ["model", "variable", "level", "migration_status", "weights"]
    return matched(adjusted_means(data(of)), answers("means", of), key)


def means(of: str) -> Iterator[Pair]:
    yield from pairs("means", *_means(of), ["estimate", "std_error", "df", "conf_low", "conf_high", "n"])


@cache
def _mean_tests(of: str) -> Both:
    ours, theirs = matched(
        adjusted_mean_tests(data(of)), answers("mean_tests", of), ["model", "variable", "migration_status"]
    )
    return ours, theirs.assign(statistic=theirs["t"] ** 2, df=1.0)


def mean_tests(of: str) -> Iterator[Pair]:
    yield from pairs("mean tests", *_mean_tests(of), ["estimate", "std_error", *F_TEST])


def rounded_mean_tests(of: str) -> Iterator[Pair]:
    """emmeans' own joint F, which it rounds to three digits."""
    ours, theirs = _mean_tests(of)
    yield from pairs("joint F", ours, theirs.assign(statistic=theirs["statistic_rounded"]), ["statistic"])


@cache
def _contrasts(of: str) -> Both:
    cells = ["level", "migration_status", "other_level", "other_migration_status"]
    ours, theirs = adjusted_mean_contrasts(data(of)), answers("contrasts", of)
    # R's file has every pair both ways round
    key = ["model", *cells]
    theirs = theirs.merge(ours[key], on=key)
    if 2 * len(theirs) != len(answers("contrasts", of)):
        raise ValueError("R has other pairs of cells")
    return matched(ours, theirs, key)


def contrasts(of: str) -> Iterator[Pair]:
    yield from pairs("contrasts", *_contrasts(of), ["estimate", "std_error", "statistic", "df", "n"])


def tukey_contrasts(of: str) -> Iterator[Pair]:
    yield from pairs("contrasts", *_contrasts(of), ["p_value", "conf_low", "conf_high"])


@cache
def _diagnostics(of: str) -> Both:
    ours = model_diagnostics(data(of)).query("outcome == 'total'")
    return looked_up(ours, answers("diagnostics", of), ["model", "diagnostic", "variable"])


def diagnostics(of: str) -> Iterator[Pair]:
    yield from pairs("diagnostics", *_diagnostics(of), ["value", "df"])


@cache
def _bend(of: str) -> Both:
    (spec,) = (spec for spec in DEPARTURE_AGE_MODELS if spec.name == "departure_age_curve")
    fitted = fit(spec, Sample(data(of)))
    bend = partial_f(fitted, "departure_age_years", bends_only=True)
    return pd.DataFrame([vars(bend) | {"r2": fitted.r2, "n": fitted.n}]), answers("curve", of)


def bend(of: str) -> Iterator[Pair]:
    yield from pairs("spline", *_bend(of), [*F_TEST, "r2", "n"])


def residual_bins(of: str) -> Iterator[Pair]:
    both = matched(residuals(data(of)), answers("residuals", of), ["model", "outcome", "bin"])
    yield from pairs("residuals", *both, ["fitted_mean", "residual_mean", "residual_std_dev", "n"])


@cache
def _curve(of: str) -> Both:
    theirs = answers("specifications", of)
    ours = specification_curve(data(of))
    key = ["outcome", "covariates", "population", "level"]
    return matched(ours, without_small_models(theirs, theirs["parameters"]), key)


def curve(of: str) -> Iterator[Pair]:
    columns = ["estimate", "standardised", "std_error", "std_error_hc3", "conf_low", "conf_high", "n"]
    yield from pairs("specification curve", *_curve(of), columns)


def p_values(of: str) -> Iterator[Pair]:
    """All p of the tables above but Tukey's, however small."""
    for what in (_coefficients, _terms, _type_three, _interactions, _mean_tests, _diagnostics, _bend, _curve):
        yield from pairs(what.__name__, *what(of), ["p_value"])
    yield from pairs("_curve", *_curve(of), ["p_value_hc3"])
