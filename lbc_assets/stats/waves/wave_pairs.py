"""Which waves are compared, and which comparisons their manifests allow.

Belongs here: what is known of a wave, neighbours within a province, the refusals that follow from manifests. Does not
belong here: scores, tests (`wave_differences`, `linked_changes`, `difference_in_change`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from lbc_assets.stats.refusal import StatisticsRefused, WaveReason
from lbc_assets.stats.variables import PROVINCE

WAVE_COLUMNS = (
    "wave",
    "data_origin",
    "sampling_frame",
    "linking_key",
    "survey_first_date",
    "survey_last_date",
    "is_published",
)


@dataclass(frozen=True)
class Wave:
    """What a wave's manifest says; `linking_key` names the approved key, None without approval.

    Dates are ISO text (2017-03-01), which sorts as dates do. Nothing but the name is known of a wave that was
    not published.
    """

    wave: str
    data_origin: str | None
    sampling_frame: str | None
    linking_key: str | None
    survey_first_date: str | None
    survey_last_date: str | None
    is_published: bool


@dataclass(frozen=True)
class WavePair:
    """A wave and the one before it in one province."""

    province: str
    before: Wave
    after: Wave

    @property
    def data_origin(self) -> str:
        """The waves' origin, 'mixed' where they differ."""
        return str(self.after.data_origin) if self.before.data_origin == self.after.data_origin else "mixed"


def read_waves(frame: pd.DataFrame) -> tuple[Wave, ...]:
    """The waves in order of time, then of name; those that are not published come last.

    `frame`: one row a wave, columns WAVE_COLUMNS. ValueError: a column is absent or a wave stands twice.
    """
    if absent := [name for name in WAVE_COLUMNS if name not in frame]:
        raise ValueError(f"the waves have no column {absent[0]!r}")
    if frame["wave"].duplicated().any():
        raise ValueError("a wave stands there more than once")
    waves = []
    for name, *texts, is_published in frame[list(WAVE_COLUMNS)].itertuples(index=False, name=None):
        origin, frame_id, key, first, last = (None if pd.isna(text) else str(text) for text in texts)
        waves.append(Wave(str(name), origin, frame_id, key, first, last, bool(is_published)))
    return tuple(sorted(waves, key=lambda w: (not w.is_published, _time(w), w.wave)))


def _time(wave: Wave) -> tuple[str, str]:
    return wave.survey_first_date or "", wave.survey_last_date or ""


def neighbours(waves: Iterable[Wave], present: Iterable[tuple[str, str]]) -> tuple[WavePair, ...]:
    """Within each province, each wave with the next one there. `present`: (wave, province) with children."""
    published, seen = [wave for wave in waves if wave.is_published], set(present)
    return tuple(
        WavePair(province, before, after)
        for province in PROVINCE.levels
        for before, after in pairwise(wave for wave in published if (wave.wave, province) in seen)
    )


def require_order(pair: WavePair) -> None:
    """StatisticsRefused where nothing may be said of a change: different origins, or surveys that overlap."""
    if pair.before.data_origin != pair.after.data_origin:
        raise StatisticsRefused(WaveReason.DATA_ORIGINS_DIFFER)
    if str(pair.before.survey_last_date) >= str(pair.after.survey_first_date):
        raise StatisticsRefused(WaveReason.SURVEYS_OVERLAP)


def require_frame(pair: WavePair) -> None:
    """StatisticsRefused unless both manifests declare one sampling frame."""
    if pair.before.sampling_frame is None or pair.before.sampling_frame != pair.after.sampling_frame:
        raise StatisticsRefused(WaveReason.SAMPLING_FRAMES_DIFFER)


def require_linking(pair: WavePair) -> None:
    """StatisticsRefused unless both manifests approve of linking, by one key."""
    if pair.before.linking_key is None or pair.after.linking_key is None:
        raise StatisticsRefused(WaveReason.NO_APPROVED_LINKING_KEY)
    if pair.before.linking_key != pair.after.linking_key:
        raise StatisticsRefused(WaveReason.LINKING_KEYS_DIFFER)
