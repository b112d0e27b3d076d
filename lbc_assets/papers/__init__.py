"""Published papers beside what the platform computes: a folder a paper, and code that knows none of them.

Belongs here: reading a paper's folder, auditing its printed numbers, comparing them with a wave's tables; everything
particular to a paper is in its folder. Pure: no Dagster, no warehouse. Does not belong here: how the tables are made
(``stats/``), how synthetic children were fitted to printed numbers (``reference/``), the gates (``quality/``).
"""
