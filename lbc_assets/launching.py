"""From deliveries to runs: takes in what lies in the inbox and asks the planner, once for every launcher.

Belongs here: what the sensor, the schedule and ``lbc refresh`` have in common. Does not belong here: the
comparison itself (``warehouse/planner.py``), Dagster's run requests.
"""

from __future__ import annotations

from dataclasses import dataclass

from lbc_assets.intake.door import find_deliveries, latest_delivery, receive
from lbc_assets.intake.rejection import DeliveryRejected
from lbc_assets.warehouse.files import write_json
from lbc_assets.warehouse.planner import Plan, plan
from lbc_assets.warehouse.store import Warehouse


@dataclass(frozen=True)
class Intake:
    """What came of looking into the inbox."""

    received: tuple[str, ...]
    rejected: dict[str, DeliveryRejected]


def take_in(store: Warehouse, waves: tuple[str, ...] = ()) -> Intake:
    """Take in every delivery of the inbox (or of these waves); a rejected one stands in ``quarantine/``."""
    received, rejected = [], {}
    for folder in find_deliveries(store.home.inbox):
        if waves and folder.name not in waves:
            continue
        note = store.home.quarantine / folder.name / "rejected.json"
        try:
            receive(folder, store.home.deliveries)
            received.append(folder.name)
            note.unlink(missing_ok=True)
        except DeliveryRejected as rejection:
            rejected[folder.name] = rejection
            reasons = [{"code": r.code.name.lower(), "place": r.place, "remedy": r.remedy} for r in rejection.reasons]
            write_json(note, reasons)
    return Intake(tuple(received), rejected)


def known_waves(store: Warehouse) -> list[str]:
    """Waves of which a delivery was taken in."""
    folder = store.home.deliveries
    return sorted(path.name for path in folder.iterdir() if (path / "latest").is_file()) if folder.is_dir() else []


def plan_wave(store: Warehouse, wave: str) -> Plan | None:
    """What is stale for a wave, or None when none of its deliveries was taken in."""
    delivery = latest_delivery(store.home.deliveries, wave)
    if delivery is None:
        return None
    named = (delivery.delivery_sha256, delivery.content_sha256)
    return plan(wave, named, store.snapshots.draft(wave), store.snapshots.current(wave))
