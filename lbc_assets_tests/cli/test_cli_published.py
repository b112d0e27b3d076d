"""What a user sees of a published wave."""

import json
import os
import re
import stat
from pathlib import Path

import pytest

from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"


def test_refresh_ends_with_summary_and_report(published):
    output = published.first.output
    last = f"[{len(flow())}/{len(flow())}] published_wave"
    for words in ("3,596 in, 3,538 analysed, 58 excluded", last, "0.57 (95% CI", "report.html"):
        assert words in output


def test_refresh_ends_with_what_of_the_paper_is_reproduced(published):
    sql = "SELECT exact, within_tolerance AS near FROM paper_agreement WHERE reading = 'resolved'"
    (found,) = json.loads(published("sql", sql, "--format", "json").stdout)
    said = f"{found['exact']} of 442 printed numbers reproduced at the printed digits, {found['near']} more within"
    assert said in published.first.output
    page = Path(re.search(r"comparison  (.*comparison\.html)", published.first.output).group(1))
    assert page.with_name("report.html").is_file()
    assert f"<b>{found['exact']}</b> of 442 printed numbers" in page.read_text()


def test_a_second_refresh_runs_nothing(published):
    again = published("refresh", "--json")
    assert again.exit_code == 0
    answer = json.loads(again.stdout)[0]
    (paper,) = answer.pop("papers")
    assert (paper["paper"], paper["reading"], paper["cells"]) == ("zhao_2017", "resolved", 442)
    assert Path(answer.pop("comparison")).parent == Path(answer["report"]).parent
    assert answer | {"report": ""} == {
        "wave": WAVE,
        "steps": [],
        "snapshot": Warehouse(published.home).snapshots.current(WAVE).id,
        "report": "",
        "state": "published",
    }
    assert "nothing has changed" in again.stderr


def test_status_says_published(published):
    (wave,) = json.loads(published("status", "--json").stdout)["waves"]
    assert (wave["state"], wave["children"], wave["stale"]) == ("published", 3596, [])
    assert "PUBLISHED" in published("status").output


@pytest.mark.parametrize("style", ["table", "csv", "json"])
def test_show_says_that_data_are_synthetic(published, style):
    shown = published("show", "mart_participant_flow", "--wave", WAVE, "--format", style)
    assert shown.exit_code == 0
    assert "SYNTHETIC DATA" in shown.stderr
    assert "3596" in shown.stdout


def test_analysis_tables_carry_their_origin(published):
    rows = json.loads(
        published("sql", "SELECT DISTINCT data_origin FROM model_coefficients", "--format", "json").stdout
    )
    assert rows == [{"data_origin": "synthetic"}]


def test_the_papers_current_left_behind_coefficient(published):
    sql = (
        "SELECT round(estimate, 2) AS b, round(p_value, 3) AS p FROM model_coefficients "
        "WHERE model = 'adjusted' AND outcome = 'total' AND term = 'migration_status[current]'"
    )
    assert json.loads(published("sql", sql, "--format", "json").stdout) == [{"b": 0.57, "p": 0.017}]


@pytest.mark.parametrize(
    "hostile",
    [
        "SELECT 1; SELECT 2",
        "DROP VIEW raw_responses",
        "COPY (SELECT 1) TO 'x.csv'",
        "ATTACH 'x.db'",
        "SET enable_external_access = true",
        "SELECT * FROM read_csv('setup.cfg')",
        "SELECT * FROM read_parquet('*/*.parquet')",
        "SELECT * FROM glob('*')",
        "INSERT INTO raw_responses SELECT * FROM raw_responses",
        "WITH x AS (SELECT 1) DELETE FROM raw_responses",
        "PRAGMA database_list; SELECT 1",
        "",
    ],
)
def test_sql_accepts_one_select_over_published_tables_only(published, hostile):
    answer = published("sql", hostile)
    assert answer.exit_code == 1, answer.output
    assert "Error" in answer.stderr


HOSTILE = "SELECT '=1' || chr(27) || '[2J' || chr(8238) || chr(155) || chr(13) || 'x' AS t, -1 AS n, '-2.5' AS m, 'x'"


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("table", ["t n m @a", "- - - -", r"=1\x1b[2J\u202e\x9b x -1 -2.5 x"]),
        ("csv", ["t,n,m,'@a", r"'=1\x1b[2J\u202e\x9b x,-1,-2.5,x"]),
        ("json", ["[", "{", r'"t": "=1\u001b[2J\u202e\u009b\rx",', '"n": -1,', '"m": "-2.5",', '"@a": "x"', "}", "]"]),
    ],
)
def test_text_does_nothing_where_it_is_shown(published, style, expected):
    shown = published("sql", f'{HOSTILE} AS "@a"', "--format", style).stdout
    assert [re.sub("-+", "-", re.sub(" +", " ", line.strip())) for line in shown.splitlines()] == expected


def test_an_error_that_quotes_a_value_does_nothing_either(published):
    shown = published("sql", "SELECT CAST(chr(27) || '[2J' || province AS int) FROM stg_responses")
    assert shown.exit_code == 1
    assert r"\x1b[2J" in shown.stderr
    assert "\x1b" not in shown.output


def test_unknown_names_are_answered_with_the_known_ones(published):
    assert "mart_sdq_scores" in published("show", "no_such_table").output
    assert WAVE in published("show", "raw_responses", "--wave", "other").output


def test_all_state_is_for_its_owner_only(published):
    root = published.home.root
    open_to_others = [
        str(path.relative_to(root))
        for path in (root, *root.rglob("*"))
        if not path.is_symlink()
        and stat.S_IMODE(path.stat().st_mode) & 0o077
        and path.is_relative_to(root)
        # Dagster's own files lie behind the home's 0700
        and "dagster" not in path.relative_to(root).parts
    ]
    assert open_to_others == []
    assert os.stat(root).st_mode & 0o777 == 0o700


COMMANDS = (
    "refresh",
    "deliver",
    "deliveries",
    "quarantine",
    "status",
    "alerts",
    "show",
    "sql",
    "catalogue",
    "reference make",
    "ui",
    "audit",
    "proxy-key",
)


@pytest.mark.parametrize("words", ["", *COMMANDS])
def test_help_everywhere(published, words):
    answer = published(*words.split(), "--help")
    assert answer.exit_code == 0
    assert "Usage: " in answer.output
