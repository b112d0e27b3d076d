"""The table `wave_changes`: what may be said between a wave and the one before it in a province.

Belongs here: the table's shape, and which analysis needs which permission. Does not belong here: permissions
(`wave_pairs`), arithmetic (`wave_differences`, `linked_changes`, `difference_in_change`).
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import pandas as pd

from lbc_assets.stats.refusal import StatisticsRefused, WaveReason
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.variables import CENTRE_ATTENDANCE, MIGRATION_STATUS, OUTCOMES
from lbc_assets.stats.waves.difference_in_change import (
    ATTENDER,
    CONTROL,
    has_both_arms,
    linked_difference,
    unlinked_difference,
)
from lbc_assets.stats.waves.linked_changes import ancova, mixed_model, paired_change
from lbc_assets.stats.waves.linked_children import linked_pairs, read_children
from lbc_assets.stats.waves.wave_cells import read_cells
from lbc_assets.stats.waves.wave_differences import age_adjusted_difference
from lbc_assets.stats.waves.wave_pairs import (
    WavePair,
    neighbours,
    read_waves,
    require_frame,
    require_linking,
    require_order,
)

COLUMNS = (
    "province",
    "wave_before",
    "wave_after",
    "data_origin",
    "analysis",
    "outcome",
    "term",
    "level",
    "reference",
    "estimate",
    "std_dev",
    "std_error",
    "statistic",
    "df",
    "p_value",
    "conf_low",
    "conf_high",
    "n",
    "n_before",
    "n_after",
    "villages",
    "assumption",
    "status",
    "reason",
)
LATER: Row = {"term": "wave", "level": "later", "reference": "earlier"}
ARMS: Row = {"term": CENTRE_ATTENDANCE.variable, "level": ATTENDER, "reference": CONTROL}
GROUPS: tuple[Row, ...] = tuple(
    {"term": MIGRATION_STATUS.variable, "level": level, "reference": MIGRATION_STATUS.reference}
    for level in MIGRATION_STATUS.compared_levels
)


@dataclass(frozen=True)
class _Data:
    """One pair of waves: its cells, its children, and the pairs of linked children or why there are none."""

    pair: WavePair
    before: pd.DataFrame
    after: pd.DataFrame
    children: pd.DataFrame
    linked: pd.DataFrame | StatisticsRefused

    def pairs(self) -> pd.DataFrame:
        """Linked children. StatisticsRefused: no approval, or nobody."""
        if isinstance(self.linked, StatisticsRefused):
            raise self.linked
        return self.linked


@dataclass(frozen=True)
class _Analysis:
    """`terms` are the rows that it has, refused or not; `rows` their numbers, in the same order."""

    name: str
    terms: tuple[Row, ...]
    assumption: str
    rows: Callable[[_Data, str], list[Row]]


def wave_changes(waves: pd.DataFrame, cells: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Each analysis of each score, for each wave and the one before it in a province: numbers or a reason.

    `waves`: see `wave_pairs.read_waves`; `cells`: see `wave_cells.read_cells`; `children`: see
    `linked_children.read_children`. ValueError if they break their contract. In points of the score; p values are not
    corrected for their number.
    """
    return tidy(_rows(waves, read_cells(cells), read_children(children)), COLUMNS)


def _rows(waves: pd.DataFrame, cells: pd.DataFrame, children: pd.DataFrame) -> Iterator[Row]:
    present = cells[["wave", "province"]].drop_duplicates().itertuples(index=False, name=None)
    for pair in neighbours(read_waves(waves), present):
        data = _data(pair, cells, children)
        for analysis in ANALYSES:
            for outcome in OUTCOMES:
                yield from _analysis_rows(analysis, outcome, data)


