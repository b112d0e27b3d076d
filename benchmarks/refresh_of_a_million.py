"""`lbc refresh` of one wave of a million synthetic children (`many_children.py`): seconds and memory, step by step.

A fresh LBC_HOME and a fresh process; nothing is asked of the steps but the progress lines that everybody sees. Memory
is resident memory: the process's peak as the kernel kept it, and the sum over the process and its children, looked at
50 times a second (Linux), which says in which step it was. Other work on the machine stretches wall time, not CPU.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from many_children import make_many

LBC = [sys.executable, "-c", "from lbc_assets.cli.main import main; main()"]
WAVE, CHILDREN = "million-2015", 1_000_000
WALL_TARGET, PEAK_TARGET = 90.0, 1024.0
LOOK_SECONDS = 0.02
STEP = re.compile(r"\s+\[ *\d+/\d+\] (\S+) +([\d.]+) s  (.*)")
TICK, PAGE, MEBIBYTE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE"), 1 << 20


def _children(pid: int) -> list[int]:
    try:
        direct = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(found for child in direct for found in _children(int(child)))]


def _resident(pid: int) -> float:
    """MiB of a process and those below it."""
    total = 0
    for each in _children(pid):
        try:
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return total * PAGE / MEBIBYTE


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICK


@dataclass
class Step:
    """What passed between two progress lines: a step, and what Dagster does for it."""

    name: str
    own_wall: float
    wall: float
    cpu: float
    peak: float
    said: str


@dataclass
class Measured:
    """A refresh: seconds, MiB, steps."""

    wall: float = 0.0
    cpu: float = 0.0
    peak: float = 0.0
    tree_peak: float = 0.0
    status: int = 0
    steps: list[Step] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class _Watch(threading.Thread):
    """Looks at a process's memory; `take` gives the highest since the last call."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._highest, self._ended = pid, 0.0, threading.Event()

    def run(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self._highest = max(self._highest, _resident(self._pid))

    def take(self) -> float:
        highest, self._highest = self._highest, 0.0
        return highest

    def end(self) -> None:
        self._ended.set()


def refresh(environment: dict[str, str], folder: Path) -> Measured:
    """Run `lbc refresh` and read its progress as it comes."""
    measured, started = Measured(), time.perf_counter()
    with (folder / "stdout").open("w") as out:
        process = subprocess.Popen(
            [*LBC, "refresh"], env=environment, stdout=out, stderr=subprocess.PIPE, text=True, cwd=folder
        )
        watch = _Watch(process.pid)
        watch.start()
        before = (started, 0.0)
        assert process.stderr is not None
        for line in process.stderr:
            measured.lines.append(line.rstrip())
            now = (time.perf_counter(), _cpu(process.pid))
            found = STEP.match(line)
            taken_in = " steps to run" in line
            if found or taken_in:
                name, own, said = found.groups() if found else ("start and door", "nan", "")
                peak = watch.take()
                measured.tree_peak = max(measured.tree_peak, peak)
                measured.steps.append(Step(name, float(own), now[0] - before[0], now[1] - before[1], peak, said))
                before = now
        _, status, usage = os.wait4(process.pid, 0)
        watch.end()
    process.returncode = measured.status = os.waitstatus_to_exitcode(status)
    measured.wall = time.perf_counter() - started
    measured.cpu = usage.ru_utime + usage.ru_stime
    measured.peak = usage.ru_maxrss / 1024
    measured.tree_peak = max(measured.tree_peak, watch.take())
    return measured


def table(measured: Measured, children: int, schools: int, load: float) -> str:
    lines = [
        f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load before {load:.1f}; {children:,} synthetic "
        f"children, {schools:,} schools",
        f"{'':<26} {'step':>7} {'wall':>7} {'CPU':>7} {'resident':>9}",
    ]
    for step in measured.steps:
        own = "" if step.own_wall != step.own_wall else f"{step.own_wall:.2f}"
        lines.append(
            f"{step.name:<26} {own:>7} {step.wall:7.2f} {step.cpu:7.2f} {step.peak:9.0f}   {step.said}".rstrip()
        )
    lines.append(f"{'whole':<26} {'':>7} {measured.wall:7.2f} {measured.cpu:7.2f} {measured.tree_peak:9.0f}")
    lines.append(
        f"wall {measured.wall:.1f} s, CPU {measured.cpu:.1f} s, peak {measured.peak:.0f} MiB of the process, "
        f"{measured.tree_peak:.0f} MiB with those below it"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, default=CHILDREN, help=f"how many (default: {CHILDREN:,})")
    parser.add_argument("--wall", type=float, default=WALL_TARGET, help=f"target, seconds (default: {WALL_TARGET:g})")
    parser.add_argument("--peak", type=float, default=PEAK_TARGET, help=f"target, MiB (default: {PEAK_TARGET:g})")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a target is missed")
    parser.add_argument("--scratch", type=Path, help="where the wave and its home are made and removed again")
    parser.add_argument("--keep", action="store_true", help="leave them there")
    given = parser.parse_args()
    if given.children < 1_000:
        parser.error("--children: at least 1000")
    with contextlib.ExitStack() as opened:
        folder = Path(tempfile.mkdtemp(prefix="lbc-million-", dir=given.scratch))
        if not given.keep:
            opened.callback(shutil.rmtree, folder)
        print(f"making {given.children:,} children in {folder}", file=sys.stderr)
        schools = make_many(folder / "home" / "inbox" / WAVE, WAVE, given.children)
        environment = os.environ | {
            "LBC_HOME": str(folder / "home"), "GX_ANALYTICS_ENABLED": "false", "DAGSTER_DISABLE_TELEMETRY": "yes"
        }  # fmt: skip
        load = os.getloadavg()[0]
        measured = refresh(environment, folder)
        print(table(measured, given.children, schools, load))
    if measured.status:
        sys.exit("the refresh failed:\n" + "\n".join(measured.lines[-20:]))
    peak = max(measured.peak, measured.tree_peak)
    missed = []
    for what, value, target in (("wall", measured.wall, given.wall), ("peak", peak, given.peak)):
        met = value <= target
        missed += [what] * (not met)
        print(f"{what}: {value:.0f}, target at most {target:.0f}: {'met' if met else 'MISSED'}")
    sys.exit(1 if missed and given.strict else 0)


if __name__ == "__main__":
    main()
