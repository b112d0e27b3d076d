"""The reference cohort: every stage in order, from counts to coded questionnaires.

Here: the order of the stages and the seed of each. Not here: any stage's content, other waves (`make`).
"""

from collections.abc import Callable

import numpy as np

from lbc_assets.reference.departure import draw_departure
from lbc_assets.reference.design import make_design
from lbc_assets.reference.design_fit import fit_design
from lbc_assets.reference.excluded import with_excluded
from lbc_assets.reference.households import Answers, blank, draw_households
from lbc_assets.reference.items import SDQ_ITEMS, draw_items
from lbc_assets.reference.matrices import Ints
from lbc_assets.reference.polish import polish
from lbc_assets.reference.questionnaire import SCHOOL_LEVELS, VARIABLES, encode
from lbc_assets.reference.schools import PROVINCES, SCHOOLS, draw_school_years, draw_schools
from lbc_assets.reference.score_targets import score_functionals, score_spreads
from lbc_assets.reference.scores import draw_prosocial, draw_scores

STAGES = (
    "design",
    "swaps",
    "schools",
    "scores",
    "points",
    "prosocial",
    "departure",
    "items",
    "households",
    "excluded",
    "codes",
    "order",
)
Progress = Callable[[str], None]


def stage_generator(seed: int, stage: str) -> np.random.Generator:
    """A generator of its own for each stage, so that one stage can grow and the others keep their draws."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, STAGES.index(stage)])))


def _as_text(values: Ints) -> np.ndarray:
    """Integers as text, negative ones (missing) as ''."""
    return np.array(["" if value < 0 else str(value) for value in values.tolist()], dtype=object)


def analysed_answers(seed: int, progress: Progress | None = None) -> Answers:
    """Canonical answers ('' = unanswered) of the 3,538 analysed children, one array of text a variable."""
    design = fit_design(make_design(stage_generator(seed, "design")), stage_generator(seed, "swaps"), progress=progress)
    rng = stage_generator(seed, "schools")
    years = draw_school_years(design["age"], rng)
    schools = draw_schools(design, years, rng)
    drawn = draw_scores(design, schools, stage_generator(seed, "scores"))
    held, spreads = score_functionals(design), score_spreads(design)
    scores = polish(drawn, held, spreads, stage_generator(seed, "points"), progress=progress)
    prosocial = draw_prosocial(design, schools, stage_generator(seed, "prosocial"))
    departure = draw_departure(design, scores.sum(axis=1), stage_generator(seed, "departure"))
    items = draw_items(np.column_stack([scores, prosocial]), stage_generator(seed, "items"))

    size = len(schools)
    answers = draw_households(design, stage_generator(seed, "households"))
    answers["consent_child"] = answers["consent_carer"] = blank(size, "yes")
    answers["province"] = np.array(PROVINCES, dtype=object)[design["guizhou"]]
    for name in ("county", "township", "code"):
        column = "school" if name == "code" else name
        answers[column] = np.array([getattr(school, name) for school in SCHOOLS], dtype=object)[schools]
    answers["school_year"], answers["age_years"] = (_as_text(years), _as_text(design["age"]))
    answers["sex"] = np.array(["male", "female"], dtype=object)[design["female"]]
    answers["departure_age_years"] = _as_text(departure)
    answers["school_performance"] = np.array([*SCHOOL_LEVELS[::-1], ""], dtype=object)[design["school"]]
    for place, item in enumerate(SDQ_ITEMS):
        answers[item] = _as_text(items[:, place])
    return answers


def reference_rows(seed: int, progress: Progress | None = None) -> Answers:
    """Coded answers of all 3,596 questionnaires (no ids), in the order in which they stand in the files."""
    answers = with_excluded(analysed_answers(seed, progress), stage_generator(seed, "excluded"))
    coded = encode(answers, stage_generator(seed, "codes"))
    # Within a school the order says nothing, least of all who was excluded.
    mixed = stage_generator(seed, "order").permutation(len(answers["school"]))
    place = {school.code: number for number, school in enumerate(SCHOOLS)}
    order = mixed[np.argsort([place[school] for school in answers["school"][mixed]], kind="stable")]
    return {name: coded[name][order] for name in VARIABLES if name != "questionnaire_id"}
