"""Dagster's own home: telemetry off, bad data never retried, one run a wave at a time.

Belongs here: ``dagster.yaml``, the environment of Dagster's processes, opening its records. Does not belong here: runs.
"""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from lbc_assets.settings import HOME_VARIABLE, Home
from lbc_assets.warehouse.files import alone_in, write_bytes

if TYPE_CHECKING:
    from dagster import DagsterInstance

# A run is busy on one core, at times on two; a machine that has two is to answer its users, too.
RUNS_AT_ONCE = 2
DAGSTER_YAML = """\
# Written by lbc; changes are overwritten.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: lbc_assets.instance.event_log
  class: KeptOpenEventLog
  config:
    base_dir: {events}
run_launcher:
  module: lbc_assets.runs.launcher
  class: WarmRunLauncher
run_coordinator:
  module: dagster._core.run_coordinator
  class: QueuedRunCoordinator
  config:
    # a look at the queue is one query
    dequeue_interval_seconds: 1
sensors:
  use_threads: true
  num_workers: 2
  # two waves that came together are asked for together
  num_submit_workers: {at_once}
run_retries:
  # whether a wave is worth another run the inbox's sensor decides (sensors.py): bad data never is
  enabled: false
run_monitoring:
  enabled: true
retention:
  sensor:
    # a look every five seconds would else be 17,000 rows a day, kept for a week
    purge_after_days:
      skipped: 1
      failure: 30
      success: 90
concurrency:
  runs:
    max_concurrent_runs: {at_once}
    tag_concurrency_limits:
      - key: dagster/partition
        value:
          applyLimitPerUniqueValue: true
        limit: 1
"""


def prepare(home: Home) -> dict[str, str]:
    """Make Dagster's home under ours and point this process and its children at both."""
    home.make()
    path = home.dagster / "dagster.yaml"
    # where Dagster's default storage has them; JSON quotes any path as YAML takes it
    events = json.dumps(str(home.dagster / "history" / "runs"), ensure_ascii=False)
    content = DAGSTER_YAML.format(events=events, at_once=RUNS_AT_ONCE).encode()
    if not path.is_file() or path.read_bytes() != content:
        write_bytes(path, content)
    settings = {
        HOME_VARIABLE: str(home.root),
        "DAGSTER_HOME": str(home.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        # so that the checks a run plans are stored at once
        "DAGSTER_EVENT_BATCH_SIZE": "1000",
        # the door reads whole deliveries within a look, and fifty may come at once
        "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "3600",
        "GX_ANALYTICS_ENABLED": "false",
    }
    os.environ.update(settings)
    return settings


def records(home: Home) -> AbstractContextManager[DagsterInstance]:
    """Dagster's records, open. ``prepare`` has been here.

    Two processes that open them first at the same time would both make their schema, and leave none that is valid.
    """
    import dagster as dg

    with alone_in(home.dagster):
        return dg.DagsterInstance.get()
