"""Groups compared beside R: chi-square, analyses of variance, pairs, effect sizes, shares.

Belongs here: our tables put beside R's (oracle/group_comparisons.R). Does not belong here: tolerances (`statistics`).
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from lbc_assets.stats.groups.multiplicity import benjamini_hochberg, holm
from lbc_assets.stats.groups.proportions import wilson
from lbc_assets.stats.groups.small_counts import fisher_exact
from lbc_assets.stats.groups.studentized_range import quantile, upper_tail
from lbc_assets.stats.tables.group_comparisons import group_comparisons
from lbc_assets.stats.tables.sample_characteristics import sample_characteristics
from lbc_assets_tests.stats.agreement.answers import answers, data, matched
from lbc_assets_tests.stats.agreement.difference import Pair, pairs

OMNIBUS = {"chi_square", "anova_f", "welch_f", "fisher_exact"}
EFFECT = ["effect_size", "effect_low", "effect_high"]
Both = tuple[pd.DataFrame, pd.DataFrame]


@cache
def omnibus(of: str) -> Both:
    """All groups at once, ours and R's. A table with too many arrangements for the exact test is simulated by us."""
    ours = sample_characteristics(data(of))
    simulated = set(ours.loc[ours["test"] == "chi_square_monte_carlo", "variable"])
    theirs = answers("omnibus").query("data == @of")
    theirs = theirs[~(theirs["variable"].isin(simulated) & (theirs["test"] == "fisher_exact"))]
    return matched(ours[ours["test"].isin(OMNIBUS)], theirs, ["variable", "test"])


@cache
def every_pair(of: str) -> Both:
    """Every pair of groups, ours and R's."""
    ours = group_comparisons(data(of))
    key = ["variable", "test", "migration_status", "reference"]
    return matched(ours, answers("pairs").query("data == @of"), key)


def _of(both: Both, *tests: str) -> Both:
    ours, theirs = both
    chosen = ours["test"].isin(tests)
    return ours[chosen], theirs[chosen]


def group_tests(of: str) -> Iterator[Pair]:
    yield from pairs("tests", *omnibus(of), ["statistic", "df", "df_residual", "p_value"])
    yield from pairs("pairs", *_of(every_pair(of), "chi_square_pair"), ["statistic", "df", "p_value"])


def pairs_of_means(of: str) -> Iterator[Pair]:
    both = _of(every_pair(of), "tukey_hsd", "games_howell")
    yield from pairs("pairs", *both, ["estimate", "std_error", "statistic", "df_residual"])


def tukey(of: str) -> Iterator[Pair]:
    yield from pairs("tukey", *_of(every_pair(of), "tukey_hsd"), ["p_value", "conf_low", "conf_high"])


def games_howell(of: str) -> Iterator[Pair]:
    yield from pairs("games-howell", *_of(every_pair(of), "games_howell"), ["p_value", "conf_low", "conf_high"])


def corrected_pairs(of: str) -> Iterator[Pair]:
    both = _of(every_pair(of), "chi_square_pair")
    yield from pairs("pairs", *both, ["p_holm", "p_benjamini_hochberg"])


def corrected_families(_: str) -> Iterator[Pair]:
    for number, family in answers("corrected_p").groupby("family"):
        p = family["p_value"].to_numpy()
        yield Pair(f"holm {number}", np.array(holm(p)), family["p_holm"].to_numpy())
        yield Pair(f"bh {number}", np.array(benjamini_hochberg(p)), family["p_benjamini_hochberg"].to_numpy())


def effects(of: str) -> Iterator[Pair]:
    yield from pairs("effects", *omnibus(of), EFFECT)
    yield from pairs("effects of pairs", *every_pair(of), EFFECT)


def effect_sizes_of_pairs(of: str) -> Iterator[Pair]:
    """The limits of the package itself, which its optimiser finds."""
    ours, theirs = every_pair(of)
    theirs = theirs.assign(effect_low=theirs["effectsize_low"], effect_high=theirs["effectsize_high"])
    yield from pairs("effectsize", ours, theirs, EFFECT)


def tables_of_counts() -> Iterator[tuple[np.ndarray, object]]:
    """The small tables that R has tested, and R's row of each."""
    for row in answers("exact_tables").itertuples():
        yield np.array([line.split() for line in row.counts.split("/")], float), row


def exact_tables(_: str) -> Iterator[Pair]:
    found = [(fisher_exact(counts), row.fisher_exact) for counts, row in tables_of_counts()]
    both = [(test.p_value, theirs) for test, theirs in found if test is not None]
    yield Pair("fisher", *np.array(both).T)


def shares(_: str) -> Iterator[Pair]:
    theirs = answers("shares")
    found = [wilson(row.count, row.n) for row in theirs.itertuples()]
    yield from pairs("wilson", pd.DataFrame(map(vars, found)), theirs, ["conf_low", "conf_high"])


def ranges(_: str) -> Iterator[Pair]:
    theirs = answers("ranges")
    rows = list(theirs.itertuples())
    yield Pair("tail", np.array([upper_tail(r.q, r.groups, r.df) for r in rows]), theirs["tail"].to_numpy())
    yield Pair("quantile", np.array([quantile(0.05, r.groups, r.df) for r in rows]), theirs["quantile"].to_numpy())
