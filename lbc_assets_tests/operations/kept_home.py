"""A home to be spoilt, with three sinks; what the daemon does with a sensor's answer; what Dagster shows of it.

Belongs here: what the tests of whole waves share. Does not belong here: servers (``servers.py``), what is expected.
"""

from __future__ import annotations

import json
import re

import dagster as dg
import yaml
from dagster._core.definitions.sensor_definition import SensorExecutionData
from dagster._serdes import deserialize_value, serialize_value

from lbc_assets.reference.make import make_wave
from lbc_assets.sensors import alerts_sensor
from lbc_assets.warehouse.store import Warehouse

# where a stranger could put them: an id, a text answer, an unreadable answer, a file's name, a column's
CANARIES = ("Zeisig-4711-0815", "Stieglitz73310042", "Kreuzschnabel", "Gimpel55120917")
ID, TOWN, ANSWER, FILE = CANARIES


def deliver_hostile(home, wave, *, held=True, seed=1):
    """A small wave with canaries; ``held``: with school counts that cannot be."""
    folder = home.inbox / wave
    make_wave(folder, wave=wave, children=30, seed=seed)
    header, *rows = (folder / "zhejiang.csv").read_text("utf-8").splitlines()
    columns, cells = header.split(","), rows[0].split(",")
    cells[0], cells[columns.index("a3")], cells[columns.index("q07")] = ID, TOWN, ANSWER
    (folder / f"{FILE}.csv").write_text("\n".join([header, ",".join(cells), *rows[1:]]) + "\n", "utf-8")
    (folder / "zhejiang.csv").unlink()
    text = (folder / "wave.yaml").read_text("utf-8").replace("zhejiang.csv", f"{FILE}.csv")
    text = re.sub(r",\s*(rows|sha256): [0-9a-f]+", "", text)
    if held:
        text = re.sub(r"eligible: \d+, present: ([1-9])", r"eligible: 0, present: \1", text, count=2)
    (folder / "wave.yaml").write_text(text, "utf-8")
    (folder / "wave.ok").touch()
    return folder


def set_up_sinks(home, box, web, **freshness):
    """All three sinks, in settings.yaml."""
    mail = {"kind": "smtp", "name": "mail", "host": "127.0.0.1", "port": box.port, "security": "none",
            "sender": "lbc@example.org", "recipients": ["steward@example.org"]}  # fmt: skip
    sinks = [mail, {"kind": "webhook", "name": "hook", "address": web.address}, {"kind": "file", "name": "log"}]
    (home.root / "settings.yaml").write_text(yaml.safe_dump({"alerts": {"sinks": sinks}, "freshness": freshness}))


class Looks:
    """The sensor, evaluated as the daemon does it."""

    def __init__(self, home) -> None:
        self.home, self.cursor = home, None

    def look(self):
        """One look; the events that it reported."""
        with dg.DagsterInstance.from_config(str(self.home.dagster)) as instance:
            evaluated = alerts_sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=self.cursor))
            # it reaches the daemon from another process
            answer = deserialize_value(serialize_value(evaluated), SensorExecutionData)
            for event in answer.asset_events:
                instance.report_runless_asset_event(event)
            self.cursor = answer.cursor
            return list(answer.asset_events)

    def shown(self):
        """What the graph shows on ``deliveries``: each check's latest evaluation."""
        keys = [dg.AssetCheckKey(dg.AssetKey("deliveries"), f"no_wave_{name}")
                for name in ("held", "rejected", "overdue")]  # fmt: skip
        with dg.DagsterInstance.from_config(str(self.home.dagster)) as instance:
            latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
        return {
            key.name.removeprefix("no_wave_"): record.event.dagster_event.event_specific_data
            for key, record in latest.items()
        }

    def events_of_latest_run(self):
        """Type and step of every event of the run that was launched last, and its status."""
        with dg.DagsterInstance.from_config(str(self.home.dagster)) as instance:
            (run, *_) = instance.get_runs(limit=1)
            logs = [entry.dagster_event for entry in instance.all_logs(run.run_id) if entry.dagster_event]
            return [(event.event_type_value, event.step_key) for event in logs], run.status

    def in_file(self):
        """What the file sink got."""
        path = self.home.alerts / "alerts.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def make_stale(home, wave, *steps):
    """Let steps have been made by older code."""
    store = Warehouse(home)
    for step in steps:
        entry = store.snapshots.draft(wave).entries[step].model_copy(update={"code_version": "older"})
        store.snapshots.change_draft(wave, step, entry)
