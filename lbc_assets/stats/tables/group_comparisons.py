"""The table `group_comparisons`: the paper's post hoc pairs, every two migration groups compared.

Belongs here: the table's rows. Does not belong here: the comparisons' arithmetic (`pairwise`, `effect_sizes`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial

import pandas as pd

from lbc_assets.stats.groups.effect_sizes import cramers_v, hedges_g
from lbc_assets.stats.groups.group_sums import GROUPS, GroupCounts, GroupMoments, count_by_group, sum_by_group
from lbc_assets.stats.groups.moments import Moments
from lbc_assets.stats.groups.multiplicity import benjamini_hochberg, holm
from lbc_assets.stats.groups.pairwise import Difference, chi_square_pair, games_howell, pairs, tukey_hsd
from lbc_assets.stats.groups.small_counts import has_small_expected
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Numbers, Sample
from lbc_assets.stats.tables.sample_characteristics import NEEDS, VARIABLES
from lbc_assets.stats.tables.tidy import Row, attempted, refused, tidy
from lbc_assets.stats.terms import Factor

__all__ = ["NEEDS", "group_comparisons"]
COLUMNS = (
    "variable",
    "test",
    "migration_status",
    "reference",
    "n",
    "n_reference",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "statistic",
    "df",
    "df_residual",
    "p_value",
    "p_holm",
    "p_benjamini_hochberg",
    "small_expected",
    "effect",
    "effect_size",
    "effect_low",
    "effect_high",
    "status",
    "reason",
)
PAIRS = pairs(len(GROUPS))


def group_comparisons(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a variable, test and pair of migration groups.

    Numbers: differences of means by Tukey and by Games and Howell, whose p and limits hold for the three pairs
    together, with Hedges' g. Coded variables: chi-square of the pair, its own p and the p corrected for the three
    pairs, with Cramer's V. Missing answers are left out; a refused row keeps its counts. `frame` and errors as for
    `sample_characteristics`.
    """
    sample = Sample(frame)
    rows: list[Row] = []
    for variable in VARIABLES:
        if isinstance(variable, Factor):
            rows += _count_rows(variable.variable, count_by_group(sample, variable))
        else:
            found = sum_by_group(sample, variable)
            rows += _difference_rows(variable.variable, "tukey_hsd", tukey_hsd, found)
            rows += _difference_rows(variable.variable, "games_howell", games_howell, found)
    return tidy(rows, COLUMNS)


def _labels(variable: str, test: str, pair: tuple[int, int], sizes: Sequence[int]) -> Row:
    i, j = pair
    return {
        "variable": variable,
        "test": test,
        "migration_status": GROUPS[i],
        "reference": GROUPS[j],
        "n": sizes[i],
        "n_reference": sizes[j],
    }


def _difference_rows(
    variable: str, test: str, compare: Callable[[Sequence[Moments]], list[Difference]], found: GroupMoments
) -> Iterator[Row]:
    sizes = [group.n for group in found.moments]
    rows = [{**_labels(variable, test, pair, sizes), "effect": "hedges_g"} for pair in PAIRS]
    try:
        differences = compare(found.moments)
    except StatisticsRefused as why:
        yield from ({**row, **refused(why)} for row in rows)
        return
    for row, difference, (i, j) in zip(rows, differences, PAIRS, strict=True):
        both = found.moments[i], found.moments[j]
        yield attempted(row, partial(_difference, difference, *both))


def _difference(difference: Difference, group: Moments, reference: Moments) -> Row:
    return {**asdict(difference), **asdict(hedges_g(group, reference))}


def _count_rows(variable: str, found: GroupCounts) -> Iterator[Row]:
    sizes = [int(n) for n in found.counts.sum(axis=0)]
    rows = [
        attempted(
            {**_labels(variable, "chi_square_pair", pair, sizes), "effect": "cramers_v"},
            partial(_chi_square, found.counts, pair),
        )
        for pair in PAIRS
    ]
    # a refused pair is no member of the family
    family = [row["p_value"] for row in rows if row["status"] == "ok"]
    corrected = iter(zip(holm(family), benjamini_hochberg(family), strict=True))
    for row in rows:
        if row["status"] == "ok":
            p_holm, p_benjamini_hochberg = next(corrected)
            yield {**row, "p_holm": p_holm, "p_benjamini_hochberg": p_benjamini_hochberg}
        else:
            yield row


def _chi_square(counts: Numbers, pair: tuple[int, int]) -> Row:
    of_pair = counts[:, list(pair)]
    return {
        **asdict(chi_square_pair(counts, pair)),
        "small_expected": has_small_expected(of_pair),
        **asdict(cramers_v(of_pair)),
    }