def _data(pair: WavePair, cells: pd.DataFrame, children: pd.DataFrame) -> _Data:
    there = cells[cells["province"] == pair.province]
    linked: pd.DataFrame | StatisticsRefused
    try:
        require_linking(pair)
        linked = linked_pairs(children, pair)
    except StatisticsRefused as refusal:
        linked = refusal
    before, after = (there[there["wave"] == wave.wave] for wave in (pair.before, pair.after))
    return _Data(pair, before, after, children, linked)


def _analysis_rows(analysis: _Analysis, outcome: str, data: _Data) -> Iterator[Row]:
    labels: Row = {
        "province": data.pair.province,
        "wave_before": data.pair.before.wave,
        "wave_after": data.pair.after.wave,
        "data_origin": data.pair.data_origin,
        "analysis": analysis.name,
        "outcome": outcome,
        "assumption": analysis.assumption,
    }
    try:
        require_order(data.pair)
        numbers = analysis.rows(data, outcome)
    except StatisticsRefused as refusal:
        numbers = [refused(refusal)] * len(analysis.terms)
    for term, row in zip(analysis.terms, numbers, strict=True):
        yield {**labels, **term, **row}


def _difference_between_waves(data: _Data, outcome: str) -> list[Row]:
    require_frame(data.pair)
    test, n_before, n_after = age_adjusted_difference(data.before, data.after, outcome)
    return [{**asdict(test), "n": n_before + n_after, "n_before": n_before, "n_after": n_after, **OK}]


def _paired_change(data: _Data, outcome: str) -> list[Row]:
    change = paired_change(data.pairs(), outcome)
    return [{**asdict(change.test), "std_dev": change.std_dev, **_children(change.pairs), **OK}]


def _ancova(data: _Data, outcome: str) -> list[Row]:
    fitted, estimates = ancova(data.pairs(), outcome)
    return [{**asdict(estimates[str(term["level"])]), **_children(fitted.n), **OK} for term in GROUPS]


def _mixed_model(data: _Data, outcome: str) -> list[Row]:
    model = mixed_model(data.pairs(), outcome)
    counts: Row = {"n": model.children, "n_before": model.n_before, "n_after": model.n_after}
    return [{**asdict(test), **counts, **OK} for test in (model.later, *model.groups.values())]


def _difference_in_change(data: _Data, outcome: str) -> list[Row]:
    """By linked children where there are any; else by two cross-sections of one frame, if both knew the arms."""
    observed = {wave.wave: data.children[_in(data, wave.wave)] for wave in (data.pair.before, data.pair.after)}
    if not has_both_arms(observed[data.pair.after.wave]):
        raise StatisticsRefused(WaveReason.NO_ARMS)
    if not isinstance(data.linked, StatisticsRefused):
        found = linked_difference(data.linked, outcome)
        n = found.n_after
    elif not has_both_arms(observed[data.pair.before.wave]):
        raise StatisticsRefused(WaveReason.ARM_NOT_OBSERVED_BEFORE)
    else:
        require_frame(data.pair)
        found = unlinked_difference(data.children, data.pair, outcome)
        n = found.n_before + found.n_after
    counts = {"n": n, "n_before": found.n_before, "n_after": found.n_after, "villages": found.villages}
    return [{**asdict(found.test), **counts, **OK}]


def _in(data: _Data, wave: str) -> pd.Series:
    return (data.children["wave"] == wave) & (data.children["province"] == data.pair.province)


def _children(n: int) -> Row:
    """Of linked children: as many before as after."""
    return {"n": n, "n_before": n, "n_after": n}


ANALYSES = (
    _Analysis("difference_between_waves", (LATER,), "drawn_alike_from_one_frame", _difference_between_waves),
    _Analysis("paired_change", (LATER,), "change_includes_growing_older", _paired_change),
    _Analysis("ancova", GROUPS, "earlier_score_measured_with_error", _ancova),
    _Analysis("mixed_model", (LATER, *GROUPS), "change_includes_growing_older", _mixed_model),
    _Analysis("difference_in_change", (ARMS,), "parallel_trends_not_testable", _difference_in_change),
)
