"""The analyses of lbc_assets.stats, timed: for analyses_against_r.py, the counterpart of analyses.R.

Run: python analyses_here.py wave FILE | million FILE. Prints JSON: seconds of each part (the second of two passes,
but for the imputation and what is read), and the numbers that both sides have to agree on.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from lbc_assets.stats.clusters.cluster_robust import cluster_tests
from lbc_assets.stats.clusters.clustered_model import sums_by_cluster
from lbc_assets.stats.clusters.random_intercept import contrast_test, random_intercept
from lbc_assets.stats.clusters.wild_bootstrap import wild_bootstrap
from lbc_assets.stats.models.fit import FittedModel, fit
from lbc_assets.stats.models.heteroscedasticity import with_hc3
from lbc_assets.stats.models.inference import coefficient, partial_f
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import CLUSTERS, MAIN_MODEL, TABLE_4, adjusted, baseline
from lbc_assets.stats.tables.adjusted_means import adjusted_mean_contrasts, adjusted_mean_tests, adjusted_means
from lbc_assets.stats.tables.departure_age import departure_age
from lbc_assets.stats.tables.exposure_models import exposure_models
from lbc_assets.stats.tables.group_comparisons import group_comparisons
from lbc_assets.stats.tables.imputed_coefficients import imputed_coefficients
from lbc_assets.stats.tables.interaction_tests import interaction_tests
from lbc_assets.stats.tables.model_coefficients import model_coefficients
from lbc_assets.stats.tables.model_diagnostics import model_diagnostics, residuals
from lbc_assets.stats.tables.model_terms import model_terms
from lbc_assets.stats.tables.sample_characteristics import sample_characteristics
from lbc_assets.stats.tables.specification_curve import specification_curve
from lbc_assets.stats.tables.wealth_within_province import wealth_within_province
from lbc_assets.warehouse.cells import COHORT, read_cells

CURRENT = "migration_status[current]"


class Clock:
    """Seconds by part; a part that runs again overwrites its seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, part: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = work()
        self.seconds[part] = time.perf_counter() - started
        return result


def of_current(fitted: FittedModel) -> dict[str, float]:
    position = fitted.position(CURRENT)
    if position is None:
        raise RuntimeError("nobody is left behind now")
    found = coefficient(fitted, position)
    return {"estimate": found.estimate, "std_error": found.std_error}


def robust(frame: pd.DataFrame) -> None:
    sample = Sample(frame)
    fitted = fit(MAIN_MODEL, sample)
    with_hc3(fitted, sample)
    for by in CLUSTERS:
        sums = sums_by_cluster(fitted, [frame], by)
        for kind in ("CR1S", "CR2"):
            cluster_tests(sums, list(np.eye(len(fitted.columns))), kind)


def mixed(frame: pd.DataFrame) -> None:
    fitted = fit(MAIN_MODEL, Sample(frame))
    found = random_intercept(sums_by_cluster(fitted, [frame], "school"))
    for contrast in np.eye(len(fitted.columns)):
        contrast_test(found, contrast)


def bootstrap(frame: pd.DataFrame) -> None:
    fitted = fit(MAIN_MODEL, Sample(frame))
    for by in CLUSTERS:
        sums = sums_by_cluster(fitted, [frame], by)
        for contrast in np.eye(len(fitted.columns))[1:3]:
            drawn = wild_bootstrap(sums, contrast)
            drawn.p_value(), drawn.interval()


def wave(file: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Every analysis of one wave, from children."""
    clock = Clock()
    frame = clock("read", lambda: pd.read_csv(file))
    parts: dict[str, tuple[Callable[[pd.DataFrame], Any], ...]] = {
        "coefficients": (model_coefficients, departure_age, exposure_models),
        "terms": (model_terms,),
        "interactions": (interaction_tests,),
        "adjusted_means": (adjusted_means, adjusted_mean_tests, adjusted_mean_contrasts),
        "groups": (sample_characteristics, group_comparisons, wealth_within_province),
        "specification_curve": (specification_curve,),
        "diagnostics": (model_diagnostics, residuals),
        "cluster_robust": (robust,),
        "random_intercept": (mixed,),
        "wild_bootstrap": (bootstrap,),
    }
    for _ in range(2):
        for part, functions in parts.items():
            clock(part, lambda functions=functions: [function(frame) for function in functions])
    clock("imputation", lambda: imputed_coefficients(frame))
    return clock.seconds, of_current(fit(MAIN_MODEL, Sample(frame)))


def million(file: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Two models with HC3, Table 4's interactions and adjusted means, from Parquet through cells."""
    clock, connection, numbers = Clock(), duckdb.connect(), {}
    connection.execute("SET threads = 2")
    connection.execute(f"CREATE VIEW {COHORT} AS FROM read_parquet('{file}')")
    specs = [baseline("total"), adjusted("total"), *(means.moderation.model for means in TABLE_4)]
    cells = clock("read", lambda: read_cells(connection, needs_of(specs)))

    def ols() -> None:
        sample = Sample(cells)
        for spec in specs[:2]:
            fitted = fit(spec, sample)
            numbers.update(of_current(fitted), hc3=of_current(with_hc3(fitted, sample))["std_error"])

    def interactions() -> None:
        sample = Sample(cells)
        for means in TABLE_4:
            by = means.by.variable
            numbers[f"f_{by}"] = partial_f(fit(means.moderation.model, sample), f"migration_status:{by}").statistic

    def means_of_cells() -> None:
        table = adjusted_means(cells)
        adjusted_mean_tests(cells), adjusted_mean_contrasts(cells)
        for means in TABLE_4:
            by = means.by
            rows = table.query("variable == @by.variable and level == @by.reference and weights == 'equal'")
            numbers[f"mean_{by.variable}"] = rows.query("migration_status == 'never'")["estimate"].item()

    clock("ols_hc3", ols)
    clock("interactions", interactions)
    clock("adjusted_means", means_of_cells)
    return clock.seconds, numbers


if __name__ == "__main__":
    seconds, numbers = {"wave": wave, "million": million}[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps({"seconds": seconds, "numbers": numbers}))
