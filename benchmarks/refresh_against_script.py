"""A cold `lbc refresh` of the reference wave against `bare_script`, as ratios, in one run, alternating.

Every measurement is a fresh process (`wait4`: its wall time, CPU, peak memory) with one thread of BLAS, and a fresh
LBC_HOME. The script runs twice: all tables, and only the paper's. Bytecode goes to a temporary folder that one untimed
warm-up of each fills, so that all run compiled and nothing is left behind.
The benchmark fails (exit 1) where the two disagree on a number; a missed target is said, not failed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LBC = [sys.executable, "-c", "from lbc_assets.cli.main import main; main()"]
WAVE, OTHER, CHILDREN = "baseline-2015", "other-2015", 3596
COLD_TARGET, SECOND_TARGET, TOLERANCE = 3.0, 1.0, 1e-9
MAKE = (
    "import sys; from pathlib import Path; from lbc_assets.reference.make import make_wave; "
    f"make_wave(Path(sys.argv[1]), wave={OTHER!r}, children={CHILDREN})"
)
# The code of the CLI called twice in one process: what the second wave costs when everything is imported.
TWICE = f"""
import json, os, time
from lbc_assets.cli.main import lbc
def refresh(wave):
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        lbc(["refresh", "--json", wave], prog_name="lbc")
    except SystemExit as done:
        if done.code:
            raise
    return time.perf_counter() - wall, time.process_time() - cpu
times = refresh({WAVE!r}), refresh({OTHER!r})
print()
print(json.dumps(times), flush=True)
"""
# What both must say, one number of several tables; the script prints the same names.
CHECKED = {
    "estimate": "estimate FROM model_coefficients WHERE model = 'adjusted' AND outcome = 'total' AND {current}",
    "p_value": "p_value FROM model_coefficients WHERE model = 'adjusted' AND outcome = 'total' AND {current}",
    "n": "n FROM model_coefficients WHERE model = 'adjusted' AND outcome = 'total' AND {current}",
    "conduct_beta": "standardised FROM model_coefficients WHERE model = 'adjusted' AND outcome = 'conduct' "
    "AND {current}",
    "partial_eta_squared": "partial_eta_squared FROM model_terms WHERE model = 'adjusted' AND outcome = 'total' "
    "AND variable = 'migration_status'",
    "hc3_se": "std_error FROM robustness WHERE analysis = 'hc3' AND {current}",
    "cr1s_school_se": "std_error FROM robustness WHERE analysis = 'cr1s_school' AND {current}",
    "cr2_school_se": "std_error FROM robustness WHERE analysis = 'cr2_school' AND {current}",
    "cr2_township_df": "df FROM robustness WHERE analysis = 'cr2_township' AND {current}",
    "e_value_limit": "e_value_limit FROM robustness WHERE analysis = 'ols' AND {current}",
    "unknown_as_previous": "estimate FROM robustness WHERE analysis = 'unknown_as_previous' AND {current}",
    "alpha_total": "alpha FROM scale_reliability WHERE migration_status = 'all' AND scale = 'total'",
    "wilson_high": "conf_high FROM band_shares WHERE population = 'all' AND scale = 'total' AND norm = 'three' "
    "AND band = 'abnormal' AND migration_status = 'never'",
}
CURRENT = "term = 'migration_status[current]'"
SAID = "SELECT " + ", ".join(
    f"(SELECT {of.format(current=CURRENT)} AND wave = '{WAVE}') AS {name}" for name, of in CHECKED.items()
)


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock and of CPU; peak resident memory in MiB (None: not of one process)."""

    wall: float
    cpu: float
    peak: float | None = None


def run(command: list[str], environment: dict[str, str], folder: Path) -> tuple[Cost, str]:
    """One process from start to end, and what it printed; RuntimeError with its last words if it failed."""
    with (folder / "stdout").open("w+") as out, (folder / "stderr").open("w+") as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(f"exit {process.returncode}: {err.read()[-3000:]}")
        unit = 1024**2 if sys.platform == "darwin" else 1024
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit), out.read()


