"""The raw tables: what a delivery says, as text, under pseudonyms.

Belongs here: the raw assets. Does not belong here: reading deliveries (``intake/``).
"""

from collections.abc import Callable, Iterator

import dagster as dg
import duckdb

from lbc_assets.assets.failures import failure, faults_tried_again
from lbc_assets.assets.step import produce, table_options
from lbc_assets.assets.telling import Told
from lbc_assets.intake import relations
from lbc_assets.intake.delivery import Delivery, latest_delivery
from lbc_assets.intake.pseudonym import key_of
from lbc_assets.settings import Home
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.flow import RAW

Make = Callable[[duckdb.DuckDBPyConnection, Delivery, Home], None]
Relation = Callable[[duckdb.DuckDBPyConnection, Delivery], None]
RelationOfChildren = Callable[[duckdb.DuckDBPyConnection, Delivery, bytes], None]


def _delivery(home: Home, wave: str) -> Delivery:
    delivery = latest_delivery(home.deliveries, wave)
    if delivery is None:
        raise failure(f"No delivery of {wave} was taken in. Deliver one, then run 'lbc refresh {wave}'.", "no_delivery")
    return delivery


def _raw_asset(name: str, make: Make) -> dg.AssetsDefinition:
    @dg.asset(**table_options(load_tables()[name], kinds={"duckdb", "parquet"}))
    @faults_tried_again
    def raw(context) -> Iterator[Told]:
        home = context.resources.warehouse.home
        delivery = _delivery(home, context.partition_key)

        def build(connection: duckdb.DuckDBPyConnection) -> None:
            make(connection, delivery, home)

        named = (delivery.delivery_sha256, delivery.content_sha256)
        yield from produce(context, name, build, delivery=named)

    return raw


def _plain(make: Relation) -> Make:
    return lambda connection, delivery, _home: make(connection, delivery)


def _of_children(make: RelationOfChildren) -> Make:
    return lambda connection, delivery, home: make(connection, delivery, key_of(delivery.manifest.synthetic, home.root))


MAKERS: dict[str, Make] = {
    "raw_deliveries": _plain(relations.make_raw_deliveries),
    "raw_files": _plain(relations.make_raw_files),
    "raw_row_fates": _plain(relations.make_raw_row_fates),
    "raw_codebook": _plain(relations.make_raw_codebook),
    "raw_schools": _plain(relations.make_raw_schools),
    "raw_corrections": _of_children(relations.make_raw_corrections),
    "raw_links": _of_children(relations.make_raw_links),
    "raw_responses": _of_children(relations.make_raw_responses),
}
raw_assets = [_raw_asset(name, MAKERS[name]) for name in RAW]
