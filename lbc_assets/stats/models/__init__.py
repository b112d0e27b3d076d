"""Linear models from sums: design, what the data carry of a model, fits, tests of coefficients.

Belongs here: what any fitted model needs. Does not belong here: which models (`specs`), tables (`tables/`).
"""
