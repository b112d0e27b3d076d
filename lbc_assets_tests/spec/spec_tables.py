"""Reading the specifications: Markdown tables, left of an arrow what is given, right of it what is expected.

Belongs here: the notation (README.md of this folder). Does not belong here: what is done with a table
(`spec_run`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_GIVEN = re.compile(r"^Given `(\w+)`(?:, expect `(\w+)`)?:$")
_RANGE = re.compile(r"^(\d+)-(\d+)$")


@dataclass(frozen=True)
class SpecTable:
    """One table: rows of what is given (column -> answer) and of what is expected (column -> value)."""

    name: str
    given: str
    expect: str
    codebook: tuple[dict[str, str | None], ...] | None
    rows: tuple[tuple[dict[str, str | None], dict[str, str]], ...]


def answer(cell: str) -> str | None:
    """A cell left of the arrow as raw text: None for an absent column, '' for a missing answer."""
    if cell in ("missing", "blank"):
        return ""
    if cell == "absent":
        return None
    return cell[1:-1] if cell.startswith('"') and cell.endswith('"') else cell


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _expanded(given: dict[str, str]) -> list[dict[str, str]]:
    for column, cell in given.items():
        if column.endswith("_score") and (limits := _RANGE.match(cell)):
            low, high = map(int, limits.groups())
            return [given | {column: str(score)} for score in range(low, high + 1)]
    return [given]


def _rows(header: list[str], lines: list[list[str]], where: str) -> list[tuple[dict[str, str | None], dict[str, str]]]:
    arrow = header.index("->")
    rows: list[tuple[dict[str, str | None], dict[str, str]]] = []
    for cells in lines:
        if len(cells) != len(header) or cells[arrow] != "->":
            raise ValueError(f"{where}: a row does not fit its header: {cells}")
        given = dict(zip(header[:arrow], cells[:arrow], strict=True))
        expected = dict(zip(header[arrow + 1 :], cells[arrow + 1 :], strict=True))
        rows += [({name: answer(cell) for name, cell in one.items()}, expected) for one in _expanded(given)]
    return rows


def read_spec(path: Path) -> list[SpecTable]:
    """The tables of one file, in order; a codebook holds for the tables below it. Raises ValueError."""
    tables: list[SpecTable] = []
    codebook: tuple[dict[str, str | None], ...] | None = None
    heading, announced = path.stem, None
    lines = path.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif match := _GIVEN.match(line):
            announced = match.groups()
        elif line.startswith("|"):
            end = next((n for n in range(at, len(lines)) if not lines[n].startswith("|")), len(lines))
            header, _rule, *body = [_cells(row) for row in lines[at:end]]
            where = f"{path.name}, line {at + 1}"
            if announced is None:
                raise ValueError(f"{where}: no line 'Given ...' above the table")
            given, expect = announced
            if expect is None:
                codebook = tuple(
                    {name: answer(cell) for name, cell in zip(header, row, strict=True)}
                    | {"status": "missing" if row[-1] == "missing" else "value"}
                    for row in body
                )
            else:
                name = f"{path.stem}: {heading} (line {at + 1})"
                tables.append(SpecTable(name, given, expect, codebook, tuple(_rows(header, body, where))))
            at, announced = end - 1, None
        at += 1
    return tables


def all_specs() -> list[SpecTable]:
    """Every table of every specification in this folder."""
    return [table for path in sorted(FOLDER.glob("*.md")) if path.stem != "README" for table in read_spec(path)]
