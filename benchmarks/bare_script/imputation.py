"""Multiple imputation by chained equations: data sets of five iterations each, pooled by Rubin's rules.

The wave's incomplete variables are all factors: a logit for two levels, a multinomial logit for more.
"""

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from children import COVARIATES, LEVELS
from paper import formula
from patsy import dmatrix
from scipy import stats

ITERATIONS = 5
MODEL = ["migration_status", *COVARIATES]


def draw(data, variable, lacking, rng):
    """The lacking answers, drawn from the logit on all others with its coefficients drawn too."""
    others = [name for name in MODEL if name != variable]
    design = np.asarray(dmatrix(" + ".join([*others, "total_score"]), data))
    answers = data[variable].cat.codes[~lacking]
    logit = sm.Logit if len(LEVELS[variable]) == 2 else sm.MNLogit
    fit = logit(answers, design[~lacking]).fit(disp=False)
    params = np.asarray(fit.params)
    drawn = rng.multivariate_normal(params.ravel(order="F"), fit.cov_params()).reshape(params.shape, order="F")
    chances = fit.model.predict(drawn, design[lacking])
    if logit is sm.Logit:
        chances = np.column_stack([1 - chances, chances])
    codes = (rng.uniform(size=(len(chances), 1)) > chances.cumsum(axis=1)).sum(axis=1)
    return np.array(LEVELS[variable])[codes]


def impute(data, rng):
    """One completed data set, and the shares of the levels drawn at each iteration."""
    missing = {name: data[name].isna() for name in MODEL if data[name].isna().any()}
    data, trace = data.copy(), []
    for name, lacking in missing.items():
        data.loc[lacking, name] = rng.choice(data.loc[~lacking, name].to_numpy(), lacking.sum())
    for iteration in range(ITERATIONS):
        for name, lacking in missing.items():
            data.loc[lacking, name] = draw(data, name, lacking, rng)
            shares = data.loc[lacking, name].value_counts(normalize=True)
            trace += [(name, level, iteration, shares[level]) for level in LEVELS[name]]
    return data, pd.DataFrame(trace, columns=["variable", "level", "iteration", "share"])


def pooled(fits):
    """Rubin's rules, with Barnard and Rubin's degrees of freedom."""
    m, complete = len(fits), fits[0].df_resid
    params, variances = (pd.DataFrame([getattr(fit, name) for fit in fits]) for name in ("params", "bse"))
    within, between = (variances**2).mean(), (1 + 1 / m) * params.var()
    total = within + between
    share, riv = between / total, between / within
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    df = 1 / (share**2 / (m - 1) + 1 / observed)
    b, se = params.mean(), np.sqrt(total)
    t, margin = b / se, stats.t.ppf(0.975, df) * se
    fmi = (riv + 2 / (df + 3)) / (riv + 1)
    columns = {"term": b.index, "B": b, "SE": se, "t": t, "df": df, "p": 2 * stats.t.sf(abs(t), df)}
    return pd.DataFrame({**columns, "low": b - margin, "high": b + margin, "riv": riv, "fmi": fmi})


def diagnostics(cohort, traces):
    """Observed and imputed shares, and whether the chains agree (Gelman and Rubin)."""
    rows = []
    trace = pd.concat(traces, keys=range(len(traces)), names=["imputation"]).reset_index("imputation")
    for (name, level), shares in trace.groupby(["variable", "level"], sort=False):
        chains = shares.pivot(index="imputation", columns="iteration", values="share")
        within, between = chains.var(axis=1).mean(), chains.mean(axis=1).var()
        r_hat = np.sqrt((ITERATIONS - 1) / ITERATIONS + between / within) if within else None
        observed = (cohort[name].dropna() == level).mean()
        rows.append((name, level, cohort[name].isna().sum(), observed, chains.iloc[:, -1].mean(), r_hat))
    return pd.DataFrame(rows, columns=["variable", "level", "missing", "observed", "imputed", "r_hat"])


def multiple_imputation(cohort, imputations):
    rng = np.random.default_rng(20170652)
    data = cohort[[*MODEL, "total_score"]]
    completed, traces = zip(*(impute(data, rng) for _ in range(imputations)), strict=True)
    fits = [smf.ols(formula("total", MODEL), each).fit() for each in completed]
    return pooled(fits), diagnostics(data, traces)
