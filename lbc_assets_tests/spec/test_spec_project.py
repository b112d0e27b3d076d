"""The SQL project as a whole: its constants agree with each other, and its own tests bite.

Each file in ``dbt_like_sql/tests`` is a query for rows that must not be; here each finds none in a sound run,
and some once the tables are spoilt.
"""

from __future__ import annotations

import csv
from typing import Any

import jinja2
import pytest
from spec_run import CODED, INTEGERS, TEXTS, VARIABLES, RawTables, child, records

from lbc_assets.warehouse.contracts import load_tables, sql_folder
from lbc_assets.warehouse.models import load_project

ROWS: list[dict[str, str | None]] = [
    {},
    {"sex": "x", "age_years": "45", "cares_most": "several", "father_migration": "current"},
    {"consent_child": "no", "sex": "?", "province": "guizhou"},
    {"province": "", "father_migration": "current", "mother_migration": ""},
    {"sdq_lies": "", "sdq_steals": "9", "siblings_number": "many", "township": ""},
]


@pytest.fixture(scope="module")
def sound():
    raw = RawTables()
    raw.add_wave("w1", ROWS)
    raw.add_wave("w2", ROWS, [{"variable": "sdq_steals", "code": "9", "value": None, "status": "missing"}])
    with raw.run() as opened:
        yield opened


@pytest.fixture
def connection(sound):
    """The sound run; what a test spoils in it is mended after the test."""
    sound.execute("BEGIN")
    yield sound
    sound.execute("ROLLBACK")


def failing(connection: Any, name: str) -> list[dict[str, Any]]:
    """The rows that one of the project's own tests finds."""
    root = sql_folder()
    macros = "".join(file.read_text("utf-8") for file in (root / "macros").iterdir() if file.name.endswith(".sql"))
    template = jinja2.Environment().from_string(macros + (root / "tests" / f"{name}.sql").read_text("utf-8"))
    sql = template.render(ref=lambda name: name, source=lambda _, name: name, var=VARIABLES.__getitem__)
    return records(connection, sql)


SPOILING = {
    "no_value_disappears": [
        "DELETE FROM stg_value_issues WHERE field = 'age_years'",
        "UPDATE stg_responses SET school_performance = NULL",
        "UPDATE stg_responses SET sex = 'male'",
    ],
    "no_answer_without_consent": ["UPDATE stg_responses SET sex = 'male'"],
    "bands_cover_each_score_once": [
        "UPDATE sdq_bands SET high = high - 1 WHERE scale = 'peer' AND band = 'normal'",
        "UPDATE sdq_bands SET low = low - 1 WHERE scale = 'total' AND band = 'abnormal'",
        "DELETE FROM sdq_bands WHERE band = 'high'",
    ],
    "participant_flow_adds_up": [
        "UPDATE mart_participant_flow SET children = children + 1 WHERE position = 1 AND province = 'all'",
        "UPDATE mart_participant_flow SET children = children + 1 WHERE reason_code = 'never'",
        "DELETE FROM mart_participant_flow WHERE province = 'unknown'",
    ],
}


def test_each_test_of_the_project_is_tried_here() -> None:
    assert {file.name for file in (sql_folder() / "tests").iterdir() if file.name.endswith(".sql")} == {
        f"{name}.sql" for name in SPOILING
    }


@pytest.mark.parametrize("name", SPOILING)
def test_finds_nothing_in_a_sound_run(name: str, connection) -> None:
    assert failing(connection, name) == []


@pytest.mark.parametrize(("name", "spoiling"), [(name, sql) for name, each in SPOILING.items() for sql in each])
def test_finds_what_is_spoilt(name: str, spoiling: str, connection) -> None:
    connection.execute(spoiling)
    assert failing(connection, name) != []


def test_every_kind_of_blank_around_an_answer_is_taken_off() -> None:
    blanks = (" ", "\t", "\n", "\r", "\u00a0", "\u3000")
    raw = RawTables()
    raw.add_wave("w", [{"sex": f"{b}female{b}", "age_years": f"{b}11", "sdq_lies": b} for b in blanks])
    with raw.run() as opened:
        found = records(opened, "SELECT sex, age_years, sdq_lies FROM stg_responses")
        issues = opened.execute("SELECT count(*) FROM stg_value_issues").fetchone()
    assert found == [{"sex": "female", "age_years": 11, "sdq_lies": None}] * len(blanks)
    assert issues == (0,)


def test_quarantine_names_answer_file_and_line(connection) -> None:
    rows = records(connection, load_project().analyses["quarantined_values"].sql)
    found = {
        (
            row["wave"],
            row["child_pseudonym"],
            row["source_line"],
            row["field"],
            row["reason_code"],
            row["answer"],
        )
        for row in rows
    }
    assert ("w1", child(2), 3, "age_years", "out_of_range", "45") in found
    assert ("w1", child(2), 3, "cares_most", "two_carers_named", "several") in found
    assert ("w1", child(5), 6, "sdq_steals", "code_not_in_codebook", "9") in found
    assert ("w2", child(5), 6, "sdq_steals", "code_not_in_codebook", "9") not in found
    assert len(rows) == connection.execute("SELECT count(*) FROM stg_value_issues").fetchone()[0]
    assert not [row for row in found if row[1] == child(3)], "a child without consent"


