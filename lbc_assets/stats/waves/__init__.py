"""Between waves: who may be compared with whom, and what the children say of it.

Belongs here: pairs of waves, cells of all waves, linked children, attenders and controls. Does not belong here: models
(`models/`, `clusters/`), tables (`tables/`).
"""
