"""Printed words for the codes of the supplement: robustness, specifications, diagnostics.

Belongs here: one English label a code, in our own words. Does not belong here: codes of the paper's own tables
(`labels`). A code without a label is shown as it is, and a test holds the codes of today to their labels.
"""

from __future__ import annotations

QUESTIONS = {
    "main": "Main analysis",
    "unequal_variances": "Unequal variances",
    "clustering": "Clustering",
    "missing_answers": "Missing answers",
    "population": "Population",
    "migration_unknown": "Status not known",
    "mediators": "Confounders only",
}
# What an analysis does, after its question's name; the main one says it all.
ANALYSES = {
    "ols": "least squares",
    "hc3": "HC3",
    "cr1s_school": "schools, CR1S",
    "cr2_school": "schools, CR2",
    "cr1s_township": "townships, CR1S",
    "cr2_township": "townships, CR2",
    "random_intercept_school": "schools, random intercept",
    "wild_bootstrap_school": "schools, wild bootstrap",
    "wild_bootstrap_township": "townships, wild bootstrap",
    "multiple_imputation": "multiple imputation",
    "age_11_and_over": "11 years and over",
    "unknown_as_previous": "taken as previous",
    "confounders_only": "all children",
    "confounders_only_complete_cases": "same children",
}
VERDICTS = {"holds": "holds", "does_not_hold": "does not hold"}
NOTES = {
    "df_below_4": "fewer than 4 degrees of freedom: do not lean on p",
    "rademacher_random": "Rademacher weights",
    "rademacher_enumerated": "Rademacher weights, every draw",
    "webb_random": "Webb weights",
    "webb_enumerated": "Webb weights, every draw",
}

COVARIATES = {
    "confounders": "Confounders only",
    "confounders_family": "Confounders, family",
    "confounders_support_school": "Confounders, support, school",
    "all": "All covariates",
}
POPULATIONS = {
    "all": "All children",
    "11_and_over": "11 years and over",
    "boys": "Boys",
    "girls": "Girls",
    "zhejiang": "Zhejiang",
    "guizhou": "Guizhou",
}

DIAGNOSTICS = {
    "breusch_pagan": "Unequal variances (Breusch and Pagan)",
    "vif": "Collinearity (variance inflation)",
    "leverage_max": "Largest leverage",
    "leverage_high": "Children with a leverage above three times the average",
    "cell_smallest": "Children in the smallest level",
}


def analysis(question: str, code: str) -> str:
    """One line of the robustness table: what is asked, and how."""
    return f"{QUESTIONS.get(question, question)}: {ANALYSES.get(code, code)}"


def note(code: str) -> str:
    """How an analysis was computed; the name of an optimiser says nothing to a reader."""
    return "" if code.startswith("best_of_") else NOTES.get(code, code)
