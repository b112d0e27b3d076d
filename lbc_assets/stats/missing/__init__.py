"""Missing answers: multiple imputation by chained equations, and pooling.

Belongs here: imputing, fitting completed data sets, Rubin's rules. Does not belong here: complete-case models
(`models/`), tables (`tables/`).
"""
