"""The table `scale_reliability`: alpha, omega and the one-factor fit of each scale, floor and ceiling of its scores.

Belongs here: the table's shape. Does not belong here: the statistics (`psychometrics`, `one_factor`).
"""

from collections.abc import Iterator

import pandas as pd

from lbc_assets.stats.items.one_factor import omega_total, one_factor
from lbc_assets.stats.items.psychometrics import ItemCovariances, cronbach_alpha
from lbc_assets.stats.items.reliability_groups import GROUPS, HIGHEST_SCORE, ITEM_SUMS_COLUMNS, SCALES, ItemSums
from lbc_assets.stats.needs import Reads
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.specs import CONFIDENCE
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy

READS: Reads = {
    "mart_item_sums": ITEM_SUMS_COLUMNS,
    "mart_score_counts": ("migration_status", "scale", "score", "children"),
}
COLUMNS = (
    *("migration_status", "scale", "items", "n", "alpha", "conf_low", "conf_high", "alpha_standardised"),
    *("status", "reason", "omega", "omega_standardised", "statistic", "df", "p_value", "rmsea", "rmsr"),
    *("omega_status", "omega_reason", "n_scored", "floor_percent", "ceiling_percent"),
)


def scale_reliability(item_sums: pd.DataFrame, score_counts: pd.DataFrame) -> pd.DataFrame:
    """One row a migration group and scale. Reliability is of the children who answered every item (`n`), floor and
    ceiling of all who have a score (`n_scored`, prorated ones too).

    `item_sums`: mart_item_sums, `score_counts`: mart_score_counts, of one wave. Alpha and omega are refused each for
    itself: a factor model without a proper solution leaves alpha as it is.
    """
    return tidy(_rows(ItemSums(item_sums), score_counts), COLUMNS)


def _rows(sums: ItemSums, score_counts: pd.DataFrame) -> Iterator[Row]:
    for group in GROUPS:
        for scale in SCALES:
            row: Row = {"migration_status": group, "scale": scale, "n": sums.children(group, scale)}
            row = {**row, **_floor_and_ceiling(score_counts, group, scale)}
            try:
                covariances = sums.covariances(group, scale)
            except StatisticsRefused as why:
                yield {**row, **refused(why), **_omega_refused(why)}
                continue
            yield {**row, "items": len(covariances.items), **_alpha(covariances), **_omega(covariances)}


def _alpha(covariances: ItemCovariances) -> Row:
    try:
        found = cronbach_alpha(covariances, CONFIDENCE)
    except StatisticsRefused as why:
        return refused(why)
    return {
        "alpha": found.alpha,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "alpha_standardised": found.standardised,
        **OK,
    }


def _omega(covariances: ItemCovariances) -> Row:
    try:
        fitted = one_factor(covariances)
        omega = omega_total(covariances, fitted)
    except StatisticsRefused as why:
        return _omega_refused(why)
    return {
        "omega": omega.omega,
        "omega_standardised": omega.standardised,
        "statistic": fitted.chi_square,
        "df": float(fitted.df),
        "p_value": fitted.p_value,
        "rmsea": fitted.rmsea,
        "rmsr": fitted.rmsr,
        "omega_status": "ok",
        "omega_reason": None,
    }


def _omega_refused(why: StatisticsRefused) -> Row:
    return {"omega_status": "refused", "omega_reason": why.reason.value}


def _floor_and_ceiling(score_counts: pd.DataFrame, group: str, scale: str) -> Row:
    chosen = score_counts["scale"] == scale
    if group != "all":
        chosen &= score_counts["migration_status"] == group
    rows = score_counts[chosen]
    scored = int(rows["children"].sum())
    if not scored:
        return {"n_scored": 0}
    at = {score: int(rows.loc[rows["score"] == score, "children"].sum()) for score in (0, HIGHEST_SCORE[scale])}
    floor, ceiling = at.values()
    return {"n_scored": scored, "floor_percent": 100 * floor / scored, "ceiling_percent": 100 * ceiling / scored}
