"""What goes into a wave's pages and summary, read from its tables.

Belongs here: reading published or drafted tables into a page's content. Does not belong here: layout
(``reporting/``).
"""

import platform
from importlib.metadata import version

import duckdb
import pandas as pd

from lbc_assets.intake.delivery import Delivery
from lbc_assets.intake.manifest import Manifest
from lbc_assets.papers.paper import Paper, load_papers
from lbc_assets.papers.tables import of_wave
from lbc_assets.reporting.columns import ANALYSIS_COLUMNS, PAPER_COLUMNS
from lbc_assets.reporting.content import PapersContent, ReportContent, Wave
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import read_frame
from lbc_assets.warehouse.flow import flow
from lbc_assets.warehouse.snapshots import Snapshot
from lbc_assets.warehouse.store import Warehouse

ANALYSES = tuple(ANALYSIS_COLUMNS)
LIBRARIES = (
    "duckdb",
    "statsmodels",
    "scipy",
    "numpy",
    "pandas",
    "matplotlib",
    "great-expectations",
    "dagster",
)
GATE_COLUMNS = ("table", "check", "severity", "passed", "failing_rows")


def _gates(snapshot: Snapshot) -> pd.DataFrame:
    rows = [
        (name, gate.check, gate.severity, gate.passed, gate.failing_rows)
        for name in flow()
        if name in snapshot.entries
        for gate in snapshot.entries[name].gates
    ]
    return pd.DataFrame(rows, columns=list(GATE_COLUMNS))


def _delivery(store: Warehouse, snapshot: Snapshot) -> Delivery:
    """The delivery that the wave's tables were made of."""
    from lbc_assets.intake.delivery import load_delivery

    made = snapshot.entries["raw_responses"].inputs["delivery"]
    return load_delivery(store.home.deliveries / snapshot.wave / made)


def _wave(manifest: Manifest) -> Wave:
    return Wave(
        wave=manifest.wave,
        title=manifest.title,
        data_origin="synthetic" if manifest.synthetic else "collected",
        survey_first_date=manifest.survey_dates.first,
        survey_last_date=manifest.survey_dates.last,
        sampling_frame=manifest.sampling_frame.id,
        consent_version=manifest.consent_version,
        ethics_approval=manifest.ethics_approval,
        custodian=manifest.custodian,
    )


def _papers(wave: str) -> tuple[Paper, ...]:
    return tuple(of_wave(wave, load_papers()))


def papers_content(connection: duckdb.DuckDBPyConnection, store: Warehouse, snapshot: Snapshot) -> PapersContent:
    """The papers that report a wave beside it; the connection holds the wave's tables as views."""
    tables = load_tables()
    return PapersContent(
        wave=_wave(_delivery(store, snapshot).manifest),
        papers=_papers(snapshot.wave),
        **{name: read_frame(connection, tables[name], f"SELECT * FROM {name}") for name in PAPER_COLUMNS},
    )


def report_content(connection: duckdb.DuckDBPyConnection, store: Warehouse, snapshot: Snapshot) -> ReportContent:
    """Everything a report shows of one wave; the connection holds that wave's tables as views."""
    tables = load_tables()
    made, delivery = snapshot.entries["raw_responses"].inputs["delivery"], _delivery(store, snapshot)
    manifest = delivery.manifest
    issues = connection.execute(
        "SELECT reason_code, field, count(DISTINCT child_pseudonym) AS children FROM stg_value_issues "
        "GROUP BY reason_code, field ORDER BY reason_code, field"
    ).df()
    files = [(f"File {name}", sha256) for name, sha256 in sorted(delivery.files.items())]
    code = [(f"Code of {name}", flow()[name].code_version[:16]) for name in ("mart_analysis_cohort", *ANALYSES)]
    libraries = [(f"Library {name}", version(name)) for name in LIBRARIES]
    return ReportContent(
        wave=_wave(manifest),
        participant_flow=read_frame(
            connection,
            tables["mart_participant_flow"],
            "SELECT * FROM mart_participant_flow ORDER BY position, province",
        ),
        **{name: read_frame(connection, tables[name], f"SELECT * FROM {name}") for name in ANALYSES},
        value_issues=issues,
        gates=_gates(snapshot),
        papers=_papers(snapshot.wave),
        provenance=(
            ("Delivery (SHA-256)", made),
            *files,
            ("Snapshot", snapshot.id),
            *code,
            *libraries,
            ("Python", platform.python_version()),
        ),
    )
