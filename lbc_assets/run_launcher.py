"""Dagster's runs in processes that are warm before they are asked for: Dagster's own launcher starts each one cold.

Belongs here: how many processes wait, which run gets which, ending a run that a steward stops. Does not belong here:
what such a process does (``run_worker.py``), how many runs may work at once (Dagster's queue, ``instance.py``).

Only the daemon keeps processes waiting (``run_daemon.py``); whoever else launches starts one cold. The web server,
which launches nothing, ends a run by the process that the run's tag names.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from dagster import DagsterRun
from dagster._core.launcher.base import LaunchRunContext, RunLauncher
from dagster._serdes import ConfigurableClass
from dagster._serdes.config_class import ConfigurableClassData

from lbc_assets.at_work import process_of, process_tag, works_since
from lbc_assets.instance import RUNS_AT_ONCE

SPARE = 1
SECONDS_TO_END = 30


class Workers:
    """Processes of this one: those that wait for a run (at most ``SPARE``), and those that execute one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[subprocess.Popen[bytes]] = []
        self._busy: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._keeps = False

    def keep_warm(self) -> None:
        """From now on, have a process waiting whenever another run may work."""
        with self._lock:
            self._keeps = True
            self._fill()

    def take(self, run: str) -> int:
        """Give a run to a process that waits, or to a new one; the process's number."""
        with self._lock:
            self._waiting = [process for process in self._waiting if process.poll() is None]
            process = self._waiting.pop(0) if self._waiting else _start()
            assert process.stdin is not None
            process.stdin.write(f"{run}\n".encode())
            process.stdin.close()
            self._busy.append(process)
            self._fill()
        threading.Thread(target=self._wait_for, args=(process,), name=f"run {run}", daemon=True).start()
        return process.pid

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        with self._lock:
            self._busy.remove(process)
            self._fill()

    def _fill(self) -> None:
        while self._keeps and len(self._waiting) < SPARE and len(self._waiting) + len(self._busy) < self._most:
            self._waiting.append(_start())

    def join(self, timeout: float) -> None:
        """Wait until no run works."""
        patience = time.monotonic() + timeout
        for process in tuple(self._busy):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, patience - time.monotonic()))


def _start() -> subprocess.Popen[bytes]:
    # what it writes besides its event log goes where this process writes
    return subprocess.Popen(
        [sys.executable, "-m", "lbc_assets.run_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )


workers = Workers(RUNS_AT_ONCE)


class WarmRunLauncher(RunLauncher[Any], ConfigurableClass):
    """Launches a run in a process of ``workers``; its number stands in the run's tag ``lbc/process``."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        super().__init__()

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        """What ``dagster.yaml`` says of this class."""
        return self._inst_data

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """No configuration."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> WarmRunLauncher:
        """As Dagster makes it of ``dagster.yaml``."""
        return cls(inst_data=inst_data, **config_value)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Give the run to a process."""
        run = context.dagster_run
        process = workers.take(run.run_id)
        self._instance.add_run_tags(run.run_id, process_tag(run.run_id, process))

    def terminate(self, run_id: str) -> bool:
        """Interrupt the run's process: the run notes that it was canceled. False where there is none."""
        run = self._instance.get_run_by_id(run_id)
        process = self._process(run)
        if run is None or run.is_finished or process is None:
            return False
        self._instance.report_run_canceling(run)
        try:
            os.kill(process, signal.SIGINT)
        except ProcessLookupError:
            return False
        return True

    def _process(self, run: DagsterRun | None) -> int | None:
        number = process_of(run) if run else None
        if run is None or number is None:
            return None
        record = self._instance.get_run_record_by_id(run.run_id)
        # a process may have the number of one that is gone
        return number if record and works_since(number, record.create_timestamp.timestamp()) else None

    def join(self, timeout: int = SECONDS_TO_END) -> None:
        """Wait for the runs that this process launched."""
        workers.join(timeout)
