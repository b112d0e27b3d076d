"""One bad delivery: how it is spoilt, and what has to come of it.

Belongs here: the shape of a case, and the few ways of spoiling that several categories share. Does not belong here:
the cases (``corpus_<category>.py``), sending them and looking at what came of it (``corpus_run.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from parcel import Parcel

# Every case has the first in an answer, the second in a column of names that the codebook calls an identifier.
ANSWER, IDENTIFIER = "Kanarienvogel 73310042", "Gimpel 55120917"
NAMES = "pupil"
CHILDREN = 6
REJECTED, HELD, QUARANTINED = "rejected", "held", "quarantined"
WARNED, ACCEPTED = "accepted with warnings", "accepted"
# Not answered yet, and the terminal says why.
LEFT = "left in the inbox"

Spoil = Callable[[Parcel], object]
Rows = dict[str, int]


def nothing(_: Parcel) -> None:
    """Spoils nothing."""


@dataclass(frozen=True)
class Case:
    """One bad delivery. ``spoil`` changes the parcel, ``put`` the folder once it is written.

    ``then``: what happens in the inbox before each further look. ``places``: texts that the reasons' places hold;
    ``told``: texts in what is said of things left in the inbox. ``rows``: fates of the rows that are not published.
    ``kept``: names that stay in the folder of the inbox (None: it is given back whole, or left as it was).
    """

    name: str
    category: str
    spoil: Spoil = nothing
    state: str = REJECTED
    reasons: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    rows: Rows = field(default_factory=dict)
    children: int = CHILDREN
    put: Spoil = nothing
    then: tuple[Spoil, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    kept: frozenset[str] | None = None

    @property
    def published(self) -> int:
        """Rows that are published."""
        return self.children - sum(self.rows.values())


def rejected(name: str, category: str, spoil: Spoil, reasons: str | set[str], *places: str, **more: Any) -> Case:
    """A delivery of which nothing is taken in."""
    codes = frozenset([reasons] if isinstance(reasons, str) else reasons)
    return Case(name, category, spoil, REJECTED, codes, places, **more)


def held_back(name: str, category: str, spoil: Spoil, reasons: str | set[str], rows: Rows, **more: Any) -> Case:
    """A delivery with rows that are held back, for these reasons."""
    codes = frozenset([reasons] if isinstance(reasons, str) else reasons)
    return Case(name, category, spoil, QUARANTINED, codes, rows=rows, **more)


def accepted(name: str, category: str, spoil: Spoil = nothing, **more: Any) -> Case:
    """A delivery that looks bad and is none."""
    return Case(name, category, spoil, **{"state": ACCEPTED, **more})


def left(name: str, category: str, spoil: Spoil, *told: str, **more: Any) -> Case:
    """Something in the inbox that is no whole delivery (yet): it stays there, and why is said."""
    return Case(name, category, spoil, LEFT, told=told, **more)


def content(change: Callable[[bytes], bytes]) -> Spoil:
    """Changes the bytes of the file."""

    def spoil(parcel: Parcel) -> None:
        parcel.content = change(parcel.csv())

    return spoil


def file(**said: Any) -> Spoil:
    """Changes what the manifest says of the file, not the file."""

    def spoil(parcel: Parcel) -> None:
        parcel.content = parcel.csv()
        parcel.file.update(said)

    return spoil


def manifest(**said: Any) -> Spoil:
    """Changes what the manifest says."""
    return lambda parcel: parcel.manifest.update(said)


def cell(row: int, variable: str, text: str) -> Spoil:
    """Changes one answer (rows from 0)."""
    return lambda parcel: parcel.rows[row].__setitem__(parcel.column(variable), text)


def both(*spoils: Spoil) -> Spoil:
    """One after the other."""

    def spoil(parcel: Parcel) -> None:
        for one in spoils:
            one(parcel)

    return spoil


def column(name: str, text: str = "1") -> Spoil:
    """A further column, with the same text in every row."""

    def spoil(parcel: Parcel) -> None:
        parcel.header.append(name)
        for row in parcel.rows:
            row.append(text)

    return spoil


def second_file(name: str, rows: Callable[[Parcel], list[list[str]]] | None = None, **said: Any) -> Spoil:
    """A further file of the delivery, with these rows or none (``said``: what the manifest says of it)."""

    def spoil(parcel: Parcel) -> None:
        parcel.manifest["files"].append({"path": name, "form": "child-questionnaire", **said})
        first = parcel.rows
        parcel.rows = rows(parcel) if rows else []
        parcel.more[name] = parcel.csv()
        parcel.rows = first

    return spoil


def corrections(text: str) -> Spoil:
    """A list of corrections goes with the delivery (without ``text``'s header, if it has none)."""

    def spoil(parcel: Parcel) -> None:
        parcel.manifest["corrections"] = {"path": "corrections.csv", "version": "1", "reviewed_by": "a steward"}
        header = "" if text.startswith("id,") else "id,field,old,new,who,why\n"
        ids = {f"ID{number}": row[0] for number, row in enumerate(parcel.rows)}
        parcel.more["corrections.csv"] = (header + text.format(**ids)).encode()

    return spoil
