"""Why a statistic is refused instead of computed.

Belongs here: the reasons and the exception. Does not belong here: the tests that find them (`fit`,
`sample_characteristics`), and wrong input: a column that is absent or a code that is not declared is a broken
contract and raises ValueError, for the gates should have stopped it.
"""

from enum import StrEnum


class RefusalReason(StrEnum):
    """Neutral codes; they say something of the data's shape and nothing of a child's answer."""

    NO_COMPLETE_CASES = "no_complete_cases"  # no child has all the model's variables
    TOO_FEW_ROWS = "too_few_rows"  # no residual degree of freedom is left
    EMPTY_LEVEL = "empty_level"  # a declared level (or group) has no child
    EMPTY_CELL = "empty_cell"  # a combination of an interaction's levels has no child
    CONSTANT_COVARIATE = "constant_covariate"  # a predictor has one value only
    CONSTANT_OUTCOME = "constant_outcome"  # the outcome does not vary (for ANOVA: within the groups)
    COLLINEAR = "collinear"  # one predictor follows from the others
    PERFECT_FIT = "perfect_fit"  # nothing is left over to estimate an error from
    TOO_FEW_CLUSTERS = "too_few_clusters"  # fewer schools (or townships) than a clustered analysis can use
    ONE_CLUSTER_CONTRAST = "one_cluster_contrast"  # the estimate rests on something that only one cluster has
    SINGLE_CHILD_CLUSTERS = "single_child_clusters"  # no cluster has two children to be alike
    UNBOUNDED_INTERVAL = "unbounded_interval"  # the bootstrap rejects no value however far: too few draws differ


class StatisticsRefused(Exception):
    """The data cannot carry this statistic; `reason` says why."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
