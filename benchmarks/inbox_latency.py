"""From a delivery that is complete in the inbox to the published report: `lbc ui` on a fresh home, nothing clicked.

Waves of as many children as the reference wave has are put into the inbox of a running `lbc ui`: one, another, then
two at once. Each wave's time is split by Dagster's records and the ledger's: until the sensor looked, at the door,
until a run was asked for, in the queue, until the run's process was at its first step, and in the steps. Door and steps
are the analysis itself; the rest is what `TARGET` bounds. Exit 1 where it is missed. Before, for a minute, what the
idle processes cost: the inbox is watched, not polled hard.

Belongs here: the drops and the clock. Does not belong here: what a wave costs without the daemon
(`refresh_against_script.py`).
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import dagster as dg

TARGET = 15.0
CHILDREN = 3596
PATIENCE = 600.0
LBC = [sys.executable, "-c", "from lbc_assets.cli.main import main; main()"]


class Latency(NamedTuple):
    """Seconds of one wave, in the order in which they pass."""

    look: float
    door: float
    ask: float
    queue: float
    start: float
    steps: float

    @property
    def beyond(self) -> float:
        """What is no work on the wave's data."""
        return self.look + self.ask + self.queue + self.start


@contextmanager
def _ui(home: Path) -> Iterator[int]:
    """`lbc ui`, healthy; its process. What it serves is of no use here."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    process = subprocess.Popen([*LBC, "ui", "--port", str(port)], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        if not any(line.startswith("Ready") for line in process.stderr):
            raise SystemExit(f"lbc ui did not come up; see {home}/dagster/ui.log")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def _cpu(root: int) -> float:
    """CPU seconds so far of a process and all that descend from it."""
    parents, spent = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)], spent[int(folder.name)] = int(fields[1]), sum(map(int, fields[11:15]))

    def is_ours(process: int) -> bool:
        return process == root or (process in parents and is_ours(parents[process]))

    return sum(ticks for process, ticks in spent.items() if is_ours(process)) / os.sysconf("SC_CLK_TCK")


def _tick(instance: dg.DagsterInstance, run_id: str) -> float:
    """When the tick began that asked for the run."""
    for state in instance.all_instigator_state():
        if state.instigator_name == "inbox_sensor":
            for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id):
                if run_id in tick.run_ids:
                    return tick.timestamp
    raise SystemExit(f"no tick asked for the run {run_id}")


def _split(instance: dg.DagsterInstance, store: Any, wave: str, complete: float) -> Latency:
    from lbc_assets.intake.ledger import Ledger

    records = instance.get_run_records(dg.RunsFilter(tags={"dagster/partition": wave}))
    if len(records) != 1:
        raise SystemExit(f"{wave}: {len(records)} runs instead of one")
    run_id = records[0].dagster_run.run_id
    told = [event for event in instance.all_logs(run_id) if event.dagster_event]
    first: dict[str, float] = {}
    for event in told:
        first.setdefault(event.get_dagster_event().event_type_value, event.timestamp)
    answer = Ledger(store.home.deliveries).latest(wave)
    looked, answered = max(_tick(instance, run_id), complete), answer.received.timestamp()
    published = max(e.timestamp for e in told if e.get_dagster_event().is_step_success)
    moments = (
        complete,
        looked,
        answered,
        first["PIPELINE_ENQUEUED"],
        first["PIPELINE_STARTING"],
        first["STEP_START"],
        published,
    )
    return Latency(*(after - before for before, after in itertools.pairwise(moments)))


def _drop(home: Path, made: Path, waves: list[str]) -> dict[str, Latency]:
    """Put deliveries into the inbox, each by one rename; wait for their reports."""
    from lbc_assets.settings import Home
    from lbc_assets.warehouse.store import Warehouse

    store = Warehouse(Home(home))
    complete = {}
    for wave in waves:
        (made / wave).rename(home / "inbox" / wave)
        complete[wave] = time.time()
    with dg.DagsterInstance.get() as instance:
        while not all(store.report_path(wave) for wave in waves):
            if time.time() - complete[waves[0]] > PATIENCE:
                raise SystemExit(f"no report of {waves} after {PATIENCE:.0f} s; see {home}/dagster/ui.log")
            time.sleep(0.5)
        time.sleep(2)  # the last events are written
        return {wave: _split(instance, store, wave, complete[wave]) for wave in waves}


def main() -> int:
    """Make the waves, start the UI, drop them, print where the time went."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=CHILDREN, help="of each wave (default: %(default)s)")
    parser.add_argument("--idle", type=float, default=60, help="seconds of idleness to measure (default: %(default)s)")
    options = parser.parse_args()
    from lbc_assets.instance.home import prepare
    from lbc_assets.reference.make import make_wave
    from lbc_assets.settings import Home

    rounds = [["first-2015"], ["second-2016"], ["third-2017", "fourth-2018"]]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["LBC_HOME"] = str(home)
        prepare(Home(home))
        made = home / "inbox" / ".made"
        for number, wave in enumerate(wave for waves in rounds for wave in waves):
            make_wave(made / wave, wave=wave, children=options.children, seed=number + 2)
        print("| wave | look | door | ask | queue | start | steps | beyond door and steps |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|")
        worst = 0.0
        with _ui(home) as ui:
            time.sleep(20)  # the process that waits for a run is warm, as on any day
            spent = _cpu(ui)
            time.sleep(options.idle)
            idle = (_cpu(ui) - spent) / options.idle
            for waves in rounds:
                for wave, seconds in _drop(home, made, waves).items():
                    said = " | ".join(f"{value:.1f} s" for value in (*seconds, seconds.beyond))
                    print(f"| {wave}{' (two at once)' if len(waves) > 1 else ''} | {said} |", flush=True)
                    worst = max(worst, seconds.beyond)
    print(f"\nidle: {idle:.1%} of one CPU, server and daemon together")
    verdict = "met" if worst <= TARGET else "MISSED"
    print(f"at most {worst:.1f} s beyond the analysis; target {TARGET:.0f} s: {verdict}")
    return int(worst > TARGET)


if __name__ == "__main__":
    sys.exit(main())
