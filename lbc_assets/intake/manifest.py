"""The manifest ``wave.yaml``: what a delivery says of its wave and of its files.

Belongs here: the document. Does not belong here: the codebook (``codebook.py``), the files themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from lbc_assets.intake.documents import Document, PlainName, Sha256, Text
from lbc_assets.warehouse.snapshots import WAVE_ID

Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"]
PaperName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Format = Literal["csv", "tsv", "xlsx", "sav", "zsav", "dta", "parquet"]


class FileForm(Document):
    """How a file is to be read; ``encoding`` and ``delimiter`` are those of text files, ``sheet`` of workbooks."""

    format: Format = "csv"
    encoding: Encoding = "utf-8"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    sheet: Text | None = None
    form: Text

    @property
    def is_text(self) -> bool:
        """Whether the file is text in lines (CSV, TSV)."""
        return self.format in ("csv", "tsv")

    @property
    def separator(self) -> str:
        """The delimiter in force: a TSV's is the tabulator, that of converted files (``formats/``) the comma."""
        return {"tsv": "\t", "csv": self.delimiter}.get(self.format, ",")


class File(FileForm):
    """One file of a delivery; rows and sha256 are checked where they are given.

    ``second_entry_of`` names the file whose questionnaires this one holds, keyed in a second time (EpiData).
    """

    path: PlainName
    rows: int | None = Field(default=None, ge=0)
    sha256: Sha256 | None = None
    second_entry_of: PlainName | None = None


class Corrections(Document):
    """A CSV (UTF-8) of corrections: id, field, old, new, who, why; reviewed by somebody, and versioned."""

    path: PlainName
    version: Text
    reviewed_by: Text


class SurveyDates(Document):
    """First and last day of the survey."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> SurveyDates:
        if self.last < self.first:
            raise ValueError("'last' is before 'first'")
        return self


class SamplingFrame(Document):
    """From whom the children were drawn; equal ids mean equal frames."""

    id: Text
    description: Annotated[str, StringConstraints(max_length=2000)] = ""


class Linking(Document):
    """That children may be linked to other waves: who approved it, and by which key; equal names mean equal keys.

    The codebook's field ``linking_key`` says in which column it stands. Without this part the column is not read.
    """

    approval: Text
    key: Text


class School(Document):
    """Participation in one school."""

    school: Text
    eligible: int | None = Field(default=None, ge=0)
    present: int | None = Field(default=None, ge=0)
    refused: int | None = Field(default=None, ge=0)


class Manifest(Document):
    """``wave.yaml``: one delivery of one wave.

    With ``any_file`` in place of ``files`` it stays in the inbox's folder, and says how lone files that are put
    beside it are to be read. ``calibrated_to`` names the paper (a folder of ``papers/``) whose printed numbers the
    synthetic children were fitted to: the wave is then held to what that folder declares.
    """

    wave: Annotated[str, StringConstraints(pattern=f"^{WAVE_ID.pattern}$")]
    title: Text
    synthetic: bool = False
    calibrated_to: PaperName | None = None
    codebook: PlainName
    files: tuple[File, ...] = ()
    any_file: FileForm | None = None
    corrections: Corrections | None = None
    survey_dates: SurveyDates
    sampling_frame: SamplingFrame
    linking: Linking | None = None
    schools: tuple[School, ...] = ()
    consent_version: Text
    ethics_approval: Text
    custodian: Text
    retention_date: date

    @model_validator(mode="after")
    def _only_synthetic_children_are_fitted(self) -> Manifest:
        if self.calibrated_to is not None and not self.synthetic:
            raise ValueError("'calibrated_to' is said of synthetic waves only")
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Manifest:
        if bool(self.files) == bool(self.any_file):
            raise ValueError("either 'files', with at least one, or 'any_file'")
        names = [file.path for file in self.files]
        others = [self.codebook, *([self.corrections.path] if self.corrections else [])]
        if len({*names, *others, "wave.yaml"}) < len(names) + len(others) + 1:
            raise ValueError("files: a path stands twice")
        schools = [school.school for school in self.schools]
        if len(set(schools)) < len(schools):
            raise ValueError("schools: a school stands twice")
        first = {file.path for file in self.files if file.second_entry_of is None}
        seconds = [file.second_entry_of for file in self.files if file.second_entry_of is not None]
        if not set(seconds) <= first or len(set(seconds)) < len(seconds):
            raise ValueError("files: 'second_entry_of' names another file of the delivery, and each at most once")
        return self

    def of_files(self, names: Sequence[str]) -> Manifest:
        """The manifest with these files in place of ``any_file``, and read as that says. Raises ValidationError."""
        said = self.model_dump(exclude={"files", "any_file"})
        form = self.any_file.model_dump() if self.any_file else {}
        return Manifest.model_validate({**said, "files": [{"path": name, **form} for name in names]})
