"""Groups of children beside each other: further tests, effect sizes, every two groups, bands of the scores."""

import itertools

import numpy as np
import pandas as pd
from children import GROUPS, LEVELS, OUTCOMES
from paper import formula
from scipy import special, stats
from scipy.optimize import brentq
from statsmodels.formula import api as smf
from statsmodels.stats.multicomp import pairwise_tukeyhsd
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.proportion import proportion_confint

FACTORS = ["sex", "province", "primary_caregiver", "parents_divorced", "any_sibling", "household_wealth"]
FACTORS += ["social_support", "school_performance"]
NUMBERS = ["age_years", *(f"{outcome}_score" for outcome in OUTCOMES)]
PAIRS = list(itertools.combinations(GROUPS, 2))
BANDS = {  # norm -> bands and, for each scale, the lowest score of every band but the first (prosocial: from below)
    "three": {
        "bands": ["normal", "borderline", "abnormal"],
        "total": [16, 20],
        "emotional": [6, 7],
        "conduct": [4, 5],
        "hyperactivity": [6, 7],
        "peer": [4, 6],
        "prosocial": [5, 6],
    },
    "four": {
        "bands": ["close_to_average", "slightly_raised", "high", "very_high"],
        "total": [15, 18, 20],
        "emotional": [5, 6, 7],
        "conduct": [4, 5, 6],
        "hyperactivity": [6, 7, 8],
        "peer": [3, 4, 5],
        "prosocial": [5, 6, 7],
    },
    "chinese": {
        "bands": ["normal", "borderline", "abnormal"],
        "total": [15, 18],
        "emotional": [5, 6],
        "conduct": [4, 5],
        "hyperactivity": [6, 7],
        "peer": [5, 6],
        "prosocial": [5, 6],
    },
}


