"""The inbox is watched: a new delivery is taken in and its wave refreshed, with nothing clicked; and so is what is
published, for the tables between waves and the catalogue, and what is held, rejected, failed or overdue, for alerts.

Belongs here: the sensors. Does not belong here: taking in and planning (``launching.py``), what is worth an alert and
sending it (``operations/``), what runs that have not finished are at work on (``runs/at_work.py``).
"""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

import dagster as dg

from lbc_assets.assets.deliveries import deliveries_reported
from lbc_assets.assets.standing import CHECKS, DELIVERIES
from lbc_assets.assets.untold import untold
from lbc_assets.jobs import refresh_between_waves, refresh_catalogue, refresh_wave
from lbc_assets.launching import Intake, arrival, known_waves, plan_between_waves, plan_wave, state_of_waves, take_in
from lbc_assets.operations.looking import look, stands
from lbc_assets.partitions import waves
from lbc_assets.runs.at_work import TRIES, another_try, broke_off, request_of, waves_at_work
from lbc_assets.settings import find_home
from lbc_assets.warehouse.store import Warehouse

# The daemon comes by every five seconds. Were this five, a look would often be a moment early, and left for the next.
SECONDS_BETWEEN_LOOKS = 3
# Of fifty waves that come together, not each is worth new tables between waves, a new catalogue, a look for alerts.
SECONDS_BETWEEN_OVERVIEWS = 30


@dg.sensor(
    name="inbox_sensor",
    job=refresh_wave,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes in what lies in the inbox and refreshes the waves to which something came.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """One run a wave to which a delivery came, or whose run was broken off; changed code waits for the night.

    The cursor holds what the last look saw (``_Seen``): while nothing changes, a look is some file times.
    """
    store = Warehouse(find_home().make())
    # what needs a second look gets it now: the next tick is farther away
    intake = take_in(store, wait=True)
    before, inbox = _Seen.of(context.cursor), _left(intake)
    if inbox != before.inbox:
        _tell(context, intake)
    state = state_of_waves(store)
    if state == before.waves:
        return dg.SensorResult(
            skip_reason=dg.SkipReason("Nothing came, and nothing has changed."), cursor=_Seen(inbox, state).text()
        )
    known, at_work = known_waves(store), waves_at_work(context.instance)
    requests: list[dg.RunRequest] = []
    missed: list[dg.AssetMaterialization] = []
    # a run changes the draft with every step: without this, each look in between would ask for another run
    for wave in sorted(set(known) - at_work):
        planned = plan_wave(store, wave)
        if planned and planned.stale and not planned.can_wait:
            again = another_try(context.instance, planned, arrival(store, wave))
            if again is None:
                context.log.warning(f"{wave}: is left alone after {TRIES} broken runs, or one stopped by hand")
                continue
            requests.append(request_of(planned, again))
            if broke_off(context.instance, wave):
                missed += untold(store, context.instance, wave)
    came = intake.received or intake.newly_rejected or requests
    listed = deliveries_reported(store, stands(store).events) if came else []
    # as long as somebody works, or is about to, the next look plans again
    seen = _Seen(inbox, "" if requests or at_work else state)
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[waves.build_add_request(known)],
        asset_events=[*listed, *missed],
        cursor=seen.text(),
    )


class _Seen(NamedTuple):
    """What a look saw: of the inbox, and of the waves (nothing: the next look is to plan)."""

    inbox: str = ""
    waves: str = ""

    @classmethod
    def of(cls, cursor: str | None) -> _Seen:
        return cls(*json.loads(cursor)) if cursor else cls()

    def text(self) -> str:
        return json.dumps(self)


def _left(intake: Intake) -> str:
    """What lies in the inbox without being taken in, as one hash."""
    said = [*intake.waiting, *intake.ignored, *((name, a.received) for name, a in intake.rejected.items())]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _tell(context: dg.SensorEvaluationContext, intake: Intake) -> None:
    """Say once what is not taken in, and why."""
    for answer in intake.rejected.values():
        for reason in answer.reasons:
            context.log.warning(f"{answer.wave}: rejected. {reason.place}: {reason.code}. {reason.remedy}")
    for left in (*intake.waiting, *intake.ignored):
        context.log.info(f"left in the inbox: {left.place}: {left.why}")


@dg.sensor(
    name="between_waves_sensor",
    job=refresh_between_waves,
    minimum_interval_seconds=SECONDS_BETWEEN_OVERVIEWS,
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
    minimum_interval_seconds=SECONDS_BETWEEN_OVERVIEWS,
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


@dg.sensor(
    name="alerts_sensor",
    minimum_interval_seconds=SECONDS_BETWEEN_OVERVIEWS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of waves that are held, rejected or overdue and of failed runs, once each.",
)
def alerts_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Alerts are sent here; the list of deliveries and its checks are told of when what stands has changed.

    The cursor is what was told last: a run that ended held changes it, whoever launched it. A list that somebody else
    told of gets its checks after it: Dagster shows none that are older than what they speak of.
    """
    store = Warehouse(find_home().make())
    looked = look(store, context.instance)
    for event in looked.new:
        context.log.warning(f"{event.kind}: {event.wave}: {', '.join(found.reason_code for found in event.found)}")
    for line in looked.not_taken:
        context.log.error(f"an alert was not taken: {line}")
    standing = looked.standing
    if standing.state == context.cursor and not _are_older(context.instance):
        return dg.SkipReason(f"{len(standing.events)} waves are held, rejected or overdue; nothing has changed")
    told = deliveries_reported(store, standing.events)
    return dg.SensorResult(asset_events=told if standing.state != context.cursor else told[1:], cursor=standing.state)


def _are_older(instance: dg.DagsterInstance) -> bool:
    """Whether the checks were told of before the list was told of last."""
    listed = instance.fetch_materializations(dg.AssetKey(DELIVERIES), limit=1).records
    keys = [dg.AssetCheckKey(dg.AssetKey(DELIVERIES), name) for name in CHECKS]
    known = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    told = [record.event.timestamp if record.event else 0.0 for record in known.values()]
    return bool(listed) and (len(told) < len(keys) or min(told) < listed[0].timestamp)
