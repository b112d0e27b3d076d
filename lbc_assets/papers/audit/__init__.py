"""Does a paper agree with itself? Checks from the printed numbers alone.

Belongs here: one generic function a kind of check, parameterised by ``audit`` of a paper's ``paper.yaml``. Does not
belong here: any number of any paper, the wave's tables.
"""
