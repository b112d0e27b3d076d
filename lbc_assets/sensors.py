"""The inbox is watched: a new delivery is taken in and its wave refreshed, with nothing clicked; and so is what is
published, for the tables between waves and the catalogue.

Belongs here: the sensors. Does not belong here: taking in and planning (``launching.py``), what runs that have not
finished are at work on (``at_work.py``).
"""

import dagster as dg

from lbc_assets.assets.deliveries import deliveries_listed
from lbc_assets.at_work import waves_at_work
from lbc_assets.jobs import refresh_between_waves, refresh_catalogue, refresh_wave
from lbc_assets.launching import known_waves, plan_between_waves, plan_wave, take_in
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
    intake = take_in(store)
    for answer in intake.rejected.values():
        for reason in answer.reasons:
            context.log.warning(f"{answer.wave}: rejected. {reason.place}: {reason.code}. {reason.remedy}")
    for left in (*intake.waiting, *intake.ignored):
        context.log.info(f"left in the inbox: {left.place}: {left.why}")
    requests = []
    known = known_waves(store)
    # a run changes the draft with every step: without this, each look in between would ask for another run
    for wave in sorted(set(known) - waves_at_work(context.instance)):
        planned = plan_wave(store, wave)
        if planned and planned.stale:
            requests.append(
                dg.RunRequest(
                    run_key=f"{wave}:{planned.key}",
                    partition_key=wave,
                    asset_selection=[dg.AssetKey(name) for name in planned.stale],
                )
            )
    events = [deliveries_listed(store)] if intake.received or intake.newly_rejected or requests else []
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[waves.build_add_request(known)],
        asset_events=events,
    )


@dg.sensor(
    name="between_waves_sensor",
    job=refresh_between_waves,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Makes the tables between waves again after what is published has changed.",
)
def between_waves_sensor() -> dg.SensorResult | dg.SkipReason:
    """One run for each state of what is published; the run key holds it, and the code."""
    planned = plan_between_waves(Warehouse(find_home().make()))
    if not planned.stale:
        return dg.SkipReason(f"between waves: {planned.state.replace('_', ' ')} ({planned.published} published)")
    names = [dg.AssetKey(name) for name in planned.stale]
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=planned.key, asset_selection=names)])


@dg.sensor(
    name="catalogue_sensor",
    job=refresh_catalogue,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Makes the catalogue again after what is published or held back has changed, or the code.",
)
def catalogue_sensor() -> dg.SensorResult | dg.SkipReason:
    """One run for each state beside each version of the site: a state that comes back is laid down again."""
    from lbc_assets.catalogue.site import state_of

    state = state_of(Warehouse(find_home().make()))
    if not state.is_stale:
        return dg.SkipReason("The catalogue is up to date.")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"{state.version}:{state.key}")])
