"""The paper's printed numbers, read from the CSV files in `papers/zhao_2017/`.

Here: reading and looking up what the paper prints (source in the folder's `README.md`). Not here: which reading
of an ambiguous number is right (that is `targets`), or anything computed from data.
"""

import csv
from functools import cache
from importlib import resources

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
def _rows(name: str) -> dict[tuple[str, str, str], dict[str, str]]:
    source = resources.files("lbc_assets.papers").joinpath("zhao_2017", f"{name}.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {(row["row"], row["column"], row["statistic"]): row for row in rows}


def printed(table: str, row: str, column: str, statistic: str) -> float:
    """One printed number, e.g. `printed("table1", "Parents divorced: Yes", "current", "n")`.

    Raises KeyError when the paper prints no such cell.
    """
    return float(_rows(table)[(row, column, statistic)]["value"])


def printed_stars(table: str, row: str, column: str) -> str:
    """The stars at a coefficient, '' for none. Raises KeyError when the paper prints no such coefficient."""
    return _rows(table)[(row, column, "B")]["stars"]


def fact(name: str) -> float:
    """One number of the paper's text, e.g. `fact("n_current")`."""
    return printed("text_facts", name, "", "value")


def table1_counts(variable: str, group: str) -> dict[str, int]:
    """Children by level of one categorical variable of Table 1 within one group, in the order printed."""
    prefix = f"{variable}: "
    return {
        row.removeprefix(prefix): round(float(cell["value"]))
        for (row, column, statistic), cell in _rows("table1").items()
        if row.startswith(prefix) and column == group and statistic == "n"
    }
