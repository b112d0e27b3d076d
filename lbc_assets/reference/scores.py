"""Stage 2: subscale scores 0-10 of the analysed children.

Here: latent normals with the coefficients, sums and spread that the design aims at, made integers (`draw_scores`),
and prosocial behaviour. Not here: the last points that make the printed digits hold (`polish`), items (`items`).
"""

import numpy as np
from scipy import stats

from lbc_assets.reference import targets
from lbc_assets.reference.design_targets import Aim
from lbc_assets.reference.matrices import ADJUSTED, BASELINE, Design, Floats, Ints, complete, wide_matrix
from lbc_assets.reference.published import GROUPS, OUTCOMES, TABLE1_OUTCOMES, printed

SPREAD = {
    "emotional": (2.13, 2.23, 2.24),
    "conduct": (1.50, 1.56, 1.53),
    "hyperactivity": (1.92, 1.94, 1.96),
    "peer": (1.67, 1.70, 1.72),
}
"""SD of each subscale within never, previous, current: inside Table 1's rounding, near what Table 3's SE ask.
"""
TOTAL_SPREAD = np.array([4.70, 5.02, 5.10])
"""SD of total difficulties within never, previous, current: the groups differ, so the subscales' correlations do."""
PATTERN = np.array([[1, 1.0, 0.9, 1.1], [1.0, 1, 1.3, 0.9], [0.9, 1.3, 1, 0.7], [1.1, 0.9, 0.7, 1]])
"""Relative size of the correlations between subscale errors, in the order of OUTCOMES; the level is fitted.
"""
SKEW = 0.12
SCHOOL_SHARE = 0.04
"""Share of the error variance that lies between schools."""
PROSOCIAL = ((7.145, 7.19, 7.2), 1.9)
ROUNDS = 40


def _school_errors(schools: Ints, columns: int, rng: np.random.Generator) -> Floats:
    """Errors with variance 1 a child and `SCHOOL_SHARE` of it between schools, shape (children, columns)."""
    between = rng.standard_normal((int(schools.max()) + 1, columns))
    within = rng.standard_normal((len(schools), columns))
    return np.sqrt(SCHOOL_SHARE) * between[schools] + np.sqrt(1 - SCHOOL_SHARE) * within


def _expected(design: Design, matrix: Floats, coefficients: Floats) -> Floats:
    """Linear predictors; a missing covariate counts with its group's mean."""
    filled = matrix.copy()
    whole = complete(design)
    for group in range(3):
        gaps = (design["group"] == group) & ~whole
        filled[gaps, len(BASELINE) :] = filled[(design["group"] == group) & whole, len(BASELINE) :].mean(axis=0)
    return filled @ coefficients


def _as_integers(latent: Floats) -> Ints:
    return np.clip(np.rint(np.round(latent, 9)), 0, 10).astype(np.int64)


def _intercepts(matrix: Floats, slopes: Floats, groups: Ints) -> Floats:
    """The intercepts that bring each subscale's group means nearest to Table 1's."""
    means = np.array([matrix[groups == group].mean(axis=0) for group in range(3)])
    wanted = np.array([[printed("table1", TABLE1_OUTCOMES[name], g, "mean") for name in OUTCOMES] for g in GROUPS])
    return (wanted - means[:, 1:] @ slopes).mean(axis=0)


def _skewed(errors: Floats) -> Floats:
    """Standardised errors with a longer right tail: most children have few difficulties."""
    return (errors + SKEW * (errors**2 - 1)) / np.sqrt(1 + 2 * SKEW**2)


def _wanted_sums(design: Design, matrix: Floats, aim: Aim) -> tuple[Floats, Floats]:
    """X'y of the adjusted model by subscale (19, 4), and coefficients that belong to them.

    Their sum is the aim of total difficulties; what rounding leaves open goes to conduct problems, of which nothing
    is printed.
    """
    gram = matrix.T @ matrix
    total = np.linalg.solve(gram, aim.sums[ADJUSTED])
    slopes = np.column_stack(list(targets.subscale_coefficients().values()))
    wanted = np.vstack([_intercepts(matrix, slopes, design["group"][complete(design)]), slopes])
    conduct = OUTCOMES.index("conduct")
    wanted[1:, conduct] = total[1:] - np.delete(wanted[1:], conduct, axis=1).sum(axis=1)
    wanted[0] += (total[0] - wanted[0].sum()) / len(OUTCOMES)
    return gram @ wanted, wanted


