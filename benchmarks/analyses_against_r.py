"""The analyses of lbc_assets.stats against R, as ratios, in one run, alternating: one wave, and a million children.

Run: python benchmarks/analyses_against_r.py [--runs 3] [--children 1000000] [--skip-wave | --skip-million].
Needs Rscript with the packages of `make oracle` and r-cran-data.table. Every measurement is a fresh process (its wall
time and peak memory, by wait4), which says what each part took; of a wave's parts the second of two passes counts, so
that neither side's imports and compilation do. Fails (exit 1) where the two disagree on the numbers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from refresh_against_script import Cost, run

HERE = Path(__file__).resolve().parent
COHORT = HERE.parent / "lbc_assets_tests" / "stats" / "oracle" / "reference.csv.gz"
TOLERANCE = 1e-8
SEED = 20170655
# Each takes its value from another child of the same migration status: a prime for each, so that no two go together
MOVED = {
    **{"sex": 2, "age_years": 3, "province": 5, "household_wealth": 7, "primary_caregiver": 11},
    **{"parents_divorced": 13, "any_sibling": 17, "school_performance": 19, "social_support": 23},
}
DIFFICULTIES = ("emotional", "conduct", "hyperactivity", "peer")


def mixed_cohort(count: int) -> pd.DataFrame:
    """The reference cohort repeated, its answers mixed among children of one migration status (of a million, 58,176
    have different answers), its scores moved by -1, 0 or 1. Each answer is as frequent as in the cohort.
    """
    cohort, rng = pd.read_csv(COHORT), np.random.default_rng(SEED)
    parts = []
    for _, group in cohort.groupby("migration_status"):
        repeats = -(-count // len(cohort))
        columns = {"migration_status": np.repeat(group["migration_status"].iloc[0], repeats * len(group))}
        for name in [*MOVED, *(f"{scale}_score" for scale in DIFFICULTIES)]:
            values = group[name].to_numpy()
            columns[name] = np.concatenate([np.roll(values, k * MOVED.get(name, 0)) for k in range(repeats)])
        parts.append(pd.DataFrame(columns))
    children = pd.concat(parts, ignore_index=True).sample(count, random_state=SEED, ignore_index=True)
    for scale in DIFFICULTIES:
        score = children[f"{scale}_score"] + rng.integers(-1, 2, count)
        children[f"{scale}_score"] = score.clip(0, 10).astype("Int64")
    children["total_score"] = sum(children[f"{scale}_score"] for scale in DIFFICULTIES)
    children["age_years"] = children["age_years"].astype("Int64")
    support = children["social_support"]
    children["social_support_dichotomy"] = support.where(support.isna() | (support == "high"), "low")
    return children


@dataclass(frozen=True)
class Measured:
    cost: Cost
    seconds: dict[str, float]
    numbers: dict[str, float]


def measure(command: list[str], folder: Path) -> Measured:
    environment = os.environ | {"PYTHONPATH": str(HERE.parent), "OPENBLAS_NUM_THREADS": "1"}
    cost, told = run(command, environment, folder)
    said = json.loads(told.strip().splitlines()[-1])
    return Measured(cost, said["seconds"], said["numbers"])


def agree(ours: Measured, theirs: Measured) -> None:
    """RuntimeError unless both sides give the same numbers."""
    if ours.numbers.keys() != theirs.numbers.keys():
        raise RuntimeError("the two sides report other numbers")
    for name, number in theirs.numbers.items():
        if not abs(ours.numbers[name] - number) <= TOLERANCE * max(1, abs(number)):
            raise RuntimeError(f"{name}: {ours.numbers[name]} here, {number} in R")


def line(name: str, ours: float, theirs: float | None, unit: str = "s") -> str:
    if theirs is None:
        return f"  {name:<34} {ours:10.2f} {unit:<4}{'-':>10}"
    return f"  {name:<34} {ours:10.2f} {unit:<4}{theirs:10.2f} {unit:<4}{ours / theirs:9.3f}"


def compare(what: str, ours: list[Measured], theirs: list[Measured]) -> list[str]:
    def middle(runs: list[Measured], part: str) -> float:
        return statistics.median(one.seconds[part] for one in runs)

    shared = [part for part in theirs[0].seconds if part in ours[0].seconds]
    lines = [f"{what}{'':<{max(0, 36 - len(what))}} {'here':>10}     {'R':>10}     {'here / R':>9}"]
    lines += [line(part, middle(ours, part), middle(theirs, part)) for part in shared]
    alone = [part for part in ours[0].seconds if part not in shared]
    lines += [line(f"{part} (not in R)", middle(ours, part), None) for part in alone]
    sums = [sum(middle(side, part) for part in shared) for side in (ours, theirs)]
    lines.append(line("all that both do", *sums))
    if "imputation" in shared:
        sums = [total - middle(side, "imputation") for total, side in zip(sums, (ours, theirs), strict=True)]
        lines.append(line("the same without imputation", *sums))
    peaks = [statistics.median(one.cost.peak or 0 for one in side) for side in (ours, theirs)]
    lines.append(
        line("process, imports included", *(statistics.median(m.cost.wall for m in s) for s in (ours, theirs)))
    )
    lines.append(line("peak memory", *peaks, unit="MiB"))
    return lines


def contest(what: str, mode: str, files: tuple[Path, Path], runs: int, folder: Path) -> list[str]:
    ours: list[Measured] = []
    theirs: list[Measured] = []
    for number in range(1, runs + 1):
        ours.append(measure([sys.executable, str(HERE / "analyses_here.py"), mode, str(files[0])], folder))
        theirs.append(measure(["Rscript", str(HERE / "analyses.R"), mode, str(files[1])], folder))
        agree(ours[-1], theirs[-1])
        print(f"{what}, run {number} of {runs} done", file=sys.stderr)
    return [*compare(what, ours, theirs), f"  both say: {json.dumps(theirs[0].numbers)} (equal to {TOLERANCE:g})"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="measurements of each, alternating (default: 3)")
    parser.add_argument("--children", type=int, default=1_000_000, help="of the large cohort (default: a million)")
    parser.add_argument("--skip-wave", action="store_true", help="the large cohort alone")
    parser.add_argument("--skip-million", action="store_true", help="the wave alone")
    given = parser.parse_args()
    if given.runs < 1 or given.children < 10_000:
        parser.error("--runs: at least 1; --children: at least 10000")
    lines = [f"Python {platform.python_version()}, {os.cpu_count()} CPUs, medians of {given.runs}"]
    with tempfile.TemporaryDirectory(prefix="lbc-bench-r-") as scratch:
        folder = Path(scratch)
        try:
            if not given.skip_wave:
                file = folder / "wave.csv"
                file.write_bytes(gzip.decompress(COHORT.read_bytes()))
                lines += contest("one wave, 3,538 children", "wave", (file, file), given.runs, folder)
            if not given.skip_million:
                children = mixed_cohort(given.children)
                parquet, text = folder / "many.parquet", folder / "many.csv"
                connection = duckdb.connect()
                connection.register("children", children)
                connection.execute(f"COPY children TO '{parquet}'")
                connection.execute(f"COPY children TO '{text}' (HEADER)")
                connection.close()
                del children
                title = f"{given.children:,} children"
                lines += contest(title, "million", (parquet, text), given.runs, folder)
        except RuntimeError as fault:
            sys.exit(f"the benchmark failed: {fault}")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
