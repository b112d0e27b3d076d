"""``lbc refresh``: the jobs ``refresh_wave`` and ``refresh_between_waves``, in this process, with progress and summary.

Belongs here: launching and telling. Does not belong here: planning (``launching.py``), steps (``assets/``).
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from lbc_assets.warehouse.snapshots import BETWEEN_WAVES, WAVE_ID

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from lbc_assets.launching import Intake
    from lbc_assets.warehouse.store import Warehouse

PUBLISHED, FAULT, HELD = 0, 1, 2


class _Progress(logging.Handler):
    """Prints a line a step: number, name, what came of it, seconds."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps, self._done = steps, 0

    def emit(self, record: logging.LogRecord) -> None:
        name, state, seconds, detail = record.getMessage().split("|", 3)
        self._done += 1
        mark = "HELD BACK " if state == "held" else ""
        click.echo(f"  [{self._done:>2}/{self._steps}] {name:<24} {float(seconds):6.2f} s  {mark}{detail}", err=True)


def _launch(store: Warehouse, job: str, stale: Iterable[str], wave: str, instance: DagsterInstance, plan: str) -> bool:
    """Run a job's stale steps, recorded in the instance that the UI shows; ``wave`` names the draft they work on."""
    import dagster as dg

    from lbc_assets.definitions import defs
    from lbc_assets.partitions import WAVE
    from lbc_assets.runs.at_work import LAUNCHED_BY, PLAN_TAG

    progress = logging.getLogger("lbc_assets.progress")
    names = [dg.AssetKey(name) for name in stale]
    handler = _Progress(len(names))
    progress.addHandler(handler)
    progress.setLevel(logging.INFO)
    progress.propagate = False
    try:
        is_wave = wave != BETWEEN_WAVES
        if is_wave:
            instance.add_dynamic_partitions(WAVE, [wave])
        result = defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            partition_key=wave if is_wave else None,
            asset_selection=names,
            tags={LAUNCHED_BY: "lbc refresh", PLAN_TAG: plan},
            # Dagster's own lines are in the instance; on the terminal they would drown the progress
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        for event in result.all_events:
            if event.is_step_failure and not store.snapshots.draft(wave).held:
                error = event.step_failure_data.error
                click.echo(f"  {event.step_key}: {error.message.strip() if error else 'failed'}", err=True)
        return result.success
    finally:
        progress.removeHandler(handler)


def summary(store: Warehouse, wave: str) -> str:
    """The published wave on one screen."""
    from lbc_assets.assets.release_content import ANALYSES, report_content
    from lbc_assets.reporting.summary import terminal_summary
    from lbc_assets.warehouse.flow import COMPARISON, PAGES

    current = store.snapshots.current(wave)
    path = store.report_path(wave)
    if current is None or path is None:
        return f"{wave}: not published yet\n"
    names = ("raw_deliveries", "stg_value_issues", "mart_participant_flow", *ANALYSES)
    with store.open(wave, names, current) as connection:
        content = report_content(connection, store, current)
        return terminal_summary(content, str(path), str(store.page_path(wave, PAGES[COMPARISON])))


def _reproduced(store: Warehouse, wave: str) -> dict[str, Any]:
    """For --json: how much of what papers print the published wave reproduces; nothing, where no paper reports it."""
    from lbc_assets.reporting.reproduced import first_readings
    from lbc_assets.warehouse.contracts import load_tables
    from lbc_assets.warehouse.engine import read_frame
    from lbc_assets.warehouse.flow import COMPARISON, PAGES

    name = "paper_agreement"
    current = store.snapshots.current(wave)
    if current is None or name not in current.entries:
        return {}
    with store.open(wave, (name,), current) as connection:
        found = first_readings(read_frame(connection, load_tables()[name], f"SELECT * FROM {name}"))
    if not found:
        return {}
    return {"papers": [one.as_json() for one in found], "comparison": str(store.page_path(wave, PAGES[COMPARISON]))}


