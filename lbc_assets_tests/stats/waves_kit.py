"""Invented waves for tests of what is said between them: manifests' facts, cells and children from waves.csv."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from lbc_assets.stats.variables import OUTCOMES
from lbc_assets.stats.waves.wave_cells import CELL_KEYS
from lbc_assets.stats.waves.wave_pairs import WAVE_COLUMNS

ORACLE = Path(__file__).with_name("oracle")


def all_children() -> pd.DataFrame:
    """The children that R has seen."""
    return pd.read_csv(ORACLE / "waves.csv")


def manifests(**changes: dict[str, Any]) -> pd.DataFrame:
    """Two waves of one frame, linked by one key; `w2={...}` changes what the manifest of w2 says."""
    said = [
        ("w1", "synthetic", "frame", "register", "2015-03-01", "2015-12-20", True),
        ("w2", "synthetic", "frame", "register", "2017-02-01", "2017-03-31", True),
    ]
    rows = [dict(zip(WAVE_COLUMNS, row, strict=True)) for row in said]
    rows += [{"wave": name, "is_published": True} for name in changes if name not in ("w1", "w2")]
    return pd.DataFrame([row | changes.get(row["wave"], {}) for row in rows], columns=list(WAVE_COLUMNS))


def cells_of(children: pd.DataFrame) -> pd.DataFrame:
    """What the warehouse's SQL makes of the children."""
    work = children[list(CELL_KEYS)].copy()
    work["children"] = 1
    for outcome in OUTCOMES:
        score = children[f"{outcome}_score"]
        work[f"n_{outcome}"] = score.notna().astype(int)
        work[f"sum_{outcome}"] = score.fillna(0).astype(int)
        work[f"squares_{outcome}"] = (score.fillna(0) ** 2).astype(int)
    return work.groupby(list(CELL_KEYS), dropna=False).sum().reset_index()
