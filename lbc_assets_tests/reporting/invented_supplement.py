"""The supplement's tables of the invented wave: numbers chosen by hand, no child behind them.

Belongs here: the rows. Does not belong here: the paper's own tables and the fixtures (`conftest.py`).
"""

import itertools

import pandas as pd

GROUPS = ("never", "previous", "current")
OK = {"status": "ok", "reason": None}
NUMBERS = {"std_error": 0.25, "p_value": 0.0165, "conf_low": 0.105, "conf_high": 1.045, "n": 3442}


def wealth_within_province():
    empty = dict.fromkeys(("level", "test", "statistic", "df", "effect", "effect_size", "effect_low", "effect_high"))
    empty |= {"variable": "household_wealth", "estimate": None, "p_value": None, **OK}
    rows = []
    for province in ("zhejiang", "guizhou"):
        for level, group in itertools.product(("poor", "fair", "wealthy"), ("current", "previous", "never", "all")):
            numbers = {"measure": "count", "n": 13, "estimate": 1.75, "n_missing": 2}
            rows.append({**empty, **numbers, "province": province, "level": level, "migration_status": group})
        test = {"measure": "test", "migration_status": "all", "test": "chi_square", "statistic": 67.0, "df": 4.0}
        test |= {"p_value": 0.0125, "n": 1352, "n_missing": 2, "effect": "cramers_v"}
        test |= {"effect_size": 0.155, "effect_low": 0.115, "effect_high": 0.195}
        rows.append({**empty, **test, "province": province})
        rows.append({**empty, **test, "province": province, "test": "chi_square_monte_carlo", "p_value": 0.9})
    return pd.DataFrame(rows)


def model_terms(variables):
    """The adjusted model's `variables`, and the curve over age at departure."""
    numbers = {"statistic": 4.645, "df": 2.0, "df_residual": 3423.0, "p_value": 0.0095, "p_holm": 0.0385}
    numbers |= {"p_benjamini_hochberg": 0.0205, "partial_eta_squared": 0.0125, "n": 3442, "n_missing": 13, "n_lost": 11}
    adjusted = [{"model": "adjusted", "outcome": "total", "variable": name, "test": "variable"} for name in variables]
    curve = {"model": "departure_age_curve", "outcome": "total", "variable": "departure_age_years"}
    bends = [{**curve, "test": test} for test in ("variable", "bend")]
    other = [{**row, "outcome": "peer"} for row in adjusted]
    return pd.DataFrame({**row, **numbers, **OK} for row in (*adjusted, *other, *bends))


def adjusted_mean_contrasts():
    rows = []
    for variable, levels in (("province", ("zhejiang", "guizhou")), ("parents_divorced", ("no", "yes"))):
        cells = itertools.product(levels, GROUPS)
        for (level, group), (other_level, other_group) in itertools.combinations(cells, 2):
            row = {"model": f"adjusted_by_{variable}", "outcome": "total", "variable": variable, "level": level}
            row |= {"migration_status": group, "other_level": other_level, "other_migration_status": other_group}
            rows.append({**row, **NUMBERS, "estimate": -0.575, "conf_low": -1.505, "conf_high": 0.355, **OK})
    return pd.DataFrame(rows)


def imputation_diagnostics():
    row = {"model": "adjusted", "outcome": "total", "n_missing": 28, "observed": 0.1125, "imputed": 0.0845}
    row |= {"r_hat": 1.005, "m": 20, **OK}
    of_levels = [
        {**row, "variable": variable, "level": level}
        for variable, level in (
            *(("parents_divorced", level) for level in ("no", "yes")),
            *(("social_support", level) for level in ("low", "medium", "high")),
        )
    ]
    return pd.DataFrame(
        [*of_levels, {**row, "variable": "age_years", "level": None, "observed": 12.25, "imputed": 12.5}]
    )


ANALYSES = (
    ("ols", "main"),
    ("hc3", "unequal_variances"),
    ("cr2_school", "clustering"),
    ("random_intercept_school", "clustering"),
    ("wild_bootstrap_school", "clustering"),
    ("multiple_imputation", "missing_answers"),
    ("confounders_only", "mediators"),
)


def robustness():
    empty = dict.fromkeys(("clusters", "icc", "is_boundary", "fmi", "draws", "note", "verdict"))
    special = {
        "cr2_school": {"df": 40.62, "clusters": 60, "note": "df_below_4"},
        "random_intercept_school": {"clusters": 60, "icc": 0.0345, "is_boundary": False, "note": "best_of_root"},
        "wild_bootstrap_school": {"df": None, "clusters": 60, "draws": 9999, "note": "rademacher_random"},
        "multiple_imputation": {"df": 3514.6, "fmi": 0.0125, "draws": 20, "n": 3538},
    }
    rows = []
    for (analysis, question), level in itertools.product(ANALYSES, ("previous", "current")):
        row = {"analysis": analysis, "question": question, "outcome": "total", "term": f"migration_status[{level}]"}
        row |= {"level": level, "reference": "never", "estimate": 0.575, "df": 3423.0, "e_value": 1.455}
        rows.append({**empty, **row, **NUMBERS, "e_value_limit": 1.165, **special.get(analysis, {}), **OK})
    return pd.DataFrame(rows)


def specification_curve():
    """Estimates rise with their place in the table; the first interval of each group lies across 0."""
    choices = itertools.product(
        ("total", "externalising"), ("all", "girls"), ("confounders", "all"), ("previous", "current")
    )
    rows = []
    for place, (outcome, population, covariates, level) in enumerate(choices):
        estimate = 0.4 + 0.1 * place
        row = {"outcome": outcome, "covariates": covariates, "population": population, "level": level}
        limits = {"conf_low": estimate - 0.5, "conf_high": estimate + 0.5, "n": 3442}
        rows.append({**row, "reference": "never", "estimate": estimate, "standardised": estimate / 5, **limits, **OK})
    return pd.DataFrame(rows)


def model_diagnostics(variables):
    rows = []
    for model, outcome in (("baseline", "total"), ("adjusted", "total"), ("adjusted", "peer")):
        of_model = variables[:4] if model == "baseline" else variables
        row = {"model": model, "outcome": outcome, "variable": None, "df": None, "p_value": None, "n": 3442, **OK}
        rows += [
            {**row, "diagnostic": "breusch_pagan", "value": 20.545, "df": 18.0, "p_value": 0.3025},
            {**row, "diagnostic": "leverage_max", "value": 0.0175},
            {**row, "diagnostic": "leverage_high", "value": 3.0},
            *({**row, "diagnostic": "vif", "variable": name, "value": 1.085} for name in of_model),
            *({**row, "diagnostic": "cell_smallest", "variable": name, "value": 1315.0} for name in of_model),
        ]
    return pd.DataFrame(rows)


def residuals():
    rows = [
        {"model": model, "outcome": outcome, "bin": place, "fitted_mean": 9.75 + place, "n": 172, **OK}
        | {"residual_mean": 0.3 - 0.1 * place, "residual_std_dev": 4.5 + 0.05 * place}
        for model, outcome in (("baseline", "total"), ("adjusted", "total"), ("adjusted", "peer"))
        for place in range(1, 6)
    ]
    return pd.DataFrame(rows)
