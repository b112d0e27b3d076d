"""Which of Dagster's failed runs are told of: none that is started again, each other one; since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from lbc_assets.operations.looking import RETRY_PATIENCE, failed_runs
from lbc_assets.runs.at_work import PARTITION_TAG, PLAN_TAG

# as the inbox's sensor asks for one
ASKED = {PLAN_TAG: "a plan"}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@dg.job
def any_job():
    """The records are the same as those of our own, which take seconds to make."""


def _failed(instance, **tags):
    """A run whose process is gone."""
    said = {PARTITION_TAG: "w1", **tags}
    run = instance.create_run_for_job(any_job, status=dg.DagsterRunStatus.STARTED, tags=said)
    instance.report_run_failed(run)
    return run.run_id


def _told(instance, since=LONG_AGO, after=timedelta()):
    return [run.run_id for run in failed_runs(instance, since, datetime.now(UTC) + after)]


def test_a_run_that_ended_without_a_step_that_failed(instance):
    run = _failed(instance)
    (found,) = failed_runs(instance, LONG_AGO, datetime.now(UTC))
    assert (found.run_id, found.wave, found.failures) == (run, "w1", ())


def test_only_what_failed_since(instance):
    _failed(instance)
    assert _told(instance, since=datetime.now(UTC) + timedelta(minutes=1)) == []


def test_a_run_that_is_started_again_is_not_told_of(instance):
    _failed(instance, **ASKED)
    again = _failed(instance, **ASKED)
    # nor the last of them, until it is plain that no other comes
    assert _told(instance) == []
    assert _told(instance, after=RETRY_PATIENCE + timedelta(seconds=1)) == [again]


def test_a_run_that_a_steward_asked_for_is_told_of_at_once(instance):
    run = _failed(instance)
    assert _told(instance) == [run]
