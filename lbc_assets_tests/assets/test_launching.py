"""Who launches what: sensor, schedule, and a steward who materializes one asset by hand."""

import shutil
from datetime import UTC, datetime

import dagster as dg
import pytest

from lbc_assets.assets.untold import untold
from lbc_assets.definitions import defs
from lbc_assets.instance.home import prepare
from lbc_assets.launching import plan_wave
from lbc_assets.reference.deliver import deliver_reference
from lbc_assets.runs.at_work import TRIES, another_try
from lbc_assets.schedules import nightly_refresh
from lbc_assets.sensors import inbox_sensor
from lbc_assets.settings import Home
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.planner import plan
from lbc_assets.warehouse.snapshots import Snapshot
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"


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
    # no part of the job, but the whole
    assert request.asset_selection is None
    assert set(plan_wave(Warehouse(fresh), WAVE).stale) == set(flow())
    assert result.dynamic_partitions_requests[0].partition_keys == [WAVE]
    # the list of deliveries, and its checks
    assert {event.asset_key.to_user_string() for event in result.asset_events} == {"deliveries"}
    assert isinstance(result.asset_events[0], dg.AssetMaterialization)
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


def _older(store, name):
    """As if this step's code had changed since it ran, and was published."""
    draft = store.snapshots.draft(WAVE)
    entry = draft.entries[name].model_copy(update={"code_version": "older"})
    store.snapshots.publish(WAVE, store.snapshots.change_draft(WAVE, name, entry))


def test_changed_code_waits_for_the_schedule(copied):
    store = Warehouse(copied)
    _older(store, "int_support")
    assert plan_wave(store, WAVE).can_wait
    with dg.DagsterInstance.ephemeral() as instance:
        assert inbox_sensor(dg.build_sensor_context(instance=instance)).run_requests == []
        assert len(list(nightly_refresh(dg.build_schedule_context(instance=instance)))) == 1


def test_a_new_step_is_changed_code(copied):
    store = Warehouse(copied)
    draft = store.snapshots.draft(WAVE)
    without = draft.model_copy(
        update={"entries": {name: entry for name, entry in draft.entries.items() if name != "int_support"}}
    )
    delivery = tuple(draft.entries["raw_responses"].inputs[name] for name in ("delivery", "content"))
    assert plan(WAVE, delivery, without, without).can_wait
    # one that was served, and is missing from the draft, was lost on the way
    assert not plan(WAVE, delivery, without, draft).can_wait


def test_a_delivery_does_not_wait_for_the_schedule(copied):
    store = Warehouse(copied)
    _older(store, "int_support")
    draft, current = store.snapshots.draft(WAVE), store.snapshots.current(WAVE)
    assert not plan(WAVE, ("other bytes", "other answers"), draft, current).can_wait
    # nor does a wave that was never published, or whose run broke off
    assert not plan(WAVE, ("other bytes", "other answers"), Snapshot(wave=WAVE), None).can_wait
    made = draft.entries["int_support"].model_copy(
        update={"code_version": flow()["int_support"].code_version, "data_version": "new"}
    )
    half = store.snapshots.change_draft(WAVE, "int_support", made)
    delivery = tuple(draft.entries["raw_responses"].inputs[name] for name in ("delivery", "content"))
    assert not plan(WAVE, delivery, half, current).can_wait


def test_while_nothing_changes_a_look_plans_nothing(copied, monkeypatch):
    with dg.DagsterInstance.ephemeral() as instance:
        first = inbox_sensor(dg.build_sensor_context(instance=instance))

        def look():
            return inbox_sensor(dg.build_sensor_context(instance=instance, cursor=first.cursor))

        monkeypatch.setattr("lbc_assets.sensors.plan_wave", lambda *_: pytest.fail("planned"))
        assert look().skip_reason
        # a draft that somebody changed is planned again
        _older(Warehouse(copied), "int_support")
        with pytest.raises(pytest.fail.Exception, match="planned"):
            look()


def _ended(instance, request, status):
    job = defs.resolve_job_def("refresh_wave")
    tags = {**request.tags, "dagster/partition": WAVE}
    instance.create_run_for_job(job, status=status, tags=tags)


def test_a_run_that_breaks_off_is_tried_again_but_not_for_ever(fresh):
    with dg.DagsterInstance.ephemeral() as instance:

        def look():
            return inbox_sensor(dg.build_sensor_context(instance=instance)).run_requests

        keys = []
        for _ in range(TRIES):
            (request,) = look()
            keys.append(request.run_key)
            _ended(instance, request, dg.DagsterRunStatus.FAILURE)
        # by its key Dagster knows a run that it had before
        assert len(set(keys)) == TRIES == 2
        assert look() == []


def test_what_a_killed_run_could_not_tell_is_told(copied):
    store = Warehouse(copied)
    entry = store.snapshots.draft(WAVE).entries["int_support"]
    with dg.DagsterInstance.get() as instance:
        assert list(untold(store, instance, WAVE)) == []
        store.snapshots.change_draft(WAVE, "int_support", entry.model_copy(update={"data_version": "new"}))
        (told,) = untold(store, instance, WAVE)
        instance.report_runless_asset_event(told)
        assert list(untold(store, instance, WAVE)) == []
        # and of another wave nothing is known
        assert [event.partition for event in untold(store, instance, "other")] == []
        store.snapshots.change_draft("other", "int_support", entry)
        assert [event.partition for event in untold(store, instance, "other")] == ["other"]


def test_a_run_that_a_steward_stopped_is_not_started_again(fresh):
    with dg.DagsterInstance.ephemeral() as instance:
        (request,) = inbox_sensor(dg.build_sensor_context(instance=instance)).run_requests
        _ended(instance, request, dg.DagsterRunStatus.CANCELED)
        assert inbox_sensor(dg.build_sensor_context(instance=instance)).run_requests == []
        # until something comes
        planned = plan_wave(Warehouse(fresh), WAVE)
        assert another_try(instance, planned, datetime.now(UTC)) == 0


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
