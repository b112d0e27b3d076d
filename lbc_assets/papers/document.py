"""What the parts of a paper's ``paper.yaml`` have in common.

Belongs here: the base of its parts, cells as they are written there, scalars as text. Does not belong here: the parts
themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from lbc_assets.papers.printed import FACT_STATISTIC, FACTS, CellName


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


_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class TextLoader(_Loader):
    """Every scalar as text ('no' stays 'no'), and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} stands twice", node.value[place][0].start_mark
                )
        constructed: dict[Any, Any] = super().construct_mapping(node, deep)
        return constructed


def named_in(part: Any) -> Iterator[CellName]:
    """All cells that a part of the document names."""
    if isinstance(part, CellName):
        yield part
    elif isinstance(part, Part):
        yield from named_in(dict(part))
    elif isinstance(part, Mapping):
        yield from named_in(tuple(part.values()))
    elif isinstance(part, tuple | list):
        for inner in part:
            yield from named_in(inner)
