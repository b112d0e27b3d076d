"""Wild cluster bootstrap: a t test and interval that hold with few schools or townships.

Belongs here: the draws, the test with the null imposed, the interval by inversion. Does not belong here: the
least squares fit (`cluster_fit`), tables.

Sources: Cameron, Gelbach & Miller 2008 (Rev Econ Stat 90:414); Webb 2023 (Can J Econ 56:839), six points for
few clusters; Roodman, MacKinnon, Nielsen & Webb 2019 (Stata J 19:4), boottest. Under the null c'b = r the
restricted scores of a cluster are X_g'e_g - S_g m (r - c'b) / c'm, m = (X'X)^-1 c: linear in r, so one pass
over the draws serves the test of every r.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lbc_assets.stats.clusters.cluster_fit import ClusterFit, fit_clusters
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Codes, Numbers
from lbc_assets.stats.specs import CONFIDENCE

Weights = Literal["rademacher", "webb"]
POINTS: dict[Weights, Numbers] = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.array([-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5]),
}
# With fewer clusters the 2^G draws of signs are too few different ones (Webb 2023).
FEWEST_FOR_RADEMACHER = 12
DRAWS = 9_999
SEED = 20170669
# A draw that repeats the data (or mirrors them) gives the same t but for rounding: it counts as extreme.
TIE = 1e-9
# The search for a limit doubles its distance from the estimate this often: about a million standard errors.
DOUBLINGS = 20
HALVINGS = 50
# Numbers held at once; the draws are the same whatever it is.
BLOCK = 2**20


@dataclass(frozen=True, eq=False)
class WildBootstrap:
    """All draws of one contrast. `estimate`, `std_error` (CR1S), `statistic` for the null of zero;
    `is_enumerated`: every possible draw, once. Of a draw under the null c'b = estimate + d, t is
    (`numerators` (2, draws) times (1, d)) over the root of (`squares` (3, draws) times (1, 2 d, d^2)), up to a
    factor that t of the data has too.
    """

    estimate: float
    std_error: float
    statistic: float
    clusters: int
    weights: Weights
    draws: int
    is_enumerated: bool
    spread: float
    numerators: Numbers
    squares: Numbers

    def p_value(self, null: float = 0.0) -> float:
        """Symmetric: the share of draws whose |t| is at least that of the data. The data themselves count as a
        draw: they are one when all are enumerated, and are added to random ones ((1 + k) / (1 + draws)), so p
        is never zero.
        """
        return self._p_value(null - self.estimate)

    def interval(self) -> tuple[float, float]:
        """The values nearest to the estimate, on both sides, beyond which the test rejects at 5%.

        The p value falls in steps; were it to rise again further out, values there are not in the interval.
        StatisticsRefused: no value is rejected, however far.
        """
        return self.estimate - self._reach(-1.0), self.estimate + self._reach(1.0)

    def _p_value(self, distance: float) -> float:
        numerators = self.numerators[0] + distance * self.numerators[1]
        squares = self.squares[0] + 2 * distance * self.squares[1] + distance**2 * self.squares[2]
        extreme = int((numerators**2 * self.spread >= distance**2 * squares * (1 - TIE) ** 2).sum())
        return extreme / self.draws if self.is_enumerated else (1 + extreme) / (1 + self.draws)

    def _reach(self, side: float) -> float:
        alpha = 1 - CONFIDENCE
        inside, outside = 0.0, self.std_error
        for _ in range(DOUBLINGS):
            if self._p_value(side * outside) <= alpha:
                break
            inside, outside = outside, 2 * outside
        else:
            raise StatisticsRefused(RefusalReason.UNBOUNDED_INTERVAL)
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            if self._p_value(side * middle) <= alpha:
                outside = middle
            else:
                inside = middle
        return inside


def wild_bootstrap(
    sums: ClusterSums,
    contrast: Numbers,
    weights: Weights | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> WildBootstrap:
    """The bootstrap of `contrast` (p,) times the coefficients.

    `weights`: Rademacher, or Webb under 12 clusters, unless said otherwise. Where all possible draws are no
    more than `draws` (signs: up to 13 clusters; Webb: 5) each is taken once; otherwise `draws` random ones,
    which depend on `seed` and on the clusters in the order of their names, on nothing else.
    StatisticsRefused: see `fit_clusters`, and a contrast that rests on one cluster or has no error.
    """
    fitted = fit_clusters(sums)
    fitted.refuse_one_cluster_contrast(contrast)
    clusters = len(sums.n)
    if weights is None:
        weights = "rademacher" if clusters >= FEWEST_FOR_RADEMACHER else "webb"
    points = POINTS[weights]
    possible = len(points) ** clusters
    is_enumerated = possible <= draws
    taken = possible if is_enumerated else draws
    scores, leverages, parts = _restricted(fitted, contrast)
    spread = float(parts[0] @ parts[0])
    fitted.refuse_no_variance(spread, contrast)
    numerators, squares = np.empty((2, taken)), np.empty((3, taken))
    stream = np.random.Philox(key=seed)
    step = max(1, BLOCK // clusters)
    for start in range(0, taken, step):
        block = slice(start, min(start + step, taken))
        shape = (block.stop - start, clusters)
        digits = _every(block, len(points), clusters) if is_enumerated else _random(stream, shape, len(points))
        numerators[:, block], squares[:, block] = _statistics(points[digits], scores, leverages, parts)
    estimate = float(contrast @ fitted.params)
    std_error = float(np.sqrt(fitted.small_sample_factor * spread))
    return WildBootstrap(
        estimate=estimate,
        std_error=std_error,
        statistic=estimate / std_error,
        clusters=clusters,
        weights=weights,
        draws=taken,
        is_enumerated=is_enumerated,
        spread=spread,
        numerators=numerators,
        squares=squares,
    )


def _restricted(fitted: ClusterFit, contrast: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(2, p, G) the clusters' restricted scores, constant and slope in the null's distance from the estimate;
    (G, p) what of a change in all scores goes into a cluster's part of the contrast's; (2, G) m'scores.
    """
    bread = fitted.root @ fitted.root.T
    m = bread @ contrast
    moved = fitted.sums.squares @ m
    scores = np.array([fitted.scores.T, -moved.T / (contrast @ m)])
    return scores, moved @ bread, np.einsum("p,kpg->kg", m, scores)


