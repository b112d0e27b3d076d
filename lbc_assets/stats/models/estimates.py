"""An estimate with its t test and interval.

Belongs here: `Estimate` and the t distribution's part in it. Does not belong here: where the standard error
and the degrees of freedom come from (`inference`, `cluster_robust`, `random_intercept`). Distribution
functions come from scipy.special: scipy.stats wraps the same functions at ten times the import cost.
"""

from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from lbc_assets.stats.specs import CONFIDENCE


@dataclass(frozen=True)
class Estimate:
    """A linear combination of coefficients: its value, t statistic, two-sided p, and confidence limits."""

    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float


def t_test(estimate: float, std_error: float, df: float) -> Estimate:
    """The test that the estimated quantity is zero, and its interval."""
    statistic = estimate / std_error
    margin = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * std_error
    p_value = 2 * float(stdtr(df, -abs(statistic)))
    return Estimate(estimate, std_error, statistic, df, p_value, estimate - margin, estimate + margin)
