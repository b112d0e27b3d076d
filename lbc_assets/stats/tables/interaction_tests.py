"""The table `interaction_tests`: does the association with migration status differ by another variable?

Belongs here: the table's shape and the paper's rule for choosing covariates. Does not belong here: the
models (`specs`).
"""

from collections.abc import Iterator
from dataclasses import asdict

import pandas as pd

from lbc_assets.stats.groups.families import COLUMNS as FAMILY_COLUMNS
from lbc_assets.stats.groups.families import corrected
from lbc_assets.stats.models.fit import attempt
from lbc_assets.stats.models.inference import partial_f
from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.refusal import StatisticsRefused
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import MODERATIONS, PAPER_RULE_P, family_of
from lbc_assets.stats.tables.tidy import OK, Row, refused, tidy

NEEDS = needs_of(spec for moderation in MODERATIONS for spec in (moderation.without, moderation.model))
COLUMNS = (
    "model",
    "outcome",
    "term",
    "variable",
    "statistic",
    "df",
    "df_residual",
    "p_value",
    *FAMILY_COLUMNS,
    "n",
    "paper_rule",
    "status",
    "reason",
)


def interaction_tests(frame: pd.DataFrame) -> pd.DataFrame:
    """Partial F (type III) of migration status x each covariate of the adjusted model, one model each.

    `paper_rule`: the covariate is significant in the model without the product, which is when the paper
    tests the interaction; missing where that model is refused. `frame`: mart_analysis_cohort of one wave.
    ValueError if it breaks its contract. Source: the paper's Methods; social_support_dichotomy belongs to
    its Table 4.
    """
    return tidy(corrected(_rows(Sample(frame)), family_of), COLUMNS)


def _rows(sample: Sample) -> Iterator[Row]:
    # Several moderations share the model without the product: fit it once.
    plain = list(dict.fromkeys(moderation.without for moderation in MODERATIONS))
    without = dict(zip(plain, attempt(plain, sample), strict=True))
    models = [moderation.model for moderation in MODERATIONS]
    for moderation, spec, fitted in zip(MODERATIONS, models, attempt(models, sample), strict=True):
        (pair,) = spec.interactions
        term = ":".join(pair)
        labels: Row = {"model": spec.name, "outcome": spec.outcome, "term": term, "variable": moderation.by}
        main = without[moderation.without]
        # a wave of one province: the model without the product has no such term, so the paper's rule says nothing
        if not isinstance(main, StatisticsRefused) and any(c.variable == moderation.by for c in main.columns):
            labels = {**labels, "paper_rule": partial_f(main, moderation.by).p_value <= PAPER_RULE_P}
        if isinstance(fitted, StatisticsRefused):
            yield {**labels, **refused(fitted)}
        else:
            yield {**labels, **asdict(partial_f(fitted, term)), "n": fitted.n, **OK}
