"""dbt reads the folder as it is and makes of the same raw tables what the platform publishes, both waves together."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_kit import DBT, Dbt, published_select, relation

from lbc_assets.settings import Home
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import literal, one_row, quote
from lbc_assets.warehouse.models import load_project, load_seeds
from lbc_assets.warehouse.store import Warehouse

PROJECT = load_project()
# nothing is surprising in the answers of the reference wave, nor in those drawn from it
EMPTY = ("stg_answer_patterns",)


@pytest.fixture(scope="module")
def connection(dbt: Dbt, built: dict[str, str], two_waves: Home, tmp_path_factory: pytest.TempPathFactory):
    """The platform's tables and, in a copy of dbt's file (dbt wants its own for itself alone), dbt's."""
    warehouse = Warehouse(two_waves)
    copy = shutil.copyfile(dbt.file, tmp_path_factory.mktemp("copy") / "copy.duckdb")
    with duckdb.connect() as opened:
        opened.execute(f"ATTACH {literal(copy)} AS dbt (READ_ONLY)")
        load_seeds(opened, PROJECT)
        for name in PROJECT.models:
            opened.execute(f"CREATE VIEW {quote(name)} AS {published_select(warehouse, load_tables()[name])}")
        yield opened


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return [(row[0], row[1].lower()) for row in connection.execute(f"DESCRIBE {table}").fetchall()]


def differing(connection: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> tuple[int, int]:
    """Rows (with how often each is there) that only the one has, and that only the other has."""
    only = "SELECT count(*) FROM (FROM {} EXCEPT ALL FROM {})"
    (first,), (second,) = (one_row(connection, only.format(*pair)) for pair in ((ours, theirs), (theirs, ours)))
    return first, second


def test_dbt_reads_the_folder_without_a_warning(parsed: subprocess.CompletedProcess[str]) -> None:
    assert parsed.returncode == 0, parsed.stdout
    assert "WARN" not in parsed.stdout.upper(), parsed.stdout
    assert "DEPRECAT" not in parsed.stdout.upper(), parsed.stdout


def test_dbt_sends_nothing_to_anyone(dbt: Dbt, parsed: subprocess.CompletedProcess[str]) -> None:
    assert dbt.wrote("manifest")["metadata"]["send_anonymous_usage_stats"] is False


def test_dbt_works_with_the_platforms_duckdb() -> None:
    ask = [str(DBT.with_name("python")), "-c", "import duckdb; print(duckdb.__version__)"]
    assert subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip() == duckdb.__version__


def test_dbt_makes_the_models_and_the_seeds_and_nothing_else(connection: duckdb.DuckDBPyConnection) -> None:
    made = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'dbt'").fetchall()
    assert sorted(name for (name,) in made) == sorted([*PROJECT.models, *PROJECT.seeds])


@pytest.mark.parametrize("model", PROJECT.models)
def test_a_model_is_the_published_table_row_for_row(model: str, connection: duckdb.DuckDBPyConnection) -> None:
    theirs = f"dbt.{relation(load_tables()[model])}"
    assert columns_of(connection, theirs) == columns_of(connection, model)
    assert differing(connection, model, theirs) == (0, 0)
    (waves,) = one_row(connection, f"SELECT count(DISTINCT wave) FROM {theirs}")
    assert waves == (0 if model in EMPTY else 2)


@pytest.mark.parametrize("seed", PROJECT.seeds)
def test_a_seed_is_the_platforms_row_for_row(seed: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert columns_of(connection, f"dbt.main.{seed}") == list(PROJECT.seeds[seed].types.items())
    assert differing(connection, seed, f"dbt.main.{seed}") == (0, 0)


def test_the_quarantined_values_are_the_same(dbt: Dbt, documented: Path) -> None:
    theirs = (documented / "compiled" / "lbc" / "analyses" / "quarantined_values.sql").read_text("utf-8")
    with duckdb.connect(str(dbt.file), read_only=True) as opened:
        opened.execute("SET search_path = 'main,raw'")
        ours = opened.execute(PROJECT.analyses["quarantined_values"].sql).fetchall()
        assert opened.execute(theirs).fetchall() == ours != []


def test_the_catalogue_shows_each_table_as_its_contract_declares(dbt: Dbt, documented: Path) -> None:
    assert (documented / "index.html").is_file()
    catalog, manifest = dbt.wrote("catalog"), dbt.wrote("manifest")

    def of(artifact: dict[str, Any], models: str) -> dict[str, Any]:
        return {entry.rsplit(".")[-1]: node for entry, node in (artifact[models] | artifact["sources"]).items()}

    shown, described = of(catalog, "nodes"), of(manifest, "nodes")
    assert not catalog["errors"]
    for table in load_tables().values():
        columns = sorted(shown[table.name]["columns"].values(), key=lambda column: column["index"])
        found = [(column["name"], column["type"].lower()) for column in columns]
        assert found == [(column.name, column.data_type) for column in table.columns], table.name
        words = {
            name: " ".join(column["description"].split()) for name, column in described[table.name]["columns"].items()
        }
        assert words == {column.name: column.description for column in table.columns}, table.name
