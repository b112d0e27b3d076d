"""Which waves a run is at work on; a run whose process is gone does not keep its place."""

import os
import subprocess
import time

import dagster as dg
import pytest
from dagster._core.events import EngineEventData

from lbc_assets.definitions import defs
from lbc_assets.runs import at_work
from lbc_assets.runs.at_work import GONE, PLAN_TAG, UNFINISHED, is_planned, waves_at_work

WAVE = "baseline-2015"


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def _run(instance, status, process=None):
    run = instance.create_run_for_job(
        defs.resolve_job_def("refresh_wave"), status=status, tags={"dagster/partition": WAVE}
    )
    if process:
        # as both ways of starting a run note it
        instance.report_engine_event("", run, EngineEventData.in_process(process))
    return run.run_id


def _process_that_is_gone():
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_dagsters_statuses_are_all_accounted_for():
    finished = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}
    paused = {status for status in dg.DagsterRunStatus if status.name in ("MANAGED", "SUSPENDED")}
    assert set(UNFINISHED) == set(dg.DagsterRunStatus) - finished - paused


# a queued run cannot be made without the daemon's workspace
@pytest.mark.parametrize("status", UNFINISHED[1:], ids=lambda status: status.name)
def test_a_wave_is_at_work_until_its_run_has_ended(instance, status):
    run = _run(instance, status, os.getpid())
    assert waves_at_work(instance) == {WAVE}
    instance.report_run_failed(instance.get_run_by_id(run))
    assert waves_at_work(instance) == set()


def test_a_run_whose_process_is_gone_is_failed(instance):
    run = _run(instance, dg.DagsterRunStatus.STARTED, _process_that_is_gone())
    assert waves_at_work(instance) == set()
    assert instance.get_run_by_id(run).status == dg.DagsterRunStatus.FAILURE
    assert GONE in [event.user_message or event.message for event in instance.all_logs(run)]


def test_a_number_given_anew_is_not_the_runs_process():
    assert at_work.works_since(os.getpid(), time.time())
    assert not at_work.works_since(os.getpid(), time.time() - 24 * 3600)


def test_a_run_that_a_steward_executes_again_carries_out_no_plan():
    tags = {PLAN_TAG: "a plan"}
    assert is_planned(dg.DagsterRun("refresh_wave", tags=tags))
    assert not is_planned(dg.DagsterRun("refresh_wave", tags=tags, parent_run_id="first", root_run_id="first"))
    assert not is_planned(dg.DagsterRun("refresh_wave"))
