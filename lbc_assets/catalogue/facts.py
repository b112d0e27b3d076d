"""What the warehouse knows of each wave that the catalogue tells: counts of rows, what gates said, codebooks.

Belongs here: reading it, as plain data; aggregates and codes only. Does not belong here: pages (``pages.py``), the
graph. A wave whose files are damaged is told of with what its manifests say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from lbc_assets.warehouse import gate_history
from lbc_assets.warehouse.files import FileDamaged
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.gate_history import Judged
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES, GateOutcome, Held, Snapshot
from lbc_assets.warehouse.store import Warehouse

HISTORY_SHOWN = 400
_CODEBOOK = "SELECT wave, variable, source_column, code, value, status FROM raw_codebook ORDER BY wave, variable, code"


@dataclass(frozen=True)
class Code:
    """A code of a wave's files and what it means; ``value`` is None for a code that declares a missing answer."""

    code: str
    value: str | None


@dataclass(frozen=True)
class Asked:
    """How a wave asked for a field: the column of its files, and the codes there."""

    column: str
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class WaveFacts:
    """One wave (or what is made between waves): what is served, what is held, what gates said.

    ``codebook`` is None where nothing is served, or its file is damaged. ``gates``: of each table's last candidate.
    """

    wave: str
    snapshot: str | None
    is_synthetic: bool
    rows: Mapping[str, int]
    gates: Mapping[str, tuple[GateOutcome, ...]]
    held: Mapping[str, Held]
    history: tuple[Judged, ...]
    codebook: Mapping[str, Asked] | None

    @property
    def state(self) -> str:
        """In one word."""
        return "held back" if self.held else "published" if self.snapshot else "not published"

    @property
    def is_between(self) -> bool:
        """Whether it is no wave but what is made of all of them."""
        return self.wave == BETWEEN_WAVES

    @property
    def name(self) -> str:
        """What it is called on pages."""
        return "between waves" if self.is_between else self.wave


def facts_of(store: Warehouse) -> tuple[WaveFacts, ...]:
    """Every wave; those that are held come first, what is made of all waves comes last."""
    snapshots = store.snapshots
    waves = [*snapshots.waves(), *([BETWEEN_WAVES] if snapshots.current(BETWEEN_WAVES) else [])]
    found = [_facts(store, wave) for wave in waves]
    return tuple(sorted(found, key=lambda one: (one.is_between, not one.held, one.wave)))


def _facts(store: Warehouse, wave: str) -> WaveFacts:
    current, draft = store.snapshots.current(wave), store.snapshots.draft(wave)
    codebook, is_synthetic = _delivered(store, current) if current else (None, False)
    in_order = [name for name in flow() if name in draft.entries]
    in_order += [name for name in draft.entries if name not in in_order]
    judged = gate_history.newest(store.snapshots.folder(wave))
    return WaveFacts(
        wave=wave,
        snapshot=current.id if current else None,
        is_synthetic=is_synthetic,
        rows={name: e.rows for name, e in current.entries.items() if e.suffix == "parquet"} if current else {},
        gates={name: draft.entries[name].gates for name in in_order},
        held=draft.held,
        history=tuple(islice(judged, HISTORY_SHOWN)),
        codebook=codebook,
    )


def _delivered(store: Warehouse, snapshot: Snapshot) -> tuple[dict[str, Asked] | None, bool]:
    """The wave's codebook, and whether its children are synthetic."""
    if not {"raw_codebook", "raw_deliveries"} <= snapshot.entries.keys():
        return None, False
    try:
        connection = store.open_waves({snapshot.wave: snapshot}, ("raw_codebook", "raw_deliveries"))
    except FileDamaged:
        return None, False
    with connection:
        rows = connection.execute(_CODEBOOK).fetchall()
        origins = connection.execute("SELECT data_origin FROM raw_deliveries").fetchall()
    asked: dict[str, Asked] = {}
    for _, variable, column, code, value, status in rows:
        known = asked.get(variable, Asked(column or "", ()))
        codes = () if code is None else (Code(code, value if status == "value" else None),)
        asked[variable] = Asked(known.column, known.codes + codes)
    return asked, ("synthetic",) in origins
