"""Who launches what: sensor, schedule, and a steward who materializes one asset by hand."""

import os
import shutil

import dagster as dg
import pytest

from lbc_assets.definitions import defs
from lbc_assets.instance import prepare
from lbc_assets.launching import plan_wave
from lbc_assets.reference.deliver import deliver_reference
from lbc_assets.schedules import nightly_refresh
from lbc_assets.sensors import inbox_sensor
from lbc_assets.settings import Home
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"


@pytest.fixture
def environment():
    saved = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(saved)


@pytest.fixture
def fresh(tmp_path, environment):
    """A home with a delivery that nobody has taken in."""
    home = Home(tmp_path / "home")
    prepare(home)
    deliver_reference(home.inbox)
    return home


@pytest.fixture
def copied(published, tmp_path, environment):
    """A home with the reference wave published, to be changed."""
    root = tmp_path / "home"
    shutil.copytree(published.home.root, root)
    prepare(Home(root))
    return Home(root)


def test_the_sensor_asks_for_one_run_of_every_step_of_a_new_wave(fresh):
    with dg.DagsterInstance.ephemeral() as instance:
        result = inbox_sensor(dg.build_sensor_context(instance=instance))
        again = inbox_sensor(dg.build_sensor_context(instance=instance))
    (request,) = result.run_requests
    assert request.partition_key == WAVE
    assert {key.to_user_string() for key in request.asset_selection} == set(flow())
    assert result.dynamic_partitions_requests[0].partition_keys == [WAVE]
    assert [event.asset_key.to_user_string() for event in result.asset_events] == ["deliveries"]
    # the same key again: Dagster launches it once
    assert again.run_requests[0].run_key == request.run_key


def test_a_wave_at_work_is_left_alone(fresh):
    with dg.DagsterInstance.ephemeral() as instance:
        assert len(inbox_sensor(dg.build_sensor_context(instance=instance)).run_requests) == 1
        job = defs.resolve_job_def("refresh_wave")
        instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTING, tags={"dagster/partition": WAVE})
        assert inbox_sensor(dg.build_sensor_context(instance=instance)).run_requests == []


def test_nothing_stale_nothing_asked(copied):
    with dg.DagsterInstance.ephemeral() as instance:
        assert inbox_sensor(dg.build_sensor_context(instance=instance)).run_requests == []
        (answer,) = nightly_refresh(dg.build_schedule_context(instance=instance))
    assert isinstance(answer, dg.SkipReason)


def test_the_schedule_asks_for_what_changed_code_makes_stale(copied, monkeypatch):
    store = Warehouse(copied)
    draft = store.snapshots.draft(WAVE)
    entry = draft.entries["int_support"].model_copy(update={"code_version": "older"})
    store.snapshots.change_draft(WAVE, "int_support", entry)
    with dg.DagsterInstance.ephemeral() as instance:
        (request,) = nightly_refresh(dg.build_schedule_context(instance=instance))
    asked = {key.to_user_string() for key in request.asset_selection}
    assert {"int_support", "mart_analysis_cohort", "report", "published_wave"} <= asked
    assert not {"raw_responses", "stg_responses", "int_household"} & asked


def test_one_asset_by_hand_works_on_the_draft(copied):
    store = Warehouse(copied)
    before = store.snapshots.current(WAVE)
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("refresh_wave").execute_in_process(
            instance=instance, partition_key=WAVE, asset_selection=[dg.AssetKey("int_support")]
        )
    assert result.success
    assert store.snapshots.current(WAVE) == before
    assert plan_wave(store, WAVE).stale == {}


@pytest.mark.parametrize("key", ["../x", "<script>", "A", "x" * 41])
def test_a_partition_key_is_never_a_path(copied, key):
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("wave", [key])
        result = defs.resolve_job_def("refresh_wave").execute_in_process(
            instance=instance,
            partition_key=key,
            asset_selection=[dg.AssetKey("int_support")],
            raise_on_error=False,
        )
    assert not result.success


def test_a_wave_of_mixed_tables_is_not_published(copied):
    store = Warehouse(copied)
    draft = store.snapshots.draft(WAVE)
    before = store.snapshots.current(WAVE)
    entry = draft.entries["int_support"].model_copy(update={"data_version": "another"})
    store.snapshots.change_draft(WAVE, "int_support", entry)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("wave", [WAVE])
        result = defs.resolve_job_def("refresh_wave").execute_in_process(
            instance=instance,
            partition_key=WAVE,
            asset_selection=[dg.AssetKey("published_wave")],
            raise_on_error=False,
        )
    assert not result.success
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("snapshot_consistent", False)
    assert store.snapshots.current(WAVE) == before
