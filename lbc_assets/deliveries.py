"""The list of deliveries: one row a file, with the state in which its delivery is, for the terminal and for Dagster.

Belongs here: putting ledger and gates together. Does not belong here: either of them (``intake/``, ``warehouse/``),
layout (``cli/``, ``assets/``).
"""

from __future__ import annotations

from typing import Any

from lbc_assets.intake.ledger import NAMELESS, Answer, Ledger
from lbc_assets.intake.states import WHAT_TO_DO, State, remedy_of, state_of, warnings_of
from lbc_assets.warehouse.snapshots import Snapshot
from lbc_assets.warehouse.store import Warehouse

COLUMNS = (
    "wave",
    "version",
    "received",
    "file",
    "sha256",
    "state",
    "rows_in",
    "published",
    "quarantined",
    "collapsed",
    "without_consent",
    "changes",
    "reasons",
    "what_to_do",
)


def _draft(store: Warehouse, wave: str) -> Snapshot:
    return Snapshot(wave=wave) if wave == NAMELESS else store.snapshots.draft(wave)


def _reasons(answer: Answer, state: State, draft: Snapshot) -> str:
    said = [f"{r.code} ({r.rows})" if r.rows is not None else f"{r.place}: {r.code}" for r in answer.reasons]
    if state is State.HELD:
        said += [f"{name}: {g.check} ({g.failing_rows})" for name, held in draft.held.items() for g in held.failed]
    said += [f"{code} ({number})" for code, number in warnings_of(answer, draft).items() if code != "identical_copy"]
    return "; ".join(said)


def _changes(answer: Answer) -> str:
    """Against the version before: counts, never which child or which answer."""
    if answer.changes is None:
        return ""
    said = answer.changes
    counts = (f"{c.children} {name}" for name, c in (("added", said.added), ("removed", said.removed)))
    fields = ", ".join(f"{name} {number}" for name, number in said.fields.items())
    return f"{', '.join(counts)}, {said.changed.children} changed{f' ({fields})' if fields else ''}"


def _what_to_do(answer: Answer, state: State) -> str:
    if state is State.REJECTED:
        return " ".join(dict.fromkeys(reason.remedy for reason in answer.reasons))
    said = [remedy_of(reason.code) for reason in answer.reasons if state is State.QUARANTINED]
    return " ".join(dict.fromkeys([WHAT_TO_DO[state], *(remedy for remedy in said if remedy)]))


def list_deliveries(store: Warehouse, wave: str | None = None) -> list[dict[str, Any]]:
    """Every delivery's files in the order in which they came; a rejected delivery is one row without a file."""
    ledger, rows = Ledger(store.home.deliveries), []
    for key in [wave] if wave else ledger.waves():
        draft = _draft(store, key)
        for answer in ledger.answers(key):
            state = state_of(answer, draft)
            whole = {
                "wave": answer.wave,
                "version": answer.version,
                "received": answer.received.isoformat(timespec="seconds"),
                "state": state.value,
                "changes": _changes(answer),
                "reasons": _reasons(answer, state, draft),
                "what_to_do": _what_to_do(answer, state),
            }
            rows += [
                {
                    **whole,
                    "file": file.path,
                    "sha256": file.sha256,
                    "rows_in": file.rows,
                    "published": file.published,
                    "quarantined": file.quarantined,
                    "collapsed": file.collapsed,
                    "without_consent": file.without_consent,
                }
                for file in answer.files
            ] or [{**dict.fromkeys(COLUMNS), **whole}]
    return sorted(rows, key=lambda row: row["received"])
