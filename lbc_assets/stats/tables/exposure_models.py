"""The table `exposure_models`: other ways to class children than the paper's migration status.

Belongs here: the table. Does not belong here: which models (`specs`), the shape of a table of coefficients
(`model_coefficients`), the age at departure (`departure_age`).
"""

import pandas as pd

from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import EXPOSURE_MODELS
from lbc_assets.stats.tables.model_coefficients import coefficient_table

NEEDS = needs_of(EXPOSURE_MODELS)


def exposure_models(frame: pd.DataFrame) -> pd.DataFrame:
    """Which parent is or was away, within the current and within the previous group; and the living arrangement in
    place of migration status.

    `frame`: mart_analysis_cohort of one wave, by child or by cell. ValueError if it breaks its contract. Source: the
    study's archive classes children by living arrangement.
    """
    return coefficient_table(EXPOSURE_MODELS, Sample(frame))
