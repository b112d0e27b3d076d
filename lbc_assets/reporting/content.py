"""What a report is made of: one wave's published tables and where they come from.

Belongs here: the typed content and the checks on it. Does not belong here: reading the tables (the caller),
their layout (`tables_*`, `figure_*`), the columns' meaning (the tables' YAML).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from lbc_assets.papers.paper import Paper
from lbc_assets.reporting.columns import PAPER_COLUMNS, REQUIRED_COLUMNS

DataOrigin = Literal["synthetic", "collected"]


class ContentError(ValueError):
    """The content breaks the report's contract; the message names the table and the column, never a value of
    a child.
    """


@dataclass(frozen=True)
class Wave:
    """What the manifest says of the wave; None where it says nothing."""

    wave: str
    title: str
    data_origin: DataOrigin
    survey_first_date: date | None = None
    survey_last_date: date | None = None
    sampling_frame: str | None = None
    consent_version: str | None = None
    ethics_approval: str | None = None
    custodian: str | None = None

    def __post_init__(self) -> None:
        if self.data_origin not in ("synthetic", "collected"):
            raise ContentError("data_origin is either 'synthetic' or 'collected'")

    @property
    def is_synthetic(self) -> bool:
        return self.data_origin == "synthetic"


def _check_belongs(wave: Wave, table: str, frame: pd.DataFrame, required: tuple[str, ...]) -> None:
    """ContentError: a column is absent, or the table is of another wave or origin, or has one row a child."""
    absent = [column for column in required if column not in frame]
    if absent:
        raise ContentError(f"{table}: no column {', '.join(absent)}")
    if "child_pseudonym" in frame:
        raise ContentError(f"{table}: has one row a child; a report shows counts only")
    for column, expected in (("wave", wave.wave), ("data_origin", wave.data_origin)):
        if column in frame and not bool((frame[column] == expected).all()):
            raise ContentError(f"{table}: has rows of another {column} than the report's")
    if "evidence" in frame:
        # what is computed from printed numbers alone is the same on every wave
        said = frame["evidence"][frame["evidence"] != "printed"]
        if bool(((said == "collected") == wave.is_synthetic).any()):
            raise ContentError(f"{table}: says of its rows another evidence than the wave's origin allows")


@dataclass(frozen=True, eq=False)
class PapersContent:
    """The published papers that report a wave beside its tables: what the comparison page is made of.

    Tables as published (`PAPER_COLUMNS`); without rows, and `papers` empty, where no paper reports the wave.
    """

    wave: Wave
    papers: tuple[Paper, ...]
    paper_comparison: pd.DataFrame
    paper_agreement: pd.DataFrame
    paper_audit: pd.DataFrame

    def __post_init__(self) -> None:
        for table, required in PAPER_COLUMNS.items():
            _check_belongs(self.wave, table, getattr(self, table), ("evidence", *required))


@dataclass(frozen=True, eq=False)
class ReportContent:
    """One wave, ready to be laid out; nothing in it is one child's.

    Tables as published (the columns of `REQUIRED_COLUMNS` and more; where a column `wave` or `data_origin` stands,
    it has to be this wave's). `papers`: those that report the wave. `value_issues`: reason_code, field, children
    (count). `gates`: one row a check: table, check, severity ('error'|'warn'), passed, failing_rows. `provenance`:
    (label, value) in the order to be shown. ContentError: a column is absent, a table is of another wave or origin,
    or has one row a child.
    """

    wave: Wave
    participant_flow: pd.DataFrame
    sample_characteristics: pd.DataFrame
    group_comparisons: pd.DataFrame
    wealth_within_province: pd.DataFrame
    model_coefficients: pd.DataFrame
    model_terms: pd.DataFrame
    interaction_tests: pd.DataFrame
    adjusted_means: pd.DataFrame
    adjusted_mean_tests: pd.DataFrame
    adjusted_mean_contrasts: pd.DataFrame
    departure_age: pd.DataFrame
    exposure_models: pd.DataFrame
    imputation_diagnostics: pd.DataFrame
    robustness: pd.DataFrame
    specification_curve: pd.DataFrame
    model_diagnostics: pd.DataFrame
    residuals: pd.DataFrame
    scale_reliability: pd.DataFrame
    item_statistics: pd.DataFrame
    band_shares: pd.DataFrame
    band_models: pd.DataFrame
    paper_comparison: pd.DataFrame
    paper_agreement: pd.DataFrame
    paper_audit: pd.DataFrame
    value_issues: pd.DataFrame
    gates: pd.DataFrame
    provenance: tuple[tuple[str, str], ...]
    papers: tuple[Paper, ...] = ()

    def __post_init__(self) -> None:
        for table, required in REQUIRED_COLUMNS.items():
            _check_belongs(self.wave, table, getattr(self, table), required)

    @property
    def of_papers(self) -> PapersContent:
        """What of it concerns papers."""
        return PapersContent(self.wave, self.papers, self.paper_comparison, self.paper_agreement, self.paper_audit)


@dataclass(frozen=True)
class Citation:
    """The paper whose analyses the report follows."""

    authors: str
    year: int
    title: str
    journal: str
    pages: str
    doi: str

    @property
    def link(self) -> str:
        return f"https://doi.org/{self.doi}"


PAPER = Citation(
    authors="Zhao, Wang, Li, Zhou and Hesketh",
    year=2017,
    title=(
        "Long-term impacts of parental migration on Chinese children\u2019s psychosocial well-being: "
        "mitigating and exacerbating factors"
    ),
    journal="Social Psychiatry and Psychiatric Epidemiology",
    pages="52(6):669\u2013677",
    doi="10.1007/s00127-017-1386-9",
)
