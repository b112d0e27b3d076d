"""The same wave, tables and figures as an analyst would write them: bare pandas, statsmodels and matplotlib.

Here: one script without checks, lineage or history, the yardstick of `refresh_against_script.py`. Nothing of
`lbc_assets` is imported: codes come from the wave's codebook, everything else is written down again.
"""

import argparse
import io
import itertools
import json
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
import yaml
from patsy import build_design_matrices
from scipy import stats

WAVE = Path(__file__).resolve().parent.parent / "lbc_assets" / "reference" / "waves" / "baseline-2015"
SCALES = {  # item -> reversed
    "emotional": {"somatic": 0, "worries": 0, "unhappy": 0, "clingy": 0, "afraid": 0},
    "conduct": {"tantrum": 0, "obeys": 1, "fights": 0, "lies": 0, "steals": 0},
    "hyperactivity": {"restles": 0, "fidgety": 0, "distrac": 0, "reflect": 1, "attends": 1},
    "peer": {"loner": 0, "friend": 1, "popular": 1, "bullied": 0, "oldbest": 0},
    "prosocial": {"consid": 0, "shares": 0, "caring": 0, "kind": 0, "helpout": 0},
}
OUTCOMES = ["total", "emotional", "conduct", "peer", "hyperactivity", "prosocial"]
GROUPS = ["never", "previous", "current"]
LEVELS = {  # the reference first
    "migration_status": GROUPS,
    "sex": ["male", "female"],
    "province": ["zhejiang", "guizhou"],
    "household_wealth": ["fair", "poor", "wealthy"],
    "primary_caregiver": ["grandparent", "father", "mother", "other"],
    "parents_divorced": ["no", "yes"],
    "any_sibling": ["no", "yes"],
    "social_support": ["high", "low", "medium"],
    "social_support_dichotomy": ["high", "low"],
    "school_performance": ["fair", "very_poor", "poor", "good", "very_good"],
}
CONFOUNDERS = ["sex", "age_years", "province"]
FAMILY = ["household_wealth", "primary_caregiver", "parents_divorced", "any_sibling"]
COVARIATES = [*CONFOUNDERS, *FAMILY, "social_support", "school_performance"]
WITH_DICHOTOMY = [*CONFOUNDERS, *FAMILY, "social_support_dichotomy", "school_performance"]
NUMBERS = ["age_years", "siblings_number", "departure_age_years", "school_year"]


def read(wave):
    codebook = yaml.safe_load((wave / "codebook.yaml").read_text(encoding="utf-8"))["variables"]
    parts = [pd.read_csv(wave / name, dtype=str) for name in ("zhejiang.csv", "guizhou.csv")]
    raw = pd.concat(parts, ignore_index=True)
    data = pd.DataFrame(index=raw.index)
    for variable, entry in codebook.items():
        column = raw[entry["column"]].str.strip()
        blank = column.isna()
        column = column.mask(column.isin(list(entry.get("missing", {}))))
        if "codes" in entry:
            column = column.map(entry["codes"])
        if "blank" in entry:
            column = column.mask(blank, entry["blank"])
        data[variable] = column
    for variable in NUMBERS:
        data[variable] = pd.to_numeric(data[variable], errors="coerce")
    return data


def certain(data, items, categories):
    """The category of the number of yes, where no missing answer could change it."""
    low, high = (data[items] == "yes").sum(axis=1), len(items) - (data[items] == "no").sum(axis=1)
    result = pd.Series(None, index=data.index, dtype=object)
    for name, first, last in categories:
        result[(low >= first) & (high <= last)] = name
    return result


