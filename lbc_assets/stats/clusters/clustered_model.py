"""The sums by cluster of a fitted model, from cells that come in pieces.

Belongs here: which children of a cluster a model has, and their design. Does not belong here: the sums
(`cluster_sums`), what is made of them (`cluster_robust`, `random_intercept`, `wild_bootstrap`), the query.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.models.design import matrix
from lbc_assets.stats.models.estimable import recoded
from lbc_assets.stats.models.fit import FittedModel
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Sample


def sums_by_cluster(fitted: FittedModel, pieces: Iterable[pd.DataFrame], cluster: str) -> ClusterSums:
    """The model's children by cluster. `pieces`: cells within clusters, or children, in any order; together the cohort
    that was fitted. Children whose cluster is not known are left out: compare `total_n` with the model's n.

    StatisticsRefused: no child's cluster is known.
    """
    parts = list(_parts(fitted, pieces, cluster))
    if not parts:
        raise StatisticsRefused(RefusalReason.TOO_FEW_CLUSTERS)
    return ClusterSums.joined(parts)


def _parts(fitted: FittedModel, pieces: Iterable[pd.DataFrame], cluster: str) -> Iterator[ClusterSums]:
    declared, spec = fitted.declared, fitted.spec
    for piece in pieces:
        sample = Sample(piece)
        outcome = sample.outcome(spec.outcome)
        known = sample.complete_cases(declared) & (outcome.answered > 0) & piece[cluster].notna().to_numpy()
        chosen = np.flatnonzero(known)
        if not len(chosen):
            continue
        values = {
            used.variable: recoded(
                declared.predictor(used.variable), used, sample.values(declared.predictor(used.variable))[chosen]
            )
            for used in spec.predictors
        }
        sums = outcome.of(chosen)
        names = piece[cluster].to_numpy(dtype=object)[chosen]
        yield ClusterSums.of_cells(
            matrix(spec, values), sums.answered.astype(np.int64), sums.total, sums.squares, names
        )
