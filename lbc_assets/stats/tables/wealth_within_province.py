"""The table `wealth_within_province`: household wealth by migration status in each province.

Belongs here: the table. Does not belong here: counts and percentages (`sample_characteristics`), the models.
"""

import pandas as pd

from lbc_assets.stats.groups.group_sums import count_by_group
from lbc_assets.stats.needs import Needs
from lbc_assets.stats.sample import Sample
from lbc_assets.stats.tables.sample_characteristics import COLUMNS as SAMPLE_COLUMNS
from lbc_assets.stats.tables.sample_characteristics import factor_rows
from lbc_assets.stats.tables.tidy import tidy
from lbc_assets.stats.variables import HOUSEHOLD_WEALTH, MIGRATION_STATUS, PROVINCE

NEEDS = Needs((MIGRATION_STATUS.variable, PROVINCE.variable, HOUSEHOLD_WEALTH.variable), ())
# corrected p values belong to the family of Table 1
COLUMNS = (
    "province",
    *(c for c in SAMPLE_COLUMNS if c not in ("std_dev", "df_residual", "p_holm", "p_benjamini_hochberg")),
)


def wealth_within_province(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts and percentages of household wealth by migration status, and their test, within each province.

    `frame`: mart_analysis_cohort of one wave, by child or by cell. ValueError if it breaks its contract. Source: the
    paper's Results, 'data not shown'.
    """
    sample = Sample(frame)
    provinces = sample.codes(PROVINCE)
    rows = [
        {"province": province, **{name: value for name, value in row.items() if name in COLUMNS}}
        for position, province in enumerate(PROVINCE.levels)
        for row in factor_rows(HOUSEHOLD_WEALTH, count_by_group(sample, HOUSEHOLD_WEALTH, provinces == position))
    ]
    return tidy(rows, COLUMNS)
