"""Every night, what is stale for any other reason than a delivery (changed SQL, statistics, libraries).

Belongs here: the schedule. Does not belong here: planning (``launching.py``).
"""

from collections.abc import Iterator

import dagster as dg

from lbc_assets.jobs import refresh_wave
from lbc_assets.launching import known_waves, plan_wave
from lbc_assets.operations.overdue import TIMEZONE
from lbc_assets.runs.at_work import request_of
from lbc_assets.settings import find_home
from lbc_assets.warehouse.store import Warehouse


@dg.schedule(
    name="nightly_refresh",
    job=refresh_wave,
    cron_schedule="30 2 * * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Refreshes, every night, the waves whose tables are stale: one run a wave.",
)
def nightly_refresh(_context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run a stale wave, or the reason why there is none."""
    store = Warehouse(find_home().make())
    stale = [answer for wave in known_waves(store) if (answer := plan_wave(store, wave)) and answer.stale]
    if not stale:
        yield dg.SkipReason("Nothing is stale.")
    for answer in stale:
        yield request_of(answer, 0)
