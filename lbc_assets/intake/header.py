"""A file's header against its codebook: which column is which variable, and every reason why that cannot be said.

Belongs here: the header. Does not belong here: references (``columns.py``), rows (``reading.py``). A header may be the
wording of a question, or answers where it is missing: columns are named by number or variable, never by what stands in
the header.
"""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lbc_assets.intake.codebook import Codebook
from lbc_assets.intake.columns import find
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject
from lbc_assets.settings import Limits

COLUMNS_NAMED = 20


@dataclass(frozen=True)
class Columns:
    """Positions (from 0) of the variables that the file carries, and of the column that selects rows."""

    number: int
    variables: dict[str, int]
    selecting: int | None


@dataclass(frozen=True)
class Comparison:
    """A header beside a codebook: what was found, what was not, and why the file would be rejected for it.

    ``absent``: variables of the codebook, optional ones too; ``dropped`` and ``unknown``: positions (from 0).
    """

    columns: Columns
    absent: tuple[str, ...]
    dropped: tuple[int, ...]
    unknown: tuple[int, ...]
    reasons: tuple[Reason, ...]


def read_header(text: Path, separator: str, name: str, limits: Limits) -> list[str]:
    """The first line's cells. Raises DeliveryRejected."""
    with text.open(encoding="utf-8", newline="") as stream:
        first = stream.readline(limits.columns * limits.cell_characters).removesuffix("\n")
    header: list[str] | None = None
    if not first.strip():
        raise reject(ReasonCode.EMPTY_FILE, name, "Export the file again, with its header.")
    with contextlib.suppress(csv.Error):  # a quote that is not closed
        header = next(csv.reader([first], delimiter=separator, strict=True))
    if header is None or max(map(len, header)) > limits.cell_characters:  # longer than any column's name: no header
        raise reject(ReasonCode.ROWS_NOT_READABLE, f"{name}, line 1", "Export the file again, with its header.")
    if len(header) > limits.columns:
        raise reject(
            ReasonCode.TOO_MANY_COLUMNS,
            f"{name}: {len(header)} columns, at most {limits.columns}",
            "Export the columns that the codebook names.",
        )
    return header


def _numbers(places: Iterable[int]) -> str:
    numbers = [str(place + 1) for place in places]
    return ", ".join(numbers[:COLUMNS_NAMED]) + (" ..." if len(numbers) > COLUMNS_NAMED else "")


def faults_of(header: list[str], name: str) -> list[Reason]:
    """What is wrong with a header whatever the codebook says."""
    reasons = []
    if blank := [place for place, cell in enumerate(header) if not cell.strip()]:
        where = f"{name}, columns number {_numbers(blank)}"
        reasons.append(Reason(ReasonCode.HEADER_BLANK, where, "Name the column, or remove it."))
    counted = Counter(header)
    if twice := [place for place, cell in enumerate(header) if counted[cell] > 1 and cell.strip()]:
        where = f"{name}, columns number {_numbers(twice)}"
        reasons.append(Reason(ReasonCode.DUPLICATE_HEADER, where, "Rename one."))
    return reasons


def match_columns(header: list[str], name: str, codebook: Codebook) -> Columns:
    """Find every variable's column. Raises DeliveryRejected with all reasons at once."""
    found = compare_columns(header, name, codebook)
    if found.reasons:
        raise DeliveryRejected(found.reasons)
    return found.columns


def compare_columns(header: list[str], name: str, codebook: Codebook) -> Comparison:
    """Find every variable's column, and all reasons why not."""
    reasons = faults_of(header, name)
    named: set[int] = set()  # by the codebook, be it twice: such a column is not unknown as well

    def add(code: ReasonCode, place: str, remedy: str) -> None:
        reasons.append(Reason(code, f"{name}, {place}", remedy))

    def place_of(reference: str, what: str) -> int | None:
        places = find(reference, header)
        named.update(places)
        if len(places) > 1 and not reasons:
            remedy = "Name it by position (@12) or as the n-th of its number (#7.3)."
            add(ReasonCode.COLUMN_AMBIGUOUS, f"{what}: columns number {_numbers(places)}", remedy)
        return places[0] if places else None

    variables: dict[str, int] = {}
    for variable, mapping in codebook.variables.items():
        found = [p for r in (mapping.column, *mapping.aliases) if (p := place_of(r, variable)) is not None]
        if len(set(found)) > 1:
            remedy = "The column and its alias are both there: remove one of them."
            add(ReasonCode.COLUMN_AMBIGUOUS, f"{variable}: columns number {_numbers(sorted(set(found)))}", remedy)
        if found:
            variables[variable] = found[0]
        elif not mapping.optional:
            remedy = "Deliver the column; or correct the codebook, or call the variable 'optional' there."
            add(ReasonCode.COLUMN_ABSENT, variable, remedy)
    selecting = place_of(codebook.rows.column, "rows") if codebook.rows else None
    if codebook.rows and selecting is None:
        add(ReasonCode.COLUMN_ABSENT, "rows", "Deliver the column by which the codebook selects rows.")
    dropped = {p for r in (*codebook.identifiers, *codebook.ignored) for p in find(r, header)}
    shared = Counter([*variables.values(), *([selecting] if selecting is not None else [])])
    if several := [place for place, times in shared.items() if times > 1 or place in dropped]:
        remedy = "The codebook takes the column for two things: name each by position (@12)."
        add(ReasonCode.COLUMN_AMBIGUOUS, f"columns number {_numbers(sorted(several))}", remedy)
    if unknown := [p for p in range(len(header)) if p not in named | dropped and header[p].strip()]:
        remedy = "Map it in the codebook, or list it there under 'ignored' or 'identifiers'."
        add(ReasonCode.COLUMN_UNKNOWN, f"column number {_numbers(unknown)}", remedy)
    return Comparison(
        Columns(len(header), variables, selecting),
        tuple(variable for variable in codebook.variables if variable not in variables),
        tuple(sorted(dropped)),
        tuple(unknown),
        tuple(reasons),
    )
