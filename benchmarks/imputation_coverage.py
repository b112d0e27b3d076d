"""Do pooled 95% intervals hold the truth in 95% of invented samples whose answers are missing at random?

Run: python benchmarks/imputation_coverage.py [--samples 1000] [--processes 2]. Whether wealth and divorce are missing
depends on the score and on migration, so that complete cases alone are biased. Prints one line a method and coefficient
and exits with 1 where the imputed coverage is outside 93-97% or the imputed estimate is off by more than a tenth of its
standard deviation over samples. The samples depend on their number only.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: one process a CPU, one thread a process

import argparse
import sys
from collections import defaultdict
from multiprocessing import Pool

import numpy as np
import pandas as pd

from lbc_assets.stats.missing.imputed_fit import fit_imputed
from lbc_assets.stats.models.fit import fit
from lbc_assets.stats.models.inference import coefficient
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.terms import ModelSpec
from lbc_assets.stats.variables import AGE, HOUSEHOLD_WEALTH, MIGRATION_STATUS, PARENTS_DIVORCED, SEX

SEED = 20170676
CHILDREN, IMPUTATIONS = 600, 10
MODEL = ModelSpec(
    "simulated",
    "total",
    (MIGRATION_STATUS, SEX, AGE, HOUSEHOLD_WEALTH, PARENTS_DIVORCED),
    (("migration_status", "parents_divorced"),),
)
TRUTH = {
    "migration_status[current]": 0.8,
    "household_wealth[poor]": 1.5,
    "household_wealth[wealthy]": -0.5,
    "parents_divorced[yes]": 1.5,
    "migration_status[current]:parents_divorced[yes]": 1.0,
}
Found = tuple[str, str, float, bool]  # method, term, estimate, whether the interval holds the truth


def expit(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def children(rng: np.random.Generator) -> pd.DataFrame:
    """A complete cohort with whole-number scores."""
    status = rng.choice(3, CHILDREN, p=[0.3, 0.3, 0.4])
    divorced = rng.uniform(size=CHILDREN) < 0.15 + 0.1 * (status == 2)
    odds = np.exp(np.column_stack([-0.8 + 0.5 * divorced + 0.3 * (status == 2), 0 * status, -0.5 - 0.4 * divorced]))
    reached = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    wealth = (rng.uniform(size=CHILDREN)[:, np.newaxis] > reached).sum(axis=1)
    current = status == 2
    score = 14 + TRUTH["migration_status[current]"] * current + rng.normal(0, 4, CHILDREN)
    score += TRUTH["household_wealth[poor]"] * (wealth == 0) + TRUTH["household_wealth[wealthy]"] * (wealth == 2)
    score += divorced * (1.5 + TRUTH["migration_status[current]:parents_divorced[yes]"] * current)
    return pd.DataFrame(
        {
            "child_pseudonym": [f"c{number:05d}" for number in range(CHILDREN)],
            "migration_status": np.array(MIGRATION_STATUS.levels, object)[status],
            "sex": np.where(rng.uniform(size=CHILDREN) < 0.5, "male", "female"),
            "age_years": rng.integers(9, 18, CHILDREN).astype(float),
            "household_wealth": np.array(HOUSEHOLD_WEALTH.levels, object)[wealth],
            "parents_divorced": np.where(divorced, "yes", "no").astype(object),
            "total_score": np.round(score),
        }
    )


def spoilt(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """The same cohort, about a third of the children with something missing: at random, given what all answered."""
    score, current = frame["total_score"].to_numpy() - 15, (frame["migration_status"] == "current").to_numpy()
    answers = {
        "household_wealth": expit(-1.9 + 0.2 * score + 0.5 * current),
        "parents_divorced": expit(-2.1 + 0.2 * score - 0.5 * current),
        "age_years": np.full(CHILDREN, 0.05),
    }
    lacking = {name: rng.uniform(size=CHILDREN) < chance for name, chance in answers.items()}
    return frame.assign(**{name: frame[name].mask(mask) for name, mask in lacking.items()})


def sample(number: int) -> list[Found]:
    """Every coefficient from all children, from the complete ones, and imputed."""
    rng = np.random.default_rng([SEED, number])
    whole = children(rng)
    partial = spoilt(rng, whole)
    # a seed of its own: the same one would move the coefficients of every sample the same way, and look like bias
    imputed = fit_imputed(MODEL, partial, m=IMPUTATIONS, seed=number)
    fits = {"nothing missing": fit(MODEL, Sample(whole)), "complete cases": fit(MODEL, Sample(partial))}
    found = []
    for term, truth in TRUTH.items():
        answers = {name: coefficient(one, one.position(term)) for name, one in fits.items()}
        for name, answer in {**answers, "imputed": imputed.coefficient(term)}.items():
            found.append((name, term, answer.estimate, answer.conf_low <= truth <= answer.conf_high))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    lines = defaultdict(list)
    with Pool(given.processes) as pool:
        for found in pool.imap(sample, range(given.samples), chunksize=10):
            for name, term, estimate, held in found:
                lines[name, term].append((estimate, held))
    outside = 0
    print(f"{'method':<17}{'coefficient':<49}{'truth':>6}{'mean':>8}{'sd':>7}{'bias/sd':>9}{'coverage':>10}{'+/-':>7}")
    for (name, term), answers in lines.items():
        estimates, held = np.array(answers).T
        sd, share = estimates.std(ddof=1), held.mean()
        bias, error = (estimates.mean() - TRUTH[term]) / sd, (share * (1 - share) / len(held)) ** 0.5
        bad = name == "imputed" and not (abs(bias) <= 0.1 and 0.93 <= share <= 0.97)
        outside += bad
        print(
            f"{name:<17}{term:<49}{TRUTH[term]:>6}{estimates.mean():>8.3f}{sd:>7.3f}{bias:>9.2f}{share:>10.1%}"
            f"{error:>7.1%}{'  outside' if bad else ''}"
        )
    sys.exit(1 if outside else 0)


if __name__ == "__main__":
    main()
