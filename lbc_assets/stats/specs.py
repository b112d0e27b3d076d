"""The paper's models, as data.

Belongs here: which variables, references, interactions and populations each model has. Does not belong
here: fitting, tables. Source: the paper's Methods and Tables 2 to 4; the resolved readings are argued in
the study notes (caregiver reference of Table 3, meaning of 'low support' in Table 4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from lbc_assets.stats.terms import AtLeast, Factor, ModelSpec, Predictor, Restriction
from lbc_assets.stats.variables import (
    AGE,
    ANY_SIBLING,
    BROAD_SCALES,
    DEPARTURE_AGE,
    DEPARTURE_AGE_CURVE,
    HOUSEHOLD_WEALTH,
    LIVING_ARRANGEMENT,
    MIGRANT_PARENT_BEFORE,
    MIGRANT_PARENT_NOW,
    MIGRATION_STATUS,
    OUTCOMES,
    PARENTS_DIVORCED,
    PRIMARY_CAREGIVER,
    PROVINCE,
    SCHOOL_PERFORMANCE,
    SEX,
    SOCIAL_SUPPORT,
    SOCIAL_SUPPORT_DICHOTOMY,
    SUBSCALES,
    YEARS_SINCE_DEPARTURE,
)

MODELLED = (*OUTCOMES, *BROAD_SCALES)
Weights = Literal["equal", "observed"]

CONFOUNDERS: tuple[Predictor, ...] = (SEX, AGE, PROVINCE)
EXPOSURE = MIGRATION_STATUS.variable


def _adjusted_terms(caregiver: Factor = PRIMARY_CAREGIVER, support: Factor = SOCIAL_SUPPORT) -> tuple[Predictor, ...]:
    return (
        *CONFOUNDERS,
        HOUSEHOLD_WEALTH,
        caregiver,
        PARENTS_DIVORCED,
        ANY_SIBLING,
        support,
        SCHOOL_PERFORMANCE,
    )


def baseline(outcome: str) -> ModelSpec:
    """Table 2, first columns: migration status with sex, age and province."""
    return ModelSpec("baseline", outcome, (MIGRATION_STATUS, *CONFOUNDERS), exposure=EXPOSURE)


def adjusted(outcome: str) -> ModelSpec:
    """Tables 2 and 3: the baseline model and the family's and child's characteristics."""
    return ModelSpec("adjusted", outcome, (MIGRATION_STATUS, *_adjusted_terms()), exposure=EXPOSURE)


def baseline_complete_cases(outcome: str) -> ModelSpec:
    """The baseline model on the children of the adjusted model, so that the two differ in terms only."""
    return replace(baseline(outcome), name="baseline_complete_cases", complete_cases_of=adjusted(outcome))


def adjusted_caregiver_mother(outcome: str) -> ModelSpec:
    """The adjusted model with mother as caregiver reference: the resolved reading of Table 3."""
    terms = _adjusted_terms(caregiver=PRIMARY_CAREGIVER.against("mother"))
    return ModelSpec("adjusted_caregiver_mother", outcome, (MIGRATION_STATUS, *terms), exposure=EXPOSURE)


COEFFICIENT_MODELS: tuple[ModelSpec, ...] = (
    *(baseline(outcome) for outcome in MODELLED),
    *(baseline_complete_cases(outcome) for outcome in MODELLED),
    *(adjusted(outcome) for outcome in MODELLED),
    *(adjusted_caregiver_mother(outcome) for outcome in ("emotional", "peer", "hyperactivity")),
)


def _departure_model(name: str, departure: Predictor) -> ModelSpec:
    """The adjusted model within the currently left behind, with when a parent left in place of migration status."""
    return ModelSpec(
        name,
        "total",
        (departure, *_adjusted_terms()),
        population=(Restriction(MIGRATION_STATUS, "current"),),
        exposure=departure.variable,
    )


def _within_group(group: str) -> ModelSpec:
    """Which parent is or was away, among the children of one migration status."""
    parent = MIGRANT_PARENT_NOW if group == "current" else MIGRANT_PARENT_BEFORE
    return ModelSpec(
        f"migrant_parent_{group}",
        "total",
        (parent, *_adjusted_terms()),
        population=(Restriction(MIGRATION_STATUS, group),),
        exposure=parent.variable,
    )


def _living_arrangement(name: str, terms: tuple[Predictor, ...]) -> ModelSpec:
    return ModelSpec(name, "total", (LIVING_ARRANGEMENT, *terms), exposure=LIVING_ARRANGEMENT.variable)


EXPOSURE_MODELS: tuple[ModelSpec, ...] = (
    _within_group("current"),
    _within_group("previous"),
    _living_arrangement("living_arrangement_baseline", CONFOUNDERS),
    _living_arrangement("living_arrangement_adjusted", _adjusted_terms()),
)

DEPARTURE_AGE_MODELS: tuple[ModelSpec, ...] = (
    _departure_model("departure_age", DEPARTURE_AGE),
    _departure_model("departure_age_curve", DEPARTURE_AGE_CURVE),
    _departure_model("departure_duration", YEARS_SINCE_DEPARTURE),
)


@dataclass(frozen=True)
class Moderation:
    """Does the association with migration status differ by another variable? The model without and with the
    product.

    `by` is a predictor's variable of `without`; the model with the product is named adjusted_by_<variable>.
    """

    without: ModelSpec
    by: str

    @property
    def model(self) -> ModelSpec:
        return replace(
            self.without,
            name=f"{self.without.name}_by_{self.by}",
            interactions=((MIGRATION_STATUS.variable, self.by),),
            contrasts="sum",
        )


@dataclass(frozen=True)
class AdjustedMeans:
    """Adjusted cell means of a moderation model: migration status by the levels of one factor.

    'equal': every level of every other factor weighs the same (SPSS EMMEANS); 'observed': as much as it has children.
    Covariates at their mean.
    """

    moderation: Moderation
    by: Factor
    weights: tuple[Weights, ...] = ("equal", "observed")


_ADJUSTED_TOTAL = adjusted("total")
# Table 4 replaces the three-level support factor by the dichotomy; both in one model would be collinear.
_ADJUSTED_TOTAL_DICHOTOMY = ModelSpec(
    "adjusted", "total", (MIGRATION_STATUS, *_adjusted_terms(support=SOCIAL_SUPPORT_DICHOTOMY)), exposure=EXPOSURE
)

MODERATIONS: tuple[Moderation, ...] = (
    *(Moderation(_ADJUSTED_TOTAL, predictor.variable) for predictor in _adjusted_terms()),
    Moderation(_ADJUSTED_TOTAL_DICHOTOMY, SOCIAL_SUPPORT_DICHOTOMY.variable),
)

TABLE_4: tuple[AdjustedMeans, ...] = (
    AdjustedMeans(Moderation(_ADJUSTED_TOTAL, "province"), PROVINCE),
    AdjustedMeans(Moderation(_ADJUSTED_TOTAL, "parents_divorced"), PARENTS_DIVORCED),
    AdjustedMeans(Moderation(_ADJUSTED_TOTAL_DICHOTOMY, "social_support_dichotomy"), SOCIAL_SUPPORT_DICHOTOMY),
)

# The association that the robustness table and the specification curve ask about, and its variants.
MAIN_MODEL = adjusted("total")
# norms of the self-report SDQ begin at 11
YOUNGEST_OF_NORMS = 11
MAIN_MODEL_OF_THE_OLDER = replace(
    MAIN_MODEL, name="adjusted_11_and_over", population=(AtLeast(AGE, YOUNGEST_OF_NORMS),)
)
CLUSTERS = ("school", "township")
IMPUTED_MODELS: tuple[ModelSpec, ...] = (MAIN_MODEL,)

# whose residuals, leverages and collinearity are shown
DIAGNOSED_MODELS: tuple[ModelSpec, ...] = (baseline("total"), *(adjusted(outcome) for outcome in OUTCOMES))

# Divorce, caregiver, wealth, support and school performance may be consequences of migration: confounders alone and
# with such possible mediators are different questions, kept apart by name.
_FAMILY: tuple[Predictor, ...] = (HOUSEHOLD_WEALTH, PRIMARY_CAREGIVER, PARENTS_DIVORCED, ANY_SIBLING)
_SURROUNDINGS: tuple[Predictor, ...] = (SOCIAL_SUPPORT, SCHOOL_PERFORMANCE)
COVARIATE_SETS: Mapping[str, tuple[Predictor, ...]] = {
    "confounders": CONFOUNDERS,
    "confounders_family": (*CONFOUNDERS, *_FAMILY),
    "confounders_support_school": (*CONFOUNDERS, *_SURROUNDINGS),
    "all": (*CONFOUNDERS, *_FAMILY, *_SURROUNDINGS),
}
POPULATIONS: Mapping[str, tuple[Restriction | AtLeast, ...]] = {
    "all": (),
    "11_and_over": (AtLeast(AGE, YOUNGEST_OF_NORMS),),
    "boys": (Restriction(SEX, "male"),),
    "girls": (Restriction(SEX, "female"),),
    "zhejiang": (Restriction(PROVINCE, "zhejiang"),),
    "guizhou": (Restriction(PROVINCE, "guizhou"),),
}


@dataclass(frozen=True)
class Specification:
    """One defensible way to ask the main question: a point of the specification curve."""

    covariates: str
    population: str
    model: ModelSpec


SPECIFICATIONS: tuple[Specification, ...] = tuple(
    Specification(
        covariates,
        population,
        ModelSpec(
            f"{covariates}_{population}",
            outcome,
            (MIGRATION_STATUS, *predictors),
            population=restrictions,
            exposure=EXPOSURE,
        ),
    )
    for outcome in ("total", *BROAD_SCALES)
    for population, restrictions in POPULATIONS.items()
    for covariates, predictors in COVARIATE_SETS.items()
)

# Models whose variables are tested as a whole; the others have the same terms on the same children.
TERM_MODELS: tuple[ModelSpec, ...] = (
    *(baseline(outcome) for outcome in MODELLED),
    *(adjusted(outcome) for outcome in MODELLED),
    *DEPARTURE_AGE_MODELS,
    *EXPOSURE_MODELS,
)


def family_of(row: Mapping[str, Any]) -> str | None:
    """The family in which a row's p value is corrected for multiple testing (Holm, Benjamini-Hochberg).

    What is asked together is corrected together: migration status over the five subscales, over the two broad scales,
    and on the total alone, in each model; any other variables of one model and outcome; interactions among themselves.
    None: the intercept.
    """
    model, outcome, variable = row["model"], row["outcome"], row["variable"]
    if variable is None:
        return None
    if ":" in (row.get("term") or ""):
        return "interactions" if variable != SOCIAL_SUPPORT_DICHOTOMY.variable else "interactions_table_4"
    if variable != EXPOSURE:
        return f"{model}_covariates_{outcome}"
    scales = "subscales" if outcome in SUBSCALES else "broad_scales" if outcome in BROAD_SCALES else outcome
    return f"{model}_migration_{scales}"


# The paper tests an interaction only for covariates significant in the adjusted model.
PAPER_RULE_P = 0.05
CONFIDENCE = 0.95
