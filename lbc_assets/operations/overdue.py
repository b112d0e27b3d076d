"""When a wave is overdue.

Belongs here: the rule, pure; the clock is an argument. Does not belong here: the settings (``sink_settings.py``), who
is told of it (``alerts.py``).

Dagster's own freshness policy cannot say it: that is one of an asset, not of a partition, and looks at the latest
materialization of any wave (see ``SOME_WAVE_PUBLISHED`` in ``assets/release.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from lbc_assets.intake.ledger import Answer
from lbc_assets.warehouse.snapshots import Snapshot

# where the survey's days end, and the nightly refresh begins
TIMEZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Overdue:
    """A wave that is late: since when, and for what."""

    wave: str
    due: datetime
    reason_code: Literal["not_delivered", "not_published"]


def is_published(latest: Answer, draft: Snapshot, current: Snapshot | None) -> bool:
    """Whether what this delivery says was published; one in other bytes with equal content is not published anew."""
    served = current.entries.get("raw_responses") if current else None
    made = draft.entries.get("raw_responses")
    if served is None:
        return False
    if served.inputs.get("delivery") == latest.delivery_sha256:
        return True
    of_latest = made is not None and made.inputs.get("delivery") == latest.delivery_sha256
    return of_latest and made is not None and made.inputs.get("content") == served.inputs.get("content")


def overdue(
    latest: Iterable[tuple[Answer, bool]], expected: Mapping[str, date], hours_to_publish: float, now: datetime
) -> list[Overdue]:
    """The waves that are late. ``latest``: of each wave, the delivery taken in last and whether it was published."""
    found, delivered = [], set()
    for answer, published in latest:
        delivered.add(answer.wave)
        due = answer.received + timedelta(hours=hours_to_publish)
        if not published and now > due:
            found.append(Overdue(answer.wave, due, "not_published"))
    for wave, day in expected.items():
        # the day itself is still in time
        due = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(TIMEZONE)).astimezone(UTC)
        if wave not in delivered and now >= due:
            found.append(Overdue(wave, due, "not_delivered"))
    return sorted(found, key=lambda late: (late.due, late.wave))
