"""Dagster's daemon, and beside it the process that is warm for the next run.

Belongs here: starting the two together. Does not belong here: either of them (``launcher.py``, Dagster).
"""

from dagster._daemon.cli import main

from lbc_assets.runs.launcher import worker

if __name__ == "__main__":
    worker.keep_warm()
    main()
