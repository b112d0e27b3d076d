"""What clustered statistics need of the children: sums of squares and products, cluster by cluster.

Belongs here: `ClusterSums` and how rows or covariate cells become it. Does not belong here: estimates
(`cluster_fit`, `random_intercept`), reading the cohort (`sample`), design matrices (`design`).

From here on no statistic sees a child, so a million of them cost what a thousand do. The sums of whole
numbers are exact below 2^53: neither the order of the rows nor their grouping into cells changes a digit.
With fractional values the last digits are those of the order in which the rows came.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lbc_assets.stats.sample import Codes, Numbers, Values


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """G clusters, in the order of their names; p columns, the first of them the intercept.

    `n` (G,) children; `squares` (G, p, p) X_g'X_g; `products` (G, p) X_g'y_g; `outcome_squares` (G,) y_g'y_g.
    As column 0 is the intercept, `squares[:, 0]` holds the columns' sums and `products[:, 0]` the outcome's.
    """

    clusters: tuple[str, ...]
    n: Codes
    squares: Numbers
    products: Numbers
    outcome_squares: Numbers

    @classmethod
    def of_rows(cls, design: Numbers, outcome: Numbers, clusters: NDArray[np.object_]) -> Self:
        """One row a child: `design` (n, p), `outcome` (n,), the name of each child's cluster (n,)."""
        return cls.of_cells(design, np.ones(len(design), dtype=np.int64), outcome, outcome**2, clusters)

    @classmethod
    def of_cells(
        cls,
        design: Numbers,
        n: Values,
        outcome_sums: Numbers,
        outcome_squares: Numbers,
        clusters: NDArray[np.object_],
    ) -> Self:
        """One row for `n` children of one cluster with the same covariates: the sums of their outcomes and of
        the squares of these.

        ValueError: lengths differ, there is no row, a number is missing or a cell empty, the first column is
        not the intercept, or a cluster has no name.
        """
        rows = len(design)
        if not rows or any(len(given) != rows for given in (n, outcome_sums, outcome_squares, clusters)):
            raise ValueError("a cell needs its covariates, children, sums and cluster; some are missing")
        if bool(np.any(design[:, 0] != 1)):
            raise ValueError("the first column of the design must be the intercept")
        if bool(np.any(n < 1)) or not all(np.isfinite(x).all() for x in (design, outcome_sums, outcome_squares)):
            raise ValueError("a cell has no child or a number is missing")
        found, names = pd.factorize(clusters)
        if bool(np.any(found < 0)) or not all(isinstance(name, str) and name for name in names):
            raise ValueError("a cluster has no name")
        by_name = sorted(range(len(names)), key=lambda position: str(names[position]))
        codes = np.argsort(by_name)[found]
        order = np.argsort(codes, kind="stable")
        blocks = np.split(order, np.cumsum(np.bincount(codes))[:-1])
        return cls(
            clusters=tuple(str(names[position]) for position in by_name),
            n=np.array([n[block].sum() for block in blocks], dtype=np.int64),
            squares=np.array([(design[block].T * n[block]) @ design[block] for block in blocks]),
            products=np.array([design[block].T @ outcome_sums[block] for block in blocks]),
            outcome_squares=np.array([outcome_squares[block].sum() for block in blocks]),
        )

    @classmethod
    def joined(cls, parts: Iterable["ClusterSums"]) -> Self:
        """The sums of parts of the children, whose clusters may overlap. ValueError: there is no part."""
        sums: dict[str, list[ClusterSums]] = {}
        for part in parts:
            for position, name in enumerate(part.clusters):
                sums.setdefault(name, []).append(part.of(position))
        if not sums:
            raise ValueError("there are no clusters")
        names = sorted(sums)

        def added(what: Callable[[ClusterSums], NDArray[Any]]) -> NDArray[Any]:
            return np.array([np.sum([what(part)[0] for part in sums[name]], axis=0) for name in names])

        return cls(
            clusters=tuple(names),
            n=added(lambda part: part.n),
            squares=added(lambda part: part.squares),
            products=added(lambda part: part.products),
            outcome_squares=added(lambda part: part.outcome_squares),
        )

    def of(self, position: int) -> "ClusterSums":
        """One of the clusters."""
        chosen = slice(position, position + 1)
        return ClusterSums(
            self.clusters[chosen],
            self.n[chosen],
            self.squares[chosen],
            self.products[chosen],
            self.outcome_squares[chosen],
        )

    @property
    def total_n(self) -> int:
        """Children in all clusters."""
        return int(self.n.sum())

    @property
    def total_squares(self) -> Numbers:
        """X'X (p, p)."""
        return np.asarray(self.squares.sum(axis=0))

    @property
    def total_products(self) -> Numbers:
        """X'y (p,)."""
        return np.asarray(self.products.sum(axis=0))

    @property
    def total_outcome_squares(self) -> float:
        """y'y."""
        return float(self.outcome_squares.sum())
