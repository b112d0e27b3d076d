"""Rubin's rules: one answer from the same estimate in each of several completed data sets.

Belongs here: the pooled estimate with its standard error, degrees of freedom, p and limits. Does not belong here: how
the data sets were completed (`imputation`) and fitted (`imputed_coefficients`).
"""

from dataclasses import asdict, dataclass

import numpy as np

from lbc_assets.stats.models.estimates import Estimate, t_test
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers


@dataclass(frozen=True)
class Pooled(Estimate):
    """An estimate over `m` completed data sets.

    `riv`: the relative increase in variance due to what is missing; `fmi`: the fraction of information that is missing.
    """

    riv: float
    fmi: float
    m: int


def pooled(estimates: Numbers, variances: Numbers, df_complete: float) -> Pooled:
    """Pool `estimates` (one a data set) with their squared standard errors `variances`.

    `df_complete`: the residual degrees of freedom that complete data would have. ValueError: fewer than two data sets,
    or not as many variances. StatisticsRefused: estimates without variance. Source: Rubin, Multiple Imputation for
    Nonresponse in Surveys, 1987, 3.1; degrees of freedom of Barnard and Rubin, Biometrika 1999;86:948-955; as R's
    mice::pool, but where less than 1e-4 of the variance is due to what is missing: mice counts 1e-4.
    """
    m = len(estimates)
    if m < 2 or len(variances) != m:
        raise ValueError("two or more estimates are pooled, each with its variance")
    estimate, within = float(estimates.mean()), float(variances.mean())
    between = (1 + 1 / m) * float(estimates.var(ddof=1))
    if within <= 0:
        raise StatisticsRefused(RefusalReason.PERFECT_FIT)
    total = within + between
    share, riv = between / total, between / within
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    # 1/df adds up, and is zero for the imputations' part when they all agree
    df = 1 / (share**2 / (m - 1) + 1 / observed)
    test = t_test(estimate, float(np.sqrt(total)), df)
    return Pooled(**asdict(test), riv=riv, fmi=(riv + 2 / (df + 3)) / (riv + 1), m=m)
