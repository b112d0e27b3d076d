"""Why a statistic is refused instead of computed.

Belongs here: the reasons and the exception. Does not belong here: the tests that find them (`fit`,
`group_tests`), and wrong input: a column that is absent or a code that is not declared is a broken
contract and raises ValueError, for the gates should have stopped it.
"""

from enum import StrEnum


class RefusalReason(StrEnum):
    """Neutral codes; they say something of the data's shape and nothing of a child's answer."""

    NO_COMPLETE_CASES = "no_complete_cases"  # no child has all the model's variables
    TOO_FEW_ROWS = "too_few_rows"  # no residual degree of freedom is left
    TOO_MANY_PARAMETERS = "too_many_parameters"  # too few children for each parameter of the model
    EMPTY_LEVEL = "empty_level"  # a declared level (or group) has no child
    EMPTY_CELL = "empty_cell"  # a combination of an interaction's levels has no child
    CONSTANT_COVARIATE = "constant_covariate"  # a predictor has one value only
    CONSTANT_OUTCOME = "constant_outcome"  # the outcome does not vary (ANOVA: within the groups; Welch: within one)
    COLLINEAR = "collinear"  # one predictor follows from the others
    SINGLE_CHILD_DECIDES = "single_child_decides"  # one child's answers alone decide a coefficient
    PERFECT_FIT = "perfect_fit"  # nothing is left over to estimate an error from
    TOO_FEW_CLUSTERS = "too_few_clusters"  # fewer schools (or townships) than a clustered analysis can use
    ONE_CLUSTER_CONTRAST = "one_cluster_contrast"  # the estimate rests on something that only one cluster has
    SINGLE_CHILD_CLUSTERS = "single_child_clusters"  # no cluster has two children to be alike
    UNBOUNDED_INTERVAL = "unbounded_interval"  # the bootstrap rejects no value however far: too few draws differ
    NO_CONVERGENCE = "no_convergence"  # an iterative fit did not come to an end
    NOTHING_MISSING = "nothing_missing"  # every child is complete: there is nothing to impute
    TOO_FEW_ITEMS = "too_few_items"  # fewer than three items make no scale to speak of
    CONSTANT_ITEM = "constant_item"  # every child gave an item the same answer
    IMPROPER_SOLUTION = "improper_solution"  # the factor model leaves an item no variance of its own, or has no optimum
    NO_EVENTS = "no_events"  # no child of the model is in the band
    ALL_EVENTS = "all_events"  # every child of the model is in the band
    SEPARATION = "separation"  # the predictors tell some children's band for certain: a log odds is infinite


class WaveReason(StrEnum):
    """Why two waves are not compared, or not in this way: what their manifests say, or who was observed."""

    NOT_PUBLISHED = "not_published"  # the wave has no published snapshot that can be read
    DATA_ORIGINS_DIFFER = "data_origins_differ"  # one wave is synthetic, the other collected
    SURVEYS_OVERLAP = "surveys_overlap"  # there is no before and after
    SAMPLING_FRAMES_DIFFER = "sampling_frames_differ"  # the manifests declare two frames
    NO_APPROVED_LINKING_KEY = "no_approved_linking_key"  # not both manifests approve of linking children
    LINKING_KEYS_DIFFER = "linking_keys_differ"  # the approved keys are not the same register or code
    NO_LINKED_CHILDREN = "no_linked_children"  # no child is in both waves under one key
    NO_ARMS = "no_arms"  # the later wave has no attenders, or no controls
    ARM_NOT_OBSERVED_BEFORE = "arm_not_observed_before"  # attenders or controls have no earlier observation
    TOO_FEW_VILLAGES = "too_few_villages"  # clusters: the standard error would not be worth its name


class StatisticsRefused(Exception):
    """The data cannot carry this statistic; `reason` says why."""

    def __init__(self, reason: RefusalReason | WaveReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
