"""Printed words for the codes of the tables.

Belongs here: one English label a code, in our own words. Does not belong here: the codes themselves (the
tables' YAML), SDQ item wording (never in this project), sentences (templates). A code without a label is
shown as it is: a new variable must not stop a report, and a test holds the codes of today to their labels.
"""

from __future__ import annotations

STATUS = {
    "current": "Currently left behind",
    "previous": "Previously left behind",
    "never": "Never left behind",
    "all": "All children",
}

VARIABLES = {
    "migration_status": "Parental migration",
    "age_years": "Age (years)",
    "sex": "Sex",
    "province": "Province",
    "household_wealth": "Household wealth",
    "primary_caregiver": "Primary caregiver",
    "parents_divorced": "Parents divorced",
    "any_sibling": "Any sibling",
    "social_support": "Social support",
    "social_support_dichotomy": "Social support (two levels)",
    "school_performance": "School performance",
    "departure_age_years": "Age at first departure (years)",
    "years_since_departure": "Years since departure",
    "migrant_parent": "Migrant parent",
    "living_arrangement": "Living arrangement",
    "total_score": "Total difficulties",
    "emotional_score": "Emotional symptoms",
    "conduct_score": "Conduct problems",
    "hyperactivity_score": "Hyperactivity",
    "peer_score": "Peer problems",
    "prosocial_score": "Prosocial behaviour",
}

OUTCOMES = {
    "total": "Total difficulties",
    "emotional": "Emotional symptoms",
    "conduct": "Conduct problems",
    "hyperactivity": "Hyperactivity",
    "peer": "Peer problems",
    "prosocial": "Prosocial behaviour",
    "externalising": "Externalising difficulties",
    "internalising": "Internalising difficulties",
}

# No band is shown without the norm it is of.
NORMS = {
    "three": "Three-band scoring sheet, self-report",
    "four": "Four-band scoring sheet, self-report",
    "chinese": "Chinese self-report norm (Du, Kou and Coghill 2008, Shanghai)",
}
BANDS = {
    "normal": "Normal",
    "borderline": "Borderline",
    "abnormal": "Abnormal",
    "close_to_average": "Close to average",
    "slightly_raised": "Slightly raised",
    "high": "High",
    "very_high": "Very high",
}
POPULATIONS = {"all": "all ages", "11_and_over": "aged 11 and over"}
BAND_MODELS = {"baseline": "Baseline model", "adjusted": "Adjusted model"}

# Levels whose words serve every variable; `SPECIFIC_LEVELS` goes first.
LEVELS = {
    **{status: label for status, label in STATUS.items() if status != "all"},
    "male": "Male",
    "female": "Female",
    "zhejiang": "Zhejiang",
    "guizhou": "Guizhou",
    "poor": "Poor",
    "fair": "Fair",
    "wealthy": "Wealthy",
    "grandparent": "Grandparent",
    "father": "Father",
    "mother": "Mother",
    "other": "Other",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "very_poor": "Very poor",
    "good": "Good",
    "very_good": "Very good",
    "yes": "Yes",
    "no": "No",
}
SPECIFIC_LEVELS = {
    ("province", "unknown"): "Unknown",
    ("migrant_parent", "both"): "Both parents",
    ("migrant_parent", "mixed"): "One now, the other before",
    ("living_arrangement", "both"): "With both parents",
    ("living_arrangement", "one"): "With one parent",
    ("living_arrangement", "neither"): "With neither parent",
    ("social_support", "low"): "Low, 0\u20132",
    ("social_support", "medium"): "Medium, 3\u20135",
    ("social_support", "high"): "High, 6",
    ("social_support_dichotomy", "low"): "Low, 0\u20135",
    ("social_support_dichotomy", "high"): "High, 6",
}
# Where a level stands without its variable's name: in Table 4 and beside a line of Figure 1.
STANDALONE_LEVELS = {
    ("parents_divorced", "yes"): "Divorced",
    ("parents_divorced", "no"): "Not divorced",
}
# Below this heading the levels of a variable stand in Table 4 and in Figure 1.
FACTOR_HEADINGS = {"parents_divorced": "Parents\u2019 divorce", "social_support_dichotomy": "Social support"}

STEPS = {"received": "Questionnaires received", "analysed": "Children analysed"}
EXCLUSIONS = {
    "no_consent": "No consent of child or carer",
    "held_in_quarantine": "Held in quarantine",
    "outside_sampling_frame": "Outside the sampling frame",
    "sdq_not_completed": "SDQ not completed",
    "parent_deceased": "One or both parents deceased",
    "migration_unknown": "Migration status not known",
}

VALUE_ISSUES = {
    "code_not_in_codebook": "Code not in the codebook",
    "not_a_number": "Not a whole number",
    "out_of_range": "Number out of range",
    "two_carers_named": "Two carers named equally",
}

NOT_ESTIMATED = "not estimated"
REFUSALS = {
    "no_complete_cases": "no child has all the variables",
    "too_few_rows": "too few children",
    "empty_level": "a level has no child",
    "empty_cell": "a combination has no child",
    "constant_covariate": "a variable has one value only",
    "constant_outcome": "the score does not vary",
    "collinear": "one variable follows from others",
    "too_many_parameters": "too few children for so many terms",
    "single_child_decides": "one child alone would decide a coefficient",
    "no_convergence": "the fit did not come to an end",
    "nothing_missing": "no answer is missing",
    "perfect_fit": "no error is left to estimate",
    "too_few_clusters": "too few schools or townships",
    "one_cluster_contrast": "only one school or township tells",
    "single_child_clusters": "no school or township has two children",
    "unbounded_interval": "the interval has no end",
    "too_few_items": "too few items",
    "constant_item": "all gave an item the same answer",
    "improper_solution": "the factor model has no proper solution",
    "no_events": "no child is in the band",
    "all_events": "every child is in the band",
    "separation": "terms tell the band for certain",
}

SEVERITIES = {"error": "Blocking", "warn": "Warning"}


def value_issue(reason: str) -> str:
    """Why an answer could not be read."""
    return VALUE_ISSUES.get(reason, reason)


def step(name: str, reason: str | None) -> str:
    """One step of the participant flow; its reason is an exclusion's or a group's code."""
    if name == "excluded":
        return EXCLUSIONS.get(str(reason), str(reason))
    if name == "group":
        return STATUS.get(str(reason), str(reason))
    return STEPS.get(name, name)


def variable(code: str) -> str:
    """The printed name of a variable."""
    return VARIABLES.get(code, code)


def outcome(code: str) -> str:
    """The printed name of a score that is modelled."""
    return OUTCOMES.get(code, code)


def level(of: str, code: str) -> str:
    """The printed name of a level under its variable's heading."""
    return SPECIFIC_LEVELS.get((of, code)) or LEVELS.get(code, code)


def standalone_level(of: str, code: str) -> str:
    """The printed name of a level that stands without its variable's heading."""
    return STANDALONE_LEVELS.get((of, code)) or level(of, code)


def factor_heading(code: str) -> str:
    """A variable's name where its levels carry the details."""
    return FACTOR_HEADINGS.get(code) or variable(code)


def in_sentence(label: str) -> str:
    """The label with a small first letter, as inside a sentence; an abbreviation keeps its capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def refusal(reason: str) -> str:
    """What a cell says instead of a number."""
    return f"{NOT_ESTIMATED}: {refusal_reason(reason)}"


def refusal_reason(reason: str) -> str:
    """The reason alone, where the heading says already that nothing is estimated."""
    return REFUSALS.get(reason, reason)
