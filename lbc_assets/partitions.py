"""One partition a wave.

Dynamic, because waves arrive years apart and nobody knows their names beforehand: a partition exists as
soon as a delivery of the wave was taken in, never because a clock says so.
"""

import dagster as dg

WAVE = "wave"
waves = dg.DynamicPartitionsDefinition(name=WAVE)