def test_flow_of_a_small_wave(connection) -> None:
    rows = records(connection, "SELECT * FROM mart_participant_flow WHERE wave = 'w1' ORDER BY position, province")
    whole = [
        (row["position"], row["step"], row["reason_code"], row["children"]) for row in rows if row["province"] == "all"
    ]
    assert whole == [
        (1, "received", None, 5),
        (2, "excluded", "no_consent", 1),
        (3, "excluded", "held_in_quarantine", 0),
        (4, "excluded", "outside_sampling_frame", 0),
        (5, "excluded", "sdq_not_completed", 0),
        (6, "excluded", "parent_deceased", 0),
        (7, "excluded", "migration_unknown", 0),
        (8, "analysed", None, 4),
        (9, "group", "current", 2),
        (10, "group", "previous", 0),
        (11, "group", "never", 2),
    ]
    received = {row["province"]: row["children"] for row in rows if row["step"] == "received"}
    assert received == {"all": 5, "zhejiang": 3, "guizhou": 1, "unknown": 1}


def test_flow_counts_what_the_door_kept_out() -> None:
    raw = RawTables()
    raw.add_wave("w", [{"province": "zhejiang"}] * 3)
    raw.add_rows_kept_out("w", "without_consent", "guizhou", 4)
    raw.add_rows_kept_out("w", "quarantined", "zhejiang", 2)
    raw.add_rows_kept_out("w", "collapsed", "zhejiang", 7)
    with raw.run() as opened:
        rows = records(opened, "SELECT * FROM mart_participant_flow WHERE step <> 'group' AND children > 0")
    assert {(row["province"], row["step"], row["reason_code"]): row["children"] for row in rows} == {
        ("all", "received", None): 9,
        ("zhejiang", "received", None): 5,
        ("guizhou", "received", None): 4,
        ("all", "excluded", "no_consent"): 4,
        ("guizhou", "excluded", "no_consent"): 4,
        ("all", "excluded", "held_in_quarantine"): 2,
        ("zhejiang", "excluded", "held_in_quarantine"): 2,
        ("all", "analysed", None): 3,
        ("zhejiang", "analysed", None): 3,
    }


def seed(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((sql_folder() / "seeds" / f"{name}.csv").read_text("utf-8").splitlines()))


def declared_codes(table: str, column: str) -> set[str]:
    tests = next(entry for entry in load_tables()[table].columns if entry.name == column).tests
    return {value for test in tests if test.kind == "accepted_values" for value in test.arguments["values"]}


COUNTIES = declared_codes("stg_responses", "county")


def test_items_of_the_seed_are_the_items_of_the_questionnaire() -> None:
    items = seed("sdq_items")
    assert [row["variable"] for row in items] == VARIABLES["sdq_items"]
    assert [int(row["number"]) for row in items] == list(range(1, 26))
    assert {row["variable"] for row in items} <= set(CODED)
    assert {row["scale"] for row in items} == set(VARIABLES["sdq_scales"])


def test_reasons_of_the_seeds_are_the_reasons_of_the_contracts() -> None:
    reasons = [row["reason_code"] for row in seed("exclusion_reasons")]
    # of what is held in quarantine only the flow knows, by number
    assert set(reasons) - {"held_in_quarantine"} == declared_codes("int_exclusions", "exclusion_reason")
    assert set(reasons) < declared_codes("mart_participant_flow", "reason_code")
    assert {row["reason_code"] for row in seed("value_issue_reasons")} == declared_codes(
        "stg_value_issues", "reason_code"
    )
    assert {row["reason_code"] for row in seed("answer_pattern_reasons")} == declared_codes(
        "stg_answer_patterns", "reason_code"
    )


def test_each_county_of_the_contract_lies_in_one_province() -> None:
    places = [(p, c) for p in sorted(declared_codes("stg_responses", "province")) for c in COUNTIES]
    raw = RawTables()
    raw.add_wave("w", [{"province": province, "county": county} for province, county in places])
    with raw.run() as opened:
        found = records(opened, "SELECT child_pseudonym FROM stg_answer_patterns WHERE field = 'county'")
    elsewhere = {row["child_pseudonym"] for row in found}
    inside = [county for number, (_, county) in enumerate(places, start=1) if child(number) not in elsewhere]
    assert sorted(inside) == sorted(COUNTIES)


def test_bands_of_the_seed_are_the_bands_of_the_contracts() -> None:
    bands = seed("sdq_bands")
    for row in bands:
        if row["scale"] != "impact":
            assert row["band"] in declared_codes("mart_sdq_scores", f"{row['scale']}_band_{row['band_set']}")
    # the impact supplement is not scored yet; its bands wait for a wave that has it
    assert {row["band_set"] for row in bands if row["scale"] == "impact"} == {"three", "four"}


def test_limits_of_integers_are_the_limits_of_the_contract() -> None:
    columns = {column.name: column for column in load_tables()["stg_responses"].columns}
    for name, limits in INTEGERS.items():
        declared = [test.arguments for test in columns[name].tests if test.severity == "error"]
        assert declared == [{"min_value": limits["min"], "max_value": limits["max"]}], name


def test_raw_and_staging_carry_the_whole_questionnaire() -> None:
    questionnaire = [*CODED, *INTEGERS, *TEXTS]
    for table in ("raw_responses", "stg_responses"):
        assert [column.name for column in load_tables()[table].columns][-len(questionnaire) :] == questionnaire
