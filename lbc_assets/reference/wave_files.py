"""A delivery on disk: `wave.yaml`, `codebook.yaml` and one CSV a province.

Here: writing rows as bytes, counting and hashing them on the way, and the manifest. Not here: what the rows
say. Line ends are \\n everywhere, so that equal answers give equal bytes.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from lbc_assets.reference.questionnaire import COLUMNS, codebook
from lbc_assets.reference.schools import PREFIX, PROVINCES, SCHOOLS

NOTE = """\
# SYNTHETIC: no child gave these answers. Made by the seeded generator in lbc_assets/reference.
# The paper says early 2015 (Zhejiang) and late 2015 (Guizhou): the days below are invented, and so are
# schools, townships, eligible, present and refused, approval, custodian and retention date.
"""
CODEBOOK_NOTE = "# SYNTHETIC reference wave. Headers are invented; questionnaire wording is not shipped.\n"


@dataclass(frozen=True)
class WaveSummary:
    """What was written. `files` maps file name to rows; `dirt` maps each kind of dirt to questionnaires that
    have it.

    `excluded` maps exclusion reason to children whose first reason it is, `value_issues` maps reason code to
    answers that staging should list; both are None unless the wave is dirty.
    """

    wave: str
    directory: Path
    children: int
    files: Mapping[str, int]
    dirt: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, int] | None = None
    value_issues: Mapping[str, int] | None = None


class ProvinceFile:
    """One CSV being written: rows are added in pieces, so that a wave of any size needs little memory."""

    def __init__(self, directory: Path, province: str) -> None:
        """Open `<province>.csv` and write the header."""
        self.province = province
        self.path = directory / f"{province}.csv"
        self.rows = 0
        self._hash = hashlib.sha256()
        self._file: BinaryIO = self.path.open("wb")
        self._write(",".join(COLUMNS) + "\n")

    def _write(self, text: str) -> None:
        data = text.encode("utf-8")
        self._hash.update(data)
        self._file.write(data)

    def add(self, rests: Iterable[str]) -> None:
        """Append rows given without their id; ids are numbered in file order, so they are unique."""
        lines = []
        for rest in rests:
            self.rows += 1
            lines.append(f"SYN-{PREFIX[self.province]}-{self.rows:07d},{rest}\n")
        self._write("".join(lines))

    def close(self) -> dict[str, Any]:
        """Close and return the file's entry in the manifest."""
        self._file.close()
        return {
            "path": self.path.name,
            "encoding": "utf-8",
            "delimiter": ",",
            "form": "child-questionnaire",
            "rows": self.rows,
            "sha256": self._hash.hexdigest(),
        }


class _PlainDumper(yaml.SafeDumper):
    """Writes every value out: anchors and aliases are no help to a reader."""

    def ignore_aliases(self, data: Any) -> bool:
        """True for everything."""
        return True


def _dump(value: Any) -> str:
    text: str = yaml.dump(
        value, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=None
    )
    return text


def _school_entries(per_school: Counter[str]) -> list[dict[str, Any]]:
    """Eligible, present and refused by school: invented, from the questionnaires that came in."""
    entries = []
    for place, school in enumerate(SCHOOLS):
        received = per_school[school.code]
        refused, absent = (received * (1 + place % 4) // 100, received * (2 + place % 3) // 100)
        present = received + refused
        entries.append({"school": school.code, "eligible": present + absent, "present": present, "refused": refused})
    return entries


def write_manifest(
    directory: Path,
    wave: str,
    title: str,
    files: list[dict[str, Any]],
    per_school: Counter[str],
    calibrated_to: str | None = None,
) -> None:
    """Write `codebook.yaml` and, last, `wave.yaml` (see NOTE for what in it is invented).

    `calibrated_to` names the paper whose printed numbers the children were fitted to; the codebook of such a wave knows
    the words of its typed answers beside the codes.
    """
    fitted = {} if calibrated_to is None else {"calibrated_to": calibrated_to}
    manifest = {
        "wave": wave,
        "title": title,
        "synthetic": True,
        **fitted,
        "codebook": "codebook.yaml",
        "files": files,
        "survey_dates": {"first": "2015-03-01", "last": "2015-12-20"},
        "sampling_frame": {
            "id": "lbc-2015",
            "description": "Two schools in each of 20 townships in Zhejiang and 10 in Guizhou, school years "
            "4 to 9; in Zhejiang only children of two selected villages a township (invented schools)",
        },
        "schools": _school_entries(per_school),
        "consent_version": "SYNTHETIC-consent-1",
        "ethics_approval": "SYNTHETIC: no approval, no children",
        "custodian": "SYNTHETIC custodian (nobody)",
        "retention_date": "2099-12-31",
    }
    (directory / "codebook.yaml").write_bytes(
        (CODEBOOK_NOTE + _dump(codebook(with_words=calibrated_to is not None))).encode("utf-8")
    )
    (directory / "wave.yaml").write_bytes((NOTE + _dump(manifest)).encode("utf-8"))


def write_wave(
    directory: Path, wave: str, title: str, chunks: Iterable[tuple[str, list[str], Counter[str]]]
) -> dict[str, int]:
    """Write a whole delivery from chunks (province, rows without id, questionnaires by school); rows by file
    name.

    The folder is made when needed; files of the same names are overwritten. Raises OSError when it cannot be
    written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = {province: ProvinceFile(directory, province) for province in PROVINCES}
    per_school: Counter[str] = Counter()
    for province, rests, schools in chunks:
        files[province].add(rests)
        per_school += schools
    entries = [file.close() for file in files.values()]
    write_manifest(directory, wave, title, entries, per_school)
    return {entry["path"]: entry["rows"] for entry in entries}
