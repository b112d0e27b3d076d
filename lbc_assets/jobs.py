"""The one job: refresh what is stale of one wave.

Belongs here: the job. Does not belong here: what is stale (``warehouse/planner.py``), who asks for it
(``sensors.py``, ``schedules.py``, ``cli/refresh.py``): each launches this job with the planner's answer.
"""

import dagster as dg

refresh_wave = dg.define_asset_job(
    "refresh_wave",
    # the list of deliveries is no wave's: it has no partition
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets("deliveries"),
    description="Refresh the stale steps of one wave, through gates, to the published report.",
)
