"""A process that has imported what a run needs, and splits itself in two for each run that it is asked for.

Importing what a wave needs takes some ten seconds, a quarter of a wave of 3,600 children: here that is done before
anybody asks, once for all runs, which share its memory. Belongs here: warming up, splitting, executing one run. Does
not belong here: which run, and who asks (``launcher.py``).

Each line on standard input is a run's number; the answer on standard output is the number of the process that executes
it. The end of the input ends this process, and none that executes a run. A process may only split as long as it has
one thread and no open files of databases: nothing is opened here, and ``test_run_launcher.py`` counts the threads.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from dagster import DagsterInstance

# not public; test_run_launcher.py holds what is relied on: this is what 'dagster api execute_run' does
from dagster._cli.api import _execute_run_command_body as execute_run
from dagster._core.execution import context_creation_job
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


def warm_up() -> None:
    """Import what a run needs, and resolve its jobs."""
    for name in NEEDED:
        importlib.import_module(name)
    from lbc_assets.definitions import defs

    defs.get_repository_def().get_all_jobs()


def _no_loggers(instance: DagsterInstance | None) -> Sequence[Any]:
    """What a run tells stands in its event log: as lines of ui.log, too, it would be half a megabyte a wave."""
    return ()


def execute(run: str) -> int:
    """Execute a run in this process; an interrupt is for the run to note, not for the process to die of."""
    context_creation_job.default_system_loggers = _no_loggers
    with DagsterInstance.get() as instance, capture_interrupts():
        return execute_run(run, instance, lambda _event: None, set_exit_code_on_failure=False)


def main() -> None:
    """Warm up; then a process for each run that is asked for."""
    warm_up()
    # nobody waits for those that ended
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        process = os.fork()
        if process:
            os.write(sys.stdout.fileno(), f"{process}\n".encode())
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        status = 1
        try:
            status = execute(line.strip())
        finally:
            sys.stderr.flush()
            # what this process would do at its end is its parent's to do
            os._exit(status)


if __name__ == "__main__":
    main()
