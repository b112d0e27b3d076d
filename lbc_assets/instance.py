"""Dagster's own home: telemetry off, bad data never retried, one run a wave at a time.

Belongs here: ``dagster.yaml`` and the environment of Dagster's processes. Does not belong here: runs.
"""

from __future__ import annotations

import json
import os

from lbc_assets.settings import HOME_VARIABLE, Home
from lbc_assets.warehouse.files import write_bytes

DAGSTER_YAML = """\
# Written by lbc; changes are overwritten.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: lbc_assets.event_log
  class: KeptOpenEventLog
  config:
    base_dir: {events}
run_retries:
  enabled: true
  max_retries: 1
  # a gate that fails fails again: only a crash of the process is worth another try
  retry_on_asset_or_op_failure: false
run_monitoring:
  enabled: true
concurrency:
  runs:
    max_concurrent_runs: 2
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
    content = DAGSTER_YAML.format(events=events).encode()
    if not path.is_file() or path.read_bytes() != content:
        write_bytes(path, content)
    settings = {
        HOME_VARIABLE: str(home.root),
        "DAGSTER_HOME": str(home.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        # so that the checks a run plans are stored at once
        "DAGSTER_EVENT_BATCH_SIZE": "1000",
        "GX_ANALYTICS_ENABLED": "false",
    }
    os.environ.update(settings)
    return settings
