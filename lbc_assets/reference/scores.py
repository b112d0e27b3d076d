"""Stage 2: subscale scores 0-10 of the analysed children.

Here: latent normals with the paper's coefficients and spread, made integers (`draw_scores`), and prosocial
behaviour. Not here: the last points that make the printed digits hold (`polish`), items (`items`).
"""

import numpy as np

from lbc_assets.reference import targets
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
TOTAL_SPREAD = (4.74, 5.02, 5.08)
PATTERN = np.array([[1, 1.0, 0.9, 1.1], [1.0, 1, 1.3, 0.9], [0.9, 1.3, 1, 0.7], [1.1, 0.9, 0.7, 1]])
"""Relative size of the correlations between subscale errors, in the order of OUTCOMES; the level is fitted.
"""
SKEW = 0.12
SCHOOL_SHARE = 0.04
"""Share of the error variance that lies between schools."""
PROSOCIAL = ((7.15, 7.2, 7.2), 1.9)
ROUNDS = 14


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


def draw_scores(design: Design, schools: Ints, rng: np.random.Generator) -> Ints:
    """Integer scores (children, 4) in the order of OUTCOMES; `schools` numbers each child's school from 0.

    Rounding and the ends of the scale bend what a latent normal promises, so coefficients, spread and
    correlation are corrected from round to round until the integers give them.
    """
    whole, groups = complete(design), design["group"]
    matrix = wide_matrix(design)[:, ADJUSTED]
    slopes = np.column_stack(list(targets.subscale_coefficients().values()))
    wanted = np.vstack([_intercepts(matrix[whole], slopes, groups[whole]), slopes])
    spread = np.column_stack([SPREAD[name] for name in OUTCOMES])
    errors = _school_errors(schools, 4, rng)
    coefficients, scale, level = wanted.copy(), 0.95 * spread, np.full(3, 0.28)
    solve = np.linalg.pinv(matrix[whole])
    for _ in range(ROUNDS):
        latent = _expected(design, matrix, coefficients)
        for group in range(3):
            mine = groups == group
            correlation = np.where(np.eye(4) == 1, 1.0, level[group] * PATTERN)
            correlated = errors[mine] @ np.linalg.cholesky(correlation).T
            latent[mine] += (correlated + SKEW * (correlated**2 - 1)) / np.sqrt(1 + 2 * SKEW**2) * scale[group]
        scores = _as_integers(latent)
        coefficients += wanted - solve @ scores[whole]
        for group in range(3):
            mine = scores[groups == group]
            scale[group] *= spread[group] / mine.std(axis=0, ddof=1)
            pairs = 2 * np.sum(np.triu(PATTERN, 1) * np.outer(scale[group], scale[group]))
            level[group] += (TOTAL_SPREAD[group] ** 2 - mine.sum(axis=1).var(ddof=1)) / pairs
    return scores


def draw_prosocial(design: Design, schools: Ints, rng: np.random.Generator) -> Ints:
    """Prosocial scores 0-10, shape (children,), with Table 1's means and spread and no association with
    anything.
    """
    means, spread = PROSOCIAL
    errors = _school_errors(schools, 1, rng)[:, 0]
    # Skewed to the left: the scale's top is near its mean.
    errors = (errors - SKEW * (errors**2 - 1)) / np.sqrt(1 + 2 * SKEW**2)
    centre, scale = np.array(means), np.full(3, spread)
    for _ in range(ROUNDS):
        scores = _as_integers(centre[design["group"]] + scale[design["group"]] * errors)
        for group in range(3):
            mine = scores[design["group"] == group]
            centre[group] += means[group] - mine.mean()
            scale[group] *= spread / mine.std(ddof=1)
    return scores
