"""The groups and scales whose reliability is told, and their items' covariances from the frame of sums.

Belongs here: reading `mart_item_sums` of one wave. Does not belong here: statistics (`psychometrics`, `one_factor`),
the tables made of them.
"""

import pandas as pd

from lbc_assets.stats.items.psychometrics import ItemCovariances, item_covariances
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused

GROUPS = ("current", "previous", "never", "all")
SCALES = (
    *("total", "emotional", "conduct", "hyperactivity", "peer", "prosocial"),
    *("externalising", "internalising"),
)
HIGHEST_SCORE = {
    "total": 40,
    "externalising": 20,
    "internalising": 20,
    **dict.fromkeys(("emotional", "conduct", "hyperactivity", "peer", "prosocial"), 10),
}


ITEM_SUMS_COLUMNS = (
    *("wave", "migration_status", "scale", "item", "other_item", "position"),
    *("children", "item_sum", "product_sum"),
)


class ItemSums:
    """The columns ITEM_SUMS_COLUMNS of `mart_item_sums` of one wave, in any order of its rows.

    ValueError: the frame holds several waves. The counts of a group are whole numbers and stay so.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        if frame["wave"].nunique() > 1:
            raise ValueError("the item sums of one wave are expected; this frame holds several")
        self._frames = dict(iter(frame.groupby(["migration_status", "scale"], sort=False)))

    def children(self, group: str, scale: str) -> int:
        """Children who answered every item of the scale."""
        rows = self._frames.get((group, scale))
        return 0 if rows is None else int(rows["children"].iloc[0])

    def covariances(self, group: str, scale: str) -> ItemCovariances:
        """The items in the order of their positions. StatisticsRefused: no child, or too few."""
        rows = self._frames.get((group, scale))
        if rows is None:
            raise StatisticsRefused(RefusalReason.NO_COMPLETE_CASES)
        diagonal = rows[rows["item"] == rows["other_item"]].sort_values("position")
        sums = {str(item): int(total) for item, total in zip(diagonal["item"], diagonal["item_sum"], strict=True)}
        pairs = zip(rows["item"], rows["other_item"], rows["product_sum"], strict=True)
        products = {(str(one), str(other)): int(total) for one, other, total in pairs}
        return item_covariances(tuple(sums), self.children(group, scale), sums, products)
