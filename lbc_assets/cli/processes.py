"""Processes that a command starts beside itself, watches, and takes with it when it ends.

Belongs here: process groups and signals. Does not belong here: what is started, and when it is healthy (``ui.py``).
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from os import killpg
from pathlib import Path
from types import TracebackType
from typing import IO, Any

SECONDS_TO_END = 30
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Processes:
    """Started within ``with``; no one of them, and none of their own, is left behind it."""

    def __init__(self, environment: Mapping[str, str], folder: Path, log: IO[bytes]) -> None:
        self.asked_to_end = False
        self._environment, self._folder, self._log = environment, folder, log
        self._leaders: dict[str, subprocess.Popen[bytes]] = {}
        self._handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Processes:
        for number in ENDINGS:
            # nohup and shells in the background ask for some to be ignored
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, self._ask_to_end)
        return self

    def _ask_to_end(self, _signal: int, _frame: object) -> None:
        # a note, and no exception: that could fall between the start of a process and the record of it
        self.asked_to_end = True

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one, the leader of a process group in which those are that it will start."""
        self._leaders[name] = subprocess.Popen(
            command,
            env=self._environment,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def ended(self) -> tuple[str, int] | None:
        """The name and exit status of one that has ended by itself."""
        for name, leader in self._leaders.items():
            if (status := leader.poll()) is not None:
                return name, status
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for leader in self._leaders.values():
            _tell(leader, signal.SIGTERM)
        patience = time.monotonic() + SECONDS_TO_END
        for leader in self._leaders.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                leader.wait(timeout=max(0.0, patience - time.monotonic()))
            _tell(leader, signal.SIGKILL)
            leader.wait()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)


def _tell(leader: subprocess.Popen[bytes], what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        killpg(leader.pid, what)
