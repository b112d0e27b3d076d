"""Children in schools and townships: everything from sums of squares and products by cluster.

Belongs here: robust variances, the random intercept, the wild bootstrap. Does not belong here: models of independent
children (`models/`), tables (`tables/`).
"""
