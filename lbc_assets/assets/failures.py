"""How a step fails: by its data, and then it is never tried again; or by a fault, and then it is tried once more.

Belongs here: the failures, and the second try. Does not belong here: gates (``quality/``), who is told of a failure
(``operations/``). A failure by data carries a neutral reason code; whatever else is raised counts as a fault.
"""

from __future__ import annotations

import contextlib
import functools
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from lbc_assets.operations.events import HELD_BACK, REASON_CODE
from lbc_assets.quality.faults import told_of

TRIES_MORE = 1
SECONDS_BEFORE_ANOTHER = 3
StepFunction = Callable[[Any], Iterator[Any]]


class StepFault(Exception):
    """A step could not do its work: a fault of the platform. Quotes no values, for Dagster keeps what it says."""


def failure(description: str, reason_code: str) -> dg.Failure:
    """A failure by data: the same data fail again."""
    return dg.Failure(description, metadata={REASON_CODE: reason_code}, allow_retries=False)


def held_back(name: str, wave: str, failed: Sequence[str], where: str) -> dg.Failure:
    """The failure that a gate raises."""
    return failure(
        f"{name} of {wave} is held back by {', '.join(failed)}. The last good snapshot stays served. "
        f"What was held back lies in quarantine/{where}; the failed checks say what to do.",
        HELD_BACK,
    )


@contextlib.contextmanager
def faults_without_values(name: str) -> Iterator[None]:
    """Let errors of ours pass, whose words are chosen; of any other (an engine's may quote a row) tell its kind."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("lbc_assets", "dagster"):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}, line {where.lineno}"
        raise StepFault(f"{name}: {told_of(error)} ({place})") from None


def faults_tried_again(function: StepFunction) -> StepFunction:
    """Ask Dagster for another try after a fault (a full disk, a file that another process holds); none by data.

    Not Dagster's RetryPolicy: that takes an interrupt for a fault too, so that a run which is cancelled (or a
    ``lbc refresh`` that gets Ctrl-C) would begin the step anew instead of ending.
    """

    @functools.wraps(function)
    def tried(context: Any) -> Iterator[Any]:
        try:
            yield from function(context)
        except (dg.Failure, dg.DagsterError):
            raise
        except Exception as fault:
            if context.retry_number >= TRIES_MORE:
                raise
            raise dg.RetryRequested(max_retries=TRIES_MORE, seconds_to_wait=SECONDS_BEFORE_ANOTHER) from fault

    return tried
