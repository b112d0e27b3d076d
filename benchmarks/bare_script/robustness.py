"""Does it hold: the association of migration with total difficulties, asked otherwise."""

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from children import CONFOUNDERS, COVARIATES, GROUPS
from paper import formula
from scipy import stats
from scipy.optimize import bisect

DRAWS = 9_999
ADJUSTED = formula("total", ["migration_status", *COVARIATES])
BASELINE = formula("total", ["migration_status", *CONFOUNDERS])
TERMS = {level: f"migration_status[T.{level}]" for level in GROUPS[1:]}


def e_value(estimate, low, high, sd):
    """Of the estimate and of the limit nearer to zero (VanderWeele and Ding 2017)."""
    nearer = 0 if low <= 0 <= high else min(abs(low), abs(high))
    ratios = np.exp(0.91 * np.array([abs(estimate), nearer]) / sd)
    return ratios + np.sqrt(ratios * (ratios - 1))


def of_fit(fit, clusters=None):
    """The rows of both groups from a fitted model of statsmodels."""
    limits, df = fit.conf_int(), getattr(fit, "df_resid_inference", None) or fit.df_resid
    for level, name in TERMS.items():
        numbers = (fit.params[name], fit.bse[name], fit.tvalues[name], df, fit.pvalues[name])
        yield level, *numbers, *limits.loc[name], int(fit.nobs), clusters


def cr2(fit, groups):
    """Bell and McCaffrey's CR2 with Satterthwaite's degrees of freedom (Pustejovsky and Tipton 2018)."""
    x, e = fit.model.exog, fit.resid.to_numpy()
    bread = np.linalg.inv(x.T @ x)
    scores, members, adjusted = [], [], []
    for group in groups.unique():
        mine = (groups == group).to_numpy()
        own = x[mine]
        values, vectors = np.linalg.eigh(np.eye(len(own)) - own @ bread @ own.T)
        root = np.where(values > 1e-9, values, np.inf) ** -0.5
        adjustment = vectors * root @ vectors.T
        scores.append(own.T @ adjustment @ e[mine])
        members.append(mine)
        adjusted.append(adjustment @ own @ bread)
    scores = np.array(scores)
    covariance = bread @ scores.T @ scores @ bread
    for level, name in TERMS.items():
        place = fit.params.index.get_loc(name)
        columns = []
        for mine, weights in zip(members, adjusted, strict=True):
            column = -x @ (bread @ (x[mine].T @ weights[:, place]))
            column[mine] += weights[:, place]
            columns.append(column)
        p = np.array(columns) @ np.array(columns).T
        df = np.trace(p) ** 2 / (p**2).sum()
        b, se = fit.params[name], np.sqrt(covariance[place, place])
        margin = stats.t.ppf(0.975, df) * se
        yield level, b, se, b / se, df, 2 * stats.t.sf(abs(b / se), df), b - margin, b + margin, len(x), len(scores)


def random_intercept(children):
    fit = smf.mixedlm(ADJUSTED, children, groups=children["school"]).fit(reml=True)
    limits, schools = fit.conf_int(), children["school"].nunique()
    for level, name in TERMS.items():
        numbers = (fit.params[name], fit.bse[name], fit.tvalues[name], None, fit.pvalues[name])
        yield level, *numbers, *limits.loc[name], int(fit.nobs), schools


def wild_bootstrap(fit, groups, rng):
    """The wild cluster bootstrap with the null imposed (Cameron, Gelbach and Miller 2008), limits by inversion."""
    x, y = fit.model.exog, fit.model.endog
    clusters, n, k = groups.nunique(), *x.shape
    code = groups.astype("category").cat.codes.to_numpy()
    inside = [code == cluster for cluster in range(clusters)]
    bread = np.linalg.inv(x.T @ x)
    squares = np.array([x[mine].T @ x[mine] for mine in inside])
    correction = clusters / (clusters - 1) * (n - 1) / (n - k)
    points = [-1, 1] if clusters >= 12 else [sign * np.sqrt(size) for sign in (-1, 1) for size in (0.5, 1, 1.5)]
    weights = rng.choice(points, (DRAWS, clusters))
    for level, name in TERMS.items():
        place = fit.params.index.get_loc(name)
        others = np.delete(x, place, axis=1)
        b = fit.params[name]
        own_scores = np.array([x[mine].T @ fit.resid.to_numpy()[mine] for mine in inside])
        se = np.sqrt(correction * ((own_scores @ bread[place]) ** 2).sum())

        def p_value(null, place=place, others=others, b=b, se=se):
            left = y - null * x[:, place]
            restricted = left - others @ np.linalg.lstsq(others, left)[0]
            scores = np.array([x[mine].T @ restricted[mine] for mine in inside])
            changes = weights @ scores @ bread  # of the coefficients, a draw a row
            parts = weights * (scores @ bread[place]) - changes @ (squares @ bread[place]).T
            t = changes[:, place] / np.sqrt(correction * (parts**2).sum(axis=1))
            return (1 + (abs(t) >= abs(b - null) / se).sum()) / (1 + DRAWS)

        low, high = (
            bisect(lambda null, p_value=p_value: p_value(null) - 0.05, b, b + side * 5 * se, xtol=1e-4)
            for side in (-1, 1)
        )
        yield level, b, se, b / se, None, p_value(0), low, high, n, clusters


def robustness(cohort, undecided, imputed):
    rng = np.random.default_rng(20170669)
    complete = cohort.dropna(subset=COVARIATES)
    main = smf.ols(ADJUSTED, cohort).fit()
    answers = {"ols": of_fit(main), "hc3": of_fit(smf.ols(ADJUSTED, cohort).fit(cov_type="HC3", use_t=True))}
    for by in ("school", "township"):
        kwds = {"groups": complete[by].astype("category").cat.codes}
        clustered = smf.ols(ADJUSTED, complete).fit(cov_type="cluster", cov_kwds=kwds, use_t=True)
        answers[f"cr1s_{by}"] = of_fit(clustered, complete[by].nunique())
        answers[f"cr2_{by}"] = cr2(main, complete[by])
    answers["random_intercept_school"] = random_intercept(complete)
    for by in ("school", "township"):
        answers[f"wild_bootstrap_{by}"] = wild_bootstrap(main, complete[by], rng)
    rows = imputed.set_index("term")[["B", "SE", "t", "df", "p", "low", "high"]]
    answers["multiple_imputation"] = [(level, *rows.loc[name], len(cohort), None) for level, name in TERMS.items()]
    with_undecided = pd.concat([cohort, undecided], ignore_index=True)
    for analysis, model, children in (
        ("age_11_and_over", ADJUSTED, cohort[cohort["age_years"] >= 11]),
        ("unknown_as_previous", ADJUSTED, with_undecided),
        ("confounders_only", BASELINE, cohort),
        ("confounders_only_complete_cases", BASELINE, complete),
    ):
        answers[analysis] = of_fit(smf.ols(model, children).fit())
    columns = ["level", "B", "SE", "statistic", "df", "p", "low", "high", "n", "clusters"]
    table = pd.DataFrame(
        [(analysis, *row) for analysis, rows in answers.items() for row in rows], columns=["analysis", *columns]
    )
    sd = complete["total_score"].std()
    numbers = zip(table["B"], table["low"], table["high"], strict=True)
    table[["e_value", "e_value_limit"]] = [e_value(*row, sd) for row in numbers]
    return table
