"""A wave that a gate holds back: the old snapshot stays served, whole; a corrected wave is published again."""

import json
import os
import re
import shutil

import dagster as dg
import pytest

from lbc_assets.reference.deliver import BAKED
from lbc_assets.settings import Home
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"


@pytest.fixture(scope="module")
def home(lbc_at, published, tmp_path_factory):
    """A copy of the published home, to be spoilt."""
    root = tmp_path_factory.mktemp("held") / "home"
    shutil.copytree(published.home.root, root)
    saved = dict(os.environ)
    yield lbc_at(Home(root))
    os.environ.clear()
    os.environ.update(saved)


def _manifest_without_counts(inbox):
    manifest = inbox / WAVE / "wave.yaml"
    text = manifest.read_text()
    lines = text.splitlines()
    manifest.write_text(re.sub(r",\s*(rows|sha256): [0-9a-f]+", "", "\n".join(lines)) + "\n")


def _served(home):
    store = Warehouse(home.home)
    current = store.snapshots.current(WAVE)
    return current.id, {name: store.path(name, entry).read_bytes() for name, entry in current.entries.items()}


def test_a_spoilt_wave_is_held_and_the_old_one_served(home):
    before = _served(home)
    file = home.home.inbox / WAVE / "zhejiang.csv"
    lines = file.read_text().splitlines()
    canary = lines[1].split(",")[0]
    file.write_text("\n".join([*lines, lines[1]]) + "\n")  # the same id twice
    _manifest_without_counts(home.home.inbox)

    answer = home("refresh", "--json")
    assert answer.exit_code == 2, answer.output
    said = json.loads(answer.stdout)[0]
    assert said["state"] == "held"
    assert said["held"] == {"raw_responses": ["key_unique"]}
    assert _served(home) == before
    assert canary not in answer.output
    assert list((home.home.quarantine / WAVE).glob("raw_responses-*.parquet"))

    again = home("refresh", "--json")
    assert again.exit_code == 2
    assert json.loads(again.stdout)[0]["steps"] == []  # nothing new: nothing runs
    assert "HELD" in home("status").output

    with dg.DagsterInstance.from_config(str(home.home.dagster)) as instance:
        assert instance.get_latest_materialization_event(dg.AssetKey("raw_responses")) is not None
        runs = instance.get_runs()
        assert runs[0].status == dg.DagsterRunStatus.FAILURE
        events = instance.all_logs(runs[0].run_id)
        checks = [
            event.dagster_event.asset_check_evaluation_data
            for event in events
            if event.dagster_event and event.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION"
        ]
        failed = [check for check in checks if not check.passed]
        assert [(check.asset_key.to_user_string(), check.check_name) for check in failed] == [
            ("raw_responses", "key_unique")
        ]
        assert len(failed[0].metadata["pseudonyms"].value) == 1
        materialized = [
            event.dagster_event.asset_key.to_user_string()
            for event in events
            if event.dagster_event and event.dagster_event.is_step_materialization
        ]
        assert "raw_responses" not in materialized
        assert not [name for name in materialized if name.startswith(("stg_", "int_", "mart_"))]


def test_a_corrected_wave_is_published_again(home):
    for name in ("wave.yaml", "zhejiang.csv"):
        (home.home.inbox / WAVE / name).write_bytes(BAKED.joinpath(name).read_bytes())
    answer = home("refresh", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)[0]["state"] == "published"


def test_equal_content_in_other_bytes_stops_after_raw(home):
    file = home.home.inbox / WAVE / "guizhou.csv"
    header, *rows = file.read_text().splitlines()
    file.write_text("\n".join([header, *reversed(rows)]) + "\n")
    _manifest_without_counts(home.home.inbox)
    before = _served(home)
    answer = home("refresh", "--json")
    assert answer.exit_code == 0, answer.output
    steps = json.loads(answer.stdout)[0]["steps"]
    assert sorted(steps) == ["raw_codebook", "raw_deliveries", "raw_responses", "raw_schools"]
    assert _served(home) == before


def test_a_rejected_delivery_says_where_and_what_to_do(home):
    file = home.home.inbox / WAVE / "guizhou.csv"
    whole = file.read_bytes()
    file.write_bytes(whole + b"\xff\xfe broken\n")
    answer = home("refresh")
    assert answer.exit_code == 2
    assert "guizhou.csv" in answer.stderr
    assert "utf-8" in answer.stderr
    assert "REJECTED" in home("status").output
    file.write_bytes(whole)
    assert home("refresh").exit_code == 0


def test_a_damaged_file_is_never_read(home):
    store = Warehouse(home.home)
    entry = store.snapshots.current(WAVE).entries["mart_sdq_scores"]
    path = store.path("mart_sdq_scores", entry)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    answer = home("show", "mart_participant_flow")
    assert answer.exit_code == 1
    assert "mart_sdq_scores" in answer.stderr
