"""The table `item_statistics`: how each item was answered, what is missing, and how it goes with its subscale.

Belongs here: the table's shape. Does not belong here: the correlations (`psychometrics`).
"""

from collections.abc import Iterator

import pandas as pd

from lbc_assets.stats.items.psychometrics import alpha_without, item_rest_correlation
from lbc_assets.stats.items.reliability_groups import GROUPS, ITEM_SUMS_COLUMNS, ItemSums
from lbc_assets.stats.needs import Reads
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy

READS: Reads = {
    "mart_item_sums": ITEM_SUMS_COLUMNS,
    "mart_item_answers": ("migration_status", "scale", "item", "number", "points_0", "points_1", "points_2", "missing"),
}
COLUMNS = (
    *("migration_status", "scale", "item", "number", "n", "n_missing", "missing_percent", "mean", "std_dev"),
    *("floor_percent", "ceiling_percent", "n_complete", "item_rest", "alpha_without", "status", "reason"),
)


def item_statistics(item_sums: pd.DataFrame, item_answers: pd.DataFrame) -> pd.DataFrame:
    """One row a migration group and item, in the order of the questionnaire; points as scored, reversed items turned
    round.

    `item_sums`: mart_item_sums, `item_answers`: mart_item_answers, of one wave. Mean, floor (0 points) and ceiling (2)
    are of those who answered the item (`n`), the correlation with the rest of the subscale of those who answered all
    of it (`n_complete`); refused is the latter.
    """
    return tidy(_rows(ItemSums(item_sums), item_answers), COLUMNS)


def _rows(sums: ItemSums, item_answers: pd.DataFrame) -> Iterator[Row]:
    ordered = item_answers.sort_values("number", kind="stable")
    for group in GROUPS:
        for answers in ordered[ordered["migration_status"] == group].to_dict("records"):
            scale, item = str(answers["scale"]), str(answers["item"])
            row: Row = {
                "migration_status": group,
                "scale": scale,
                "item": item,
                "number": int(answers["number"]),
                "n_complete": sums.children(group, scale),
                **_answers(*(int(answers[name]) for name in ("points_0", "points_1", "points_2", "missing"))),
            }
            try:
                covariances = sums.covariances(group, scale)
                correlation = item_rest_correlation(covariances, item)
            except StatisticsRefused as why:
                yield {**row, **refused(why)}
                continue
            try:
                without = alpha_without(covariances, item)
            except StatisticsRefused as why:
                # another item without variance: the correlation stands, the other scale's alpha does not
                if why.reason not in (RefusalReason.CONSTANT_ITEM, RefusalReason.CONSTANT_OUTCOME):
                    raise
                without = None
            yield {**row, "item_rest": correlation, "alpha_without": without, **OK}


def _answers(points_0: int, points_1: int, points_2: int, missing: int) -> Row:
    n = points_0 + points_1 + points_2
    row: Row = {"n": n, "n_missing": missing}
    if n + missing:
        row = {**row, "missing_percent": 100 * missing / (n + missing)}
    if n:
        total, squares = points_1 + 2 * points_2, points_1 + 4 * points_2
        row = {
            **row,
            "mean": total / n,
            "floor_percent": 100 * points_0 / n,
            "ceiling_percent": 100 * points_2 / n,
        }
        if n > 1:
            row = {**row, "std_dev": ((n * squares - total * total) / (n * (n - 1))) ** 0.5}
    return row
