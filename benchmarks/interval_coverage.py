"""Do 95% intervals hold the truth in 95% of invented samples, and do tests at 5% reject a true null in 5%?

Run: python benchmarks/interval_coverage.py [--samples 4000] [--processes 2]. Prints one line a quantity and exits
with 1 where a coverage is outside 93-97% or a rejection rate outside 3-7%, the naive lines excepted: they show
what is wrong with least squares on clustered children. The samples depend on their number only.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: one process a CPU, one thread a process

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool

import numpy as np
import pandas as pd

from lbc_assets.stats.clusters.cluster_robust import cluster_tests
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.clusters.random_intercept import contrast_test, random_intercept
from lbc_assets.stats.clusters.wild_bootstrap import wild_bootstrap
from lbc_assets.stats.models.estimates import Estimate
from lbc_assets.stats.models.fit import fit
from lbc_assets.stats.models.inference import coefficient
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import baseline

SEED = 20170677
# Positions in the baseline model: intercept, previous, current, sex, age, province.
PREVIOUS, CURRENT, PROVINCE = 1, 2, 5
TRUTH = {PREVIOUS: 0.0, CURRENT: 0.8, PROVINCE: 0.0}
NAMES = {PREVIOUS: "previous", CURRENT: "current", PROVINCE: "province"}
WITHIN_SD = 4.0
BETWEEN_SD = WITHIN_SD * (0.3 / 0.7) ** 0.5  # an intraclass correlation of .3
SIZES = np.array([4, 61, 12, 33, 8, 26, 45, 9, 21, 17, 38, 6, 52, 14, 29, 11, 23, 7, 41, 19, 5, 35, 16, 27])
BOOTSTRAP_EVERY, BOOTSTRAP_DRAWS = 2, 999
Line = tuple[str, str, str, str]  # data, method, quantity, coefficient


def children(rng: np.random.Generator, sizes: np.ndarray, between_sd: float) -> pd.DataFrame:
    """A cohort with whole-number scores. Province belongs to the school; how many migrate differs by school."""
    school = np.repeat(np.arange(len(sizes)), sizes)
    current, previous = rng.uniform(0.3, 0.7, len(sizes))[school], 0.25
    drawn = rng.uniform(size=len(school))
    status = np.where(drawn < current, "current", np.where(drawn < current + previous, "previous", "never"))
    score = 14 + TRUTH[CURRENT] * (status == "current") + rng.normal(0, between_sd, len(sizes))[school]
    return pd.DataFrame(
        {
            "child_pseudonym": [f"c{number:05d}" for number in range(len(school))],
            "school": [f"s{number:02d}" for number in school],
            "province": np.where(school % 2, "guizhou", "zhejiang"),
            "migration_status": status,
            "sex": np.where(rng.uniform(size=len(school)) < 0.5, "male", "female"),
            "age_years": rng.integers(9, 18, len(school)),
            "total_score": np.round(score + rng.normal(0, WITHIN_SD, len(school))),
        }
    )


def sums_of(frame: pd.DataFrame) -> ClusterSums:
    design = np.column_stack(
        [
            np.ones(len(frame)),
            frame["migration_status"] == "previous",
            frame["migration_status"] == "current",
            frame["sex"] == "female",
            frame["age_years"],
            frame["province"] == "guizhou",
        ]
    ).astype(float)
    return ClusterSums.of_rows(design, frame["total_score"].to_numpy(float), frame["school"].to_numpy(object))


def judged(data: str, method: str, position: int, test: Estimate) -> Iterator[tuple[Line, bool]]:
    name = NAMES[position]
    yield (data, method, "coverage", name), test.conf_low <= TRUTH[position] <= test.conf_high
    if TRUTH[position] == 0:
        yield (data, method, "rejected", name), test.p_value <= 0.05


def sample(number: int) -> list[tuple[Line, bool]]:
    """All quantities of one invented sample: True where the interval holds the truth or the test rejects."""
    rng = np.random.default_rng([SEED, number])
    found: list[tuple[Line, bool]] = []
    frames = {
        "independent": children(rng, SIZES, 0.0),
        "24 schools": children(rng, SIZES, BETWEEN_SD),
        "8 schools": children(rng, SIZES[:8], BETWEEN_SD),
    }
    for data in ("independent", "24 schools"):
        fitted = fit(baseline("total"), Sample(frames[data]))
        method = "OLS" if data == "independent" else "OLS (naive)"
        for position in TRUTH:
            found += judged(data, method, position, coefficient(fitted, position))
    sums = {data: sums_of(frame) for data, frame in frames.items()}
    contrasts = {position: np.eye(6)[position] for position in TRUTH}
    for data in ("24 schools", "8 schools"):
        for position, one in zip(TRUTH, cluster_tests(sums[data], contrasts.values(), "CR2"), strict=True):
            if isinstance(one, Exception):
                raise one
            found += judged(data, "CR2", position, one.test)
    intercept = random_intercept(sums["24 schools"])
    for position, contrast in contrasts.items():
        found += judged("24 schools", "random intercept", position, contrast_test(intercept, contrast))
    if number % BOOTSTRAP_EVERY == 0:
        for data in ("24 schools", "8 schools"):
            for position, contrast in contrasts.items():
                bootstrap = wild_bootstrap(sums[data], contrast, draws=BOOTSTRAP_DRAWS, seed=number)
                low, high = bootstrap.interval()
                method, name = f"wild ({bootstrap.weights})", NAMES[position]
                found.append(((data, method, "coverage", name), low <= TRUTH[position] <= high))
                if TRUTH[position] == 0:
                    found.append(((data, method, "rejected", name), bootstrap.p_value() <= 0.05))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    true, made = Counter[Line](), Counter[Line]()
    with Pool(given.processes) as pool:
        for found in pool.imap_unordered(sample, range(given.samples), chunksize=20):
            for line, held in found:
                made[line] += 1
                true[line] += held
    outside = 0
    print(f"{'data':<12}{'method':<19}{'quantity':<10}{'coefficient':<13}{'samples':>7}{'%':>8}{'+/-':>6}")
    for line, samples in made.items():
        data, method, quantity, name = line
        share = true[line] / samples
        low, high = (0.93, 0.97) if quantity == "coverage" else (0.03, 0.07)
        error = (share * (1 - share) / samples) ** 0.5
        bad = not low <= share <= high and "naive" not in method
        outside += bad
        mark = "  outside" if bad else ""
        print(f"{data:<12}{method:<19}{quantity:<10}{name:<13}{samples:>7}{share:>8.2%}{error:>6.2%}{mark}")
    sys.exit(1 if outside else 0)


if __name__ == "__main__":
    main()
