"""The codebook: a wave's columns and codes, mapped to the canonical questionnaire.

Belongs here: the document. Does not belong here: finding its columns in a file (``columns.py``), what an answer means
for the study (SQL). Label texts, English or Chinese, are codes like others: ``{'1': male, 'Male': male, '男': male}``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from lbc_assets.intake.columns import without_wording
from lbc_assets.intake.documents import Document, Text
from lbc_assets.intake.questionnaire import ID, LINKING_KEY, Variable, questionnaire

# stored and shown from here on, so never as wording (columns.py)
ColumnReference = Annotated[Text, AfterValidator(without_wording)]
# a list of which nothing is left, or not yet
ColumnReferences = Annotated[tuple[ColumnReference, ...], BeforeValidator(lambda given: () if given == "" else given)]


class Mapping(Document):
    """Where a variable stands in the files and what its codes mean; a blank is missing unless mapped.

    ``aliases``: other columns that hold it, where it was renamed. ``optional``: a file of the delivery may lack it.
    """

    column: ColumnReference
    aliases: tuple[ColumnReference, ...] = ()
    optional: bool = False
    codes: dict[str, str] = Field(default_factory=dict)
    missing: dict[str, str] = Field(default_factory=dict)
    blank: str | None = None


class RowsOf(Document):
    """Which rows belong to the wave: those with one of these values in a column (an event of a longitudinal export)."""

    column: ColumnReference
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class Codebook(Document):
    """``codebook.yaml``: this wave's columns and codes.

    ``identifiers`` (names, telephone, address, device) are dropped at the door, ``ignored`` columns too: the first are
    named so that a reader of the codebook sees what nobody may keep.
    """

    codebook: Text
    version: Text
    variables: dict[str, Mapping]
    rows: RowsOf | None = None
    identifiers: ColumnReferences = ()
    ignored: ColumnReferences = ()

    @model_validator(mode="after")
    def _maps_the_questionnaire(self) -> Codebook:
        known = questionnaire()
        problems = [
            f"variables.{name[:60]!r}: no such variable"
            for name in self.variables
            if name not in {ID, LINKING_KEY, *known}
        ]
        required = [ID, *(name for name, variable in known.items() if variable.required)]
        problems += [f"variables.{name}: is required" for name in required if name not in self.variables]
        mapped = [name for mapping in self.variables.values() for name in (mapping.column, *mapping.aliases)]
        columns = [*mapped, *self.identifiers, *self.ignored, *([self.rows.column] if self.rows else [])]
        twice = sorted({column for column in columns if columns.count(column) > 1})
        problems += [f"column {column}: is used twice" for column in twice]
        for name, mapping in self.variables.items():
            problems += _problems(name, mapping, known.get(name))
        if problems:
            raise ValueError("; ".join(problems))
        return self


def without_key(codebook: Codebook) -> Codebook:
    """The codebook of a wave whose manifest does not approve of linking: the key's column is dropped unread."""
    key = codebook.variables.get(LINKING_KEY)
    if key is None:
        return codebook
    variables = {name: mapping for name, mapping in codebook.variables.items() if name != LINKING_KEY}
    identifiers = (*codebook.identifiers, key.column, *key.aliases)
    return codebook.model_copy(update={"variables": variables, "identifiers": identifiers})


def _problems(name: str, mapping: Mapping, variable: Variable | None) -> list[str]:
    """What contradicts itself in one variable's mapping."""
    where, problems = f"variables.{name[:60]}", []
    if mapping.blank is not None and "" in {*mapping.codes, *mapping.missing}:
        problems.append(f"{where}: says twice what a blank means: by 'blank' and by code ''")
    if name == ID and (mapping.codes or mapping.missing or mapping.blank is not None or mapping.optional):
        problems.append(f"{where}: has no codes: only 'column' and 'aliases' may be given")
    if name == LINKING_KEY and (mapping.codes or mapping.blank is not None):
        problems.append(f"{where}: has no codes: only 'missing' may be given")
    if variable is None:
        return problems
    values = [*mapping.codes.values(), *([mapping.blank] if mapping.blank is not None else [])]
    if variable.kind != "coded" and values:
        problems.append(f"{where}: is {variable.kind}: only 'missing' may be given")
    elif variable.kind == "coded" and not mapping.codes:
        problems.append(f"{where}: needs 'codes', to {', '.join(variable.allowed)}")
    problems += [
        f"{where}: {value[:60]!r} is none of {', '.join(variable.allowed)}"
        for value in sorted(set(values) - set(variable.allowed))
        if variable.kind == "coded"
    ]
    problems += [
        f"{where}: code {code[:60]!r} is an answer and missing"
        for code in sorted(set(mapping.codes) & set(mapping.missing))
    ]
    return problems
