"""The cluster sums of the models that R has fitted to clustered.csv, and small ones to work by hand."""

import numpy as np

from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.models.design import columns, matrix
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import adjusted, baseline
from lbc_assets.stats.terms import Factor, ModelSpec
from lbc_assets.stats.variables import AGE, MIGRATION_STATUS, SEX


def spec_of(frame, model, outcome):
    if model == "adjusted_against_previous":
        others = adjusted(outcome).predictors[1:]
        return ModelSpec(model, outcome, (MIGRATION_STATUS.against("previous"), *others))
    if model == "within_schools":
        schools = tuple(sorted(frame["school"].unique()))
        return ModelSpec(model, outcome, (MIGRATION_STATUS, SEX, AGE, Factor("school", schools, schools[0])))
    return {"baseline": baseline, "adjusted": adjusted}[model](outcome)


def rows_of(frame, spec, by):
    """Design, outcome and cluster names of the complete cases."""
    sample = Sample(frame)
    outcome = sample.outcome(spec.outcome)
    chosen = np.flatnonzero(sample.complete_cases(spec) & (outcome.answered > 0))
    values = {predictor.variable: sample.values(predictor)[chosen] for predictor in spec.predictors}
    return matrix(spec, values), outcome.total[chosen], frame[by].to_numpy(object)[chosen]


def sums_of(frame, spec, by):
    return ClusterSums.of_rows(*rows_of(frame, spec, by))


def terms_of(spec):
    return [column.term for column in columns(spec)]


def invented(sizes, seed=1, per_cluster=1.0, columns=3):
    """Rows of a small clustered sample: intercept, a cluster's covariate, children's covariates; whole numbers."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(len(sizes)), sizes)
    design = np.ones((len(codes), columns))
    design[:, 1] = (np.arange(len(sizes)) % 2)[codes]
    design[:, 2:] = rng.integers(0, 5, (len(codes), columns - 2))
    shared = np.round(rng.normal(0, per_cluster * 2, len(sizes)))[codes]
    outcome = 10 + design[:, 1] + design[:, 2] + shared + np.round(rng.normal(0, 3, len(codes)))
    return design, outcome, np.array([f"s{code:02d}" for code in codes], dtype=object)
