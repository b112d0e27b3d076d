"""From the questionnaires of left-behind children to the paper's tables, as Dagster assets."""

import os

# Before numpy is imported: the matrices here are small, and threads that wait for each other cost more than they bring.
# DuckDB's threads are its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
