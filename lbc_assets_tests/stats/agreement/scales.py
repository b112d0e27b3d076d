"""Items, bands and waves beside R: alpha and omega, band shares and their models, changes between waves.

Belongs here: our tables put beside R's (oracle/psychometrics.R, bands.R, waves.R). Does not belong here: tolerances
(`statistics`).
"""

from collections.abc import Iterator
from functools import cache

import pandas as pd

from lbc_assets.stats.items.one_factor import one_factor
from lbc_assets.stats.items.reliability_groups import ItemSums
from lbc_assets.stats.tables.band_models import band_models
from lbc_assets.stats.tables.band_shares import band_shares
from lbc_assets.stats.tables.item_statistics import item_statistics
from lbc_assets.stats.tables.scale_reliability import scale_reliability
from lbc_assets.stats.tables.wave_changes import wave_changes
from lbc_assets_tests.stats import aggregates, waves_kit
from lbc_assets_tests.stats.agreement.answers import answers, data, matched
from lbc_assets_tests.stats.agreement.difference import Pair, pairs

GROUP = ["migration_status", "scale"]
Both = tuple[pd.DataFrame, pd.DataFrame]


@cache
def _item_sums() -> pd.DataFrame:
    return aggregates.item_sums(aggregates.item_points())


@cache
def _reliability() -> Both:
    points = aggregates.item_points()
    scores = points[["migration_status"]].assign(age_years=12)
    for scale, items in aggregates.SCALES.items():
        scores[f"{scale}_score"] = points[list(items)].sum(axis=1, skipna=False)
    ours = scale_reliability(_item_sums(), aggregates.score_counts(scores, tuple(aggregates.SCALES)))
    if set(ours["omega_status"]) != {"ok"}:
        raise ValueError("an omega is refused that R has")
    return matched(ours, answers("reliability").rename(columns={"chi_square": "statistic"}), GROUP)


def alpha(_: str) -> Iterator[Pair]:
    yield from pairs("alpha", *_reliability(), ["items", "n", "alpha", "conf_low", "conf_high", "alpha_standardised"])


def omega(_: str) -> Iterator[Pair]:
    yield from pairs("omega", *_reliability(), ["omega_standardised"])


def omega_of_points(_: str) -> Iterator[Pair]:
    yield from pairs("omega", *_reliability(), ["omega"])


def one_factor_fit(_: str) -> Iterator[Pair]:
    yield from pairs("one factor", *_reliability(), ["statistic", "df", "p_value", "rmsea", "rmsr"])


def loadings(_: str) -> Iterator[Pair]:
    sums = ItemSums(_item_sums())
    for (group, scale), theirs in answers("loadings").groupby(GROUP, sort=False):
        covariances = sums.covariances(group, scale)
        if list(covariances.items) != list(theirs["item"]):
            raise ValueError("R has other items")
        fitted = one_factor(covariances)
        ours = pd.DataFrame({"loading": fitted.loadings, "uniqueness": fitted.uniquenesses})
        yield from pairs(f"{group} {scale}", ours, theirs, ["loading", "uniqueness"])


def item_rest(_: str) -> Iterator[Pair]:
    ours = item_statistics(_item_sums(), aggregates.item_answers(aggregates.item_points()))
    theirs = answers("item_rest")
    theirs = theirs[theirs["scale"].isin(ours["scale"])]
    yield from pairs("items", *matched(ours, theirs, [*GROUP, "item"]), ["item_rest"])


def shares_of_bands(_: str) -> Iterator[Pair]:
    scales = ("total", *aggregates.SUBSCALES)
    ours = band_shares(aggregates.score_counts(data("banded"), scales))
    key = ["population", "scale", "norm", "band", "migration_status"]
    both = matched(ours, answers("band_shares"), key)
    yield from pairs("bands", *both, ["n", "n_scored", "estimate", "conf_low", "conf_high"])


def models_of_bands(_: str) -> Iterator[Pair]:
    ours = band_models(aggregates.band_cells(data("banded")))
    columns = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    columns += ["odds_ratio", "odds_ratio_low", "odds_ratio_high", "n", "n_events"]
    yield from pairs("logistic", *matched(ours, answers("band_models"), ["model", "population", "term"]), columns)


@cache
def _changes() -> Both:
    children = waves_kit.all_children()
    ours = wave_changes(waves_kit.manifests(), waves_kit.cells_of(children), children)
    return matched(ours, answers("wave_changes"), ["province", "analysis", "outcome", "level"])


def _changes_by(*analyses: str) -> Iterator[Pair]:
    ours, theirs = _changes()
    for analysis in analyses:
        chosen = theirs["analysis"] == analysis
        # R has no df, p or limits of the mixed model, and a deviation of the paired change alone
        asked = ["estimate", "std_dev", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high", "n"]
        columns = [c for c in [*asked, "villages"] if theirs.loc[chosen, c].notna().all()]
        yield from pairs(analysis, ours[chosen], theirs[chosen], columns)


def changes(_: str) -> Iterator[Pair]:
    yield from _changes_by("difference_between_waves", "paired_change", "ancova", "difference_in_change")


def mixed_changes(_: str) -> Iterator[Pair]:
    yield from _changes_by("mixed_model")
