"""What is tried again: faults, in every step; never data, never an interrupt."""

from __future__ import annotations

import dagster as dg
import pytest

from lbc_assets.assets import failures
from lbc_assets.assets.failures import failure, faults_tried_again
from lbc_assets.definitions import defs
from lbc_assets.partitions import waves
from lbc_assets.warehouse.between_waves import steps
from lbc_assets.warehouse.flow import flow


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(failures, "SECONDS_BEFORE_ANOTHER", 0)


def tries_of(raised):
    """How often a step is begun that raises this every time, and whether the run ended well."""
    begun = []

    @dg.asset(partitions_def=waves)
    @faults_tried_again
    def step(context):
        begun.append(context.retry_number)
        raise raised
        yield

    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("wave", ["w1"])
        result = dg.materialize([step], instance=instance, partition_key="w1", raise_on_error=False)
        (told,) = [event for event in result.all_events if event.is_step_failure]
    return begun, told.step_failure_data


def test_a_fault_is_tried_once_more_and_told_of_in_its_own_words():
    begun, told = tries_of(OSError("no space left"))
    assert begun == [0, 1]
    assert told.error.cause.message.strip() == "OSError: no space left"


def test_data_are_never_tried_again():
    begun, told = tries_of(failure("held", "held_back"))
    assert begun == [0]
    assert told.user_failure_data.metadata["reason_code"].value == "held_back"


def test_an_interrupt_ends_the_run():
    # with Dagster's RetryPolicy the step would begin anew
    begun, _ = tries_of(KeyboardInterrupt())
    assert begun == [0]


@pytest.mark.parametrize("name", [*flow(), *steps()])
def test_every_step_tries_faults_again(name):
    compute = defs.resolve_assets_def(name).op.compute_fn.decorated_fn
    assert hasattr(compute, "__wrapped__")
