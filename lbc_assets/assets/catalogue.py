"""``catalogue``: the site that says what each table and column is, what it is made of and what depends on it.

Belongs here: the asset. Does not belong here: the site (``catalogue/``, imported when the asset is made), when it is
made (``sensors.py``). No partition: it tells of all waves, and made again it replaces itself.
"""

from __future__ import annotations

import dagster as dg

from lbc_assets.addresses import CATALOGUE
from lbc_assets.warehouse.flow import PUBLISHED

NAME = "catalogue"


@dg.asset(
    name=NAME,
    group_name="catalogue",
    deps=[PUBLISHED],
    kinds={"html"},
    owners=["team:data-stewards"],
    tags={"pii": "none", "instrument": "sdq"},
    description="Every table and column with its lineage from questionnaire to report, as pages that need no network.",
    metadata={"grain": "one site", "catalogue": dg.MetadataValue.url(CATALOGUE)},
    required_resource_keys={"warehouse"},
)
def catalogue(context) -> dg.MaterializeResult:
    """Lay the site down anew, and serve it."""
    from lbc_assets.catalogue.site import build

    built = build(context.resources.warehouse)
    return dg.MaterializeResult(metadata={"pages": built.pages, "catalogue": dg.MetadataValue.url(CATALOGUE)})
