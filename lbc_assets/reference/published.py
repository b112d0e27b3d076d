"""The printed numbers that the reference children are fitted to, as the generator asks for them.

Here: looking up what the paper prints. Not here: the paper (`lbc_assets.papers`), which reading of an ambiguous
number is right (that is `targets`), or anything computed from data.
"""

from functools import cache

from lbc_assets.papers.paper import Paper, load_paper, papers_folder
from lbc_assets.papers.printed import FACT_STATISTIC, FACTS, STARS, CellName, Printed

PAPER = "zhao_2017"
"""The folder of `lbc_assets.papers` that the reference children are fitted to."""
GROUPS = ("never", "previous", "current")
OUTCOMES = ("emotional", "conduct", "hyperactivity", "peer")

TABLE1_OUTCOMES = {
    "emotional": "Emotional symptoms",
    "conduct": "Conduct problems",
    "hyperactivity": "Hyperactivity",
    "peer": "Peer problems",
    "total": "Total difficulties score",
    "prosocial": "Pro-social behaviors",
}


@cache
def _paper() -> Paper:
    return load_paper(papers_folder() / PAPER)


def _cell(table: str, row: str, column: str, statistic: str) -> Printed:
    return _paper().cells[CellName(table.removeprefix("table"), row, column, statistic)]


def printed(table: str, row: str, column: str, statistic: str) -> float:
    """One printed number, e.g. `printed("table1", "Parents divorced: Yes", "current", "n")`.

    Raises KeyError when the paper prints no such cell.
    """
    return _cell(table, row, column, statistic).number


def printed_stars(table: str, row: str, column: str) -> str:
    """The stars at a coefficient, '' for none. Raises KeyError when the paper prints no such coefficient."""
    return _cell(table, row, column, STARS).text


def star_levels() -> dict[str, tuple[float, float]]:
    """Between which p each number of stars stands, '' for none."""
    levels = sorted(_paper().document.stars.items(), key=lambda level: -level[1])
    ends = [1.0, *(p for _, p in levels), 0.0]
    return {stars: (ends[place + 1], ends[place]) for place, stars in enumerate(["", *(stars for stars, _ in levels)])}


def fact(name: str) -> float:
    """One number of the paper's text, e.g. `fact("n_current")`."""
    return printed(FACTS, name, "", FACT_STATISTIC)


def table1_counts(variable: str, group: str) -> dict[str, int]:
    """Children by level of one categorical variable of Table 1 within one group, in the order printed."""
    prefix = f"{variable}: "
    return {
        name.row.removeprefix(prefix): round(cell.number)
        for name, cell in _paper().cells.items()
        if name.table == "1" and name.row.startswith(prefix) and (name.column, name.statistic) == (group, "n")
    }
