"""Groups compared from counts and sums: tests, pairs, effect sizes, corrected p values.

Belongs here: statistics of aggregates. Does not belong here: models (`models/`), tables (`tables/`).
"""
