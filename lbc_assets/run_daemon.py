"""Dagster's daemon, with a process that waits warm for the next run.

Belongs here: starting the two together. Does not belong here: either of them (``run_launcher.py``, Dagster).
"""

from dagster._daemon.cli import main

from lbc_assets.run_launcher import workers

if __name__ == "__main__":
    workers.keep_warm()
    main()
