"""The cohort that the analyses of a wave share: read once a file, and none sees what another does to it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from lbc_assets.assets import analysis
from lbc_assets.assets.analysis import COHORT, _read_cohort
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import connect, quote


def fill(connection: duckdb.DuckDBPyConnection, *children: str) -> None:
    columns = ", ".join(f"{quote(column.name)} {column.data_type}" for column in load_tables()[COHORT].columns)
    connection.execute(f"CREATE OR REPLACE TABLE {COHORT} ({columns})")
    for child in children:
        connection.execute(f"INSERT INTO {COHORT} (wave, child_pseudonym) VALUES ('w', ?)", [child])


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    monkeypatch.setattr(analysis, "_cohort", {})
    with connect() as made:
        yield made


def test_a_file_is_read_once(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, "a", "b")
    first = _read_cohort(connection, "one")
    fill(connection, "c")
    assert _read_cohort(connection, "one").equals(first)
    assert list(_read_cohort(connection, "another")["child_pseudonym"]) == ["c"]
    assert list(analysis._cohort) == ["another"]


def test_what_an_analysis_does_to_its_cohort_no_other_sees(connection: duckdb.DuckDBPyConnection) -> None:
    fill(connection, "a", "b")
    mine = _read_cohort(connection, "one")
    mine.insert(0, "new", 1)
    mine.loc[:, "child_pseudonym"] = "changed"
    mine.drop(index=0, inplace=True)
    other = _read_cohort(connection, "one")
    assert "new" not in other
    assert list(other["child_pseudonym"]) == ["a", "b"]
