"""Runs in processes that wait warm: who gets which, what is left when nobody asks, and how one is stopped."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._core.launcher import LaunchRunContext
from dagster._core.storage.runs.schema import RunsTable

from lbc_assets.definitions import defs
from lbc_assets.instance.home import prepare
from lbc_assets.runs import launcher
from lbc_assets.runs.at_work import process_of, process_tag, waves_at_work, works_since
from lbc_assets.runs.launcher import WarmRunLauncher, Worker
from lbc_assets.settings import Home

WAVE = "baseline-2015"
# what the worker does, without its libraries: answers each run's number with a process that works a while
STAND_IN = """
import os, signal, sys, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    process = os.fork()
    if process:
        print(process, flush=True)
    else:
        time.sleep(60)
"""


@pytest.fixture
def stand_in(monkeypatch):
    """Processes that Worker starts, without the time that the real one takes."""
    started, popen = [], subprocess.Popen

    def start(command, **options):
        assert command == [sys.executable, "-m", "lbc_assets.runs.worker"]
        started.append(popen([sys.executable, "-c", STAND_IN], start_new_session=True, **options))
        return started[-1]

    monkeypatch.setattr(launcher.subprocess, "Popen", start)
    yield started
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_one_process_is_warm_and_splits_for_each_run(stand_in):
    worker = Worker()
    worker.keep_warm()
    worker.keep_warm()
    (warm,) = stand_in
    processes = {worker.execute("first"), worker.execute("second")}
    assert len(processes) == 2
    assert warm.pid not in processes
    assert len(stand_in) == 1
    assert all(works_since(process, time.time()) for process in processes)


def test_one_that_died_is_started_again(stand_in):
    worker = Worker()
    worker.keep_warm()
    stand_in[0].kill()
    stand_in[0].wait()
    assert works_since(worker.execute("first"), time.time())
    assert len(stand_in) == 2


def test_one_that_dies_when_asked_is_said_to_have_died(stand_in, monkeypatch):
    monkeypatch.setitem(globals(), "STAND_IN", "import sys; sys.stdin.readline()")
    with pytest.raises(ChildProcessError, match=r"ui\.log"):
        Worker().execute("first")


def test_the_warm_process_ends_when_nobody_will_ask_any_more_and_a_run_goes_on(stand_in):
    worker = Worker()
    process = worker.execute("first")
    # as when the daemon dies
    stand_in[0].stdin.close()
    assert stand_in[0].wait(20) == 0
    assert works_since(process, time.time())


def test_nothing_is_open_and_no_thread_runs_where_the_process_splits():
    script = (
        "import os; from lbc_assets.runs.worker import warm_up; warm_up(); "
        "print(len(os.listdir('/proc/self/task')), "
        "[f for n in os.listdir('/proc/self/fd') if (f := os.path.realpath(f'/proc/self/fd/{n}')).endswith('.db')])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[0] == "1 []"


def test_the_tag_of_another_run_names_no_process():
    tags = process_tag("one", 7)
    assert process_of(dg.DagsterRun("refresh_wave", run_id="one", tags=tags)) == 7
    assert process_of(dg.DagsterRun("refresh_wave", run_id="another", tags=tags)) is None
    assert process_of(dg.DagsterRun("refresh_wave", run_id="one")) is None


@pytest.fixture
def run(published, tmp_path, environment):
    """A run of one step of the published wave, as the queue hands it to the launcher."""
    root = tmp_path / "home"
    shutil.copytree(published.home.root, root)
    prepare(Home(root))
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


def test_a_stopped_run_is_canceled(run, stand_in):
    instance, made = run
    instance.run_launcher.launch_run(LaunchRunContext(made, None))
    process = process_of(instance.get_run_by_id(made.run_id))
    assert instance.run_launcher.terminate(made.run_id) is True
    assert instance.get_run_by_id(made.run_id).status == dg.DagsterRunStatus.CANCELING
    until = time.monotonic() + 20
    while works_since(process, time.time()) and time.monotonic() < until:
        time.sleep(0.02)
    assert instance.run_launcher.terminate(made.run_id) is False


def test_what_waited_long_in_the_queue_is_not_taken_for_gone(run, stand_in):
    instance, made = run
    with instance.run_storage.connect() as connection:
        connection.execute(RunsTable.update().values(create_timestamp=datetime.now(UTC) - timedelta(hours=5)))
    instance.handle_new_event(
        dg.EventLogEntry(
            error_info=None,
            level="debug",
            user_message="",
            run_id=made.run_id,
            timestamp=time.time(),
            dagster_event=dg.DagsterEvent("PIPELINE_STARTING", "refresh_wave"),
        )
    )
    instance.run_launcher.launch_run(LaunchRunContext(made, None))
    assert waves_at_work(instance) == {WAVE}
    # one whose process is gone before it came to work is
    os.kill(process_of(instance.get_run_by_id(made.run_id)), signal.SIGKILL)
    until = time.monotonic() + 20
    while waves_at_work(instance) and time.monotonic() < until:
        time.sleep(0.02)
    assert instance.get_run_by_id(made.run_id).status == dg.DagsterRunStatus.FAILURE
