"""The table `wave_descriptions`: every wave described, whatever may be compared.

Belongs here: the table's shape. Does not belong here: tests between waves (`wave_changes`).
"""

from collections.abc import Iterator

import pandas as pd

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused, WaveReason
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.variables import MIGRATION_STATUS, OUTCOMES
from lbc_assets.stats.waves.wave_cells import Moments, age_moments, read_cells, score_moments
from lbc_assets.stats.waves.wave_pairs import Wave, read_waves

COLUMNS = (
    "wave",
    "data_origin",
    "sampling_frame",
    "survey_first_date",
    "survey_last_date",
    "province",
    "migration_status",
    "variable",
    "n",
    "estimate",
    "std_dev",
    "minimum",
    "maximum",
    "status",
    "reason",
)
ALL = "all"
CHILDREN = "children"


def wave_descriptions(waves: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Children, age and scores by wave, province and migration status; a wave that is not published is named.

    `waves`: see `wave_pairs.read_waves`; `cells`: see `wave_cells.read_cells`. ValueError if they break their
    contract. Means in years or points; the range is given of ages, and only of a province's children together.
    """
    return tidy(_rows(read_waves(waves), read_cells(cells)), COLUMNS)


def _rows(waves: tuple[Wave, ...], cells: pd.DataFrame) -> Iterator[Row]:
    for wave in waves:
        labels: Row = {
            "wave": wave.wave,
            "data_origin": wave.data_origin,
            "sampling_frame": wave.sampling_frame,
            "survey_first_date": wave.survey_first_date,
            "survey_last_date": wave.survey_last_date,
        }
        mine = cells[cells["wave"] == wave.wave]
        whole: Row = {**labels, "province": ALL, "migration_status": ALL, "variable": CHILDREN}
        if not wave.is_published:
            yield {**whole, **refused(StatisticsRefused(WaveReason.NOT_PUBLISHED))}
            continue
        yield {**whole, "n": int(mine["children"].sum()), **OK}
        for province in sorted(mine["province"].unique()):
            there = mine[mine["province"] == province]
            for group in (*MIGRATION_STATUS.levels, ALL):
                chosen = there if group == ALL else there[there["migration_status"] == group]
                place: Row = {**labels, "province": province, "migration_status": group}
                yield from _group_rows(place, chosen, with_range=group == ALL)


def _group_rows(place: Row, cells: pd.DataFrame, *, with_range: bool) -> Iterator[Row]:
    yield {**place, "variable": CHILDREN, "n": int(cells["children"].sum()), **OK}
    ages = cells["age_years"].dropna()
    limits: Row = {}
    if with_range and len(ages):
        limits = {"minimum": float(ages.min()), "maximum": float(ages.max())}
    yield {**place, "variable": "age_years", **_moment_row(age_moments(cells)), **limits}
    for outcome in OUTCOMES:
        yield {**place, "variable": f"{outcome}_score", **_moment_row(score_moments(cells, outcome))}


def _moment_row(moments: Moments) -> Row:
    if moments.n < 2:
        reason = RefusalReason.TOO_FEW_ROWS if moments.n else RefusalReason.NO_COMPLETE_CASES
        return {"n": moments.n, **refused(StatisticsRefused(reason))}
    return {"n": moments.n, "estimate": moments.mean, "std_dev": moments.std_dev, **OK}
