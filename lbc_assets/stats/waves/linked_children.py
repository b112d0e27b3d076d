"""Children who were observed more than once: one row a child of two waves.

Belongs here: reading the children whom an approved key links, or whose arm is known, and pairing them. Does not belong
here: whether they may be paired (`wave_pairs.require_linking`), tests (`linked_changes`, `difference_in_change`).
"""

import numpy as np
import pandas as pd

from lbc_assets.stats.refusal import StatisticsRefused, WaveReason
from lbc_assets.stats.variables import AGE, CENTRE_ATTENDANCE, MIGRATION_STATUS, OUTCOMES, SEX
from lbc_assets.stats.waves.wave_pairs import WavePair

LINK = "linked_pseudonym"
VILLAGE = "village"
SCORES = tuple(f"{outcome}_score" for outcome in OUTCOMES)
TEXTS = (
    "wave",
    "child_pseudonym",
    "province",
    LINK,
    MIGRATION_STATUS.variable,
    SEX.variable,
    CENTRE_ATTENDANCE.variable,
    VILLAGE,
)
CHILD_COLUMNS = (*TEXTS, AGE.variable, *SCORES)


def read_children(frame: pd.DataFrame) -> pd.DataFrame:
    """The children in an order that does not depend on the rows'; scores and ages as float.

    `frame`: analysed children of all waves who are linked (`linked_pseudonym`) or whose arm is known
    (`centre_attendance`), columns CHILD_COLUMNS. ValueError: a column is absent, a child stands twice in a wave, or
    a linked pseudonym does.
    """
    if absent := [name for name in CHILD_COLUMNS if name not in frame]:
        raise ValueError(f"the children have no column {absent[0]!r}")
    linked = frame[frame[LINK].notna()]
    if frame.duplicated(["wave", "child_pseudonym"]).any() or linked.duplicated(["wave", LINK]).any():
        raise ValueError("a child, or a linked pseudonym, stands twice in a wave")
    numbers = {name: frame[name].to_numpy(np.float64, na_value=np.nan) for name in (AGE.variable, *SCORES)}
    texts = {name: frame[name].astype(object).where(frame[name].notna(), None) for name in TEXTS}
    return pd.DataFrame({**texts, **numbers}).sort_values(["wave", "child_pseudonym"]).reset_index(drop=True)


def linked_pairs(children: pd.DataFrame, pair: WavePair) -> pd.DataFrame:
    """One row a child who was analysed in both waves, in this province both times.

    Columns: `child_pseudonym` (the linked one), `sex`, `age_years` and `migration_status` as of the earlier wave,
    `later_migration_status`, `centre_attendance` and `village` as of the later one, and of each score
    `earlier_<score>`, `later_<score>` and `change_<score>` (later minus earlier, points). StatisticsRefused: nobody.
    """
    there = children[(children["province"] == pair.province) & children[LINK].notna()]
    before, after = (there[there["wave"] == wave.wave].set_index(LINK) for wave in (pair.before, pair.after))
    both = before.index.intersection(after.index).sort_values()
    if not len(both):
        raise StatisticsRefused(WaveReason.NO_LINKED_CHILDREN)
    before, after = before.loc[both], after.loc[both]
    paired = before[[SEX.variable, AGE.variable, MIGRATION_STATUS.variable]].copy()
    paired[f"later_{MIGRATION_STATUS.variable}"] = after[MIGRATION_STATUS.variable]
    for name in (CENTRE_ATTENDANCE.variable, VILLAGE):
        paired[name] = after[name]
    for score in SCORES:
        paired[f"earlier_{score}"], paired[f"later_{score}"] = before[score], after[score]
        paired[f"change_{score}"] = after[score] - before[score]
    return paired.rename_axis("child_pseudonym").reset_index()
