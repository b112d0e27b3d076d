"""Manifest and codebook: what a delivery says of itself, validated.

Belongs here: the two YAML documents. Does not belong here: the files they describe (``reading.py``).
Every scalar is read as text ("no" stays "no", 010 stays "010").
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from lbc_assets.intake.questionnaire import ID, questionnaire
from lbc_assets.intake.rejection import DeliveryRejected, Reason, ReasonCode, reject
from lbc_assets.warehouse.snapshots import WAVE_ID

# letters of any script (files come with Chinese names), but nothing that a path, a shell or a terminal reads
PlainName = Annotated[str, StringConstraints(pattern=r"^\w[\w. ()（）-]{0,99}$")]  # noqa: RUF001
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Document):
    """One file of a delivery; rows and sha256 are checked where they are given."""

    path: PlainName
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"] = "utf-8"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    form: Text
    rows: int | None = Field(default=None, ge=0)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class SurveyDates(_Document):
    """First and last day of the survey."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> SurveyDates:
        if self.last < self.first:
            raise ValueError("'last' is before 'first'")
        return self


class SamplingFrame(_Document):
    """From whom the children were drawn; equal ids mean equal frames."""

    id: Text
    description: str = ""


class School(_Document):
    """Participation in one school."""

    school: Text
    eligible: int | None = Field(default=None, ge=0)
    present: int | None = Field(default=None, ge=0)
    refused: int | None = Field(default=None, ge=0)


class Manifest(_Document):
    """``wave.yaml``: one delivery of one wave."""

    wave: Annotated[str, StringConstraints(pattern=f"^{WAVE_ID.pattern}$")]
    title: Text
    synthetic: bool = False
    codebook: PlainName
    files: Annotated[tuple[File, ...], Field(min_length=1)]
    survey_dates: SurveyDates
    sampling_frame: SamplingFrame
    schools: tuple[School, ...] = ()
    consent_version: Text
    ethics_approval: Text
    custodian: Text
    retention_date: date

    @model_validator(mode="after")
    def _names_differ(self) -> Manifest:
        names = [file.path for file in self.files]
        if len(set(names)) < len(names):
            raise ValueError("files: a path stands twice")
        schools = [school.school for school in self.schools]
        if len(set(schools)) < len(schools):
            raise ValueError("schools: a school stands twice")
        return self


class Mapping(_Document):
    """Where a variable stands in the files and what its codes mean; a blank is missing unless mapped."""

    column: Text
    codes: dict[str, str] = Field(default_factory=dict)
    missing: dict[str, str] = Field(default_factory=dict)
    blank: str | None = None


class Codebook(_Document):
    """``codebook.yaml``: this wave's columns and codes, mapped to the canonical questionnaire."""

    codebook: Text
    version: Text
    variables: dict[str, Mapping]
    identifiers: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _maps_the_questionnaire(self) -> Codebook:
        known = questionnaire()
        problems = [f"variables.{name}: no such variable" for name in self.variables if name not in {ID, *known}]
        required = [ID, *(name for name, variable in known.items() if variable.required)]
        problems += [f"variables.{name}: is required" for name in required if name not in self.variables]
        columns = [mapping.column for mapping in self.variables.values()] + [*self.identifiers, *self.ignored]
        twice = sorted({column for column in columns if columns.count(column) > 1})
        problems += [f"column {column}: is used twice" for column in twice]
        for name, mapping in self.variables.items():
            if mapping.blank is not None and "" in {*mapping.codes, *mapping.missing}:
                problems.append(f"variables.{name}: says twice what a blank means: by 'blank' and by code ''")
            if name == ID and (mapping.codes or mapping.missing or mapping.blank is not None):
                problems.append(f"variables.{name}: has no codes: only 'column' may be given")
            variable = known.get(name)
            if variable is None:
                continue
            values = [*mapping.codes.values(), *([mapping.blank] if mapping.blank is not None else [])]
            if variable.kind != "coded" and values:
                problems.append(f"variables.{name}: is {variable.kind}: only 'missing' may be given")
            elif variable.kind == "coded" and not mapping.codes:
                problems.append(f"variables.{name}: needs 'codes', to {', '.join(variable.allowed)}")
            problems += [
                f"variables.{name}: {value!r} is none of {', '.join(variable.allowed)}"
                for value in sorted(set(values) - set(variable.allowed))
                if variable.kind == "coded"
            ]
            problems += [
                f"variables.{name}: code {code!r} is an answer and missing"
                for code in sorted(set(mapping.codes) & set(mapping.missing))
            ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


class _TextLoader(yaml.BaseLoader):
    """Scalars as text, and no key twice: PyYAML would let the last one win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


DocumentType = TypeVar("DocumentType", Manifest, Codebook)


def parse(kind: type[DocumentType], content: bytes, file: str) -> DocumentType:
    """Validate a document. Raises DeliveryRejected naming file, key and what was expected."""
    try:
        data = yaml.load(content.decode("utf-8"), Loader=_TextLoader)
    except UnicodeDecodeError as error:
        raise reject(ReasonCode.NOT_DECODABLE, file, "Save it as UTF-8.") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}, line {mark.line + 1}" if mark else file
        raise reject(
            ReasonCode.YAML_NOT_READABLE, place, "Correct it there: indent with spaces, and give each key once."
        ) from error
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        reasons = [
            Reason(
                ReasonCode.DOCUMENT_NOT_VALID,
                f"{file}, {'.'.join(str(part) for part in problem['loc']) or 'whole file'}",
                f"Expected: {problem['msg']}.",
            )
            for problem in error.errors()
        ]
        raise DeliveryRejected(reasons) from None
