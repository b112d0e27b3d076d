"""What is held, rejected, failed or overdue is told of: to the sinks of ``settings.yaml``, and in the asset graph.

Belongs here: the sensor. Does not belong here: what is worth an alert, and sending it (``operations/``).
"""

import dagster as dg

from lbc_assets.assets.deliveries import deliveries_reported
from lbc_assets.assets.standing import CHECKS, DELIVERIES
from lbc_assets.operations.looking import look
from lbc_assets.settings import find_home
from lbc_assets.warehouse.store import Warehouse

SECONDS_BETWEEN_LOOKS = 30


@dg.sensor(
    name="alerts_sensor",
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
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
