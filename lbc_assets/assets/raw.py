"""The raw tables: what a delivery says, as text, under pseudonyms.

Belongs here: the four raw assets. Does not belong here: reading deliveries (``intake/``).
"""

from collections.abc import Callable, Iterator

import dagster as dg
import duckdb

from lbc_assets.assets.step import produce, table_options
from lbc_assets.intake import relations
from lbc_assets.intake.door import Delivery, latest_delivery
from lbc_assets.intake.pseudonym import PUBLIC_KEY, load_key
from lbc_assets.settings import Home
from lbc_assets.warehouse.contracts import load_tables

Make = Callable[[duckdb.DuckDBPyConnection, Delivery], None]


def _delivery(home: Home, wave: str) -> Delivery:
    delivery = latest_delivery(home.deliveries, wave)
    if delivery is None:
        raise dg.Failure(f"No delivery of {wave} was taken in. Deliver one, then run 'lbc refresh {wave}'.")
    return delivery


def _raw_asset(name: str, make: Make | None) -> dg.AssetsDefinition:
    @dg.asset(**table_options(load_tables()[name], kinds={"duckdb", "parquet"}))
    def raw(context) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        home = context.resources.warehouse.home
        delivery = _delivery(home, context.partition_key)
        if make is None:
            key = PUBLIC_KEY if delivery.manifest.synthetic else load_key(home.root)

            def build(connection: duckdb.DuckDBPyConnection) -> None:
                relations.make_raw_responses(connection, delivery, key)
        else:

            def build(connection: duckdb.DuckDBPyConnection) -> None:
                make(connection, delivery)

        named = (delivery.delivery_sha256, delivery.content_sha256)
        yield from produce(context, name, build, delivery=named)

    return raw


raw_assets = [
    _raw_asset("raw_deliveries", relations.make_raw_deliveries),
    _raw_asset("raw_codebook", relations.make_raw_codebook),
    _raw_asset("raw_schools", relations.make_raw_schools),
    _raw_asset("raw_responses", None),
]
