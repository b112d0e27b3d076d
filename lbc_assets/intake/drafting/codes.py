"""What the codes of a column probably mean for a variable, and how sure that is.

Belongs here: proposals by words, by labels that the file has, by what questionnaires usually do. Does not belong here:
the 25 items together (``items.py``), words (``answers.py``).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from enum import IntEnum

import yaml

from lbc_assets.intake.drafting.answers import YES_NO, missing_reason, value_of
from lbc_assets.intake.drafting.profile import SUSPECTS, Profile, in_order, number_of
from lbc_assets.intake.questionnaire import ID, Variable
from lbc_assets.intake.shown_codes import is_code, may_be_shown
from lbc_assets.warehouse.contracts import sql_folder


class Sure(IntEnum):
    """How sure a proposal is; the words stand in the draft."""

    GUESS = 0
    LIKELY = 1
    SURE = 2


@dataclass
class Proposal:
    """Codes for one variable; ``unsaid`` codes stand in the file and nothing tells what they mean."""

    codes: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    blank: str | None = None
    unsaid: tuple[str, ...] = ()
    sure: Sure = Sure.SURE
    notes: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether its reader has to say what a code means."""
        return bool(self.unsaid)


# where a single code stands beside blanks, a blank is an option that was not ticked
TICKED = ("lives_with_", "appliance_")
# what these codes mean where nobody says otherwise; -2 and -3 are the skip codes of Wenjuanxing
_REASONS = {"-2": "blank", "-3": "skipped"}


@functools.cache
def limits_of_numbers() -> dict[str, tuple[int, int]]:
    """Lowest and highest number that each integer variable can be."""
    project = yaml.safe_load((sql_folder() / "dbt_project.yml").read_text(encoding="utf-8"))
    return {name: (said["min"], said["max"]) for name, said in project["vars"]["integer_variables"].items()}


def missing_suspects(codes: list[str], *, is_legal: range = range(0)) -> dict[str, str]:
    """Which of the codes probably declare a missing answer, and why it is missing."""
    numbers = {code: number for code in codes if (number := number_of(code)) is not None}
    plain = [n for n in numbers.values() if n >= 0 and str(n) not in SUSPECTS]
    found = {}
    for code, number in numbers.items():
        if str(number) not in SUSPECTS or number in is_legal:
            continue
        # 7, 8 and 9 are answers where the codes run up to them
        if number < 0 or (number > 9 and number > max(plain, default=0) * 2) or max(plain, default=9) <= 5:
            found[code] = _REASONS.get(str(number), "no_answer")
    return found


def propose(variable: Variable, profile: Profile, *, is_ticked: bool = False) -> Proposal:
    """What the codes of a column mean for a variable. ``is_ticked``: the column is one option of a question."""
    if variable.name == ID or variable.kind == "text":
        return Proposal()
    if variable.kind == "integer":
        return _numbers(variable, profile)
    is_ticked = is_ticked or (variable.name.startswith(TICKED) and len(profile.frequent) == 1)
    proposal, rest = Proposal(), []
    seen = {**dict.fromkeys(profile.labels, 0), **profile.frequent}
    for code, times in sorted(seen.items(), key=lambda code: in_order(code[0])):
        said = profile.labels.get(code, code)
        if code in profile.declared_missing or not (is_code(code) or code in profile.labels):
            continue
        if value := value_of(variable, said):
            proposal.codes[code] = value
        elif reason := missing_reason(said):
            proposal.missing[code] = reason
        elif may_be_shown(code, times) or code in profile.labels:
            rest.append(code)
    suspected = missing_suspects([*rest, *proposal.codes])
    proposal.missing |= {code: reason for code, reason in suspected.items() if code in rest}
    rest = [code for code in rest if code not in proposal.missing]
    usual = _usual(variable, rest, profile, is_ticked=is_ticked)
    proposal.codes |= usual
    proposal.unsaid = tuple(code for code in rest if code not in usual)
    if usual:
        proposal.sure = Sure.LIKELY
    if is_ticked and profile.blank and set(proposal.codes.values()) == {"yes"}:
        proposal.blank, proposal.sure = "no", Sure.GUESS
        proposal.notes.append("a blank is unticked here; leave 'blank' out if it may be a question not answered")
    if proposal.unsaid or not proposal.codes:
        proposal.sure = Sure.GUESS
    if proposal.missing:
        proposal.notes.append(f"likely missing codes: {', '.join(map(repr, proposal.missing))}")
    if profile.declared_missing:
        proposal.notes.append("what the file itself declares missing is taken from the file")
    return proposal


def _usual(variable: Variable, rest: list[str], profile: Profile, *, is_ticked: bool) -> dict[str, str]:
    """What number codes usually mean: 1 yes and 2 no, 1 yes and 0 no, 1 male and 2 female."""
    if profile.labels or len({number_of(code) for code in rest}) < len(rest):
        return {}
    numbers = {number_of(code): code for code in rest}
    meanings: dict[int, str] = {}
    if set(variable.allowed) == set(YES_NO):
        meanings = {1: "yes", 0: "no"} if 0 in numbers or is_ticked else {1: "yes", 2: "no"}
    elif variable.name == "sex" and 0 not in numbers:
        meanings = {1: "male", 2: "female"}
    if not numbers or not set(numbers) <= set(meanings):
        return {}
    return {code: meanings[number] for number, code in numbers.items() if number is not None}


def _numbers(variable: Variable, profile: Profile) -> Proposal:
    low, high = limits_of_numbers()[variable.name]
    proposal = Proposal()
    # of many ages only these codes are looked at: no age is shown
    suspected = missing_suspects(profile.suspects, is_legal=range(low, high + 1))
    labelled = {c: r for c, label in profile.labels.items() if (r := missing_reason(label)) and is_code(c)}
    found = {**suspected, **labelled}
    proposal.missing = {code: why for code, why in found.items() if code not in profile.declared_missing}
    if proposal.missing:
        proposal.notes.append(f"likely missing codes: {', '.join(map(repr, proposal.missing))}")
    if low <= 9 <= high:
        proposal.notes.append(f"9 is a legal answer here ({low} to {high}), and stays one")
    if profile.given and profile.shapes.get("whole", 0) < 0.9:
        proposal.sure = Sure.GUESS
        proposal.notes.append("most answers are no whole numbers: the door reads digits only, so export numbers")
    return proposal
