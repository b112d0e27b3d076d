"""A delivery becomes canonical text: manifest, codebook, reading, pseudonyms.

Belongs here: everything between the inbox and the raw tables. Does not belong here: what answers mean
for the study (SQL in ``dbt_like_sql``), gates (``quality/``).
"""
