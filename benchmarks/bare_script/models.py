"""Further models: whole terms, other exposures, every two adjusted means, the specification curve, diagnostics."""

import itertools

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from children import CONFOUNDERS, COVARIATES, FAMILY, GROUPS, LEVELS, OUTCOMES, SUMS
from groups import corrected
from paper import TABLE_4, adjusted_cells, coefficients, formula
from scipy import stats
from statsmodels.stats.diagnostic import het_breuschpagan

KNOTS = [1, 4, 7, 11]
SETS = {
    "confounders": CONFOUNDERS,
    "confounders_family": [*CONFOUNDERS, *FAMILY],
    "confounders_support_school": [*CONFOUNDERS, "social_support", "school_performance"],
    "all": COVARIATES,
}


def bends(x):
    """The columns that bend a restricted cubic spline (Harrell, Regression Modeling Strategies, 2.4.5)."""
    cube = lambda knot: np.clip(x - knot, 0, None) ** 3  # noqa: E731
    last, before = KNOTS[-1], KNOTS[-2]
    columns = [
        cube(knot) - cube(before) * (last - knot) / (last - before) + cube(last) * (before - knot) / (last - before)
        for knot in KNOTS[:-2]
    ]
    return np.column_stack(columns) / (last - KNOTS[0]) ** 2


def other_exposures(cohort):
    """(name, children, variables) of the models of when a parent left, which parent, and with whom the child lives."""
    groups = {group: cohort[cohort["migration_status"] == group].copy() for group in ("current", "previous")}
    for children in groups.values():
        children["migrant_parent"] = children["migrant_parent"].cat.remove_unused_categories()
    away = groups["current"]
    departure = [
        ("departure_age", away, ["departure_age_years", *COVARIATES]),
        ("departure_age_curve", away, ["departure_age_years", "bends(departure_age_years)", *COVARIATES]),
        ("departure_duration", away, ["years_since_departure", *COVARIATES]),
    ]
    exposures = [
        ("migrant_parent_current", away, ["migrant_parent", *COVARIATES]),
        ("migrant_parent_previous", groups["previous"], ["migrant_parent", *COVARIATES]),
        ("living_arrangement_baseline", cohort, ["living_arrangement", *CONFOUNDERS]),
        ("living_arrangement_adjusted", cohort, ["living_arrangement", *COVARIATES]),
    ]
    return departure, exposures


def fitted(models):
    return {(name, "total"): smf.ols(formula("total", variables), data).fit() for name, data, variables in models}


def family(row):
    if "migration_status" in row["term"]:
        scales = "total" if row["outcome"] == "total" else "broad" if row["outcome"] in SUMS else "subscales"
        return f"{row['model']}: migration, {scales}"
    return f"{row['model']}: covariates, {row['outcome']}" if row["term"] != "Intercept" else None


def all_coefficients(fits):
    """The coefficients with beta and with p corrected within its family."""
    table = coefficients(fits)
    beta = [fit.params * fit.model.exog.std(axis=0) / fit.model.endog.std() for fit in fits.values()]
    table["beta"] = pd.concat(beta, ignore_index=True).where(table["term"] != "Intercept")
    table["family"] = table.apply(family, axis=1)
    return corrected(table, "family")


def model_terms(fits, variables_of, children_of):
    """Each variable as a whole: partial F, partial eta squared, and the children whom its missing answers cost."""
    rows = []
    for (model, outcome), fit in fits.items():
        variables = [name for name in variables_of[model] if not name.startswith("bends")]
        children = children_of[model].dropna(subset=[f"{outcome}_score"])
        lacks = children[variables].isna()
        tests = sm.stats.anova_lm(fit, typ=2)
        for name in variables:
            if model == "departure_age_curve" and name == "departure_age_years":
                own = [column for column in fit.params.index if "departure_age_years" in column]
                found = fit.f_test(np.eye(len(fit.params))[[fit.params.index.get_loc(column) for column in own]])
                test = (float(found.fvalue), found.df_num, float(found.pvalue))
            else:
                test = tuple(tests.loc[name, ["F", "df", "PR(>F)"]])
            lost = (lacks[name] & (lacks.sum(axis=1) == 1)).sum()
            rows.append((model, outcome, name, *test, fit.df_resid, int(fit.nobs), lacks[name].sum(), lost))
        if model == "departure_age_curve":
            test = tests.loc["bends(departure_age_years)", ["F", "df", "PR(>F)"]]
            rows.append((model, outcome, "departure age, bends", *test, fit.df_resid, int(fit.nobs), None, None))
    columns = ["model", "outcome", "term", "F", "df", "p", "df_residual", "n", "missing", "lost"]
    table = pd.DataFrame(rows, columns=columns)
    explained = table["F"] * table["df"]
    table["partial_eta_squared"] = explained / (explained + table["df_residual"])
    table["family"] = table.apply(family, axis=1)
    return corrected(table, "family")


