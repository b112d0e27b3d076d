"""A process for one run that has imported its libraries before anybody asks it to run.

Importing what a wave needs takes some ten seconds of CPU, a quarter of a wave of 3,600 children: here that is done
while nothing is asked. Belongs here: warming up, waiting, executing one run. Does not belong here: which run, and how
many such processes wait (``run_launcher.py``).

The run's number comes as one line on standard input. Its end without a line means that nobody will ask any more.
"""

from __future__ import annotations

import importlib
import os
import sys

from dagster import DagsterInstance

# not public; test_run_launcher.py holds what is relied on: this is what 'dagster api execute_run' does
from dagster._cli.api import _execute_run_command_body as execute_run
from dagster._utils.interrupts import capture_interrupts

# what the first steps of a wave import: the gates, the models, the pages
NEEDED = (
    "lbc_assets.definitions",
    "lbc_assets.quality.suite",
    "lbc_assets.stats.tables.robustness",
    "lbc_assets.stats.tables.imputed_coefficients",
    "lbc_assets.papers.tables",
    "lbc_assets.reporting.report",
    "lbc_assets.reporting.comparison_page",
)
WARM = b"warm\n"


def warm_up() -> None:
    """Import what a run needs, and resolve its job."""
    for name in NEEDED:
        importlib.import_module(name)
    from lbc_assets.definitions import defs

    defs.get_repository_def().get_all_jobs()


def main() -> int:
    """Warm up, say so on standard output, wait for a run's number, execute it. An interrupt ends what is waited for."""
    warm_up()
    with DagsterInstance.get() as instance:
        os.write(sys.stdout.fileno(), WARM)
        run = sys.stdin.readline().strip()
        if not run:
            return 0
        # as Dagster's own command: an interrupt is for the run to note, not for this process to die of
        with capture_interrupts():
            return execute_run(run, instance, lambda _event: None, set_exit_code_on_failure=False)


if __name__ == "__main__":
    sys.exit(main())
