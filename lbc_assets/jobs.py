"""The jobs: refresh what is stale of one wave; what is made of all waves together; the catalogue.

Belongs here: the jobs. Does not belong here: what is stale (``warehouse/planner.py``, ``warehouse/between_waves.py``),
who asks for it (``sensors.py``, ``schedules.py``, ``cli/``): each launches a job with the planner's answer.
"""

import dagster as dg

refresh_wave = dg.define_asset_job(
    "refresh_wave",
    # the list of deliveries, the tables between waves and the catalogue are no wave's: they have no partition
    selection=dg.AssetSelection.all()
    - dg.AssetSelection.assets("deliveries", "catalogue")
    - dg.AssetSelection.groups("between_waves"),
    description="Refresh the stale steps of one wave, through gates, to the published report.",
)

refresh_between_waves = dg.define_asset_job(
    "refresh_between_waves",
    selection=dg.AssetSelection.groups("between_waves"),
    description="Describe all published waves, and test changes between them where their manifests allow it.",
)

refresh_catalogue = dg.define_asset_job(
    "refresh_catalogue",
    selection=dg.AssetSelection.assets("catalogue"),
    description="Lay the catalogue's pages down anew.",
)
