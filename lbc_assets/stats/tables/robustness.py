"""The table `robustness`: does the main association hold when it is asked otherwise?

Belongs here: which analyses stand side by side, and the table's shape. Does not belong here: the analyses themselves
(`heteroscedasticity`, `cluster_robust`, `random_intercept`, `wild_bootstrap`, `imputed_fit`, `e_value`), the models
(`specs`), reading the cohort.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from lbc_assets.stats.clusters.cluster_robust import Kind, cluster_tests
from lbc_assets.stats.clusters.cluster_sums import ClusterSums
from lbc_assets.stats.clusters.clustered_model import sums_by_cluster
from lbc_assets.stats.clusters.random_intercept import contrast_test, random_intercept
from lbc_assets.stats.clusters.wild_bootstrap import wild_bootstrap
from lbc_assets.stats.e_value import e_value
from lbc_assets.stats.models.design import Column, columns
from lbc_assets.stats.models.estimates import Estimate
from lbc_assets.stats.models.fit import FittedModel, fit
from lbc_assets.stats.models.heteroscedasticity import with_hc3
from lbc_assets.stats.models.inference import coefficient
from lbc_assets.stats.needs import Reads, needs_of
from lbc_assets.stats.refusal import RefusalReason, StatisticsRefused
from lbc_assets.stats.sample import Numbers, Sample
from lbc_assets.stats.specs import (
    CLUSTERS,
    EXPOSURE,
    MAIN_MODEL,
    MAIN_MODEL_OF_THE_OLDER,
    baseline,
    baseline_complete_cases,
)
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy
from lbc_assets.stats.terms import ModelSpec

_CONFOUNDERS_ONLY = (baseline(MAIN_MODEL.outcome), baseline_complete_cases(MAIN_MODEL.outcome))
NEEDS = needs_of([MAIN_MODEL, MAIN_MODEL_OF_THE_OLDER, *_CONFOUNDERS_ONLY])
READS: Reads = {
    "imputed_coefficients": (
        *("model", "outcome", "term", *Estimate.__dataclass_fields__, "n", "fmi", "m", "status", "reason"),
    )
}
COLUMNS = (
    "analysis",
    "question",
    "outcome",
    "term",
    "level",
    "reference",
    "estimate",
    "std_error",
    "statistic",
    "df",
    "p_value",
    "conf_low",
    "conf_high",
    "n",
    "clusters",
    "icc",
    "is_boundary",
    "fmi",
    "draws",
    "note",
    "e_value",
    "e_value_limit",
    "verdict",
    "status",
    "reason",
)


@dataclass(frozen=True)
class RobustnessData:
    """One wave's children, as each analysis needs them.

    `cohort`: mart_analysis_cohort by child or by cell. `within`: the same within each school and township, in pieces
    that are read anew each time. `with_undecided`: the cohort and the children whose status is 'previous' if it is not
    'current'. `imputed`: of the table imputed_coefficients what READS names.
    """

    cohort: pd.DataFrame
    within: Mapping[str, Callable[[], Iterable[pd.DataFrame]]]
    with_undecided: pd.DataFrame
    imputed: pd.DataFrame


Answer = Callable[[Column], Row]


@dataclass(frozen=True)
class _Analysis:
    """`prepare` fits once and gives the answer for each term; either may raise StatisticsRefused."""

    name: str
    question: str
    prepare: Callable[[], Answer]


def robustness(data: RobustnessData, with_verdicts: bool) -> pd.DataFrame:
    """One row an analysis x level of migration status, of total difficulties in the adjusted model.

    `verdict` is 'holds' where sign and significance are the main analysis's, else 'does_not_hold'; missing without
    `with_verdicts`, as for synthetic children, who are no evidence. E-values are approximate (risk ratio about
    exp(0.91 B / SD)). ValueError: a cohort breaks its contract.
    """
    terms = [column for column in columns(MAIN_MODEL) if column.variable == EXPOSURE]
    rows: list[dict[str, object]] = []
    main: dict[str, Row] = {}
    deviation = _deviation(data)
    for analysis in _analyses(data):
        answers = dict(_answered(analysis, terms))
        main = main or answers
        for column in terms:
            answer = dict(answers[column.term])
            if answer["status"] == OK["status"]:
                if deviation is not None:
                    answer |= _e_values(answer, deviation)
                if with_verdicts and analysis.name != "ols":
                    answer["verdict"] = _verdict(answer, main[column.term])
            rows.append(
                {
                    "analysis": analysis.name,
                    "question": analysis.question,
                    "outcome": MAIN_MODEL.outcome,
                    "term": column.term,
                    "level": column.level,
                    "reference": column.reference,
                    **answer,
                }
            )
    return tidy(rows, COLUMNS)


def _analyses(data: RobustnessData) -> Iterator[_Analysis]:
    """The main analysis first; each of the others changes one thing of it."""
    cohort, undecided = Sample(data.cohort), Sample(data.with_undecided)

    @cache
    def by(cluster: str) -> ClusterSums:
        return sums_by_cluster(fit(MAIN_MODEL, cohort), data.within[cluster](), cluster)

    def robust(cluster: str, kind: Kind) -> Answer:
        return _robust(by(cluster), kind, cohort)

    def bootstrapped(cluster: str) -> Answer:
        return _bootstrap(by(cluster), cohort)

    plain = partial(_least_squares, MAIN_MODEL)
    yield _Analysis("ols", "main", partial(plain, cohort))
    yield _Analysis("hc3", "unequal_variances", partial(_hc3, cohort))
    for cluster in CLUSTERS:
        yield _Analysis(f"cr1s_{cluster}", "clustering", partial(robust, cluster, "CR1S"))
        yield _Analysis(f"cr2_{cluster}", "clustering", partial(robust, cluster, "CR2"))
    yield _Analysis("random_intercept_school", "clustering", lambda: _random_intercept(by("school"), cohort))
    for cluster in CLUSTERS:
        yield _Analysis(f"wild_bootstrap_{cluster}", "clustering", partial(bootstrapped, cluster))
    yield _Analysis("multiple_imputation", "missing_answers", partial(_imputed, data.imputed))
    yield _Analysis("age_11_and_over", "population", partial(_least_squares, MAIN_MODEL_OF_THE_OLDER, cohort))
    yield _Analysis("unknown_as_previous", "migration_unknown", partial(plain, undecided))
    for spec, name in zip(_CONFOUNDERS_ONLY, ("confounders_only", "confounders_only_complete_cases"), strict=True):
        yield _Analysis(name, "mediators", partial(_least_squares, spec, cohort))


def _answered(analysis: _Analysis, terms: list[Column]) -> Iterator[tuple[str, Row]]:
    try:
        answer = analysis.prepare()
    except StatisticsRefused as why:
        yield from ((column.term, refused(why)) for column in terms)
        return
    for column in terms:
        try:
            yield column.term, {**answer(column), **OK}
        except StatisticsRefused as why:
            yield column.term, refused(why)


def _position(fitted: FittedModel, column: Column) -> int:
    position = fitted.position(column.term)
    if position is None:
        raise StatisticsRefused(fitted.left_out[column.term])
    return position


def _contrast(fitted: FittedModel, column: Column) -> Numbers:
    return np.eye(len(fitted.columns))[_position(fitted, column)]


def _least_squares(spec: ModelSpec, sample: Sample) -> Answer:
    fitted = fit(spec, sample)
    return lambda column: {**asdict(coefficient(fitted, _position(fitted, column))), "n": fitted.n}


def _hc3(sample: Sample) -> Answer:
    fitted = with_hc3(fit(MAIN_MODEL, sample), sample)
    return lambda column: {**asdict(coefficient(fitted, _position(fitted, column))), "n": fitted.n}


def _robust(sums: ClusterSums, kind: Kind, sample: Sample) -> Answer:
    fitted = fit(MAIN_MODEL, sample)

    def answer(column: Column) -> Row:
        (found,) = cluster_tests(sums, [_contrast(fitted, column)], kind)
        if isinstance(found, StatisticsRefused):
            raise found
        return {**asdict(found.test), "n": sums.total_n, "clusters": found.clusters, "note": found.note}

    return answer


def _random_intercept(sums: ClusterSums, sample: Sample) -> Answer:
    fitted, mixed = fit(MAIN_MODEL, sample), random_intercept(sums)
    return lambda column: {
        **asdict(contrast_test(mixed, _contrast(fitted, column))),
        "n": mixed.n,
        "clusters": mixed.clusters,
        "icc": mixed.icc,
        "is_boundary": mixed.is_boundary,
        "note": f"best_of_{mixed.optimiser}",
    }


def _bootstrap(sums: ClusterSums, sample: Sample) -> Answer:
    fitted = fit(MAIN_MODEL, sample)

    def answer(column: Column) -> Row:
        drawn = wild_bootstrap(sums, _contrast(fitted, column))
        low, high = drawn.interval()
        return {
            "estimate": drawn.estimate,
            "std_error": drawn.std_error,
            "statistic": drawn.statistic,
            "p_value": drawn.p_value(),
            "conf_low": low,
            "conf_high": high,
            "n": sums.total_n,
            "clusters": drawn.clusters,
            "draws": drawn.draws,
            "note": f"{drawn.weights}_{'enumerated' if drawn.is_enumerated else 'random'}",
        }

    return answer


def _imputed(table: pd.DataFrame) -> Answer:
    main = table[(table["model"] == MAIN_MODEL.name) & (table["outcome"] == MAIN_MODEL.outcome)]
    rows: dict[str, dict[Hashable, Any]] = {str(row["term"]): row for row in main.to_dict("records")}

    def answer(column: Column) -> Row:
        row = rows[column.term]
        if row["status"] != OK["status"]:
            raise StatisticsRefused(RefusalReason(row["reason"]))
        return {
            **{name: float(row[name]) for name in Estimate.__dataclass_fields__},
            "n": int(row["n"]),
            "fmi": float(row["fmi"]),
            "draws": int(row["m"]),
        }

    return answer


def _deviation(data: RobustnessData) -> float | None:
    """The standard deviation of the outcome among the main model's children, one for all rows."""
    try:
        return fit(MAIN_MODEL, Sample(data.cohort)).outcome_std_dev
    except StatisticsRefused:
        return None


def _e_values(answer: Row, deviation: float) -> dict[str, object]:
    found = e_value(answer["estimate"], answer["conf_low"], answer["conf_high"], deviation)
    return {"e_value": found.estimate, "e_value_limit": found.limit}


def _verdict(answer: Row, main: Row) -> str | None:
    if main["status"] != OK["status"]:
        return None
    same_sign = answer["estimate"] * main["estimate"] > 0
    return "holds" if same_sign and _excludes_zero(answer) == _excludes_zero(main) else "does_not_hold"


def _excludes_zero(answer: Row) -> bool:
    return bool(answer["conf_low"] > 0 or answer["conf_high"] < 0)
