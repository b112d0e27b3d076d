"""Dagster's own home: its configuration, its environment, and how its records reach their files.

Belongs here: what is Dagster's, and ours only to set up. Does not belong here: the runs of waves (``runs/``), steps.
"""
