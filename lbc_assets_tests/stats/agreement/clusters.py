"""Children in schools beside R: cluster-robust tests, random intercepts, the wild bootstrap.

Belongs here: our fits put beside R's (oracle/clusters.R). Does not belong here: tolerances (`statistics`).
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from lbc_assets.stats.clusters.cluster_robust import ClusterTest, cluster_tests
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.clusters.random_intercept import RandomIntercept, contrast_test, random_intercept
from lbc_assets.stats.clusters.wild_bootstrap import WildBootstrap, wild_bootstrap
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets_tests.stats.agreement.answers import answers, data
from lbc_assets_tests.stats.agreement.difference import Pair, pairs
from lbc_assets_tests.stats.clustered_models import spec_of, sums_of, terms_of


@cache
def _sums(of: str, model: str, outcome: str, by: str) -> ClusterSums:
    frame = data(of)
    return sums_of(frame, spec_of(frame, model, outcome), by)


def _contrasts(of: str, model: str, outcome: str, terms: pd.Series) -> list[np.ndarray]:
    names = terms_of(spec_of(data(of), model, outcome))
    return [np.eye(len(names))[names.index(term)] for term in terms]


@cache
def robust(of: str) -> tuple[tuple[pd.DataFrame, tuple[ClusterTest | StatisticsRefused, ...]], ...]:
    """R's rows of one model, outcome, cluster and kind, and our answers in the same order."""
    found = []
    for key, table in answers("cluster_tests", of).groupby(["model", "outcome", "by", "kind"]):
        model, outcome, by, kind = key
        sums = _sums(of, model, outcome, by)
        if (sums.total_n, len(sums.clusters)) != (table["n"].iloc[0], table["clusters"].iloc[0]):
            raise ValueError(f"{key}: other children or clusters than R's")
        found.append((table, tuple(cluster_tests(sums, _contrasts(of, model, outcome, table["term"]), kind))))
    return tuple(found)


def _answered(of: str, kind: str) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    for table, answered in robust(of):
        if table["kind"].iloc[0] != kind:
            continue
        kept = [not isinstance(one, StatisticsRefused) for one in answered]
        # Of the schools' own directions R gives the first school's mean a standard error, we do not.
        allowed = ["intercept"] if table["model"].iloc[0] == "within_schools" else []
        if list(table["term"][[not one for one in kept]]) != allowed:
            raise ValueError("a test is refused that R has")
        ours = pd.DataFrame([vars(one.test) for one in answered if isinstance(one, ClusterTest)])
        yield ours, table[kept]


def _robust_pairs(of: str, kind: str) -> Iterator[Pair]:
    columns = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    for ours, theirs in _answered(of, kind):
        yield from pairs(kind, ours, theirs, columns)


def cr1s(of: str) -> Iterator[Pair]:
    yield from _robust_pairs(of, "CR1S")


def cr2(of: str) -> Iterator[Pair]:
    yield from _robust_pairs(of, "CR2")


def degrees_of_freedom(of: str) -> Iterator[Pair]:
    for kind in ("CR1S", "CR2"):
        for ours, theirs in _answered(of, kind):
            yield from pairs(kind, ours, theirs, ["df"])


def robust_p_values(of: str) -> Iterator[Pair]:
    for kind in ("CR1S", "CR2"):
        for ours, theirs in _answered(of, kind):
            yield from pairs(kind, ours, theirs, ["p_value"])


@cache
def mixed(of: str) -> tuple[tuple[pd.DataFrame, RandomIntercept], ...]:
    """R's rows of one random intercept model, and our fit."""
    found = []
    for (model, outcome, by), table in answers("random_intercepts", of).groupby(["model", "outcome", "by"]):
        fitted = random_intercept(_sums(of, model, outcome, by))
        if (fitted.n, int(fitted.is_boundary)) != (table["n"].iloc[0], table["is_boundary"].iloc[0]):
            raise ValueError(f"{model} {outcome} {by}: other children than R's, or another boundary")
        found.append((table, fitted))
    return tuple(found)


def log_likelihoods(of: str) -> Iterator[Pair]:
    for table, fitted in mixed(of):
        yield Pair("log likelihood", np.array([fitted.log_likelihood]), table["log_likelihood"].to_numpy()[:1])


def variances(of: str) -> Iterator[Pair]:
    for table, fitted in mixed(of):
        between, within = table[["between", "within"]].iloc[0]
        ours = np.array([fitted.between, fitted.within, fitted.icc])
        yield Pair("variances", ours, np.array([between, within, between / (between + within)]))


def _fixed(of: str, column: str) -> Iterator[Pair]:
    for table, fitted in mixed(of):
        model, outcome = table[["model", "outcome"]].iloc[0]
        tests = [contrast_test(fitted, one) for one in _contrasts(of, model, outcome, table["term"])]
        yield Pair(
            f"{model} {outcome} {column}", np.array([getattr(t, column) for t in tests]), table[column].to_numpy()
        )


def fixed_effects(of: str) -> Iterator[Pair]:
    yield from _fixed(of, "estimate")


def fixed_std_errors(of: str) -> Iterator[Pair]:
    yield from _fixed(of, "std_error")


def fixed_df_and_p(of: str) -> Iterator[Pair]:
    yield from _fixed(of, "df")
    yield from _fixed(of, "p_value")


@cache
def bootstrapped(of: str) -> tuple[tuple[pd.Series, WildBootstrap], ...]:
    """R's row of one contrast, and our draws, each possible one once."""
    found = []
    for _, row in answers("wild_bootstrap", of).iterrows():
        (contrast,) = _contrasts(of, row["model"], row["outcome"], pd.Series([row["term"]]))
        ours = wild_bootstrap(_sums(of, row["model"], row["outcome"], row["by"]), contrast, row["weights"])
        if (ours.draws, ours.clusters, ours.is_enumerated) != (row["draws"], row["clusters"], True):
            raise ValueError("other draws than R's")
        found.append((row, ours))
    return tuple(found)


def bootstrap_p(of: str) -> Iterator[Pair]:
    both = [(ours.p_value(), row["p_value"]) for row, ours in bootstrapped(of)]
    yield Pair("wild bootstrap p", *np.array(both).T)


def bootstrap_interval(of: str) -> Iterator[Pair]:
    for row, ours in bootstrapped(of):
        theirs = row[["estimate", "statistic", "conf_low", "conf_high"]].to_numpy(float)
        limits = ours.interval() if not np.isnan(theirs[2]) else (np.nan, np.nan)
        yield Pair("wild bootstrap", np.array([ours.estimate, ours.statistic, *limits]), theirs)
