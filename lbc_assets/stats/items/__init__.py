"""Items and scales: reliability and the one-factor model, from sums of items.

Belongs here: statistics of a scale's items. Does not belong here: scoring (SQL), tables (`tables/`).
"""
