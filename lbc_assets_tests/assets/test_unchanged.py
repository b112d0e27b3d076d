"""A planned step whose inputs have come out as they were makes nothing; one that is asked for by hand always does."""

import shutil

import dagster as dg
import pytest

from lbc_assets.definitions import defs
from lbc_assets.instance.home import prepare
from lbc_assets.runs.at_work import PLAN_TAG
from lbc_assets.settings import Home
from lbc_assets.warehouse.store import Warehouse

WAVE, STEP, PAGE = "baseline-2015", "int_support", "comparison_page"


@pytest.fixture
def store(published, tmp_path, environment):
    root = tmp_path / "home"
    shutil.copytree(published.home.root, root)
    prepare(Home(root))
    return Warehouse(Home(root))


def _run(*names, planned=True):
    """What was told of each step: whether it was left unchanged, and its checks."""
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("refresh_wave").execute_in_process(
            instance=instance,
            partition_key=WAVE,
            asset_selection=[dg.AssetKey(name) for name in names],
            tags={PLAN_TAG: "a plan"} if planned else {},
        )
    assert result.success
    told = {
        event.asset_key.to_user_string(): "unchanged" in event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    return told, [(check.asset_key.to_user_string(), check.passed) for check in result.get_asset_check_evaluations()]


def _written(store, name):
    return store.path(name, store.snapshots.draft(WAVE).entries[name]).stat().st_mtime_ns


def test_a_planned_step_with_nothing_to_do_makes_nothing_and_says_so(store):
    draft, before = store.snapshots.draft(WAVE), _written(store, STEP)
    told, checks = _run(STEP, PAGE)
    assert told == {STEP: True, PAGE: True}
    # its gate's verdict stands, and is told of again
    gates = [gate for name in (STEP, PAGE) for gate in draft.entries[name].gates]
    assert len(checks) == len(gates)
    assert all(passed for _, passed in checks)
    assert store.snapshots.draft(WAVE) == draft
    assert _written(store, STEP) == before


def test_a_steward_who_asks_has_it_made(store):
    assert _run(STEP, PAGE, planned=False)[0] == {STEP: False, PAGE: False}


@pytest.mark.parametrize("change", [{"code_version": "older"}, {"inputs": {"stg_responses": "other answers"}}])
def test_other_code_or_inputs_are_something_to_do(store, change):
    entry = store.snapshots.draft(WAVE).entries[STEP]
    store.snapshots.change_draft(WAVE, STEP, entry.model_copy(update=change))
    assert _run(STEP)[0] == {STEP: False}
    assert store.snapshots.draft(WAVE).entries[STEP] == entry


def test_a_damaged_file_is_made_again(store):
    path = store.path(STEP, store.snapshots.draft(WAVE).entries[STEP])
    path.chmod(0o600)
    path.write_bytes(b"not what was published")
    assert _run(STEP)[0] == {STEP: False}
    assert store.path(STEP, store.snapshots.draft(WAVE).entries[STEP])
