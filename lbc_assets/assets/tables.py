"""One asset a SQL model of ``dbt_like_sql``, made by one factory.

Belongs here: the factory. Does not belong here: any table's rule (its SQL and YAML).
"""

from collections.abc import Iterator

import dagster as dg
import duckdb

from lbc_assets.assets.failures import faults_tried_again
from lbc_assets.assets.step import produce, table_options
from lbc_assets.assets.telling import Told
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import quote
from lbc_assets.warehouse.models import Model, check_dependencies, load_project, load_seeds

# Answers that no code allows go where only stewards look, beside the table that lists them.
QUARANTINED = {"stg_value_issues": "quarantined_values"}


def _table_asset(model: Model) -> dg.AssetsDefinition:
    project = load_project()

    def build(connection: duckdb.DuckDBPyConnection) -> None:
        check_dependencies(model)
        load_seeds(connection, project, tuple(name for name in model.depends_on if name in project.seeds))
        connection.execute(f"CREATE TEMP VIEW {quote(model.name)} AS {model.sql}")

    @dg.asset(**table_options(load_tables()[model.name], kinds={"duckdb", "sql"}, sql=model.sql))
    @faults_tried_again
    def table(context) -> Iterator[Told]:
        yield from produce(context, model.name, build)
        if model.name in QUARANTINED:
            analysis = project.analyses[QUARANTINED[model.name]]
            store, wave = context.resources.warehouse, context.partition_key
            with store.open(wave, project.tables_read_by(analysis)) as connection:
                store.quarantine_values(connection, wave, analysis.name, analysis.sql)

    return table


table_assets = [_table_asset(model) for model in load_project().models.values()]