def _refresh(
    store: Warehouse, wave: str, intake: Intake, instance: Callable[[], DagsterInstance], *, as_json: bool
) -> tuple[int, dict[str, Any]]:
    from lbc_assets.launching import plan_wave

    said: dict[str, Any] = {"wave": wave, "steps": []}
    rejection = intake.rejected.get(wave)
    answer = plan_wave(store, wave) if WAVE_ID.fullmatch(wave) else None
    if rejection:
        said |= {"state": "rejected", "reasons": [f"{r.place}: {r.code}. {r.remedy}" for r in rejection.reasons]}
        click.echo(f"{rejection.wave}: delivery rejected, nothing of it was taken in", err=True)
        for line in said["reasons"]:
            click.echo(f"  {line}", err=True)
        if answer is None or not answer.stale:
            return HELD, said
    elif answer is None:
        raise click.ClickException(f"{wave}: no delivery. Put a folder {wave}/ with wave.yaml into {store.home.inbox}")
    if answer.stale:
        click.echo(f"{wave}: {len(answer.stale)} steps to run ({next(iter(answer.stale.values()))})", err=True)
        said["steps"] = list(answer.stale)
        _launch(store, "refresh_wave", answer.stale, wave, instance(), answer.key)
        answer = plan_wave(store, wave) or answer
    else:
        click.echo(f"{wave}: nothing has changed", err=True)
    if rejection:  # what was served before is up to date again; the rejected delivery still waits to be mended
        return HELD, said
    held = store.snapshots.draft(wave).held
    current = store.snapshots.current(wave)
    said |= {"snapshot": current.id if current else None, "report": str(store.report_path(wave) or "")}
    if answer.is_held:
        said |= {
            "state": "held",
            "held": {name: [g.check for g in note.failed] for name, note in held.items()},
        }
        for name, note in held.items():
            for gate in note.failed:
                click.echo(
                    f"{wave}: {name} is held back by {gate.check} ({gate.reason_code}, {gate.failing_rows} rows). "
                    f"{gate.description}",
                    err=True,
                )
        served = f"snapshot {current.id} stays served" if current else "nothing of the wave is published"
        click.echo(f"{wave}: held back; {served}. The candidate lies in {store.home.quarantine / wave}", err=True)
        return HELD, said
    if answer.stale:
        click.echo(f"{wave}: failed; the UI ('lbc ui') shows the run. Run 'lbc refresh {wave}' again.", err=True)
        return FAULT, {**said, "state": "failed"}
    if not as_json:
        click.echo(summary(store, wave), nl=False)
        return PUBLISHED, {**said, "state": "published"}
    return PUBLISHED, {**said, "state": "published", **_reproduced(store, wave)}


def _refresh_between(store: Warehouse, instance: Callable[[], DagsterInstance]) -> tuple[int, dict[str, Any]]:
    """The tables between waves, after whatever came of the waves: a wave that is held is read as it was last served."""
    from lbc_assets.launching import plan_between_waves

    planned = plan_between_waves(store)
    said: dict[str, Any] = {"between_waves": planned.state, "published_waves": planned.published, "steps": []}
    if planned.state == "nothing_to_compare":
        return PUBLISHED, said
    if planned.stale:
        why = next(iter(planned.stale.values()))
        click.echo(f"between waves: {len(planned.stale)} steps to run ({why})", err=True)
        said["steps"] = list(planned.stale)
        _launch(store, "refresh_between_waves", planned.stale, BETWEEN_WAVES, instance(), planned.key)
        planned = plan_between_waves(store)
        said["between_waves"] = planned.state
    held = store.snapshots.draft(BETWEEN_WAVES).held
    for name in planned.held:
        checks = ", ".join(gate.check for gate in held[name].failed)
        click.echo(f"between waves: {name} is held back by {checks}; waves are not touched by that", err=True)
    if planned.stale:
        click.echo("between waves: failed; the UI ('lbc ui') shows the run", err=True)
        return FAULT, {**said, "between_waves": "failed"}
    return HELD if planned.held else PUBLISHED, said


@click.command()
@click.argument("wave", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def refresh(wave: tuple[str, ...], as_json: bool) -> None:
    """Refresh WAVEs (default: all): take in deliveries, run what is stale, publish.

    Exit status: 0 published, 2 held back by a gate (or rejected at the door), 1 fault.
    """
    from lbc_assets.cli.deliveries import report_deliveries, tell_of
    from lbc_assets.instance.home import prepare, records
    from lbc_assets.launching import known_waves, take_in
    from lbc_assets.settings import find_home
    from lbc_assets.warehouse.store import Warehouse

    home = find_home()
    prepare(home)
    store, started = Warehouse(home), time.monotonic()
    intake = take_in(store, wave, wait=True)
    tell_of(store, intake)
    chosen = wave or tuple(sorted({*known_waves(store), *intake.rejected}))
    if not chosen and intake.waiting:
        sys.exit(HELD)
    if not chosen:
        raise click.ClickException(
            f"no delivery in {home.inbox}; 'lbc reference deliver' puts the reference wave there"
        )
    with contextlib.ExitStack() as opened:

        @functools.cache
        def instance() -> DagsterInstance:
            """One for all waves (it takes a tenth of a second to open), and none where nothing has changed."""
            return opened.enter_context(records(home))

        outcomes = [_refresh(store, name, intake, instance, as_json=as_json) for name in chosen]
        if intake.received or intake.newly_rejected or any(said["steps"] for _, said in outcomes):
            report_deliveries(store, instance())  # what a gate said of a delivery is part of its answer
        between = _refresh_between(store, instance)
    if between[1]["between_waves"] == "nothing_to_compare":
        click.echo(f"between waves: nothing to compare ({between[1]['published_waves']} published)", err=True)
    else:
        outcomes.append(between)
    if as_json:
        click.echo(json.dumps([said for _, said in outcomes], indent=1))
    click.echo(f"took {time.monotonic() - started:.1f} s", err=True)
    codes = {code for code, _ in outcomes}
    sys.exit(FAULT if FAULT in codes else HELD if HELD in codes else PUBLISHED)
