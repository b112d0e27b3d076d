"""The codebooks side by side: of each canonical field, how each wave asked for it.

Belongs here: what of a codebook may be shown. Does not belong here: reading codebooks (``facts.py``), marks
(templates). What a file calls the codes of an SDQ item is the wording of the instrument, which never ships: such
codes are counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lbc_assets.catalogue.facts import Asked, WaveFacts
from lbc_assets.intake.questionnaire import questionnaire

_ITEM = "sdq_"
# a number or one letter: an answer in words is wording
_BARE = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]+)?|[A-Za-z]|")
_HASH = re.compile(r"sha256:([0-9a-f]{12})[0-9a-f]+")
MISSING = "missing"


@dataclass(frozen=True)
class Meaning:
    """A canonical value, and the codes of a wave that mean it. ``hidden``: how many more that are in words."""

    value: str
    codes: tuple[str, ...]
    hidden: int = 0


@dataclass(frozen=True)
class AskedBy:
    """How one wave asks for a field: None where its codebook is not known; an empty column where it does not ask."""

    wave: str
    column: str | None
    meanings: tuple[Meaning, ...] = ()


def asked_by_wave(waves: Sequence[WaveFacts]) -> Mapping[str, tuple[AskedBy, ...]]:
    """Of every field of the questionnaire, each wave."""
    real = [wave for wave in waves if not wave.is_between]
    return {field: tuple(_asked(field, wave) for wave in real) for field in questionnaire()}


def _asked(field: str, wave: WaveFacts) -> AskedBy:
    if wave.codebook is None:
        return AskedBy(wave.wave, None)
    found = wave.codebook.get(field)
    if found is None:
        return AskedBy(wave.wave, "")
    return AskedBy(wave.wave, _HASH.sub("sha256:\\1\N{HORIZONTAL ELLIPSIS}", found.column), _meanings(field, found))


def _meanings(field: str, asked: Asked) -> tuple[Meaning, ...]:
    by_value: dict[str, list[str]] = {}
    for code in asked.codes:
        by_value.setdefault(MISSING if code.value is None else code.value, []).append(code.code)
    order = (*questionnaire()[field].allowed, MISSING)
    meanings = []
    for value in sorted(by_value, key=lambda one: order.index(one) if one in order else len(order)):
        shown = [code for code in by_value[value] if not field.startswith(_ITEM) or _BARE.fullmatch(code)]
        named = tuple(code if code else "blank" for code in shown)
        meanings.append(Meaning(value, named, len(by_value[value]) - len(shown)))
    return tuple(meanings)
