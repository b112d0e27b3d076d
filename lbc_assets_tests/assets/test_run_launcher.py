"""Runs in processes that wait warm: who gets which, what is left when nobody asks, and how one is stopped."""

import shutil
import subprocess
import sys
import time

import dagster as dg
import pytest
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._core.launcher import LaunchRunContext

from lbc_assets import run_launcher
from lbc_assets.at_work import process_of, process_tag
from lbc_assets.definitions import defs
from lbc_assets.instance import RUNS_AT_ONCE, prepare
from lbc_assets.run_launcher import SPARE, WarmRunLauncher, Workers
from lbc_assets.settings import Home

WAVE = "baseline-2015"
WAIT = "import sys, time; run = sys.stdin.readline().strip(); time.sleep({seconds} if run else 0)"


@pytest.fixture
def started(monkeypatch):
    """What Workers starts: processes that wait for a line as the real ones do, and then work a while."""
    processes = []

    def start(seconds=60):
        script = WAIT.format(seconds=seconds)
        processes.append(
            subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        )
        return processes[-1]

    monkeypatch.setattr(run_launcher, "_start", start)
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def test_one_waits_and_another_as_soon_as_it_is_taken(started):
    workers = Workers(RUNS_AT_ONCE)
    workers.keep_warm()
    assert len(started) == SPARE == 1
    assert workers.take("first") == started[0].pid
    assert len(started) == 2
    assert workers.take("second") == started[1].pid
    # as many as may work do: none waits
    assert len(started) == RUNS_AT_ONCE == 2


def test_another_waits_when_a_run_has_ended(started):
    workers = Workers(1)
    workers.keep_warm()
    workers.take("first")
    assert len(started) == 1
    started[0].kill()
    until = time.monotonic() + 20
    while len(started) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    assert len(started) == 2


def test_a_waiting_process_that_died_gets_no_run(started):
    workers = Workers(RUNS_AT_ONCE)
    workers.keep_warm()
    started[0].kill()
    started[0].wait()
    assert workers.take("first") == started[1].pid


def test_nobody_waits_where_nobody_keeps_warm(started):
    workers = Workers(RUNS_AT_ONCE)
    workers.take("first")
    assert len(started) == 1


def test_a_process_ends_when_nobody_will_ask_any_more(started):
    workers = Workers(RUNS_AT_ONCE)
    workers.keep_warm()
    # as when the daemon dies
    started[0].stdin.close()
    assert started[0].wait(20) == 0


def test_the_tag_of_another_run_names_no_process():
    tags = process_tag("one", 7)
    assert process_of(dg.DagsterRun("refresh_wave", run_id="one", tags=tags)) == 7
    assert process_of(dg.DagsterRun("refresh_wave", run_id="another", tags=tags)) is None
    assert process_of(dg.DagsterRun("refresh_wave", run_id="one")) is None


@pytest.fixture
def run(published, tmp_path, monkeypatch):
    """A run of one step of the published wave, as the queue hands it to the launcher."""
    root = tmp_path / "home"
    shutil.copytree(published.home.root, root)
    for name, value in prepare(Home(root)).items():
        monkeypatch.setenv(name, value)
    repository = ReconstructableRepository.for_module("lbc_assets.definitions", "defs")
    with dg.DagsterInstance.get() as instance:
        instance.add_dynamic_partitions("wave", [WAVE])
        yield (
            instance,
            instance.create_run_for_job(
                defs.resolve_job_def("refresh_wave").get_subset(asset_selection={dg.AssetKey("int_support")}),
                asset_selection=frozenset({dg.AssetKey("int_support")}),
                tags={"dagster/partition": WAVE},
                job_code_origin=repository.get_reconstructable_job("refresh_wave").get_python_origin(),
            ),
        )


def test_a_real_process_executes_the_run(run):
    instance, made = run
    assert isinstance(instance.run_launcher, WarmRunLauncher)
    instance.run_launcher.launch_run(LaunchRunContext(made, None))
    instance.run_launcher.join(timeout=120)
    ended = instance.get_run_by_id(made.run_id)
    assert ended.status == dg.DagsterRunStatus.SUCCESS
    # and what has ended cannot be stopped
    assert process_of(ended) is not None
    assert instance.run_launcher.terminate(made.run_id) is False


def test_a_stopped_run_is_canceled(run, started):
    instance, made = run
    instance.run_launcher.launch_run(LaunchRunContext(made, None))
    assert instance.run_launcher.terminate(made.run_id) is True
    assert instance.get_run_by_id(made.run_id).status == dg.DagsterRunStatus.CANCELING
    assert started[-1].wait(20) != 0
    assert instance.run_launcher.terminate(made.run_id) is False