def derive(data):
    for scale, items in SCALES.items():
        answers = data[[f"sdq_{item}" for item in items]].apply(pd.to_numeric)
        for item, is_reversed in items.items():
            if is_reversed:
                answers[f"sdq_{item}"] = 2 - answers[f"sdq_{item}"]
        points, n = answers.sum(axis=1), answers.notna().sum(axis=1)
        data[f"{scale}_score"] = ((10 * points + n) // (2 * n.where(n >= 3))).astype(float)
    data["total_score"] = data[[f"{s}_score" for s in SCALES if s != "prosocial"]].sum(axis=1, skipna=False)
    father, mother = data["father_migration"], data["mother_migration"]
    known = father.notna() & mother.notna()
    data["migration_status"] = np.select(
        [
            (father == "current") | (mother == "current"),
            known & ((father == "previous") | (mother == "previous")),
            known,
        ],
        ["current", "previous", "never"],
        "",
    )
    data["migration_status"] = data["migration_status"].replace("", None)
    appliances = [name for name in data if name.startswith("appliance_")]
    support = [name for name in data if name.startswith("support_")]
    data["household_wealth"] = certain(data, appliances, [("poor", 0, 1), ("fair", 2, 3), ("wealthy", 4, 5)])
    data["social_support"] = certain(data, support, [("low", 0, 2), ("medium", 3, 5), ("high", 6, 6)])
    data["social_support_dichotomy"] = certain(data, support, [("low", 0, 5), ("high", 6, 6)])
    others = dict.fromkeys(["sibling", "relative", "friend", "nobody"], "other")
    carers = {"father": "father", "stepfather": "father", "mother": "mother", "stepmother": "mother"}
    data["primary_caregiver"] = data["cares_most"].map({"grandparent": "grandparent", **carers, **others})
    siblings = data["siblings_number"]
    data["any_sibling"] = (siblings > 0).map({True: "yes", False: "no"}).where(siblings.notna())
    for variable, levels in LEVELS.items():
        data[variable] = pd.Categorical(data[variable], levels)
    return data


def exclude(data):
    left, flow = data, [("received", len(data))]
    for reason, bad in {
        "no consent": (data["consent_child"] != "yes") | (data["consent_carer"] != "yes"),
        "SDQ not completed": data["total_score"].isna(),
        "parent deceased": (data["father_alive"] == "no") | (data["mother_alive"] == "no"),
        "migration unknown": data["migration_status"].isna(),
    }.items():
        kept = left[~bad.loc[left.index]]
        flow.append((f"excluded: {reason}", len(left) - len(kept)))
        left = kept
    flow.append(("analysed", len(left)))
    flow += [(group, int((left["migration_status"] == group).sum())) for group in GROUPS]
    return left.copy(), pd.DataFrame(flow, columns=["step", "children"])


def term(variable):
    return f"C({variable})" if variable in LEVELS else variable


def formula(outcome, variables):
    return f"{outcome}_score ~ " + " + ".join(term(variable) for variable in variables)


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


def interaction(cohort, variables, by):
    """The model with the product, and the one without on the same children."""
    plain = smf.ols(formula("total", ["migration_status", *variables]), cohort).fit()
    product = smf.ols(plain.model.formula + f" + C(migration_status):{term(by)}", cohort).fit()
    return plain, product


def interaction_tests(models):
    rows = []
    for by, (plain, product) in models.items():
        statistic, p, df = product.compare_f_test(plain)
        main = plain.wald_test_terms(scalar=True).table.loc[term(by), "pvalue"]
        rows.append((by, statistic, df, product.df_resid, p, int(product.nobs), main <= 0.05))
    return pd.DataFrame(rows, columns=["variable", "F", "df", "df_residual", "p", "n", "paper_rule"])


def adjusted_means(models):
    means, tests = [], []
    for by in ["province", "parents_divorced", "social_support_dichotomy"]:
        fit = models[by][1]
        variables = WITH_DICHOTOMY if by == "social_support_dichotomy" else COVARIATES
        factors = ["migration_status", *(name for name in variables if name != "age_years")]
        grid = pd.DataFrame(list(itertools.product(*(LEVELS[name] for name in factors))), columns=factors)
        grid["age_years"] = fit.model.data.frame.loc[fit.fittedvalues.index, "age_years"].mean()
        (design,) = build_design_matrices([fit.model.data.model_spec], grid, return_type="dataframe")
        cells = design.groupby([grid["migration_status"], grid[by]]).mean()
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


def svg(figure):
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight")
    plt.close(figure)
    return text.getvalue()[text.getvalue().index("<svg") :]


def figure_1(means):
    figure, panels = plt.subplots(1, 3, figsize=(7.4, 3.25), sharey=True)
    for axes, (by, rows) in zip(panels, means.groupby("variable", sort=False), strict=True):
        for shift, (level, line) in zip((-0.09, 0.09), rows.groupby("level", sort=False), strict=True):
            where = np.arange(3) + shift
            errors = [line["mean"] - line["low"], line["high"] - line["mean"]]
            axes.errorbar(where, line["mean"], yerr=errors, fmt="o--", lw=0.8, label=level)
        axes.set_xticks(range(3), GROUPS)
        axes.set_title(by)
        axes.legend()
    panels[0].set_ylabel("Adjusted mean score")
    return svg(figure)


def forest(table):
    rows = table[(table["model"] == "adjusted") & (table["outcome"] == "total") & (table["term"] != "Intercept")]
    figure, axes = plt.subplots(figsize=(7.4, 0.75 + 0.19 * len(rows)))
    where = np.arange(len(rows))[::-1]
    axes.errorbar(rows["B"], where, xerr=[rows["B"] - rows["low"], rows["high"] - rows["B"]], fmt="o")
    axes.axvline(0, color="grey", lw=0.9)
    axes.set_yticks(where, rows["term"])
    axes.set_xlabel("B (95% confidence interval)")
    return svg(figure)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("html", type=Path, help="the HTML file to write")
    parser.add_argument("--wave", type=Path, default=WAVE, help="folder of the wave (default: the reference wave)")
    given = parser.parse_args()
    cohort, flow = exclude(derive(read(given.wave)))
    cohort = cohort[[*LEVELS, "age_years", "departure_age_years", *(f"{outcome}_score" for outcome in OUTCOMES)]]
    fits = {}
    complete = cohort.dropna(subset=COVARIATES)
    mother = "C(primary_caregiver, Treatment('mother'))"
    for outcome in OUTCOMES:
        baseline = formula(outcome, ["migration_status", *CONFOUNDERS])
        adjusted = formula(outcome, ["migration_status", *COVARIATES])
        fits["baseline", outcome] = smf.ols(baseline, cohort).fit()
        fits["baseline, complete cases", outcome] = smf.ols(baseline, complete).fit()
        fits["adjusted", outcome] = smf.ols(adjusted, cohort).fit()
        if outcome in ("emotional", "peer", "hyperactivity"):
            against_mother = adjusted.replace("C(primary_caregiver)", mother)
            fits["adjusted, caregiver mother", outcome] = smf.ols(against_mother, cohort).fit()
    table = coefficients(fits)
    models = {by: interaction(cohort, COVARIATES, by) for by in COVARIATES}
    models["social_support_dichotomy"] = interaction(cohort, WITH_DICHOTOMY, "social_support_dichotomy")
    means, tests = adjusted_means(models)
    away = cohort[cohort["migration_status"] == "current"]
    departure = smf.ols(formula("total", ["departure_age_years", *COVARIATES]), away).fit()
    parts = {
        "Participant flow": flow,
        "Sample characteristics": sample_characteristics(cohort),
        "Coefficients": table,
        "Interaction tests": interaction_tests(models),
        "Adjusted means": means,
        "Tests of adjusted means": tests,
        "Departure age": coefficients({("departure age", "total"): departure}),
    }
    html = "".join(f"<h2>{title}</h2>{part.to_html(index=False, na_rep='')}" for title, part in parts.items())
    figures = f"<h2>Figure 1</h2>{figure_1(means)}<h2>Forest plot</h2>{forest(table)}"
    head = "<!doctype html><meta charset='utf-8'><title>Synthetic wave</title><h1>Synthetic data</h1>"
    given.html.write_text(head + html + figures, encoding="utf-8")
    total, current = fits["adjusted", "total"], "C(migration_status)[T.current]"
    said = {"estimate": total.params[current], "p_value": total.pvalues[current], "n": int(total.nobs)}
    print(json.dumps({name: float(value) for name, value in said.items()}))


if __name__ == "__main__":
    main()
