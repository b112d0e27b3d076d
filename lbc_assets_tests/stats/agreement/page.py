"""docs/agreement.md: every statistic, R's function, the largest difference seen and the tolerance.

Belongs here: the page. Does not belong here: what is compared (`statistics`). Run: python -m
lbc_assets_tests.stats.agreement.page (make agreement).
"""

import math
from pathlib import Path

from lbc_assets_tests.stats.agreement.answers import DATA, version
from lbc_assets_tests.stats.agreement.statistics import STATISTICS, Statistic

PAGE = Path(__file__).parents[3] / "docs" / "agreement.md"
# A bound is the power of ten above this many times the difference seen: another processor's rounding keeps below it.
ROOM = 3
LEAST = 1e-15
HEAD = """# Agreement with R

Made by `make agreement` from the tests' own comparison (`lbc_assets_tests/stats/agreement`); a test fails when a
difference is above its tolerance, and when this page is not what the generator makes. R's answers are committed beside
the scripts that make them (`lbc_assets_tests/stats/oracle`, `make oracle`): R {version}, Debian's packages.

The largest difference seen is over all numbers of a statistic on all its data sets, given as the next power of ten
with room for another processor's rounding. It is absolute for numbers up to one and relative above, where not said
otherwise; a row that one side answers and the other refuses is a disagreement. Ours refuses on purpose what R's `lm`
fits with fewer than two children a parameter: such models are left out of the comparison.

The reference wave is synthetic and fitted to the paper's printed numbers: the table shows that the arithmetic is right,
and nothing about children.

| Data set | What it is |
| --- | --- |
{data}

| Statistic | Ours (`lbc_assets.stats`) | R | Data sets | Largest difference | Tolerance |
| --- | --- | --- | --- | --- | --- |
{rows}
"""


def number(value: float) -> str:
    """1e-9, not 1e-09."""
    return f"{value:g}".replace("e-0", "e-")


def bound(difference: float, tolerance: float) -> str:
    """'0' for none; else '< ' a power of ten, no wider than the tolerance that the difference keeps."""
    if difference == 0:
        return "0"
    power = 10.0 ** max(math.ceil(math.log10(ROOM * difference)), round(math.log10(LEAST)))
    return f"< {number(tolerance if difference < tolerance < power else power)}"


def _row(statistic: Statistic, seen: str) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in statistic.packages if name != "stats")
    theirs = f"{statistic.theirs} ({packages})" if packages else statistic.theirs
    ours = f"`{statistic.ours}`" if statistic.ours else "the functions above"
    tolerance = number(statistic.tolerance) if statistic.tolerance else "the same number"
    if statistic.measure != "scaled":
        tolerance = f"{tolerance}, {statistic.measure}"
    of = ", ".join(statistic.data) if statistic.data != ("",) else "given numbers"
    return f"| {statistic.name} | {ours} | {theirs} | {of} | {seen} | {tolerance} |"


def largest(statistic: Statistic) -> float:
    """Over all data sets."""
    return max(statistic.difference(of) for of in statistic.data)


def page(seen: dict[str, str] | None = None) -> str:
    """The page's text; `seen` gives the bounds by statistic's name, otherwise they are computed."""
    bounds = seen or {s.name: bound(largest(s), s.tolerance) for s in STATISTICS}
    return HEAD.format(
        version=version("R"),
        data="\n".join(f"| `{name}` | {what} |" for name, what in DATA.items()),
        rows="\n".join(_row(statistic, bounds[statistic.name]) for statistic in STATISTICS),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
