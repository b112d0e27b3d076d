"""Two jobs: refresh what is stale of one wave, and what is made of all waves together.

Belongs here: the jobs. Does not belong here: what is stale (``warehouse/planner.py``, ``warehouse/between_waves.py``),
who asks for it (``sensors.py``, ``schedules.py``, ``cli/``): each launches a job with the planner's answer.
"""

import dagster as dg

refresh_wave = dg.define_asset_job(
    "refresh_wave",
    # the list of deliveries and the tables between waves are no wave's: they have no partition
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.assets("deliveries")
    - dg.AssetSelection.groups("between_waves"),
    description="Refresh the stale steps of one wave, through gates, to the published report.",
)

refresh_between_waves = dg.define_asset_job(
    "refresh_between_waves",
    selection=dg.AssetSelection.groups("between_waves"),
    description="Describe all published waves, and test changes between them where their manifests allow it.",
)
