"""Do the scales measure: reliability, the one-factor model, items."""

import numpy as np
import pandas as pd
from children import GROUPS, SCALES, SUMS
from scipy import stats
from statsmodels.multivariate.factor import Factor

ITEMS = {scale: [f"points_{item}" for item in items] for scale, items in SCALES.items()}
ITEMS |= {
    name: [item for scale in scales for item in ITEMS[scale]]
    for name, scales in {"total": ["emotional", "conduct", "hyperactivity", "peer"], **SUMS}.items()
}


def groups_of(cohort):
    return {group: cohort[cohort["migration_status"] == group] for group in GROUPS} | {"all": cohort}


def alpha(covariance):
    k = len(covariance)
    return k / (k - 1) * (1 - np.trace(covariance) / covariance.to_numpy().sum())


def feldt_limits(value, n, k):
    return [1 - (1 - value) * stats.f.ppf(p, n - 1, (n - 1) * (k - 1)) for p in (0.975, 0.025)]


def one_factor(answers):
    """Omega of the points and of standardised items, and how well one factor fits (maximum likelihood)."""
    n, k = answers.shape
    correlation = answers.corr().to_numpy()
    fit = Factor(answers.to_numpy(), n_factor=1, method="ml").fit()
    loadings, unique = fit.loadings[:, 0], fit.uniqueness
    model = np.outer(loadings, loadings) + np.diag(unique)
    common, own = (loadings * answers.std()).sum() ** 2, (unique * answers.var()).sum()
    omega, standardised = common / (common + own), 1 - unique.sum() / correlation.sum()
    discrepancy = np.linalg.slogdet(model)[1] - np.linalg.slogdet(correlation)[1]
    discrepancy += np.trace(np.linalg.solve(model, correlation)) - k
    df = k * (k - 3) // 2
    chi_square = discrepancy * (n - 1 - (2 * k + 5) / 6 - 2 / 3)
    rmsea = np.sqrt(max(0, chi_square / (df * n) - 1 / (n - 1)))
    off_diagonal = (correlation - model)[~np.eye(k, dtype=bool)]
    rmsr = np.sqrt((off_diagonal**2).mean())
    return omega, standardised, chi_square, df, stats.chi2.sf(chi_square, df), rmsea, rmsr


def scale_reliability(cohort):
    rows = []
    for group, children in groups_of(cohort).items():
        for scale, items in ITEMS.items():
            answers, scores = children[items].dropna(), children[f"{scale}_score"].dropna()
            value = alpha(answers.cov())
            row = (len(items), len(answers), value, *feldt_limits(value, *answers.shape), alpha(answers.corr()))
            ends = (100 * (scores == 0).mean(), 100 * (scores == 2 * len(items)).mean())
            rows.append((group, scale, *row, *one_factor(answers), len(scores), *ends))
    columns = ["group", "scale", "items", "n", "alpha", "low", "high", "alpha_standardised", "omega"]
    columns += ["omega_standardised", "chi_square", "df", "p", "rmsea", "rmsr", "scored", "floor", "ceiling"]
    return pd.DataFrame(rows, columns=columns)


def item_statistics(cohort):
    rows = []
    for group, children in groups_of(cohort).items():
        for scale in SCALES:
            answers = children[ITEMS[scale]].dropna()
            for item in ITEMS[scale]:
                points, others = children[item], answers.drop(columns=item)
                ends = (100 * (points.dropna() == 0).mean(), 100 * (points.dropna() == 2).mean())
                missing = (points.isna().sum(), 100 * points.isna().mean())
                row = (points.count(), *missing, points.mean(), points.std(), *ends)
                rest = answers[item].corr(others.sum(axis=1))
                rows.append((group, scale, item, *row, len(answers), rest, alpha(others.cov())))
    columns = ["group", "scale", "item", "n", "missing", "missing_percent", "mean", "sd", "floor", "ceiling"]
    return pd.DataFrame(rows, columns=[*columns, "complete", "item_rest", "alpha_without"])
