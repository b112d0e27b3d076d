"""A dirty wave with known faults: every one is counted where it belongs, and none of its answers is told."""

import json
import os

import pytest

from lbc_assets.reference.make import make_wave
from lbc_assets.settings import Home

WAVE = "dirty-2016"


@pytest.fixture(scope="module")
def dirty(lbc_at, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("dirty") / "home").make()
    saved = dict(os.environ)
    command = lbc_at(home)
    command.summary = make_wave(home.inbox / WAVE, wave=WAVE, dirty=True)
    command.first = command("refresh", "--json")
    yield command
    os.environ.clear()
    os.environ.update(saved)


def _rows(command, sql):
    return json.loads(command("sql", sql, "--format", "json").stdout)


def test_it_is_published_with_warnings(dirty):
    assert dirty.first.exit_code == 0, dirty.first.output


def test_exclusions_are_those_that_were_made(dirty):
    rows = _rows(
        dirty,
        "SELECT reason_code AS r, children AS n FROM mart_participant_flow "
        "WHERE step = 'excluded' AND province = 'all' AND children > 0",
    )
    assert {row["r"]: row["n"] for row in rows} == {r: n for r, n in dirty.summary.excluded.items() if n}


def test_value_issues_are_those_that_were_made(dirty):
    rows = _rows(dirty, "SELECT reason_code AS r, count(*) AS n FROM stg_value_issues GROUP BY r")
    assert {row["r"]: row["n"] for row in rows} == {r: n for r, n in dirty.summary.value_issues.items() if n}


def test_unreadable_answers_lie_in_quarantine_only(dirty):
    lines = (dirty.home.quarantine / WAVE / "quarantined_values.csv").read_text().splitlines()
    assert len(lines) - 1 == sum(dirty.summary.value_issues.values())
