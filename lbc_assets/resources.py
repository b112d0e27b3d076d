"""What assets are given when they run.

A plain object without configuration: run config can carry any path, so no path is ever taken from it.
Does not belong here: what the warehouse does (``warehouse/store.py``).
"""

import dagster as dg

from lbc_assets.settings import find_home
from lbc_assets.warehouse.store import Warehouse


@dg.resource(description="The warehouse under LBC_HOME.")
def warehouse(_context: dg.InitResourceContext) -> Warehouse:
    """Open the home when a run needs it, not when definitions load."""
    return Warehouse(find_home().make())
