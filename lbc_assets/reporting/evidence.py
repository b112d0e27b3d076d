"""What a table's numbers are evidence of, as its mark on a synthetic wave.

Belongs here: the rows' column `evidence` to one mark a table, and its words. Does not belong here: which results are
calibrated (the tables' maker), the badge (templates).
"""

from __future__ import annotations

from collections.abc import Iterable

from lbc_assets.reporting.rows import Row

CALIBRATED, ARTEFACT, PRINTED = "calibrated", "artefact", "printed"
# of printed numbers alone: nothing of the wave is in them, synthetic or not
OF_PRINT = "from printed numbers only"
WORDS = {CALIBRATED: "calibrated", ARTEFACT: "artefact of the generator", PRINTED: OF_PRINT}
IN_PART = "calibrated in part"


def mark(rows: Iterable[Row]) -> str:
    """The words for all rows together; '' for a collected wave, and where there is no row.

    ValueError: an evidence without words.
    """
    kinds = {row["evidence"] for row in rows} - {"collected"}
    if not kinds <= set(WORDS):
        raise ValueError("evidence is collected, calibrated, artefact or printed")
    return IN_PART if len(kinds) > 1 else "".join(WORDS[kind] for kind in kinds)


def artefact_note(rows: Iterable[Row]) -> str:
    """The words for a part of a table that is calibrated elsewhere: said of artefacts only."""
    words = mark(rows)
    return words if words == WORDS[ARTEFACT] else ""
