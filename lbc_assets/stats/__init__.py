"""Statistics: pure functions from the children of one wave to the tidy tables of the analysis layer.

From top to bottom: `terms`, `variables`, `specs` say what is asked; `needs` and `sample` which children answer;
`models/`, `groups/`, `clusters/`, `missing/` hold the arithmetic; `tables/` one module a table.

Belongs here: model specifications, fits, tests, tables' shapes. Does not belong here: Dagster, files, Great
Expectations, SQL, layout of printed tables (`reporting/`).
"""
