"""The flow of one wave: every step in order, what it reads, and the version of its code.

Belongs here: the graph as plain data, for the planner and for Dagster alike. Does not belong here: what a
step does (``assets/``), whether it is stale (``planner.py``).
"""

from __future__ import annotations

import functools
import graphlib
import hashlib
import importlib.resources
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources.abc import Traversable

from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.models import load_project

RAW = (
    "raw_deliveries",
    "raw_files",
    "raw_row_fates",
    "raw_codebook",
    "raw_schools",
    "raw_corrections",
    "raw_responses",
    "raw_links",
)
WHAT_ANALYSES_ARE_GIVEN = (
    "lbc_assets.assets.analysis_inputs",
    "lbc_assets.reference.evidence",
    "lbc_assets.warehouse.cells",
)
# made by lbc_assets.papers: of printed numbers, and of other analyses
OF_PAPERS = ("paper_comparison", "paper_agreement", "paper_audit")
REPORT = "report"
COMPARISON = "comparison_page"
# what a release holds: each page under its file's name, all in one folder, so that they can link to each other
PAGES = {REPORT: "report.html", COMPARISON: "comparison.html"}
PUBLISHED = "published_wave"


@dataclass(frozen=True)
class Step:
    """One step: its layer, the steps it reads, and a hash over all that decides its result."""

    name: str
    layer: str
    reads: tuple[str, ...]
    code_version: str


# folders whose files decide no number and no page
DECIDE_NOTHING = ("__pycache__", "drafting")


def _sources(folder: Traversable) -> Iterator[bytes]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir() and item.name not in DECIDE_NOTHING:
            yield from _sources(item)
        elif item.name.endswith((".py", ".j2", ".css", ".js", ".yaml", ".csv")):
            yield item.name.encode() + b"\x1f" + item.read_bytes()


def source_version(packages: tuple[str, ...], libraries: tuple[str, ...], modules: tuple[str, ...] = ()) -> str:
    """Hash of the packages' and modules' source and of the libraries' versions that decide a number or a page."""
    digest = hashlib.sha256()
    for module in modules:
        package, _, name = module.rpartition(".")
        digest.update((importlib.resources.files(package) / f"{name}.py").read_bytes())
    for package in packages:
        for source in _sources(importlib.resources.files(package)):
            digest.update(source)
    for library in libraries:
        digest.update(f"{library}=={version(library)}".encode())
    return digest.hexdigest()


def with_contract(name: str, code: str) -> str:
    """The version of a table's code and of its gate: what passed the old gate has not passed the new one."""
    return hashlib.sha256(f"{code}\x1f{load_tables()[name].model_dump_json()}".encode()).hexdigest()


@functools.cache
def statistics_version() -> str:
    """The version of all that decides a statistic."""
    libraries = ("statsmodels", "scipy", "numpy", "pandas")
    return source_version(("lbc_assets.stats",), libraries, WHAT_ANALYSES_ARE_GIVEN)


@functools.cache
def papers_version() -> str:
    """The version of all that decides a verdict: the papers' folders too."""
    return source_version(("lbc_assets.papers",), ("scipy", "numpy", "pandas"), WHAT_ANALYSES_ARE_GIVEN)


def _analysis_version(name: str) -> str:
    return with_contract(name, papers_version() if name in OF_PAPERS else statistics_version())


def _in_order(analyses: list[Table]) -> list[str]:
    """Analyses that read others after these."""
    names = {table.name for table in analyses}
    graph = {table.name: [name for name in table.reads if name in names] for table in analyses}
    return list(graphlib.TopologicalSorter(graph).static_order())


@functools.cache
def flow() -> dict[str, Step]:
    """Every step of a wave by name, in an order in which they can run."""
    tables, project = load_tables(), load_project()

    intake = source_version(("lbc_assets.intake",), ("duckdb", "pyreadstat", "python-calamine"))
    # the gates compare rows in the files, what became of them, and the questionnaires that are there
    compared = {
        "raw_row_fates": ("raw_files",),
        "raw_responses": ("raw_deliveries", "raw_row_fates"),
        "raw_links": ("raw_deliveries", "raw_responses"),
    }
    steps = [Step(name, "raw", compared.get(name, ()), with_contract(name, intake)) for name in RAW]
    steps += [
        Step(
            model.name,
            model.layer,
            project.tables_read_by(model),
            with_contract(model.name, model.code_version),
        )
        for model in project.models.values()
    ]
    analyses = _in_order([table for table in tables.values() if table.layer == "analysis"])
    steps += [
        Step(name, "analysis", tuple(dict.fromkeys(("raw_deliveries", *tables[name].reads))), _analysis_version(name))
        for name in analyses
    ]
    page = source_version(("lbc_assets.reporting", "lbc_assets.papers"), ("matplotlib", "jinja2"))
    # of the patterns the page shows what the gate said; it names the delivery, so that other answers are another page
    named = ("raw_deliveries", "raw_responses", "stg_value_issues", "stg_answer_patterns", "mart_participant_flow")
    steps.append(Step(REPORT, "release", (*named, *analyses), page))
    steps.append(Step(COMPARISON, "release", ("raw_deliveries", *OF_PAPERS), page))
    steps.append(Step(PUBLISHED, "release", tuple(step.name for step in steps), "1"))
    return {step.name: step for step in steps}
