"""The analysis tables, one module a table (or a family of them), and the shape that all share.

Belongs here: which rows and columns a table has. Does not belong here: the arithmetic (the sibling packages).
"""