def adjusted_mean_contrasts(models):
    """Every two cells of each model, by Tukey."""
    rows = []
    for by in TABLE_4:
        fit = models[by][1]
        cells = adjusted_cells(fit, by)
        critical = stats.studentized_range.ppf(0.95, len(cells), fit.df_resid) / np.sqrt(2)
        for one, other in itertools.combinations(cells.index, 2):
            test = fit.t_test((cells.loc[one] - cells.loc[other]).to_numpy())
            effect, se, t = test.effect.item(), test.sd.item(), test.tvalue.item()
            p = stats.studentized_range.sf(abs(t) * np.sqrt(2), len(cells), fit.df_resid)
            rows.append((by, *one, *other, effect, se, t, p, effect - critical * se, effect + critical * se))
    columns = ["variable", "group", "level", "other_group", "other_level", "difference", "SE", "t", "p", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def specification_curve(cohort):
    populations = {"all": cohort, "11_and_over": cohort[cohort["age_years"] >= 11]}
    populations |= {"boys": cohort[cohort["sex"] == "male"], "girls": cohort[cohort["sex"] == "female"]}
    populations |= {name: cohort[cohort["province"] == name] for name in LEVELS["province"]}
    rows = []
    for outcome, population, covariates in itertools.product(["total", *SUMS], populations, SETS):
        children = populations[population]
        variables = [name for name in SETS[covariates] if children[name].nunique() > 1]
        fit = smf.ols(formula(outcome, ["migration_status", *variables]), children).fit()
        robust = fit.get_robustcov_results("HC3", use_t=True)
        limits = fit.conf_int()
        for level in GROUPS[1:]:
            name = f"migration_status[T.{level}]"
            place = fit.params.index.get_loc(name)
            b, se, p = fit.params[name], fit.bse[name], fit.pvalues[name]
            numbers = (b, b / fit.model.endog.std(ddof=1), se, robust.bse[place], p, robust.pvalues[place])
            rows.append((outcome, covariates, population, level, *numbers, *limits.loc[name], int(fit.nobs)))
    columns = ["outcome", "covariates", "population", "level", "B", "standardised", "SE", "SE_HC3", "p", "p_HC3"]
    return pd.DataFrame(rows, columns=[*columns, "low", "high", "n"])


def diagnosed(fits):
    return {key: fits[key] for key in [("baseline", "total"), *(("adjusted", outcome) for outcome in OUTCOMES)]}


def generalised_vif(fit, name):
    """Fox and Monette's, to the power 1 / (2 df)."""
    columns = fit.model.data.model_spec.slice(name)
    own = np.arange(columns.start, columns.stop) - 1
    correlation = np.corrcoef(fit.model.exog[:, 1:], rowvar=False)
    rest = np.setdiff1d(np.arange(len(correlation)), own)
    volume = lambda chosen: np.linalg.det(correlation[np.ix_(chosen, chosen)])  # noqa: E731
    return (volume(own) * volume(rest) / np.linalg.det(correlation)) ** (1 / (2 * len(own)))


def model_diagnostics(fits, variables_of):
    rows = []
    for (model, outcome), fit in diagnosed(fits).items():
        label = (model, outcome)
        statistic, p, _, _ = het_breuschpagan(fit.resid, fit.model.exog, robust=False)
        rows.append((*label, "Breusch-Pagan", "", statistic, fit.df_model, p))
        leverage = fit.get_influence().hat_matrix_diag
        rows.append((*label, "largest leverage", "", leverage.max(), None, None))
        rows.append((*label, "leverage above three means", "", (leverage > 3 * leverage.mean()).sum(), None, None))
        children = fit.model.data.frame.loc[fit.fittedvalues.index]
        for name in variables_of[model]:
            rows.append((*label, "VIF", name, generalised_vif(fit, name), None, None))
            if name in LEVELS:
                rows.append((*label, "smallest cell", name, children[name].value_counts().min(), None, None))
    return pd.DataFrame(rows, columns=["model", "outcome", "diagnostic", "variable", "value", "df", "p"])


def residuals(fits):
    """By twenty bins of the fitted value."""
    parts = []
    for (model, outcome), fit in diagnosed(fits).items():
        bins = pd.qcut(fit.fittedvalues, 20, labels=False, duplicates="drop") + 1
        table = fit.resid.groupby(bins).agg(["mean", "std", "size"]).set_axis(["residual", "sd", "n"], axis=1)
        table.insert(0, "fitted", fit.fittedvalues.groupby(bins).mean())
        parts.append(table.rename_axis("bin").reset_index().assign(model=model, outcome=outcome))
    return pd.concat(parts, ignore_index=True)
