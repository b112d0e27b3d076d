"""Dirt: known faults in otherwise clean questionnaires, for tests.

Here: kinds of dirt, each on children of its own, with what the platform should make of it. Not here: faults
of files and manifests (those deliveries are written by the tests of intake).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lbc_assets.reference.households import Answers
from lbc_assets.reference.items import SDQ_ITEMS


@dataclass(frozen=True)
class Kind:
    """One kind of dirt: the answers it sets (as coded), how many children get it, and what should come of it.

    `excluded` is the reason code of the participant flow, `issue` the reason code of one listed answer; None
    for neither.
    """

    name: str
    children: int
    answers: dict[str, str]
    excluded: str | None = None
    issue: str | None = None


def _away(father: str, mother: str) -> dict[str, str]:
    return {"father_migration": father, "mother_migration": mother}


NO_CONSENT, DECEASED, UNKNOWN = "no_consent", "parent_deceased", "migration_unknown"
KINDS = (
    Kind("item_missing_code", 5, {"sdq_somatic": "9"}),
    Kind("item_blank", 5, {"sdq_restles": ""}),
    Kind("item_out_of_range", 4, {"sdq_worries": "7"}, issue="code_not_in_codebook"),
    Kind("item_unknown_code", 4, {"sdq_loner": "x"}, issue="code_not_in_codebook"),
    Kind("item_decimal", 3, {"sdq_lies": "1.6"}, issue="code_not_in_codebook"),
    # Matched as text, a full-width digit is no code; reading it as its ASCII digit is a codebook's decision.
    Kind("item_full_width_digit", 4, {"sdq_afraid": "２"}),  # noqa: RUF001
    Kind("two_carers_named", 4, {"cares_most": "10"}, issue="two_carers_named"),
    Kind("age_not_a_number", 3, {"age_years": "twelve"}, issue="not_a_number"),
    Kind("age_in_exponent_form", 2, {"age_years": "1e1"}, issue="not_a_number"),
    Kind("age_out_of_range", 3, {"age_years": "45"}, issue="out_of_range"),
    Kind("age_missing_code", 3, {"age_years": "99"}),
    Kind("consent_child_refused", 4, {"consent_child": "2"}, excluded=NO_CONSENT),
    Kind("consent_carer_blank", 3, {"consent_carer": ""}, excluded=NO_CONSENT),
    Kind("consent_child_unreadable", 2, {"consent_child": "?"}, excluded=NO_CONSENT),
    Kind("sdq_section_blank", 4, dict.fromkeys(SDQ_ITEMS, ""), excluded="sdq_not_completed"),
    Kind("father_deceased", 3, {"father_alive": "2"}, excluded=DECEASED),
    Kind("both_parents_deceased", 1, {"father_alive": "2", "mother_alive": "2"}, excluded=DECEASED),
    Kind("migration_both_missing", 4, _away("9", ""), excluded=UNKNOWN),
    Kind("migration_one_missing", 3, _away("3", "9"), excluded=UNKNOWN),
    Kind("migration_unknown_code", 2, _away("8", "3"), excluded=UNKNOWN, issue="code_not_in_codebook"),
    Kind("deceased_and_migration_missing", 2, {"father_alive": "2", **_away("9", "9")}, excluded=DECEASED),
)


@dataclass(frozen=True)
class Dirt:
    """Counts of what was done: questionnaires by kind, children by first exclusion reason, answers by issue.

    Answers of children without consent are not kept, so no issue of theirs is counted.
    """

    kinds: dict[str, int]
    excluded: dict[str, int]
    value_issues: dict[str, int]


def _clean(rows: Answers) -> np.ndarray:
    """Children of the reference wave with nothing missing that the kinds could interfere with."""
    complete = np.ones(len(rows["school"]), dtype=bool)
    for name, values in rows.items():
        if name in ("departure_age_years", "cares_most") or name.startswith("lives_with_"):
            continue
        complete &= (values != "") & ((values != "9") | (name == "school_year") | (name == "age_years"))
    return np.flatnonzero(
        complete
        & (rows["father_alive"] == "1")
        & (rows["mother_alive"] == "1")
        & (rows["cares_most"] != "10")
        & (rows["siblings_number"] != "99")
    )


def _hands(places: Iterator[int], kinds: tuple[Kind, ...]) -> Iterator[tuple[Kind, int]]:
    for kind in kinds:
        for _ in range(kind.children):
            yield kind, next(places)


def soil(rows: Answers, children: int, seed: int) -> tuple[Answers, Dirt]:
    """Draw `children` clean questionnaires without replacement and soil some; at most one kind a child.

    Raises ValueError when there are fewer clean questionnaires than asked for, or than kinds need.
    """
    clean, needed = _clean(rows), sum(kind.children for kind in KINDS)
    if not needed <= children <= len(clean):
        raise ValueError(f"a dirty wave has {needed} to {len(clean)} children, not {children}")
    rng = np.random.Generator(np.random.PCG64(seed))
    picked = np.sort(rng.choice(clean, children, replace=False))
    soiled = {name: values[picked].copy() for name, values in rows.items()}
    excluded: Counter[str] = Counter()
    issues: Counter[str] = Counter()
    for kind, place in _hands(iter(rng.permutation(children).tolist()), KINDS):
        for name, answer in kind.answers.items():
            soiled[name][place] = answer
        if kind.excluded is not None:
            excluded[kind.excluded] += 1
        if kind.issue is not None:
            issues[kind.issue] += 1
    return soiled, Dirt({kind.name: kind.children for kind in KINDS}, dict(excluded), dict(issues))
