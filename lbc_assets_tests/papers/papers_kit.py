"""Numbers written as they are printed, for the tests of verdicts and of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from lbc_assets.papers.audit.finding import Tally
from lbc_assets.papers.printed import STARS, CellName, Printed

Written = Mapping[tuple[str, str, str, str] | str, str]


def printed(text: str, name: CellName) -> Printed:
    """A printed cell from its text."""
    if name.statistic == STARS:
        return Printed(name, text, None, 0)
    number = text.removeprefix("<")
    decimals = len(number.partition(".")[2])
    return Printed(name, text, Decimal(number), decimals, "<" if text.startswith("<") else "=")


def numbers(cells: Written) -> dict[CellName, Printed]:
    """Printed cells by name; a bare name is a number of the text."""
    named = {CellName("text", k, "", "value") if isinstance(k, str) else CellName(*k): v for k, v in cells.items()}
    return {name: printed(text, name) for name, text in named.items()}


def verdicts(tally: Tally) -> tuple[int, int, list[str]]:
    """How many were compared, how many agreed, and the verdicts of the findings."""
    return tally.compared, tally.consistent, [finding.verdict for finding in tally.findings]
