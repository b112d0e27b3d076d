"""Statistics: pure functions from the analysis cohort of one wave to the tidy tables of the analysis layer.

Belongs here: model specifications, fits, tests, tables' shapes. Does not belong here: Dagster, files, Great
Expectations, SQL, layout of printed tables (`reporting/`). One module a table, of the table's name.
"""
