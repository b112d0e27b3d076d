"""The reference cohort: from calibrated covariates and scores to coded questionnaires.

Here: the order of the stages that calibration does not touch. Not here: any stage's content, covariates and scores
(`calibrate`), other waves (`make`).
"""

import numpy as np

from lbc_assets.reference.calibrate import Calibrated
from lbc_assets.reference.departure import draw_departure
from lbc_assets.reference.excluded import with_excluded
from lbc_assets.reference.households import Answers, blank, draw_households
from lbc_assets.reference.items import SDQ_ITEMS, draw_items
from lbc_assets.reference.matrices import Ints
from lbc_assets.reference.questionnaire import SCHOOL_LEVELS, VARIABLES, encode
from lbc_assets.reference.schools import PROVINCES, SCHOOLS
from lbc_assets.reference.stages import stage_generator


def _as_text(values: Ints) -> np.ndarray:
    """Integers as text, negative ones (missing) as ''."""
    return np.array(["" if value < 0 else str(value) for value in values.tolist()], dtype=object)


def analysed_answers(cohort: Calibrated) -> Answers:
    """Canonical answers ('' = unanswered) of the 3,538 analysed children, one array of text a variable."""
    seed, design, scores, schools = cohort.seed, cohort.design, cohort.scores, cohort.schools
    departure = draw_departure(design, scores.sum(axis=1), stage_generator(seed, "departure"))
    items = draw_items(np.column_stack([scores, cohort.prosocial]), stage_generator(seed, "items"))

    size = len(schools)
    answers = draw_households(design, stage_generator(seed, "households"))
    answers["consent_child"] = answers["consent_carer"] = blank(size, "yes")
    answers["province"] = np.array(PROVINCES, dtype=object)[design["guizhou"]]
    for name in ("county", "township", "code"):
        column = "school" if name == "code" else name
        answers[column] = np.array([getattr(school, name) for school in SCHOOLS], dtype=object)[schools]
    answers["school_year"], answers["age_years"] = (_as_text(cohort.years), _as_text(design["age"]))
    answers["sex"] = np.array(["male", "female"], dtype=object)[design["female"]]
    answers["departure_age_years"] = _as_text(departure)
    answers["school_performance"] = np.array([*SCHOOL_LEVELS[::-1], ""], dtype=object)[design["school"]]
    for place, item in enumerate(SDQ_ITEMS):
        answers[item] = _as_text(items[:, place])
    return answers


def reference_rows(cohort: Calibrated) -> Answers:
    """Coded answers of all 3,596 questionnaires (no ids), in the order in which they stand in the files."""
    seed = cohort.seed
    answers = with_excluded(analysed_answers(cohort), stage_generator(seed, "excluded"))
    coded = encode(answers, stage_generator(seed, "codes"))
    # Within a school the order says nothing, least of all who was excluded.
    mixed = stage_generator(seed, "order").permutation(len(answers["school"]))
    place = {school.code: number for number, school in enumerate(SCHOOLS)}
    order = mixed[np.argsort([place[school] for school in answers["school"][mixed]], kind="stable")]
    return {name: coded[name][order] for name in VARIABLES if name != "questionnaire_id"}
