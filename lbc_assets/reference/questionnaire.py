"""The baseline questionnaire as a data entry clerk would code it: columns, codes, missing codes.

Here: the codebook of the reference wave as data, and canonical answers turned into codes. Not here: how any
codebook is read (`lbc_assets.intake`), files (`wave_files`). Headers are invented.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lbc_assets.reference.households import APPLIANCES, SUPPORT, Answers
from lbc_assets.reference.items import SDQ_ITEMS
from lbc_assets.reference.schools import TOWNSHIPS

BLANK_SHARE = 0.5
"""Share of unanswered questions left blank; the rest carry the variable's missing code."""

YES_NO = {"1": "yes", "2": "no"}
MIGRATION = {"1": "current", "2": "previous", "3": "never"}
CARERS = (
    "father",
    "stepfather",
    "mother",
    "stepmother",
    "grandparent",
    "sibling",
    "relative",
    "friend",
    "nobody",
    "several",
)
SCHOOL_LEVELS = ("very_good", "good", "fair", "poor", "very_poor")
CHINESE = {
    "yes": "是",
    "no": "否",
    "male": "男",
    "female": "女",
    "current": "目前外出",
    "previous": "曾经外出",
    "never": "从未外出",
    "father": "父亲",
    "stepfather": "继父",
    "mother": "母亲",
    "stepmother": "继母",
    "grandparent": "祖父母",
    "sibling": "兄弟姐妹",
    "relative": "其他亲戚",
    "friend": "朋友",
    "nobody": "没有人",
    "several": "多人",
    "very_good": "很好",
    "good": "较好",
    "fair": "中等",
    "poor": "较差",
    "very_poor": "很差",
    "zhejiang": "浙江",
    "guizhou": "贵州",
    "kaihua": "开化",
    "jiande": "建德",
    "jiangshan": "江山",
    "guiding": "贵定",
    "longli": "龙里",
}
"""Words for the answers (not those of the SDQ) in a file whose clerks typed words and not codes; ours, and invented."""
COUNTIES = [county for counties in TOWNSHIPS.values() for county, _ in counties]


@dataclass(frozen=True)
class Variable:
    """One variable: its column, what its codes mean (empty for numbers and text), its missing code, what
    blank means.
    """

    column: str
    codes: dict[str, str] = field(default_factory=dict)
    missing: str | None = None
    blank: str | None = None


def _numbered(values: tuple[str, ...] | list[str]) -> dict[str, str]:
    return {str(code): value for code, value in enumerate(values, start=1)}


def _variables() -> dict[str, Variable]:
    variables = {
        "questionnaire_id": Variable("id"),
        "consent_child": Variable("c1", YES_NO, "9"),
        "consent_carer": Variable("c2", YES_NO, "9"),
        "province": Variable("a1", _numbered(["zhejiang", "guizhou"])),
        "county": Variable("a2", _numbered(COUNTIES)),
        "township": Variable("a3"),
        "school": Variable("a4"),
        "school_year": Variable("a5", missing="99"),
        "sex": Variable("b1", _numbered(["male", "female"]), "9"),
        "age_years": Variable("b2", missing="99"),
    }
    for number, item in enumerate(SDQ_ITEMS, start=1):
        variables[item] = Variable(f"q{number:02d}", _numbered(["0", "1", "2"]), "9")
    for number, parent in enumerate(("father", "mother"), start=1):
        variables[f"{parent}_migration"] = Variable(f"m{number}", MIGRATION, "9")
    variables["departure_age_years"] = Variable("m3", missing="99")
    for number, parent in enumerate(("father", "mother"), start=4):
        variables[f"{parent}_alive"] = Variable(f"m{number}", YES_NO, "9")
    for letter, carer in zip("abcd", ("father", "mother", "grandparent", "other"), strict=True):
        variables[f"lives_with_{carer}"] = Variable(f"h1{letter}", {"1": "yes"}, blank="no")
    variables["cares_most"] = Variable("h2", _numbered(CARERS), "99")
    for number, appliance in enumerate(APPLIANCES, start=1):
        variables[f"appliance_{appliance}"] = Variable(f"w{number}", YES_NO, "9")
    variables["parents_divorced"] = Variable("f1", YES_NO, "9")
    variables["siblings_number"] = Variable("f2", missing="99")
    for number, support in enumerate(SUPPORT, start=1):
        variables[f"support_{support}"] = Variable(f"s{number}", YES_NO, "9")
    variables["school_performance"] = Variable("p1", _numbered(SCHOOL_LEVELS), "9")
    return variables


VARIABLES = _variables()
COLUMNS = tuple(variable.column for variable in VARIABLES.values())
"""Headers of the files, in order."""


def codebook(*, with_words: bool = False) -> dict[str, Any]:
    """The codebook as it stands in `codebook.yaml` (every scalar text); `with_words` knows CHINESE beside the codes."""
    variables: dict[str, Any] = {}
    for name, variable in VARIABLES.items():
        entry: dict[str, Any] = {"column": variable.column}
        if variable.codes:
            words = (
                {CHINESE[value]: value for value in variable.codes.values()}
                if with_words and name not in SDQ_ITEMS
                else {}
            )
            entry["codes"] = variable.codes | words
        if variable.missing is not None:
            entry["missing"] = {variable.missing: "no_answer"}
        if variable.blank is not None:
            entry["blank"] = variable.blank
        variables[name] = entry
    return {
        "codebook": "lbc-baseline",
        "version": "1",
        "variables": variables,
        "identifiers": [],
        "ignored": [],
    }


def encode(answers: Answers, rng: np.random.Generator) -> Answers:
    """Canonical answers as codes: '' becomes blank or the missing code, at random; a blank that means
    something is used.

    Departure age is left blank where it does not apply (children not currently left behind).
    """
    coded: Answers = {}
    for name, variable in VARIABLES.items():
        if name == "questionnaire_id":
            continue
        values = answers[name]
        to_code = {value: code for code, value in variable.codes.items()}
        if variable.blank is not None:
            to_code[variable.blank] = ""
        table = {value: to_code[value] if variable.codes else value for value in set(values) - {""}} | {"": ""}
        column = np.array([table[value] for value in values], dtype=object)
        if variable.missing is not None:
            marked = (values == "") & (rng.random(len(values)) >= BLANK_SHARE)
            if name == "departure_age_years":
                marked &= (answers["father_migration"] == "current") | (answers["mother_migration"] == "current")
            column[marked] = variable.missing
        coded[name] = column
    return coded
