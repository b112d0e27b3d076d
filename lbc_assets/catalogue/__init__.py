"""The catalogue: what tables there are, what each column is made of and what depends on it, as a site of plain files.

Belongs here: lineage, the graphs' layout, the pages and laying them down. Does not belong here: what a column means
(the tables' YAML), what an analysis reads (``stats/``), what the report shows (``reporting/shown.py``), when the site
is made again (``assets/catalogue.py``, ``sensors.py``). Schema, counts and codes only: no child's answer, no
pseudonym, and no wording of an item is on any page.
"""
