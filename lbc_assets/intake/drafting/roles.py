"""What each column of a file probably is: a variable, an identifier, the platform's own, or open.

Belongs here: deciding between matches. Does not belong here: words (``words.py``), codes (``codes.py``), the items
(``items.py``). An identifier is recognised before a variable: what is dropped by mistake can be read again.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lbc_assets.intake.drafting import words
from lbc_assets.intake.drafting.answers import value_of
from lbc_assets.intake.drafting.codes import Proposal, Sure, propose
from lbc_assets.intake.drafting.items import ITEMS, Items, find_items
from lbc_assets.intake.drafting.profile import Profile
from lbc_assets.intake.questionnaire import ID, Variable, questionnaire

# a variable that the values alone give away, where no header does
BY_VALUES = ("sex", "province", "county")
CLOSE = 0.86
IDENTIFYING = {
    "mobile": "telephone numbers",
    "mail": "e-mail addresses",
    "address_ip": "IP addresses",
    "id_card": "identity card numbers",
    "coordinates": "coordinates",
    "han_name": "names",
    "latin_name": "names",
}


@dataclass(frozen=True)
class Role:
    """What a column is, how sure that is, and how it was told (in our words, never in the file's)."""

    kind: Literal["variable", "identifier", "technical", "rows", "open"]
    sure: Sure = Sure.GUESS
    why: str = ""
    variable: str = ""
    is_ticked: bool = False


def assign(profiles: Sequence[Profile]) -> tuple[dict[int, Role], Items | None]:
    """The role of each column, by place, and the SDQ's items."""
    items = find_items(profiles)
    roles = {p.place: Role("variable", items.sure, items.why, i) for i, p in items.columns.items()} if items else {}
    groups = {found[0] for p in profiles if (found := words.group_and_option(p.header)) and "/" in p.header}
    for profile in profiles:
        if profile.place not in roles:
            roles[profile.place] = _role(profile, groups)
    _choose_id(profiles, roles)
    taken: dict[str, Profile] = {}
    for profile in sorted(profiles, key=lambda p: (-roles[p.place].sure, p.place)):
        role = roles[profile.place]
        if role.kind != "variable":
            continue
        if role.variable in taken:
            other = taken[role.variable].reference
            roles[profile.place] = Role("open", why=f"{role.variable} too? {other} seemed nearer to it")
        else:
            taken[role.variable] = profile
    return roles, items


def _role(profile: Profile, groups: set[str]) -> Role:
    name = words.name_of(profile.header)
    if name == words.EVENT:
        return Role("rows", Sure.SURE, "REDCap's events")
    if name in questionnaire() and name not in ITEMS:
        return _variable(profile, name, Sure.SURE, "by its name")
    if words.is_identifier(name):
        return Role("identifier", Sure.SURE, "by its header")
    shape = next((s for s in IDENTIFYING if profile.shapes.get(s, 0) >= 0.5 and _tells_apart(s, profile)), None)
    if shape:
        return Role("identifier", Sure.LIKELY, f"its values look like {IDENTIFYING[shape]}")
    if words.is_technical(name) or profile.shapes.get("uuid", 0) > 0.5:
        return Role("technical", Sure.SURE, "the platform's own")
    if profile.shapes.get("moment", 0) > 0.5:
        return Role("technical", Sure.LIKELY, "times of day")
    if name in groups:
        return Role("technical", Sure.LIKELY, "the same answers stand in the columns of its options")
    return _by_words(profile, name) or _by_values(profile) or Role("open")


def _tells_apart(shape: str, profile: Profile) -> bool:
    """Names, to be taken for such without a header, have to be many: a few are categories."""
    return not shape.endswith("_name") or (profile.distinct >= 4 and profile.distinct >= 0.4 * profile.given)


def _variable(profile: Profile, name: str, sure: Sure, why: str, *, is_ticked: bool = False) -> Role:
    proposal = propose(questionnaire()[name], profile, is_ticked=is_ticked)
    return Role("variable", min(sure, proposal.sure), why, name, is_ticked)


def _by_words(profile: Profile, name: str) -> Role | None:
    split = words.group_and_option(profile.header)
    if split and split[0] in words.LIVING:
        for variable, options in words.LIVING_OPTIONS.items():
            if split[1] in options.split():
                return _variable(profile, variable, Sure.LIKELY, "by question and option", is_ticked=True)
    known = {word: v for v, group in words.VARIABLES.items() for word in group.split()}
    if name in known:
        return _variable(profile, known[name], Sure.LIKELY, "by its header", is_ticked=split is not None)
    if split and "___" in profile.header:
        of = f"; one of {', '.join(words.LIVING_OPTIONS)}?" if split[0] in words.LIVING else ""
        return Role("open", why=f"REDCap checkbox: 1 ticked, 0 not ticked (a question not answered has 0 too){of}")
    close = difflib.get_close_matches(name, [*(n for n in questionnaire() if n not in ITEMS), *known], 1, CLOSE)
    if close and name.isascii() and len(name) >= 5:
        return _variable(profile, known.get(close[0], close[0]), Sure.GUESS, "by a header of nearly that name")
    # a short Chinese header that has the word in it; a long one is a question, in which it may stand for anything
    contained = [w for w in known if not w.isascii() and len(w) >= 2 and w in name]
    if contained and len(name) <= 12:
        variable = known[max(contained, key=len)]
        return _variable(profile, variable, Sure.GUESS, "by a word in its header", is_ticked=split is not None)
    return None


def _by_values(profile: Profile) -> Role | None:
    for name in BY_VALUES:
        variable = questionnaire()[name]
        values = {value_of(variable, profile.labels.get(code, code)) for code in profile.frequent}
        letters = all(len(code) == 1 and code.isascii() for code in profile.frequent) and not profile.labels
        if profile.is_coded and len(values - {None}) >= 2 and None not in values:
            return _variable(profile, name, Sure.GUESS if letters else Sure.LIKELY, "by its values")
    return None


def _choose_id(profiles: Sequence[Profile], roles: dict[int, Role]) -> None:
    """One column is the questionnaire's id: by its name, or because no two rows have the same."""
    open_ = [p for p in profiles if roles[p.place].kind in ("open", "technical") and p.given]
    has_events = any(role.kind == "rows" for role in roles.values())
    named = [p for word in words.IDS for p in open_ if words.name_of(p.header) == word]
    chosen = next(iter(named), None)
    if chosen:
        is_first = words.name_of(chosen.header) in words.IDS[: words.IDS.index("qid") + 1]
        is_unique = chosen.distinct == chosen.rows
        sure = Sure.SURE if is_first and (is_unique or has_events) else Sure.LIKELY if is_unique else Sure.GUESS
        why = "by its header" if is_unique or has_events else f"by its header, but {chosen.distinct:,} distinct ids"
        roles[chosen.place] = Role("variable", sure, why, ID)
        for other in named[1:]:
            roles.setdefault(other.place, Role("open"))
            if roles[other.place].kind == "open":
                roles[other.place] = Role("open", why="another id: 'identifiers' if it leads to a child")
        return
    unique = [p for p in open_ if roles[p.place].kind == "open" and p.distinct == p.rows >= 10]
    if unique:
        roles[unique[0].place] = Role("variable", Sure.GUESS, "no two rows have the same", ID)


def proposal_of(role: Role, profile: Profile, items: Items | None) -> Proposal:
    """The codes of a column that is a variable."""
    if items and role.variable in ITEMS:
        return items.proposal
    variable: Variable | None = questionnaire().get(role.variable)
    return propose(variable, profile, is_ticked=role.is_ticked) if variable else Proposal()
