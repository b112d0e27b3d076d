"""The one state in which a delivery is seen, from the ledger's answer and what the gates said behind the door.

Belongs here: the states, and the first that fits. Does not belong here: finding answers (``door.py``), showing them
(``cli/``, ``assets/``).
"""

from __future__ import annotations

import enum

from lbc_assets.intake.fates import NOTES, REMEDIES
from lbc_assets.intake.ledger import Answer
from lbc_assets.warehouse.snapshots import Snapshot


class State(enum.Enum):
    """A delivery's state, the first that fits."""

    REJECTED = "rejected"
    HELD = "held"
    QUARANTINED = "quarantined"
    WARNED = "accepted with warnings"
    ACCEPTED = "accepted"


WHAT_TO_DO = {
    State.REJECTED: "Mend what is named here, and deliver again.",
    State.HELD: "Look at the failed checks (UI, or 'lbc status'), mend the data, and deliver again.",
    State.QUARANTINED: "Write the held rows to a file ('lbc quarantine WAVE'), mend them, and deliver again.",
    State.WARNED: "Nothing has to be done; look at the warnings.",
    State.ACCEPTED: "Nothing.",
}


def _is_of(answer: Answer, draft: Snapshot) -> bool:
    """Whether the wave's draft was made of this delivery."""
    entry = draft.entries.get("raw_responses") or draft.held.get("raw_responses")
    return entry is not None and entry.inputs.get("delivery") == answer.delivery_sha256


def state_of(answer: Answer, draft: Snapshot) -> State:
    """The state of one answer; ``draft`` is that of its wave. One that another delivery replaced keeps its last."""
    if answer.is_rejected:
        return State.REJECTED
    if answer.ended is not None:
        return State(answer.ended)
    if draft.held and _is_of(answer, draft):
        return State.HELD
    if any(file.quarantined for file in answer.files):
        return State.QUARANTINED
    return State.WARNED if warnings_of(answer, draft) else State.ACCEPTED


def warnings_of(answer: Answer, draft: Snapshot) -> dict[str, int]:
    """Warnings by code: rows that say nothing new, answers that no code allows, checks that warn."""
    warned = {"identical_copy": sum(r.rows or 0 for r in answer.reasons if r.code == "identical_copy")}
    if answer.ended is None and _is_of(answer, draft):
        issues = draft.entries.get("stg_value_issues")
        warned["unreadable_answers"] = issues.rows if issues else 0
        for entry in draft.entries.values():
            for gate in entry.gates:
                if not gate.passed:
                    warned[gate.check] = warned.get(gate.check, 0) + gate.failing_rows
    return {code: number for code, number in warned.items() if number}


def remedy_of(code: str) -> str:
    """What can be done about rows that were held back or dropped for this reason."""
    return REMEDIES.get(code) or NOTES.get(code, "")