class Bench:
    """The five things measured, each in a folder of its own that is gone afterwards."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.base = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.base |= {"PYTHONPYCACHEPREFIX": str(scratch / "bytecode")}
        # two threads of BLAS on a busy machine wait for each other, which statsmodels' many small products pay for
        self.base |= {"OPENBLAS_NUM_THREADS": "1"}
        self.base |= {"GX_ANALYTICS_ENABLED": "false", "DAGSTER_DISABLE_TELEMETRY": "yes"}
        run([sys.executable, "-c", MAKE, str(scratch / OTHER)], self.base, scratch)

    def _home(self, folder: str, other: bool) -> dict[str, str]:
        """The environment of a fresh LBC_HOME with the reference wave (and the other one) delivered."""
        environment = self.base | {"LBC_HOME": str(Path(folder) / "home")}
        run([*LBC, "reference", "deliver"], environment, Path(folder))
        if other:
            shutil.copytree(self.scratch / OTHER, Path(folder) / "home" / "inbox" / OTHER)
        return environment

    def cold(self) -> tuple[Cost, dict[str, float]]:
        """`lbc refresh` of one wave, and the numbers that `lbc sql` reads afterwards."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            environment = self._home(folder, other=False)
            cost, _ = run([*LBC, "refresh"], environment, Path(folder))
            _, told = run([*LBC, "sql", "--format", "json", SAID], environment, Path(folder))
            return cost, json.loads(told)[0]

    def script(self, *options: str) -> tuple[Cost, dict[str, float]]:
        """`bare_script`, and the numbers that it prints."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            command = [sys.executable, str(HERE / "bare_script"), str(Path(folder) / "bare.html"), *options]
            cost, told = run(command, self.base, Path(folder))
            return cost, json.loads(told)

    def _two_waves(self, command: list[str]) -> tuple[Cost, str]:
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            return run(command, self._home(folder, other=True), Path(folder))

    def both(self) -> Cost:
        """One `lbc refresh --json` of two waves."""
        cost, told = self._two_waves([*LBC, "refresh", "--json"])
        states = {wave["wave"]: wave["state"] for wave in json.loads(told) if "wave" in wave}
        if states != {WAVE: "published", OTHER: "published"}:
            raise RuntimeError(f"two waves were to be published: {states}")
        return cost

    def second(self) -> Cost:
        """The second of two refreshes in one process."""
        _, told = self._two_waves([sys.executable, "-c", TWICE])
        _, (wall, cpu) = json.loads(told.splitlines()[-1])
        return Cost(wall, cpu)


def median(costs: list[Cost]) -> Cost:
    peaks = [cost.peak for cost in costs if cost.peak is not None]
    middle = statistics.median
    return Cost(middle(c.wall for c in costs), middle(c.cpu for c in costs), middle(peaks) if peaks else None)


def line(name: str, cost: Cost, *against: Cost) -> str:
    """The cost, and its ratios (wall, CPU, peak) to each of the others."""
    peak = f"{cost.peak:7.0f} MiB" if cost.peak is not None else " " * 11
    text = f"{name:<42} {cost.wall:7.2f} s {cost.cpu:7.2f} s {peak}"
    for other in against:
        of_peak = f"{cost.peak / other.peak:5.2f}" if cost.peak and other.peak else " " * 5
        text += f"   {cost.wall / other.wall:5.2f} {cost.cpu / other.cpu:5.2f} {of_peak}"
    return text


def verdict(what: str, cost: Cost, scripts: dict[str, Cost], target: float) -> str:
    """Of each script: the ratio, and whether it meets the target."""
    ratios = {name: cost.wall / script.wall for name, script in scripts.items()}
    said = [f"{ratio:.2f} times {name} ({'met' if ratio <= target else 'MISSED'})" for name, ratio in ratios.items()]
    return f"{what}, wall, target at most {target:.1f}: " + ", ".join(said)


def agree(ours: dict[str, float], theirs: dict[str, float], names: Iterable[str]) -> None:
    """RuntimeError unless the two have these numbers, equal to TOLERANCE."""
    for name in names:
        if not abs(ours[name] - theirs[name]) <= TOLERANCE:
            raise RuntimeError(f"{name}: lbc {ours[name]}, script {theirs[name]}")


def measure(runs: int, scratch: Path) -> str:
    bench = Bench(scratch)
    print("warming up (not counted)", file=sys.stderr)
    bench.script("--core")
    bench.script("--imputations", "2")
    bench.cold()
    costs: dict[str, list[Cost]] = {name: [] for name in ("cold", "script", "core", "both", "second")}
    imputing: list[float] = []
    for number in range(1, runs + 1):
        cold, ours = bench.cold()
        script, theirs = bench.script()
        agree(ours, theirs, CHECKED)
        core, of_core = bench.script("--core")
        agree(ours, of_core, ("estimate", "p_value", "n"))
        imputing.append(theirs["seconds_imputing"])
        measured = {"cold": cold, "script": script, "core": core, "both": bench.both(), "second": bench.second()}
        for name, cost in measured.items():
            costs[name].append(cost)
        walls = ", ".join(f"{name} {cost.wall:.2f}" for name, cost in measured.items())
        print(f"run {number} of {runs}: {walls} s", file=sys.stderr)
    cold, script, core, both, second = (median(of) for of in costs.values())
    pairs = zip(costs["both"], costs["cold"], strict=True)
    extra = median([Cost(two.wall - one.wall, two.cpu - one.cpu) for two, one in pairs])
    scripts = {"the script": script, "its paper's tables": core}
    lines = [
        f"Python {platform.python_version()}, {os.cpu_count()} CPUs; {CHILDREN:,} synthetic children a wave; "
        f"medians of {runs}",
        f"{'':<42} {'wall':>9} {'CPU':>9} {'peak':>11}   to the script       to its paper's tables",
        line("bare script, the same tables", script),
        line("bare script, the paper's tables only", core),
        line("lbc refresh, cold", cold, script, core),
        line("lbc refresh, two waves, cold", both, script, core),
        line("second wave, same process (CLI twice)", second, script, core),
        line("second wave, as two waves less cold", extra, script, core),
        f"of the script's wall time, {statistics.median(imputing):.2f} s are multiple imputation; without it: "
        f"cold {cold.wall / (script.wall - statistics.median(imputing)):.2f}, "
        f"second wave {second.wall / (script.wall - statistics.median(imputing)):.2f}",
        f"both say (equal to {TOLERANCE:g}): " + ", ".join(f"{name} {ours[name]:.10g}" for name in CHECKED),
        verdict("cold refresh", cold, scripts, COLD_TARGET),
        verdict("second wave", second, scripts, SECOND_TARGET),
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, epilog=f"Targets: {COLD_TARGET:.1f} "
        f"times the script's wall time for a cold refresh, {SECOND_TARGET:.1f} for a second wave in the same process."
    )  # fmt: skip
    parser.add_argument("--runs", type=int, default=3, help="measurements of each, alternating (default: 3)")
    given = parser.parse_args()
    if given.runs < 1:
        parser.error("--runs: at least 1")
    with tempfile.TemporaryDirectory(prefix="lbc-bench-") as scratch:
        try:
            print(measure(given.runs, Path(scratch)))
        except RuntimeError as fault:
            sys.exit(f"the benchmark failed: {fault}")


if __name__ == "__main__":
    main()
