"""What the parts of a paper's ``paper.yaml`` have in common.

Belongs here: the base of its parts, and cells as they are written there. Does not belong here: the parts themselves.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from lbc_assets.papers.printed import CellName

FACTS = "text"
FACT_STATISTIC = "value"


class Part(BaseModel):
    """A part of a paper's document: frozen, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _cell(written: Any) -> CellName:
    if isinstance(written, CellName):
        return written
    if isinstance(written, str):
        return CellName(FACTS, written, "", FACT_STATISTIC)
    if isinstance(written, list | tuple) and len(written) == 4 and all(isinstance(part, str) for part in written):
        return CellName(*written)
    raise ValueError("the name of a number of the text, or [table, row, column, statistic]")


# a number of the paper's text by its name, any other by table, row, column and statistic
Cell = Annotated[CellName, BeforeValidator(_cell)]


class Cells(Part):
    """Some cells of one table: those of these rows, columns and statistics; all, where nothing is said."""

    table: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ()

    def holds(self, name: CellName) -> bool:
        """Whether the cell is one of them."""
        return (
            name.table == self.table
            and (not self.rows or name.row in self.rows)
            and (not self.columns or name.column in self.columns)
            and (not self.statistics or name.statistic in self.statistics)
        )
