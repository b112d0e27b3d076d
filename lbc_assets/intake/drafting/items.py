"""The 25 items of the SDQ among the columns of a file: by short name, by number, or as 25 columns of one kind.

Belongs here: finding them and their codes together, for one item alone may lack a code. Does not belong here: any
wording, and other variables (``roles.py``).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lbc_assets.intake.columns import question_number
from lbc_assets.intake.drafting.answers import missing_reason, value_of
from lbc_assets.intake.drafting.codes import Proposal, Sure, missing_suspects
from lbc_assets.intake.drafting.profile import Profile, in_order, number_of
from lbc_assets.intake.drafting.words import name_of
from lbc_assets.intake.questionnaire import questionnaire
from lbc_assets.intake.shown_codes import SHOWN_LEAST, may_be_shown

ITEMS = tuple(name for name in questionnaire() if name.startswith("sdq_"))
SCHEMES = ({0: "0", 1: "1", 2: "2"}, {1: "0", 2: "1", 3: "2"})
_NUMBERED = re.compile(r"(.*?)_?0*([0-9]{1,2})")


@dataclass(frozen=True)
class Items:
    """Item -> column, what the codes of all of them mean, and how they were found."""

    columns: dict[str, Profile]
    proposal: Proposal
    sure: Sure
    why: str


def codes_of(columns: Sequence[Profile]) -> Proposal | None:
    """What the codes of some items mean, told from all of them together; None where they are no items' codes."""
    pooled: Counter[str] = Counter()
    item = questionnaire()[ITEMS[0]]
    for column in columns:
        for code, times in column.counts.items():
            pooled[code] += times if code not in column.declared_missing else 0
    labels = {code: label for column in columns for code, label in column.labels.items()}
    given = sum(pooled.values())
    seen = sorted({**pooled, **labels}, key=in_order)
    words = {code: labels.get(code, code) for code in seen if pooled[code] >= SHOWN_LEAST or code in labels}
    missing = {code: reason for code, word in words.items() if (reason := missing_reason(word))}
    by_word = {code: value for code, word in words.items() if (value := value_of(item, word))}
    if set(by_word.values()) == {"0", "1", "2"}:
        return Proposal(
            by_word, missing | missing_suspects([c for c in words if c not in by_word and c not in missing])
        )
    codes = [code for code in seen if may_be_shown(code, pooled[code])]
    missing |= missing_suspects(codes)
    rest = {code for code in codes if code not in missing}
    numbers = {number_of(code): code for code in rest}
    if sum(pooled[code] for code in codes) < 0.9 * given or None in numbers:
        return None
    for scheme in SCHEMES:
        if set(numbers) == set(scheme):
            return Proposal({numbers[number]: value for number, value in scheme.items()}, missing)
    return None


def find_items(profiles: Sequence[Profile]) -> Items | None:
    """The items, found in the first of these ways that finds them."""
    named = _by_name(profiles)
    if named:
        return _items(named, Sure.SURE, "by the item's short name")
    numbered = [columns for columns in _numbered(profiles) if codes_of(columns)] or _numbered(profiles)[:1]
    if numbered:
        why = "by the numbers 1 to 25 in the names"
        if len(numbered) > 1:
            why = f"the first of {len(numbered)} groups of columns numbered 1 to 25: is it the child's own form"
        return _items(_in_order(numbered[0]), Sure.GUESS if len(numbered) > 1 else Sure.SURE, why)
    runs = _runs(profiles)
    if not runs:
        return None
    why = "25 columns side by side with the codes of items: compare their order with the form"
    if len(runs) > 1:
        why = f"the first of {len(runs)} such runs of 25 columns: is it the child's own form"
    return _items(_in_order(runs[0]), Sure.GUESS if len(runs) > 1 else Sure.LIKELY, why)


def _items(columns: dict[str, Profile], sure: Sure, why: str) -> Items:
    proposal = codes_of(list(columns.values()))
    if proposal is None:
        shown = {code for column in columns.values() for code in column.shown}
        proposal = Proposal(unsaid=tuple(sorted(shown, key=in_order)), sure=Sure.GUESS)
    return Items(columns, proposal, min(sure, proposal.sure), why)


def _by_name(profiles: Sequence[Profile]) -> dict[str, Profile]:
    """Columns called as the items are; the official programs put an s (self-report) before the name."""
    found: dict[str, Profile] = {}
    for profile in profiles:
        name = name_of(profile.header)
        for item in ITEMS:
            short = item.removeprefix("sdq_")
            if name in (item, short, f"s{short}", f"sdq_s{short}") and item not in found:
                found[item] = profile
    return found if len(found) >= 20 else {}


def _in_order(columns: Sequence[Profile]) -> dict[str, Profile]:
    return dict(zip(ITEMS, columns, strict=True))


def _numbered(profiles: Sequence[Profile]) -> list[list[Profile]]:
    """Columns called by one name and the numbers 1 to 25, those called SDQ first.

    After SDQ's own more numbers may follow (its impact questions); others have to stand side by side, and to be items
    by their codes.
    """
    groups: dict[str, dict[int, Profile]] = {}
    for profile in profiles:
        if found := _NUMBERED.fullmatch(name_of(profile.header)):
            groups.setdefault(found[1], {}).setdefault(int(found[2]), profile)
    of_sdq, others = [], []
    for name, numbers in groups.items():
        columns = [numbers[number] for number in range(1, 26) if number in numbers]
        if len(columns) < 25:
            continue
        if "sdq" in name:
            of_sdq.append(columns)
        elif len(numbers) == 25 and columns[24].place - columns[0].place == 24 and codes_of(columns):
            others.append(columns)
    return of_sdq or others


def _runs(profiles: Sequence[Profile]) -> list[list[Profile]]:
    """Exactly 25 columns side by side, of one question or with the codes of items; a longer run tells nothing."""

    def kind(profile: Profile) -> tuple[str, ...]:
        # 1 and 2 alone would fit a question of yes and no: the column before or after may be one
        values = [code for code in profile.frequent if code not in profile.declared_missing]
        values = [code for code in values if code not in missing_suspects(values) and not missing_reason(code)]
        return tuple(sorted(values)) if profile.is_coded and len(values) == 3 else ()

    by_question = [list(g) for _, g in itertools.groupby(profiles, lambda p: question_number(p.header))]
    by_codes = [list(g) for _, g in itertools.groupby(profiles, kind)]
    found: dict[int, list[Profile]] = {}
    for run in (*by_question, *by_codes):
        if len(run) == 25 and codes_of(run):
            found.setdefault(run[0].place, run)
    return list(found.values())
