"""`lbc ui` on a home of its own, and waves that are put into its inbox: nobody clicks, nobody types.

Belongs here: starting, killing, dropping, waiting. Does not belong here: any expectation.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from lbc_assets.instance.home import prepare
from lbc_assets.reference.make import make_wave
from lbc_assets.settings import HOME_VARIABLE, Home
from lbc_assets.warehouse.store import Warehouse

SECONDS = 300
CHILDREN = 400


class Live:
    """A running `lbc ui`, and what Dagster and the warehouse know of its home."""

    def __init__(self, home: Home, made: Path, processes_of: Callable[[Home], dict[int, str]]) -> None:
        self.home, self.store, self._made, self._processes_of = home, Warehouse(home), made, processes_of
        self.instance = dg.DagsterInstance.get()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it; return when it is healthy."""
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            port = door.getsockname()[1]
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("lbc"), "ui", "--port", str(port)],
            env={**os.environ, HOME_VARIABLE: str(self.home.root)},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if line.startswith("Ready"):
                return
        raise AssertionError("".join(said) + (self.home.dagster / "ui.log").read_text()[-3000:])

    def end(self) -> None:
        """Ask for an end, if it runs."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.communicate(timeout=90)

    def kill(self) -> None:
        """As when the power goes: every process of this home at once, and none has a word."""
        assert self._process is not None
        self._process.kill()
        for process in self._processes_of(self.home):
            os.kill(process, signal.SIGKILL)
        self._process.communicate()
        self.wait(lambda: not self._processes_of(self.home), "processes to be gone")

    def make(self, wave: str, seed: int = 7) -> Path:
        """A delivery of some hundred children, beside the inbox."""
        make_wave(self._made / wave, wave=wave, seed=seed, children=CHILDREN)
        return self._made / wave

    def drop(self, *folders: Path) -> None:
        """Put copies of deliveries into the inbox, each by one rename."""
        for folder in folders:
            staging = self.home.inbox / f".{folder.name}"
            shutil.copytree(folder, staging)
            staging.rename(self.home.inbox / folder.name)

    def runs(self, wave: str) -> list[dg.DagsterRun]:
        """The wave's runs, the newest first."""
        records = self.instance.get_run_records(dg.RunsFilter(tags={"dagster/partition": wave}))
        return [record.dagster_run for record in records]

    def made_by(self, run: dg.DagsterRun) -> set[str]:
        """The steps of a run that were carried out."""
        told = self.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
        return {str(event.step_key) for event in told}

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        """Until something is so; the wait is bounded."""
        patience = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < patience, f"waited {SECONDS} s for {what}"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, processes_of: Callable[[Home], dict[int, str]]) -> Iterator[Live]:
    """A fresh home with `lbc ui` running on it; nothing of it is left at the end."""
    saved = dict(os.environ)
    home = Home(tmp_path_factory.mktemp("live") / "home")
    prepare(home)
    running = Live(home, tmp_path_factory.mktemp("made"), processes_of)
    running.start()
    yield running
    running.end()
    left = processes_of(home)
    os.environ.clear()
    os.environ.update(saved)
    assert left == {}
