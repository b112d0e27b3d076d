"""dbt itself over ``dbt_like_sql``, as a command of its own environment, and the DuckDB file on which it works.

Belongs here: running dbt, and showing it published tables as its sources. Does not belong here: any expectation.
Run as a script it makes such a file: ``python lbc_assets_tests/dbt/dbt_kit.py FILE``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from lbc_assets.settings import Home, find_home
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.engine import parquet, quote, typed_select
from lbc_assets.warehouse.snapshots import BETWEEN_WAVES
from lbc_assets.warehouse.store import Warehouse

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT = CHECKOUT / "dbt_like_sql"
DBT = CHECKOUT / ".venv-dbt" / "bin" / "dbt"
# what dbt reads and does not make: a schema each
SOURCES = ("raw", "analysis", "between_waves")
NOWHERE = "http://127.0.0.1:9"


def published_select(warehouse: Warehouse, table: Table) -> str:
    """The SQL of one published table of all waves, typed as declared; of a table between waves it may be empty."""
    is_between = table.layer == "between_waves"
    waves = [BETWEEN_WAVES] if is_between else warehouse.snapshots.waves()
    current = filter(None, map(warehouse.snapshots.current, waves))
    files = [warehouse.path(table.name, snapshot.entries[table.name]) for snapshot in current]
    if not files and not is_between:
        raise ValueError("no wave is published: lbc refresh")
    return typed_select(table, [parquet([file]) for file in files])


def make_file(home: Home, file: Path) -> None:
    """A DuckDB file in which every table that the SQL does not make is a view of the published one."""
    warehouse = Warehouse(home)
    with duckdb.connect(str(file)) as connection:
        file.chmod(0o600)
        for schema in SOURCES:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for table in load_tables().values():
            if table.layer in SOURCES:
                select = published_select(warehouse, table)
                connection.execute(f"CREATE OR REPLACE VIEW {relation(table)} AS {select}")


def relation(table: Table) -> str:
    """Where the table stands in dbt's DuckDB file."""
    return f"{table.layer if table.layer in SOURCES else 'main'}.{quote(table.name)}"


class Dbt:
    """dbt's command line with the project's own profile, on one DuckDB file; what it writes goes to a folder."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.folder, self.file = folder, file
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "PYTHON"))}
        self._environment = kept | {
            "LBC_DUCKDB": str(file),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            # a profile of the developer's is not looked at, and a word to the network is an error
            "HOME": str(folder),
            **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE),
        }

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One dbt command. Exit code 1: a test (or a model) failed; 2: dbt could not."""
        command = [str(DBT), "--no-use-colors", *words]
        return subprocess.run(
            command, cwd=PROJECT, env=self._environment, capture_output=True, text=True, check=False, timeout=600
        )

    def wrote(self, name: str) -> dict[str, Any]:
        """One of the JSON files that dbt's last command wrote: manifest, catalog or run_results."""
        artifact: dict[str, Any] = json.loads((self.folder / "target" / f"{name}.json").read_text("utf-8"))
        return artifact

    def said(self) -> dict[str, str]:
        """What its last command said of each node by id: success, pass, warn, fail or error."""
        return {result["unique_id"]: result["status"] for result in self.wrote("run_results")["results"]}


if __name__ == "__main__":
    make_file(find_home(), Path(sys.argv[1]).absolute())
