"""Running the platform day by day: what happened, who is told, what is late.

Belongs here: alerts and due dates. Does not belong here: a wave's data and its gates (``warehouse/``, ``quality/``),
what Dagster is told (``sensors.py``, ``assets/``).
"""
