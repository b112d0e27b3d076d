"""Files to be read, made as small as their fault allows, and reading them in this process (``child.read``).

Belongs here: making and reading. Does not belong here: what is expected; processes (``test_formats_process.py``),
fixtures (``conftest.py``).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from lbc_assets.intake.formats import child
from lbc_assets.intake.formats.faults import Fault, reason_of
from lbc_assets.intake.formats.text import Bounds, Reading
from lbc_assets.intake.rejection import ReasonCode

# stands in cells, headers, labels and sheet names of files that are refused, and never in what is said of them
CANARY = "canary7f3a"
BOUNDS = Bounds(rows=1_000, columns=50, cell_characters=200, unpacked_bytes=8 << 20, unpacked_ratio=50)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>sex</v></c></row>'


class Reader:
    """Reads into ``target`` within this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "out.csv"

    def __call__(
        self, source: Path, *, sheet: str | None = None, encoding: str | None = None, bounds: Bounds = BOUNDS
    ) -> Reading:
        return child.read(source.suffix[1:], source, self.target, bounds, sheet, encoding)

    def rows(self, source: Path, **options: Any) -> list[list[str]]:
        """The CSV as a strict reader sees it, header first."""
        reading = self(source, **options)
        with self.target.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
        assert reading.rows == len(rows) - 1
        assert self.target.read_bytes().count(b"\n") == len(rows)
        assert b"\r" not in self.target.read_bytes()
        return rows

    def refused(self, source: Path, **options: Any) -> tuple[ReasonCode, str]:
        """The reason and its place, none of which quotes the file."""
        with pytest.raises(Fault) as caught:
            self(source, **options)
        reason = reason_of(caught.value, "answers")
        assert CANARY not in str(reason)
        assert CANARY not in str(caught.value.__cause__)
        return reason.code, reason.place


def relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
        "</Relationships>"
    )
