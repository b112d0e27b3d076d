"""The table `departure_age`: among the currently left behind, the association of age at first departure.

Belongs here: the table. Does not belong here: which models (`specs`), the shape of a table of coefficients
(`model_coefficients`).
"""

import pandas as pd

from lbc_assets.stats.needs import needs_of
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.specs import DEPARTURE_AGE_MODELS
from lbc_assets.stats.tables.model_coefficients import coefficient_table

NEEDS = needs_of(DEPARTURE_AGE_MODELS)


def departure_age(frame: pd.DataFrame) -> pd.DataFrame:
    """The adjusted model within the currently left behind, with age at first departure: in points a year of age, as a
    spline, and as years since the departure, which is the same model reparameterised.

    `frame`: mart_analysis_cohort of one wave, by child or by cell. ValueError if it breaks its contract. Source: the
    paper's Results.
    """
    return coefficient_table(DEPARTURE_AGE_MODELS, Sample(frame))