def _statistics(drawn: Numbers, scores: Numbers, leverages: Numbers, parts: Numbers) -> tuple[Numbers, Numbers]:
    """(2, rows) and (3, rows) of WildBootstrap for some draws (rows, G).

    einsum, not matrix products: a BLAS library may add up in another order with another number of threads. Constant and
    slope side by side, each on a thread: nearly all time goes into these two.
    """

    def moved(k: int) -> Numbers:
        total = np.einsum("dg,pg->dp", drawn, scores[k])
        return drawn * parts[k] - np.einsum("dp,gp->dg", total, leverages)

    with ThreadPoolExecutor(2) as pool:
        errors = list(pool.map(moved, (0, 1)))
    numerators = np.einsum("dg,kg->kd", drawn, parts)
    pairs = ((0, 0), (0, 1), (1, 1))
    return numerators, np.array([np.einsum("dg,dg->d", errors[i], errors[j]) for i, j in pairs])


def _every(block: slice, points: int, clusters: int) -> Codes:
    """(rows, G): the draws of these numbers, written with `points` digits."""
    numbers = np.arange(block.start, block.stop)[:, np.newaxis]
    return np.asarray(numbers // points ** np.arange(clusters) % points)


def _random(stream: np.random.Philox, shape: tuple[int, int], points: int) -> Codes:
    """(rows, G): random digits. From the raw stream, which numpy promises never to change, unlike `integers`."""
    raw = stream.random_raw(shape)
    return np.asarray((raw >> np.uint64(32)) * np.uint64(points) >> np.uint64(32), dtype=np.int64)
