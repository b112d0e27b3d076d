"""The table `band_shares`: how many children lie in each band of each norm, by migration status.

Belongs here: the table's shape, the bands' order, and whom the norms are for. Does not belong here: the bands' limits
(the SQL's seed), intervals (`proportions`). Bands are screening, not diagnosis.
"""

from collections.abc import Hashable, Iterator
from dataclasses import asdict
from itertools import product

import pandas as pd

from lbc_assets.stats.groups.proportions import wilson
from lbc_assets.stats.items.reliability_groups import GROUPS
from lbc_assets.stats.needs import Reads
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy

# The norms in the order in which they are shown, each with its bands from the least difficulties on.
NORMS = {
    "three": ("normal", "borderline", "abnormal"),
    "four": ("close_to_average", "slightly_raised", "high", "very_high"),
    "chinese": ("normal", "borderline", "abnormal"),
}
SCALES = ("total", "emotional", "conduct", "hyperactivity", "peer", "prosocial")
# The self-report norms are for 11 to 17: younger children are in 'all' only.
ALL_AGES, NORM_AGES = "all", "11_and_over"
POPULATIONS = (ALL_AGES, NORM_AGES)

READS: Reads = {
    "mart_score_counts": (
        *("wave", "migration_status", "age_group", "scale", *(f"band_{norm}" for norm in NORMS), "children"),
    )
}
COLUMNS = (
    *("population", "scale", "norm", "band", "migration_status", "n", "n_scored", "estimate"),
    *("conf_low", "conf_high", "status", "reason"),
)


def band_shares(score_counts: pd.DataFrame) -> pd.DataFrame:
    """One row an age population, scale, norm, band and migration group: children, percent, Wilson's limits (percent).

    `score_counts`: mart_score_counts of one wave. Refused: a group of whom nobody has a score.
    """
    if score_counts["wave"].nunique() > 1:
        raise ValueError("the score counts of one wave are expected; this frame holds several")
    return tidy(_rows(score_counts), COLUMNS)


def _rows(score_counts: pd.DataFrame) -> Iterator[Row]:
    for population in POPULATIONS:
        of_age = score_counts
        if population == NORM_AGES:
            of_age = score_counts[score_counts["age_group"] == NORM_AGES]
        scored = _children(of_age, ["scale", "migration_status"])
        for norm, bands in NORMS.items():
            banded = _children(of_age, ["scale", "migration_status", f"band_{norm}"])
            for scale, band, group in product(SCALES, bands, GROUPS):
                of = [status for status in GROUPS if group in ("all", status)]
                n = sum(banded.get((scale, status, band), 0) for status in of)
                labels = {"scale": scale, "norm": norm, "band": band, "migration_status": group}
                total = sum(scored.get((scale, status), 0) for status in of)
                yield {"population": population, **labels, **_share(n, total)}


def _children(counts: pd.DataFrame, by: list[str]) -> dict[Hashable, int]:
    return {key: int(n) for key, n in counts.groupby(by)["children"].sum().items()}


def _share(n: int, scored: int) -> Row:
    row: Row = {"n": n, "n_scored": scored}
    try:
        found = wilson(n, scored)
    except StatisticsRefused as why:
        return {**row, **refused(why)}
    percents = {name: 100 * value for name, value in asdict(found).items()}
    return {**row, **percents, **OK}
