"""The paper's tables: sample, coefficients, interactions, adjusted means, age at departure."""

import itertools

import pandas as pd
import statsmodels.formula.api as smf
from children import CONFOUNDERS, COVARIATES, GROUPS, LEVELS, OUTCOMES, WITH_DICHOTOMY
from patsy import build_design_matrices
from scipy import stats

TABLE_4 = ["province", "parents_divorced", "social_support_dichotomy"]


def formula(outcome, variables):
    return f"{outcome}_score ~ " + " + ".join(variables)


def sample_characteristics(cohort):
    rows = []
    groups = {group: cohort[cohort["migration_status"] == group] for group in GROUPS} | {"all": cohort}
    factors = ["sex", "province", "primary_caregiver", "parents_divorced", "any_sibling", "household_wealth"]
    for variable in [*factors, "social_support", "school_performance"]:
        table = pd.crosstab(cohort[variable], cohort["migration_status"])
        test = stats.chi2_contingency(table, correction=False)
        for (name, group), level in itertools.product(groups.items(), LEVELS[variable]):
            n, answered = (group[variable] == level).sum(), group[variable].notna().sum()
            rows.append((variable, level, name, n, 100 * n / answered, None, len(group) - answered))
        rows.append((variable, "chi-square", "test", test.dof, test.statistic, test.pvalue, None))
    for variable in ["age_years", *(f"{outcome}_score" for outcome in OUTCOMES)]:
        for name, group in groups.items():
            values = group[variable].dropna()
            rows.append((variable, "", name, len(values), values.mean(), values.std(), len(group) - len(values)))
        test = stats.f_oneway(*(groups[group][variable].dropna() for group in GROUPS))
        rows.append((variable, "F", "test", 2, test.statistic, test.pvalue, None))
    return pd.DataFrame(rows, columns=["variable", "level", "group", "n or df", "value", "sd or p", "missing"])


def coefficients(fits):
    parts = []
    for (model, outcome), fit in fits.items():
        limits = fit.conf_int()
        columns = {"model": model, "outcome": outcome, "term": fit.params.index, "B": fit.params, "SE": fit.bse}
        columns |= {"t": fit.tvalues, "p": fit.pvalues, "low": limits[0], "high": limits[1]}
        parts.append(pd.DataFrame({**columns, "n": int(fit.nobs), "r2": fit.rsquared}))
    return pd.concat(parts, ignore_index=True)


def paper_models(cohort, outcomes):
    """Tables 2 and 3: baseline and adjusted; three subscales with mother as the caregiver of reference."""
    fits = {}
    complete = cohort.dropna(subset=COVARIATES)
    mother = "C(primary_caregiver, Treatment('mother'))"
    for outcome in outcomes:
        baseline = formula(outcome, ["migration_status", *CONFOUNDERS])
        adjusted = formula(outcome, ["migration_status", *COVARIATES])
        fits["baseline", outcome] = smf.ols(baseline, cohort).fit()
        fits["baseline, complete cases", outcome] = smf.ols(baseline, complete).fit()
        fits["adjusted", outcome] = smf.ols(adjusted, cohort).fit()
        if outcome in ("emotional", "peer", "hyperactivity"):
            against_mother = adjusted.replace("primary_caregiver", mother)
            fits["adjusted, caregiver mother", outcome] = smf.ols(against_mother, cohort).fit()
    return fits


def departure_model(cohort):
    away = cohort[cohort["migration_status"] == "current"]
    return smf.ols(formula("total", ["departure_age_years", *COVARIATES]), away).fit()


def interaction(cohort, variables, by):
    """The model with the product, and the one without on the same children."""
    plain = smf.ols(formula("total", ["migration_status", *variables]), cohort).fit()
    product = smf.ols(plain.model.formula + f" + migration_status:{by}", cohort).fit()
    return plain, product


def interactions(cohort):
    models = {by: interaction(cohort, COVARIATES, by) for by in COVARIATES}
    models["social_support_dichotomy"] = interaction(cohort, WITH_DICHOTOMY, "social_support_dichotomy")
    return models


def interaction_tests(models):
    rows = []
    for by, (plain, product) in models.items():
        statistic, p, df = product.compare_f_test(plain)
        main = plain.wald_test_terms(scalar=True).table.loc[by, "pvalue"]
        rows.append((by, statistic, df, product.df_resid, p, int(product.nobs), main <= 0.05))
    return pd.DataFrame(rows, columns=["variable", "F", "df", "df_residual", "p", "n", "paper_rule"])


def adjusted_cells(fit, by, observed=False):
    """The design row of each cell of migration status and `by`, the other factors' levels weighted alike or as often as
    they were observed, age at its mean.
    """
    variables = WITH_DICHOTOMY if by == "social_support_dichotomy" else COVARIATES
    factors = ["migration_status", *(name for name in variables if name != "age_years")]
    grid = pd.DataFrame(list(itertools.product(*(LEVELS[name] for name in factors))), columns=factors)
    children = fit.model.data.frame.loc[fit.fittedvalues.index]
    grid["age_years"] = children["age_years"].mean()
    (design,) = build_design_matrices([fit.model.data.model_spec], grid, return_type="dataframe")
    cell = [grid["migration_status"], grid[by]]
    if not observed:
        return design.groupby(cell).mean()
    weights = pd.Series(1.0, grid.index)
    for name in factors:
        if name not in ("migration_status", by):
            weights *= grid[name].map(children[name].value_counts(normalize=True))
    return design.mul(weights, axis=0).groupby(cell).sum().div(weights.groupby(cell).sum(), axis=0)


def adjusted_means(models, observed=False):
    means, tests = [], []
    for by in TABLE_4:
        fit = models[by][1]
        cells = adjusted_cells(fit, by, observed)
        for group, level in itertools.product(GROUPS, LEVELS[by]):
            test = fit.t_test(cells.loc[(group, level)].to_numpy())
            low, high = test.conf_int()[0]
            means.append((by, level, group, test.effect.item(), test.sd.item(), low, high))
        reference, other = LEVELS[by]
        for group in GROUPS:
            test = fit.t_test((cells.loc[(group, other)] - cells.loc[(group, reference)]).to_numpy())
            row = (test.effect.item(), test.sd.item(), test.tvalue.item() ** 2, fit.df_resid, test.pvalue.item())
            tests.append((by, other, group, *row))
    return (
        pd.DataFrame(means, columns=["variable", "level", "group", "mean", "SE", "low", "high"]),
        pd.DataFrame(tests, columns=["variable", "level", "group", "difference", "SE", "F", "df_residual", "p"]),
    )
