"""The inbox is watched: a new delivery is taken in and its wave refreshed, with nothing clicked.

Belongs here: the sensor. Does not belong here: taking in and planning (``launching.py``).
"""

import dagster as dg

from lbc_assets.jobs import refresh_wave
from lbc_assets.launching import known_waves, plan_wave, take_in
from lbc_assets.partitions import waves
from lbc_assets.settings import find_home
from lbc_assets.warehouse.store import Warehouse

SECONDS_BETWEEN_LOOKS = 15


@dg.sensor(
    name="inbox_sensor",
    job=refresh_wave,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes in what lies in the inbox and refreshes the waves that are stale.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """One run a stale wave; the run key holds wave, content and draft, so that nothing runs twice."""
    store = Warehouse(find_home().make())
    for wave, rejection in take_in(store).rejected.items():
        context.log.warning(f"{wave}: delivery rejected\n{rejection}")
    requests = []
    known = known_waves(store)
    for wave in known:
        answer = plan_wave(store, wave)
        if answer and answer.stale:
            requests.append(
                dg.RunRequest(
                    run_key=f"{wave}:{answer.key}",
                    partition_key=wave,
                    asset_selection=[dg.AssetKey(name) for name in answer.stale],
                )
            )
    return dg.SensorResult(run_requests=requests, dynamic_partitions_requests=[waves.build_add_request(known)])