def holm(p):
    """By hand: statsmodels' multipletests collects garbage at each call for Holm, which costs it seconds a table."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(np.asarray(p)[order] * np.arange(len(p), 0, -1))
    result = np.empty(len(p))
    result[order] = np.minimum(stepped, 1)
    return result


def corrected(table, by):
    """The table with p corrected within each family of tests."""
    families = table.groupby(by)["p"]
    return table.assign(p_holm=families.transform(holm), p_bh=families.transform(stats.false_discovery_control))


def noncentral_limits(cdf, least, most):
    """The noncentralities at which 97.5% and 2.5% of the distribution lie below the statistic."""
    limits = []
    for share in (0.975, 0.025):
        limits.append(least if cdf(least) < share else brentq(lambda at, p=share: cdf(at) - p, least, most))
    return limits


def cramers_v(table):
    test = stats.chi2_contingency(table, correction=False)
    largest = table.to_numpy().sum() * (min(table.shape) - 1)
    most = 2 * test.statistic + 100
    limits = noncentral_limits(lambda nc: special.chndtr(test.statistic, test.dof, nc), 0, most)
    return test, *np.sqrt(np.array([test.statistic, *limits]) / largest)


def hedges_g(one, other):
    df = len(one) + len(other) - 2
    sd = np.sqrt(((len(one) - 1) * one.var() + (len(other) - 1) * other.var()) / df)
    scale = np.sqrt(1 / len(one) + 1 / len(other))
    d = (one.mean() - other.mean()) / sd
    unbiased = np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    near = abs(d / scale)
    low, high = noncentral_limits(lambda nc: special.nctdtr(df, nc, near), near - 4, near + 4)
    limits = (low, high) if d > 0 else (-high, -low)
    return unbiased * d, *(unbiased * scale * limit for limit in limits)


def omega_squared(test, n):
    between = (test.statistic - 1) * test.df_num
    cdf = lambda nc: special.ncfdtr(test.df_num, test.df_denom, nc, test.statistic)  # noqa: E731
    low, high = noncentral_limits(cdf, 0, 2 * test.df_num * test.statistic + 100)
    return max(between / (between + n), 0), low / (low + n), high / (high + n)


def is_sparse(test):
    expected = test.expected_freq
    return (expected < 5).mean() > 0.2 or (expected < 1).any()


def sample_tests(cohort):
    """Beside Table 1: effect sizes, p corrected over all variables, and tests that assume less."""
    paper, further = [], []
    for variable in FACTORS:
        table = pd.crosstab(cohort[variable], cohort["migration_status"])
        test, *effect = cramers_v(table)
        paper.append((variable, "chi-square", test.statistic, test.dof, None, test.pvalue, *effect))
        if is_sparse(test):
            further.append((variable, "Fisher's exact", None, None, None, stats.fisher_exact(table).pvalue))
    for variable in NUMBERS:
        answered = cohort.dropna(subset=[variable])
        values, group = answered[variable], answered["migration_status"]
        test, welch = (anova_oneway(values, group, use_var=use) for use in ("equal", "unequal"))
        effect = omega_squared(test, len(values))
        paper.append((variable, "F", test.statistic, test.df_num, test.df_denom, test.pvalue, *effect))
        further.append((variable, "Welch's F", welch.statistic, welch.df_num, welch.df_denom, welch.pvalue))
    columns = ["variable", "test", "statistic", "df", "df_residual", "p", "effect", "effect_low", "effect_high"]
    tests = corrected(pd.DataFrame(paper, columns=columns).assign(family="Table 1"), "family")
    return pd.concat([tests, pd.DataFrame(further, columns=columns[:6])], ignore_index=True)


def group_comparisons(cohort):
    rows = []
    for variable in FACTORS:
        for pair in PAIRS:
            chosen = cohort[cohort["migration_status"].isin(pair)]
            groups = chosen["migration_status"].cat.remove_unused_categories()
            test, *effect = cramers_v(pd.crosstab(chosen[variable], groups))
            rows.append((variable, "chi-square", *pair, np.nan, np.nan, np.nan, test.pvalue, *effect))
    columns = ["variable", "test", "group", "reference", "difference", "low", "high", "p", "effect", "effect_low"]
    pairs = corrected(pd.DataFrame(rows, columns=[*columns, "effect_high"]), "variable")
    rows = []
    for variable in NUMBERS:
        answered = cohort.dropna(subset=[variable])
        groups = dict(list(answered.groupby("migration_status", observed=True)[variable]))
        for test, use in (("Tukey", "equal"), ("Games-Howell", "unequal")):
            found = pairwise_tukeyhsd(answered[variable], answered["migration_status"].astype(str), use_var=use)
            names = itertools.combinations(found.groupsunique, 2)
            for i, (reference, group) in enumerate(names):
                numbers = (found.meandiffs[i], *found.confint[i], found.pvalues[i])
                effect = hedges_g(groups[group], groups[reference])
                rows.append((variable, test, group, reference, *numbers, *effect))
    return pd.concat([pairs, pd.DataFrame(rows, columns=[*columns, "effect_high"])], ignore_index=True)


def wealth_within_province(cohort):
    rows = []
    for province, children in cohort.groupby("province", observed=True):
        wealth, status = children["household_wealth"], children["migration_status"]
        table = pd.crosstab(wealth, status, margins=True, margins_name="all")
        for level in LEVELS["household_wealth"]:
            for group in table.columns:
                n = table.loc[level, group]
                rows.append((province, level, group, n, 100 * n / table.loc["all", group]))
        test, *effect = cramers_v(table.drop(index="all", columns="all"))
        rows.append((province, "chi-square", "test", test.dof, test.statistic, test.pvalue, *effect))
    columns = ["province", "level", "group", "n or df", "value", "p", "effect", "effect_low", "effect_high"]
    return pd.DataFrame(rows, columns=columns)


def band(scores, scale, norm):
    bands, limits = BANDS[norm]["bands"], BANDS[norm][scale]
    if scale == "prosocial":
        bands = bands[::-1]
    return pd.cut(scores, [-1, *(limit - 1 for limit in limits), 40], labels=bands)


def populations(cohort):
    return {"all": cohort, "11 and over": cohort[cohort["age_years"] >= 11]}


def band_shares(cohort):
    rows = []
    for population, children in populations(cohort).items():
        groups = {group: children[children["migration_status"] == group] for group in GROUPS} | {"all": children}
        for (name, group), norm, scale in itertools.product(groups.items(), BANDS, OUTCOMES):
            counts = band(group[f"{scale}_score"].dropna(), scale, norm).value_counts()
            for level, n in counts.items():
                low, high = proportion_confint(n, counts.sum(), method="wilson")
                share = n / counts.sum()
                rows.append((population, scale, norm, level, name, n, counts.sum(), 100 * share, 100 * low, 100 * high))
    columns = ["population", "scale", "norm", "band", "group", "n", "scored", "percent", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def band_models(cohort, models):
    """The logistic models of the abnormal band of total difficulties."""
    parts = []
    for population, children in populations(cohort).items():
        children = children.assign(abnormal=(band(children["total_score"], "total", "three") == "abnormal").astype(int))
        for model, variables in models.items():
            fit = smf.logit(formula("total", variables).replace("total_score", "abnormal"), children).fit(disp=False)
            limits = fit.conf_int()
            columns = {"population": population, "model": model, "term": fit.params.index, "log odds": fit.params}
            columns |= {"SE": fit.bse, "z": fit.tvalues, "p": fit.pvalues, "odds ratio": np.exp(fit.params)}
            columns |= {"low": np.exp(limits[0]), "high": np.exp(limits[1]), "n": int(fit.nobs)}
            parts.append(pd.DataFrame({**columns, "events": int(fit.model.endog.sum())}))
    return pd.concat(parts, ignore_index=True)
