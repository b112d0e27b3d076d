"""The software-defined assets, thin: raw, tables (one factory over the SQL models), analysis, release.

Belongs here: what Dagster needs to know of a step. Does not belong here: statistics, SQL, gates, files.
"""
