"""Runs of waves: the process that executes one, who launches and stops it, and what Dagster's records say of it.

Belongs here: launching, and reading the records of runs. Does not belong here: what is stale
(``warehouse/planner.py``), who asks for a run (``sensors.py``, ``schedules.py``, ``cli/``), what a step does.
"""
