"""The table of contents: every asset in the order of the study, the jobs, the sensors, the schedule.

Belongs here: the list. Does not belong here: anything that takes time to import.
"""

import dagster as dg

from lbc_assets.assets.analysis import analysis_assets
from lbc_assets.assets.between_waves import between_assets
from lbc_assets.assets.catalogue import catalogue
from lbc_assets.assets.deliveries import deliveries
from lbc_assets.assets.raw import raw_assets
from lbc_assets.assets.release import release_assets
from lbc_assets.assets.tables import table_assets
from lbc_assets.jobs import refresh_between_waves, refresh_catalogue, refresh_wave
from lbc_assets.resources import warehouse
from lbc_assets.schedules import nightly_refresh
from lbc_assets.sensors import alerts_sensor, between_waves_sensor, catalogue_sensor, inbox_sensor

defs = dg.Definitions(
    assets=[
        deliveries,  # what was answered to every delivery, of every wave
        *raw_assets,  # what a wave's latest delivery says
        *table_assets,  # staging, intermediate, marts: SQL
        *analysis_assets,  # the paper's tables
        *release_assets,  # the report, and the flip that publishes the wave
        *between_assets,  # all published waves, described and, where their manifests allow it, compared
        catalogue,  # what each of these is, what it is made of and what depends on it
    ],
    jobs=[refresh_wave, refresh_between_waves, refresh_catalogue],
    sensors=[inbox_sensor, between_waves_sensor, catalogue_sensor, alerts_sensor],
    schedules=[nightly_refresh],
    resources={"warehouse": warehouse},
    # one process a run: another process a step costs 3.6 CPU seconds, and DuckDB parallelises inside
    executor=dg.in_process_executor,
)
