"""The draft as YAML: what was recognised as entries, what is open as comments that say what to do.

Belongs here: the text. Does not belong here: recognising (``roles.py``, ``codes.py``). Nothing of the file goes in but
plain column names and codes that may be shown, and both quoted: a header could be anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap

import yaml

from lbc_assets.intake.drafting.codes import Proposal, Sure
from lbc_assets.intake.drafting.items import ITEMS, Items
from lbc_assets.intake.drafting.profile import Profile
from lbc_assets.intake.drafting.roles import Role, proposal_of
from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.shown_codes import SHOWN_LEAST

WORDS = {Sure.SURE: "sure", Sure.LIKELY: "likely", Sure.GUESS: "guess: check"}
OPEN = "OPEN"
CONSENTS = ("consent_child", "consent_carer")
WIDTH = 116


def scalar(text: str) -> str:
    """A text as a YAML scalar that stays this text in every reader of YAML."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) and yaml.safe_load(text) == text:
        return text
    return "'" + text.replace("'", "''") + "'"


def _codes(codes: dict[str, str]) -> str:
    # codes always in quotes, as in the books' examples: they are text
    return "{" + ", ".join(f"'{code.replace(chr(39), chr(39) * 2)}': {scalar(v)}" for code, v in codes.items()) + "}"


def _comment(text: str, indent: str = "") -> list[str]:
    return [f"{indent}# {line}" for line in wrap(text, WIDTH - len(indent), break_on_hyphens=False)]


def lay_out(
    profiles: Sequence[Profile], roles: dict[int, Role], items: Items | None, head: Sequence[str]
) -> tuple[str, int]:
    """The draft, and how many places in it are open."""
    by_variable = {roles[p.place].variable: p for p in profiles if roles[p.place].kind == "variable"}
    lines = ["variables:"]
    for name in (ID, *questionnaire()):
        if name in by_variable:
            profile = by_variable[name]
            lines += _entry(name, profile, roles[profile.place], proposal_of(roles[profile.place], profile, items))
        elif name == ID or questionnaire()[name].required:
            lines += _required(name)
    if not any(name in by_variable for name in CONSENTS):
        lines += _comment(
            "NOTE: no column of consent was recognised. A codebook without consent_child and consent_carer says that "
            "this wave did not ask for consent: every row is read.",
            "  ",
        )
    lines += _absent([name for name in questionnaire() if name not in by_variable and name not in ITEMS])
    lines += _rows(profiles, roles)
    for key, kind in (("identifiers", "identifier"), ("ignored", "technical")):
        lines += _dropped(key, kind, profiles, roles)
    number = sum(f"# {OPEN} " in line for line in lines)
    top = [f"Open places: {number} (look for {OPEN}). Then: lbc codebook check FILE CODEBOOK"]
    return "\n".join([*(line for text in (*head, *top) for line in _comment(text)), *_title(), *lines, ""]), number


def _title() -> list[str]:
    return ["codebook: draft  # a name of your own", "version: '1'"]


def _entry(name: str, profile: Profile, role: Role, proposal: Proposal) -> list[str]:
    variable = questionnaire().get(name)
    lines = [f"  {name}:  # {WORDS[role.sure]}: {role.why}", f"    column: {scalar(profile.reference)}"]
    if variable is not None and variable.kind != "text":
        seen = profile.in_words() if variable.kind == "coded" else f"numbers; {profile.blank:,} blank"
        lines += [line for note in (seen, *proposal.notes) for line in _comment(note, "    ")]
    if variable is not None and variable.kind == "coded":
        allowed = ", ".join(variable.allowed)
        if proposal.unsaid:
            unsaid = ", ".join(map(repr, proposal.unsaid))
            lines += _comment(
                f"{OPEN} say what {unsaid} mean: each is one of {allowed}, or stands in 'missing'", "    "
            )
        elif not proposal.codes:
            lines += _comment(
                f"{OPEN} write each code, or answer as it stands in the file, with one of {allowed}", "    "
            )
        lines.append(f"    codes: {_codes(proposal.codes)}")
    if proposal.missing:
        lines.append(f"    missing: {_codes(proposal.missing)}")
    if proposal.blank is not None:
        lines.append(f"    blank: {scalar(proposal.blank)}")
    return lines


def _required(name: str) -> list[str]:
    text = f"{OPEN} {name} is required, and no column was recognised: take the '# ' away and fill it in"
    lines = [*_comment(text, "  "), f"  # {name}:", "  #   column: ..."]
    if name != ID:
        codes = ", ".join(f"'...': {scalar(value)}" for value in questionnaire()[name].allowed)
        lines += [f"  #   codes: {{{codes}}}", "  #   missing: {'...': no_answer}"]
    return lines


def _absent(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    said = []
    for name in names:
        variable = questionnaire()[name]
        if not variable.required:
            said.append(f"{name} ({', '.join(variable.allowed) or variable.kind})")
    text = "Variables that no column was recognised for. Those that the wave did not ask for are left out: "
    return _comment(text + "; ".join(said) + ".", "  ") if said else []


def _rows(profiles: Sequence[Profile], roles: dict[int, Role]) -> list[str]:
    events = [p for p in profiles if roles[p.place].kind == "rows"]
    if not events:
        return []
    column, values = events[0], events[0].frequent
    # events are named by the project's designer, not by children
    lines = [
        f"rows:  # sure: {roles[column.place].why}; rows of other events are counted, not read",
        f"  column: {scalar(column.reference)}",
    ]
    if len(values) == 1:
        return [*lines, f"  values: [{scalar(next(iter(values)))}]"]
    listed = ", ".join(f"{scalar(v)} ({n:,} rows)" for v, n in values.items() if v.isprintable() and len(v) <= 60)
    return [*lines, *_comment(f"{OPEN} name the event (or events) of this wave: {listed}", "  "), "  values: []"]


def _dropped(key: str, kind: str, profiles: Sequence[Profile], roles: dict[int, Role]) -> list[str]:
    listed = [
        f"  - {scalar(p.reference)}  # {WORDS[roles[p.place].sure]}: {roles[p.place].why}"
        for p in profiles
        if roles[p.place].kind == kind
    ]
    open_ = [p for p in profiles if roles[p.place].kind == "open"] if key == "ignored" else []
    for profile in open_:
        why = f"; {roles[profile.place].why}" if roles[profile.place].why else ""
        listed.append(f"  # - {scalar(profile.reference)}  # {OPEN} {profile.in_words()}{why}")
    said = {
        "identifiers": "what tells who a child is: dropped at the door",
        "ignored": "what the study does not read: dropped at the door",
    }[key]
    if open_:
        said += ". Map an open column above, or list it under identifiers, or take the first '# ' of its line away"
    return [*_comment(said), f"{key}:", *listed]


HIDDEN = (
    f"Shown are codes that at least {SHOWN_LEAST} rows have; words, names, dates and rare answers are only counted."
)
