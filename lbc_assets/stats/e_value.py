"""How strong unmeasured confounding would have to be to explain an association away.

Belongs here: the E-value of a difference in a score. Does not belong here: the estimate and its interval.

Source: VanderWeele & Ding 2017 (Ann Intern Med 167:268). A difference of d standard deviations stands for a
risk ratio of about exp(0.91 d), and so does each confidence limit.
"""

import math
from dataclasses import dataclass

from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused

LOG_RISK_RATIO_PER_SD = 0.91


@dataclass(frozen=True)
class EValue:
    """The risk ratio that a confounder must have with exposure and outcome both: to move the `estimate` to zero, and
    to move the confidence `limit` nearer to zero there. 1: nothing is needed.
    """

    estimate: float
    limit: float


def e_value(estimate: float, conf_low: float, conf_high: float, outcome_sd: float) -> EValue:
    """`estimate` and limits in points of the outcome; `outcome_sd` the standard deviation of the outcome in the
    model's children, in points.

    ValueError: not finite, a negative deviation, or an estimate outside its limits. StatisticsRefused: the
    outcome does not vary.
    """
    if not all(math.isfinite(value) for value in (estimate, conf_low, conf_high, outcome_sd)) or outcome_sd < 0:
        raise ValueError("an E-value needs finite numbers and a standard deviation")
    if not conf_low <= estimate <= conf_high:
        raise ValueError("the estimate is not between its limits")
    if outcome_sd == 0:
        raise StatisticsRefused(RefusalReason.CONSTANT_OUTCOME)
    nearer = 0.0 if conf_low <= 0 <= conf_high else min(abs(conf_low), abs(conf_high))
    return EValue(_of_distance(abs(estimate) / outcome_sd), _of_distance(nearer / outcome_sd))


def _of_distance(deviations: float) -> float:
    """RR + sqrt(RR (RR - 1)): a negative association has the E-value of its mirror image."""
    ratio = math.exp(LOG_RISK_RATIO_PER_SD * deviations)
    return ratio + math.sqrt(ratio * (ratio - 1))
