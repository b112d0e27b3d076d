"""Which columns of which tables stand where on the pages: for whoever asks what a column of the warehouse ends in.

Belongs here: reading ``shown.yaml``, where each table and figure of the pages has its kinds of numbers and their
columns. Does not belong here: layout (`tables_*`, `figure_*`), what a page needs to be laid out at all (`columns`). A
test changes each column and looks whether just the numbers that are said here change.
"""

from __future__ import annotations

import functools
import importlib.resources
from dataclasses import dataclass

import yaml

from lbc_assets.reporting.columns import REQUIRED_COLUMNS
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.flow import PAGES

Column = tuple[str, str]
# what a page's content calls otherwise than the warehouse does
TABLES = {"participant_flow": "mart_participant_flow", "value_issues": "stg_value_issues"}
ROWS = "Rows and words"


@dataclass(frozen=True)
class Part:
    """One kind of number of a table or figure, by the heading it stands under, and the columns it is written from."""

    label: str
    of: tuple[Column, ...]


@dataclass(frozen=True)
class Shown:
    """A table or figure of a page: its anchor there, its number, its kinds of numbers."""

    page: str
    key: str
    number: str
    numbers: tuple[Part, ...]

    @property
    def file(self) -> str:
        """The released file that holds it."""
        return PAGES[self.page]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its numbers, then its rows and words: the other texts that the page reads of the same tables."""
        written = {column for part in self.numbers for column in part.of}
        of_content = {table: name for name, table in TABLES.items()}
        words = tuple(
            (table, column.name)
            for table in dict.fromkeys(table for part in self.numbers for table, _ in part.of)
            for column in load_tables()[table].columns
            if column.name in REQUIRED_COLUMNS[of_content.get(table, table)] and column.data_type == "varchar"
            if (table, column.name) not in written
        )
        return (*self.numbers, Part(ROWS, words))


def _columns(text: str) -> tuple[Column, ...]:
    """'table column column; table column'."""
    return tuple((table, column) for of in text.split(";") for table, *columns in [of.split()] for column in columns)


@functools.cache
def shown() -> tuple[Shown, ...]:
    """Every table and figure, in the order of the pages."""
    written = yaml.safe_load(importlib.resources.files(__package__).joinpath("shown.yaml").read_text(encoding="utf-8"))
    return tuple(
        Shown(page, key, said["number"], tuple(Part(label, _columns(of)) for label, of in said["shows"].items()))
        for page, of_page in written.items()
        for key, said in of_page.items()
    )