def draw_scores(design: Design, schools: Ints, aim: Aim, rng: np.random.Generator) -> Ints:
    """Integer scores (children, 4) in the order of OUTCOMES; `schools` numbers each child's school from 0.

    Rounding and the ends of the scale bend what a latent normal promises, so expectations, spread and correlation
    are corrected from round to round until the integers come near the aim.
    """
    whole, groups = complete(design), design["group"]
    wide = wide_matrix(design)
    every, matrix, others = wide[whole], wide[whole][:, ADJUSTED], wide[~whole][:, BASELINE]
    sums, coefficients = _wanted_sums(design, matrix, aim)
    solve = [np.linalg.pinv(part.T @ part) for part in (every, matrix, others)]
    spread = np.column_stack([SPREAD[name] for name in OUTCOMES])
    errors = _school_errors(schools, len(OUTCOMES), rng)
    scale, level, even_total = spread.copy(), np.full(3, 0.28), 1.0
    latent = _expected(design, wide[:, ADJUSTED], coefficients)
    for _ in range(ROUNDS):
        noise = np.empty_like(errors)
        for group in range(3):
            correlation = np.where(np.eye(len(OUTCOMES)) == 1, 1.0, level[group] * PATTERN)
            mine = groups == group
            noise[mine] = _skewed(errors[mine] @ np.linalg.cholesky(correlation).T) * scale[group]
        scores = _as_integers(latent + noise)
        answered, rest = scores[whole].astype(np.float64), scores[~whole].sum(axis=1)
        own = matrix @ (solve[1] @ (sums - matrix.T @ answered))
        shared = every @ (solve[0] @ (aim.sums - every.T @ answered.sum(axis=1)))
        latent[whole] += own + ((shared - own.sum(axis=1)) / len(OUTCOMES))[:, None]
        latent[~whole] += (others @ (solve[2] @ (aim.others - others.T @ rest)) / len(OUTCOMES))[:, None]

        left = answered - matrix @ (solve[1] @ (matrix.T @ answered))
        df = len(left) - len(ADJUSTED)
        deviation = np.sqrt((left**2).sum(axis=0) / df)
        observed = np.array([scores[groups == group].std(axis=0, ddof=1) for group in range(3)])
        ratio = spread / observed
        for place, name in enumerate(OUTCOMES):
            # one factor for the printed SE, and half a step towards Table 1's differences between the groups
            even = np.exp(np.log(ratio[:, place]).mean())
            scale[:, place] *= aim.deviation[name] / deviation[place] if name in aim.deviation else even
            scale[:, place] *= np.sqrt(ratio[:, place] / even)
        even_total *= aim.deviation["adjusted"] / np.sqrt(np.sum(left.sum(axis=1) ** 2) / df)
        for group in range(3):
            pairs = 2 * np.sum(np.triu(PATTERN, 1) * np.outer(scale[group], scale[group]))
            found = scores[groups == group].sum(axis=1).var(ddof=1)
            level[group] += ((even_total * TOTAL_SPREAD[group]) ** 2 - found) / pairs
    return scores


def _three_group_f(scores: Ints, groups: Ints) -> float:
    return float(stats.f_oneway(*(scores[groups == group] for group in range(3))).statistic)


def draw_prosocial(design: Design, schools: Ints, rng: np.random.Generator) -> Ints:
    """Prosocial scores 0-10, shape (children,), with Table 1's means, spread and p, and no association with
    anything.
    """
    means, spread = PROSOCIAL
    groups = design["group"]
    errors = _school_errors(schools, 1, rng)[:, 0]
    # Skewed to the left: the scale's top is near its mean.
    errors = -_skewed(-errors)
    centre, scale = np.array(means), np.full(3, spread)
    for _ in range(ROUNDS):
        scores = _as_integers(centre[groups] + scale[groups] * errors)
        for group in range(3):
            mine = scores[groups == group]
            centre[group] += means[group] - mine.mean()
            scale[group] *= spread / mine.std(ddof=1)
    # p hangs on hundredths of a mean: pairs of points, up or down, until it is there
    low, high = targets.anova_limits(TABLE1_OUTCOMES["prosocial"], len(groups))
    middle = (low + high) / 2
    best = abs(_three_group_f(scores, groups) - middle)
    while best > (high - low) / 4:
        tried = scores.copy()
        tried[rng.choice(len(scores), 2, replace=False)] += rng.choice((-1, 1), 2)
        if (found := abs(_three_group_f(tried, groups) - middle)) < best and tried.min() >= 0 and tried.max() <= 10:
            scores, best = tried, found
    return scores
