"""The release: the pages of a wave, and the flip that publishes the wave whole.

Belongs here: the last three assets and their gates. Does not belong here: layout (``reporting/``, imported
when a step runs), which tables a page reads (``release_content.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from lbc_assets.addresses import page_address
from lbc_assets.assets.failures import failure, faults_tried_again, held_back
from lbc_assets.assets.step import asset_options, check_specs
from lbc_assets.assets.telling import Told, checked, materialized, progress
from lbc_assets.assets.unchanged import still_valid, told_unchanged
from lbc_assets.quality.checks import Check
from lbc_assets.quality.comparison_page import COMPARISON_CHECKS, judge_comparison
from lbc_assets.quality.page import PAGE_CHECKS, judge_page
from lbc_assets.warehouse.flow import COMPARISON, PAGES, PUBLISHED, REPORT, flow
from lbc_assets.warehouse.planner import inputs_of
from lbc_assets.warehouse.snapshots import GateOutcome, Snapshot
from lbc_assets.warehouse.store import NotPublishable, Warehouse

if TYPE_CHECKING:
    import duckdb

CONSISTENT = Check(
    name="snapshot_consistent",
    table=PUBLISHED,
    severity="error",
    kind="rule",
    description="Every table is there, none is held back, and each was made from the tables beside it.",
    reason_code="tables_of_different_states",
    remedy="Run 'lbc refresh' for the wave, or materialize what is named here.",
)

# Dagster's own word on time. It is one of the asset, not of a wave: fresh as long as *some* wave was published within
# the window, of unknown freshness while none ever was. So it can show that the whole study has gone quiet (waves lie a
# year or three apart); which wave is late, it cannot: that is said by operations/overdue.py.
SOME_WAVE_PUBLISHED = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(days=2 * 365), fail_window=timedelta(days=3 * 365)
)


def _outcome(check: Check, passed: bool) -> GateOutcome:
    return GateOutcome(
        check=check.name,
        severity=check.severity,
        passed=passed,
        failing_rows=0 if passed else 1,
        reason_code=check.reason_code,
        description=check.description,
    )


def _shown(check: Check, passed: bool, observed: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=check.name,
        asset_key=check.table,
        passed=passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"rule": check.description, "observed": observed, "what_to_do": check.remedy},
    )


def _page(
    context: dg.AssetExecutionContext,
    name: str,
    render: Callable[[duckdb.DuckDBPyConnection, Warehouse, Snapshot], str],
    judge: Callable[[str, duckdb.DuckDBPyConnection], list[tuple[Check, str | None]]],
) -> Iterator[Told]:
    """Lay the draft's tables out, have the page judged, let it join the draft."""
    store: Warehouse = context.resources.warehouse
    wave, started = context.partition_key, time.monotonic()
    step = flow()[name]
    draft = store.snapshots.draft(wave)
    inputs = inputs_of(name, draft, ("", ""))
    # what is served at that address is the published page, and this one as soon as the wave is published
    page_at = {"page": dg.MetadataValue.url(page_address(wave, PAGES[name]))}
    if entry := still_valid(context, store, wave, step, inputs):
        yield from told_unchanged(context, store, wave, name, entry, page_at)
        return
    with store.open(wave, (*step.reads, "mart_analysis_cohort")) as connection:
        page = render(connection, store, draft)
        verdicts = judge(page, connection)
    candidate = store.write_artifact(wave, name, page)
    gates = [_outcome(check, observed is None) for check, observed in verdicts]
    shown = [_shown(check, observed is None, observed or "as it should be") for check, observed in verdicts]
    failed = [gate for gate in gates if not gate.passed]
    if failed:
        held = store.hold(candidate, code_version=step.code_version, inputs=inputs, failed=failed)
        yield from checked(context, shown)
        raise held_back(name, wave, [gate.check for gate in failed], f"{wave}/candidates/{held.name}")
    store.accept(candidate, code_version=step.code_version, inputs=inputs, gates=gates)
    progress.info("%s|done|%.2f|%s", name, time.monotonic() - started, f"{len(page) // 1024:,} KiB")
    yield from materialized(context, candidate, shown, page_at)


@dg.asset(
    **asset_options(
        REPORT,
        kinds={"html", "matplotlib"},
        description="The wave's report: flow, Tables 1 to 4, figures, supplement and provenance in one page.",
        metadata={"grain": "one page a wave"},
    ),
    check_specs=check_specs(PAGE_CHECKS),
)
@faults_tried_again
def report(context) -> Iterator[Told]:
    """The draft's tables as one page."""
    from lbc_assets.assets.release_content import report_content
    from lbc_assets.reporting.report import render_report

    yield from _page(context, REPORT, lambda *of_wave: render_report(report_content(*of_wave)), judge_page)


@dg.asset(
    **asset_options(
        COMPARISON,
        kinds={"html", "matplotlib"},
        description="Every printed number of the papers that report the wave beside the reproduced one, in one page "
        "beside the report. Of a wave that no paper reports it says so.",
        metadata={"grain": "one page a wave"},
    ),
    check_specs=check_specs(COMPARISON_CHECKS),
)
@faults_tried_again
def comparison_page(context) -> Iterator[Told]:
    """The papers' printed numbers beside the draft's tables, as one page."""
    from lbc_assets.assets.release_content import papers_content
    from lbc_assets.reporting.comparison_page import render_comparison

    yield from _page(
        context, COMPARISON, lambda *of_wave: render_comparison(papers_content(*of_wave)), judge_comparison
    )


@dg.asset(
    **asset_options(
        PUBLISHED,
        kinds={"snapshot"},
        description="The wave as served: all of its tables and its pages, published by one flip.",
        metadata={"grain": "one snapshot a wave"},
    ),
    freshness_policy=SOME_WAVE_PUBLISHED,
    check_specs=check_specs([CONSISTENT]),
)
@faults_tried_again
def published_wave(context) -> Iterator[Told]:
    """Publish the draft if its tables belong together."""
    store: Warehouse = context.resources.warehouse
    wave, started = context.partition_key, time.monotonic()
    try:
        snapshot, _ = store.publish(wave, flow()[PUBLISHED].reads, PAGES)
    except NotPublishable as problem:
        yield from checked(context, [_shown(CONSISTENT, False, str(problem))])
        raise failure(f"{problem} The last good snapshot stays served.", CONSISTENT.reason_code) from None
    progress.info("%s|done|%.2f|%s", PUBLISHED, time.monotonic() - started, f"snapshot {snapshot.id}")
    rows = sum(entry.rows for entry in snapshot.entries.values() if entry.suffix == "parquet")
    yield dg.MaterializeResult(
        metadata={
            "snapshot": snapshot.id,
            "tables": sum(entry.suffix == "parquet" for entry in snapshot.entries.values()),
            "dagster/row_count": rows,
            # links on the guarded server, to each page of the wave as it is published
            **{name: dg.MetadataValue.url(page_address(wave, file)) for name, file in PAGES.items()},
        },
        data_version=dg.DataVersion(snapshot.id),
    )
    yield from checked(context, [_shown(CONSISTENT, True, f"{len(snapshot.entries)} tables and pages")])


release_assets = [report, comparison_page, published_wave]
