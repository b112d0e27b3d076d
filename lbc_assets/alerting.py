"""What is held, rejected, failed or overdue is told of: to the sinks of ``settings.yaml``, and in the asset graph.

Belongs here: the sensor. Does not belong here: what is worth an alert, and sending it (``operations/``).
"""

import dagster as dg

from lbc_assets.assets.deliveries import deliveries_reported
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

    The cursor is what was told last: a run that ended held changes it, whoever launched it.
    """
    store = Warehouse(find_home().make())
    looked = look(store, context.instance)
    for event in looked.new:
        context.log.warning(f"{event.kind}: {event.wave}: {', '.join(found.reason_code for found in event.found)}")
    for line in looked.not_taken:
        context.log.error(f"an alert was not taken: {line}")
    standing = looked.standing
    if standing.state == context.cursor:
        return dg.SkipReason(f"{len(standing.events)} waves are held, rejected or overdue; nothing has changed")
    return dg.SensorResult(asset_events=deliveries_reported(store, standing.events), cursor=standing.state)
