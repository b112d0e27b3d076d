"""What is made of all waves together: its steps, the waves it can read, and whether it is stale.

Belongs here: the plan. Does not belong here: a wave's own flow (``flow.py``, ``planner.py``), statistics, launching.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.files import FileDamaged
from lbc_assets.warehouse.flow import PUBLISHED, Step, statistics_version, with_contract
from lbc_assets.warehouse.models import load_project
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES, Snapshot
from lbc_assets.warehouse.store import Warehouse

LAYER = "between_waves"
# What is read of each published wave.
READ = ("raw_deliveries", "raw_links", "mart_analysis_cohort")
# table -> which of the queries its function takes after the waves
QUERIES = {"wave_descriptions": ("wave_cells",), "wave_changes": ("wave_cells", "wave_children")}
WAVES_FEWEST = 2
NOT_PUBLISHED = "not_published"


@functools.cache
def steps() -> dict[str, Step]:
    """Every step by name; each reads published waves, so that a wave at work or held is as it was last served."""
    analyses = load_project().analyses
    queries = sorted({query for of_table in QUERIES.values() for query in of_table})
    code = hashlib.sha256("\x1f".join([statistics_version(), *(analyses[q].code_version for q in queries)]).encode())
    names = [table.name for table in load_tables().values() if table.layer == LAYER]
    return {name: Step(name, LAYER, (PUBLISHED,), with_contract(name, code.hexdigest())) for name in names}


@dataclass(frozen=True)
class BetweenPlan:
    """Steps to run with the reason for each, and those that a gate holds; ``published``: how many waves are."""

    published: int
    stale: dict[str, str]
    held: tuple[str, ...]
    key: str

    @property
    def state(self) -> str:
        """In one word."""
        if self.published < WAVES_FEWEST:
            return "nothing_to_compare"
        return "stale" if self.stale else "held" if self.held else "published"


def inputs_between(store: Warehouse, waves: Sequence[str]) -> dict[str, str]:
    """Data versions of what is served of each wave now; a wave that is not served is named too."""
    inputs = {}
    for wave in waves:
        current = store.snapshots.current(wave)
        if current is None:
            inputs[wave] = NOT_PUBLISHED
            continue
        inputs |= {f"{wave}/{name}": current.entries[name].data_version for name in READ if name in current.entries}
    return inputs


def plan_between(store: Warehouse, waves: Sequence[str]) -> BetweenPlan:
    """What is stale. With fewer than two published waves nothing is: there is nothing to compare."""
    inputs = inputs_between(store, waves)
    published = sum(inputs.get(wave) != NOT_PUBLISHED for wave in waves)
    draft = store.snapshots.draft(BETWEEN_WAVES)
    stale: dict[str, str] = {}
    held: list[str] = []
    for name, step in steps().items() if published >= WAVES_FEWEST else ():
        entry, note = draft.entries.get(name), draft.held.get(name)
        known = note or entry
        if known is None:
            stale[name] = "not made yet"
        elif known.code_version != step.code_version:
            stale[name] = "its code has changed"
        elif known.inputs != inputs:
            stale[name] = "what is published has changed"
        elif note is not None:
            held.append(name)
    said = json.dumps([inputs, {name: steps()[name].code_version for name in stale}], sort_keys=True)
    return BetweenPlan(published, stale, tuple(held), hashlib.sha256(said.encode()).hexdigest()[:16])


def served(store: Warehouse, waves: Sequence[str]) -> dict[str, Snapshot]:
    """The published snapshots of which all that is read is whole; a wave with a damaged file is left out."""
    snapshots = {}
    for wave in waves:
        current = store.snapshots.current(wave)
        if current is None:
            continue
        try:
            for name in READ:
                if name in current.entries:
                    store.path(name, current.entries[name])
        except FileDamaged:
            continue
        snapshots[wave] = current
    return snapshots
