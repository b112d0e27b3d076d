"""dbt's tests are the gates': the same list, from the same YAML, and of the same rows both say the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import duckdb
import pytest
from dbt_kit import PROJECT, Dbt, relation

from lbc_assets.quality.predicates import breaks
from lbc_assets.warehouse.contracts import DEFAULTS, load_tables
from lbc_assets.warehouse.engine import one_row

# something for each kind of test, and for each query in dbt_like_sql/tests
SPOILING = (
    "UPDATE stg_responses SET sex = 'unknown' WHERE sex = 'male'",
    "UPDATE stg_responses SET has_consent = false WHERE school_year = 5",
    "DELETE FROM stg_value_issues",
    "UPDATE stg_responses SET age_years = 45 WHERE age_years = 12",
    "UPDATE int_sdq_scales SET peer_points = NULL, peer_items_answered = NULL WHERE peer_score = 2",
    "UPDATE int_sdq_scales SET total_score = 41 WHERE total_score = 10",
    "UPDATE mart_analysis_cohort SET sex = NULL, age_years = 4 WHERE school_year = 6",
    "INSERT INTO int_support FROM int_support LIMIT 1",
    "UPDATE mart_participant_flow SET children = children + 1 WHERE position = 1 AND province = 'all'",
    "UPDATE sdq_bands SET high = high - 1 WHERE scale = 'peer' AND band = 'normal'",
    # of the sources, one: its view becomes a table
    "CREATE TABLE kept AS FROM raw.raw_schools; DROP VIEW raw.raw_schools; CREATE TABLE raw.raw_schools AS FROM kept",
    "UPDATE raw.raw_schools SET refused = -1, wave = NULL, school = NULL",
)
# what surprises and breaks nothing
SURPRISE = "UPDATE stg_responses SET age_years = 18 WHERE age_years = 12"


class Declared(NamedTuple):
    """One test of one table, as the gate and dbt both know it."""

    table: str
    kind: str
    columns: tuple[str, ...]
    arguments: str
    severity: str
    check: str
    reason: str


def of_the_gate() -> dict[Declared, Any]:
    """Every test of the contracts, with the SQL condition of the rows that break it."""
    return {
        Declared(
            table.name,
            test.kind,
            test.columns,
            json.dumps(test.arguments, sort_keys=True),
            test.severity,
            test.check,
            test.reason,
        ): f"SELECT count(*) FROM (SELECT {breaks(table, test)} AS broken FROM {relation(table)}) WHERE broken"
        for table in load_tables().values()
        for test in table.tests
    }


def of_dbt(node: dict[str, Any]) -> Declared:
    """A generic test of dbt's manifest."""
    kind, given = node["test_metadata"]["name"], dict(node["test_metadata"]["kwargs"])
    (tested,) = node["depends_on"]["nodes"]
    own = given.pop("column_name", None)
    columns = given.pop("columns", [own])
    del given["model"]
    check, reason = DEFAULTS[kind]
    config = node["config"]
    return Declared(
        tested.rsplit(".")[-1],
        kind,
        tuple(columns),
        json.dumps(given, sort_keys=True),
        config["severity"].lower(),
        config["meta"].get("check", check),
        config["meta"].get("reason", reason),
    )


def known_to(dbt: Dbt) -> tuple[dict[str, Declared], list[str]]:
    """dbt's tests by their ids: the generic ones, and the names of the single queries."""
    nodes = [node for node in dbt.wrote("manifest")["nodes"].values() if node["resource_type"] == "test"]
    generic = {node["unique_id"]: of_dbt(node) for node in nodes if node.get("test_metadata")}
    return generic, sorted(node["unique_id"] for node in nodes if node["unique_id"] not in generic)


@pytest.fixture
def spoilt(dbt: Dbt, built: dict[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """dbt's own file, to be spoilt (close it before dbt runs) and mended after the test: in another, dbt reads all
    YAML again."""
    sound = shutil.copyfile(dbt.file, dbt.folder / "sound.duckdb")
    with duckdb.connect(str(dbt.file)) as connection:
        yield connection
    sound.replace(dbt.file)


def test_dbt_has_the_tests_of_the_gates_and_no_others(dbt: Dbt, parsed: CompletedProcess[str]) -> None:
    generic, single = known_to(dbt)
    assert sorted(generic.values()) == sorted(of_the_gate())
    assert single == sorted(f"test.lbc.{file.stem}" for file in (PROJECT / "tests").glob("*.sql"))


def test_dbt_judges_every_row_and_leaves_no_test_out(dbt: Dbt, parsed: CompletedProcess[str]) -> None:
    manifest = dbt.wrote("manifest")
    configs = [node["config"] for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    says = {(config["where"], config["limit"], config["warn_if"], config["error_if"]) for config in configs}
    assert says == {(None, None, "!= 0", "!= 0")}
    assert not manifest["disabled"]


def test_every_test_passes_on_the_published_waves(dbt: Dbt, built: dict[str, str]) -> None:
    generic, single = known_to(dbt)
    tests = {key: verdict for key, verdict in built.items() if key.startswith("test.")}
    assert tests == dict.fromkeys([*generic, *single], "pass")


def test_on_spoilt_rows_dbt_fails_where_the_gate_fails(dbt: Dbt, spoilt: duckdb.DuckDBPyConnection) -> None:
    for change in SPOILING:
        spoilt.execute(change)
    verdicts = {"error": "fail", "warn": "warn"}
    expected = {
        test: verdicts[test.severity] if one_row(spoilt, query)[0] else "pass" for test, query in of_the_gate().items()
    }
    spoilt.close()
    done = dbt("--quiet", "test")
    generic, single = known_to(dbt)
    found = dbt.said()
    assert done.returncode == 1, done.stdout
    assert {test: found[key] for key, test in generic.items()} == expected
    assert {key: found[key] for key in single} == dict.fromkeys(single, "fail")
    bad = {test.kind for test, verdict in expected.items() if verdict == "fail"}
    assert bad == {test.kind for test in expected}, "every kind of test was to fail once"
    assert set(expected.values()) == {"pass", "warn", "fail"}


def test_a_surprise_is_a_warning_and_no_failure(dbt: Dbt, spoilt: duckdb.DuckDBPyConnection) -> None:
    spoilt.execute(SURPRISE)
    spoilt.close()
    done = dbt("--quiet", "test", "--select", "stg_responses,test_type:generic")
    generic, _ = known_to(dbt)
    assert done.returncode == 0, done.stdout
    assert [generic[key].check for key, status in dbt.said().items() if status != "pass"] == ["age_as_surveyed"]
