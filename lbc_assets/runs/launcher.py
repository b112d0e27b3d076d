"""Dagster's runs in processes that are warm before they are asked for: Dagster's own launcher starts each one cold.

Belongs here: keeping the warm process, giving it runs, ending a run that a steward stops. Does not belong here: what
that process does (``worker.py``), how many runs may work at once (Dagster's queue, ``instance/home.py``).

Only the daemon has the process warm beforehand (``daemon.py``); whoever else launches waits until it is. The web
server, which launches nothing, ends a run by the process that the run's tag names.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from dagster._core.launcher.base import LaunchRunContext, RunLauncher
from dagster._serdes import ConfigurableClass
from dagster._serdes.config_class import ConfigurableClassData

from lbc_assets.runs.at_work import process_at_work, process_tag

SECONDS_TO_END = 30
SECONDS_BETWEEN_LOOKS = 0.1


class Worker:
    """The warm process of this one, started when it is first needed and again when it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def keep_warm(self) -> None:
        """Have the process there, warm or warming up."""
        with self._lock:
            self._running()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            # what it says besides its answers goes where this process writes
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lbc_assets.runs.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def execute(self, run: str) -> int:
        """Have a run executed; the number of the process that does. Raises ChildProcessError where there is none."""
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(f"{run}\n".encode())
                process.stdin.flush()
                answer = process.stdout.readline()
            except BrokenPipeError:
                answer = b""
        if not answer:
            raise ChildProcessError("the process that executes runs has ended; see ui.log for its last words")
        return int(answer)


worker = Worker()


class WarmRunLauncher(RunLauncher[Any], ConfigurableClass):
    """Launches each run in a process of its own, split from the warm one; its number stands in the run's tag."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        self._launched: list[str] = []
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
        """Have the run executed."""
        run = context.dagster_run.run_id
        process = worker.execute(run)
        self._launched.append(run)
        self._instance.add_run_tags(run, process_tag(run, process))

    def terminate(self, run_id: str) -> bool:
        """Interrupt the run's process: the run notes that it was canceled. False where there is none."""
        process = self._process(run_id)
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished or process is None:
            return False
        self._instance.report_run_canceling(run)
        try:
            os.kill(process, signal.SIGINT)
        except ProcessLookupError:
            return False
        return True

    def _process(self, run_id: str) -> int | None:
        record = self._instance.get_run_record_by_id(run_id)
        return process_at_work(record) if record else None

    def join(self, timeout: int = SECONDS_TO_END) -> None:
        """Wait for the runs that this launcher launched, at most ``timeout`` seconds."""
        patience = time.monotonic() + timeout
        while time.monotonic() < patience and any(self._process(run) for run in self._launched):
            time.sleep(SECONDS_BETWEEN_LOOKS)
