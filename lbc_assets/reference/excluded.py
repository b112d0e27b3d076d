"""The 58 questionnaires that the participant flow excludes, each for exactly one reason.

Here: whole answers of analysed children copied and spoilt in one way. Not here: the analysed children, the
order of the flow (SQL).
"""

import numpy as np

from lbc_assets.reference.households import Answers
from lbc_assets.reference.items import SCALES, SDQ_ITEMS
from lbc_assets.reference.published import fact

# The second page left blank, the whole section, or just one scale below three answers.
SECOND_PAGE = SDQ_ITEMS[12:]
UNKNOWN_PAIRS = (("", ""), ("", "never"), ("never", ""), ("previous", ""), ("", "previous"))


def spoil_sdq(answers: Answers, children: np.ndarray) -> None:
    """Leave so many items out that at least one of the four difficulty scales cannot be scored."""
    for place, child in enumerate(children):
        one_scale = [SDQ_ITEMS[number - 1] for number in SCALES["peer"][:3]]
        for item in (SDQ_ITEMS, SECOND_PAGE, one_scale)[place % 3]:
            answers[item][child] = ""


def spoil_parents(answers: Answers, children: np.ndarray) -> None:
    """One or both parents deceased; the box for living with that parent stays empty, a grandparent cares."""
    for place, child in enumerate(children):
        for parent in (("father",), ("mother",), ("father",), ("father", "mother"))[place % 4]:
            answers[f"{parent}_alive"][child] = "no"
            answers[f"lives_with_{parent}"][child] = "no"
            # nobody who has died is away for work
            answers[f"{parent}_migration"][child] = "never"
        if "current" not in (answers["father_migration"][child], answers["mother_migration"][child]):
            answers["departure_age_years"][child] = ""
        answers["lives_with_grandparent"][child], answers["cares_most"][child] = ("yes", "grandparent")


def spoil_migration(answers: Answers, children: np.ndarray) -> None:
    """No parent currently away and at least one of the two answers missing: migration status unknown."""
    for place, child in enumerate(children):
        pair = UNKNOWN_PAIRS[place % len(UNKNOWN_PAIRS)]
        answers["father_migration"][child], answers["mother_migration"][child] = pair
        answers["departure_age_years"][child] = ""


def with_excluded(answers: Answers, rng: np.random.Generator) -> Answers:
    """All answers of the analysed children, followed by the excluded ones (9 + 8 + 41 as the paper says)."""
    counts = [round(fact(name)) for name in ("n_no_sdq", "n_deceased", "n_no_migration")]
    size = len(answers["sex"])
    # Donors give nothing that could exclude them for a second reason.
    sound = np.flatnonzero(
        (answers["father_migration"] != "") & (answers["mother_migration"] != "") & (answers["father_alive"] == "yes")
    )
    donors = rng.choice(sound, sum(counts), replace=False)
    everyone = {name: np.concatenate([values, values[donors]]) for name, values in answers.items()}
    added = np.arange(size, size + sum(counts))
    sdq, parents, migration = np.split(added, np.cumsum(counts)[:-1])
    spoil_sdq(everyone, sdq)
    spoil_parents(everyone, parents)
    spoil_migration(everyone, migration)
    return everyone
