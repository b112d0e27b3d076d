"""What is stale for a wave: one answer for the sensor, the schedule and ``lbc refresh``.

Belongs here: comparing a draft with the flow's code and the wave's delivery. Does not belong here:
launching anything (``sensors.py``, ``schedules.py``, ``cli/``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from lbc_assets.warehouse.flow import PUBLISHED, flow
from lbc_assets.warehouse.snapshots import Snapshot

NEW, CODE = "not made yet", "its code has changed"


@dataclass(frozen=True)
class Plan:
    """Steps to run, in order, with the reason for each; steps that wait behind a table held back.

    ``key`` names this plan: equal plans of equal drafts, equal keys. ``can_wait``: nothing came, and nothing was
    interrupted; only the code has changed since the wave was published.
    """

    wave: str
    stale: dict[str, str]
    blocked: tuple[str, ...]
    key: str
    can_wait: bool = False

    @property
    def is_held(self) -> bool:
        """True when nothing can run, because a gate holds the wave back and nothing has changed since."""
        return bool(self.blocked) and not self.stale


def inputs_of(step: str, draft: Snapshot, delivery: tuple[str, str]) -> dict[str, str]:
    """What the step would be made from now: data versions by input (``delivery``: sha256 of bytes and content)."""
    if flow()[step].layer == "raw":
        return {"delivery": delivery[0], "content": delivery[1]}
    return {name: draft.entries[name].data_version for name in flow()[step].reads if name in draft.entries}


def _contents(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    return {name: (entry.data_version, entry.code_version) for name, entry in snapshot.entries.items()}


def plan(wave: str, delivery: tuple[str, str], draft: Snapshot, current: Snapshot | None) -> Plan:
    """Compare code, inputs and content. ``delivery`` is (delivery_sha256, content_sha256).

    A step runs when it never ran, its code changed, or its inputs did. New bytes with equal content make
    the raw tables again (their provenance is new) and nothing behind them.
    """
    stale: dict[str, str] = {}
    changing: set[str] = set()
    blocked: list[str] = []
    for name, step in flow().items():
        if name == PUBLISHED:
            continue
        if any(read in blocked for read in step.reads):
            blocked.append(name)
            continue
        entry, held = draft.entries.get(name), draft.held.get(name)
        inputs = inputs_of(name, draft, delivery)
        renewed = any(read in changing for read in step.reads)
        if held and not renewed and (held.inputs, held.code_version) == (inputs, step.code_version):
            blocked.append(name)
        elif held:
            stale[name] = "was held back, and what it is made of has changed"
            changing.add(name)
        elif entry is None:
            stale[name] = NEW
            changing.add(name)
        elif entry.code_version != step.code_version:
            stale[name] = CODE
            changing.add(name)
        elif renewed or entry.inputs != inputs:
            same_content = step.layer == "raw" and entry.inputs.get("content") == inputs["content"]
            stale[name] = "delivered again with equal content" if same_content else "its inputs have changed"
            if not same_content:
                changing.add(name)
    if blocked:
        blocked.append(PUBLISHED)
    elif changing or current is None or _contents(current) != _contents(draft):
        stale[PUBLISHED] = "the draft is not published"
    answer = json.dumps([wave, delivery, sorted(stale), draft.model_dump(mode="json")], sort_keys=True)
    can_wait = current is not None and bool(stale) and _only_code(stale, changing, current)
    return Plan(wave, stale, tuple(blocked), hashlib.sha256(answer.encode()).hexdigest()[:16], can_wait)


def _only_code(stale: dict[str, str], changing: set[str], current: Snapshot) -> bool:
    """Whether all that is stale is so by changed code, or by what that renews (a new step is code, too)."""
    causes = [name for name in stale if not any(read in changing for read in flow()[name].reads)]
    return all(stale[name] == CODE or (stale[name] == NEW and name not in current.entries) for name in causes)
