"""What the tables are made of that Python makes: of questionnaires, documents, marts and other analyses.

Belongs here: from what each step declares (the codebook's variables, `NEEDS` and `READS` of the analyses, the places of
papers) to the sources of each column. Does not belong here: those declarations, SQL (``lineage.py``). An analysis is
given nothing but what it declares, so nothing is missing here; tests change each source and look what else changes.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from types import ModuleType

from lbc_assets.assets.analyses import ANALYSES
from lbc_assets.catalogue.graph import NOTHING, Lineage, Node
from lbc_assets.catalogue.graph import Nodes as Sources
from lbc_assets.catalogue.names import QUESTIONNAIRE
from lbc_assets.intake.questionnaire import ID, LINKING_KEY, questionnaire
from lbc_assets.warehouse.between_waves import LAYER as BETWEEN
from lbc_assets.warehouse.between_waves import QUERIES
from lbc_assets.warehouse.cells import COHORT
from lbc_assets.warehouse.contracts import Table, load_tables
from lbc_assets.warehouse.flow import OF_PAPERS
from lbc_assets.warehouse.flow import RAW as RAW_TABLES

FIELDS = (ID, *questionnaire(), LINKING_KEY)
# Columns that name the row: they come from the analysis's own specification, whatever the children answered.
LABELS = frozenset(
    {
        *("model", "outcome", "term", "variable", "level", "reference", "measure", "effect", "migration_status"),
        *("other_level", "other_migration_status", "weights", "analysis", "question", "covariates", "population"),
        *("diagnostic", "norm", "band", "scale"),
    }
)
# ... or from the paper's folder.
OF_THE_PAPER = frozenset(
    {
        *("paper", "reading", "table_number", "printed_row", "printed_column", "statistic", "printed", "rule", "says"),
        *("tolerance", "printed_value", "decimals", "source", "contradiction", "cells"),
        *("declared_exact", "declared_within_tolerance", "declared_not_explained"),
    }
)
# Analyses of several tables: the columns that are made of one of them alone.
OF_ONE_TABLE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "scale_reliability": {
        "mart_score_counts": ("n_scored", "floor_percent", "ceiling_percent"),
        "mart_item_sums": (
            *("items", "n", "alpha", "conf_low", "conf_high", "alpha_standardised", "status", "reason", "omega"),
            *("omega_standardised", "statistic", "df", "p_value", "rmsea", "rmsr", "omega_status", "omega_reason"),
        ),
    },
    "item_statistics": {
        "mart_item_sums": ("n_complete", "item_rest", "alpha_without", "status", "reason"),
        "mart_item_answers": (
            *("item", "number", "n", "n_missing", "missing_percent", "mean", "std_dev"),
            *("floor_percent", "ceiling_percent"),
        ),
    },
    "robustness": {"imputed_coefficients": ("fmi",)},
}
_MANIFEST = "raw_deliveries"
# what every analysis says of its wave
_OF_THE_WAVE: Mapping[str, Sources] = {
    "wave": frozenset({(_MANIFEST, "wave")}),
    "data_origin": frozenset({(_MANIFEST, "data_origin")}),
    "evidence": frozenset({(_MANIFEST, "data_origin"), (_MANIFEST, "calibrated_to")}),
}


def made_by_python() -> dict[str, Lineage]:
    """The lineage of every table that no SQL model makes."""
    tables = load_tables()
    found = {name: _raw(tables[name]) for name in RAW_TABLES}
    found |= {name: _analysis(tables[name]) for name in ANALYSES}
    found |= {name: _between(tables[name]) for name, table in tables.items() if table.layer == BETWEEN}
    return found


def _field(*names: str) -> Sources:
    return frozenset((QUESTIONNAIRE, name) for name in names)


def _raw(table: Table) -> Lineage:
    special: dict[str, Sources] = {}
    if table.name == "raw_responses":
        special = {name: _field(name) for name in questionnaire()}
    elif table.name == "raw_links":
        special = {"linked_pseudonym": _field(LINKING_KEY)}
    elif table.name == "raw_row_fates":
        told_by = _field(ID, "consent_child", "consent_carer")
        special = {**dict.fromkeys(("fate", "reason_code", "rows"), told_by), "province": _field("province")}
    return Lineage(
        {
            column.name: _field(ID) if column.name == "child_pseudonym" else special.get(column.name, NOTHING)
            for column in table.columns
        },
        NOTHING,
    )


def given(name: str) -> dict[str, tuple[str, ...]]:
    """Of each table that an analysis reads, the columns it is given."""
    analysis = ANALYSES[name]
    if name in OF_PAPERS:
        return _of_papers(name)
    module = importlib.import_module(f"{analysis.room}.{analysis.module}")
    reads = dict(getattr(module, "READS", {}))
    if hasattr(module, "NEEDS"):
        reads[COHORT] = tuple(_of_cohort(module))
    return {table: tuple(columns) for table, columns in reads.items()}


def _of_cohort(module: ModuleType) -> Iterator[str]:
    from lbc_assets.stats.sample import SCORE
    from lbc_assets.stats.specs import CLUSTERS

    yield from module.NEEDS.variables
    yield from (f"{outcome}{SCORE}" for outcome in module.NEEDS.outcomes)
    if module.__name__.endswith(".robustness"):
        yield from CLUSTERS


def _of_papers(name: str) -> dict[str, tuple[str, ...]]:
    """A paper's folder says in which rows of which table a printed number stands."""
    if name == "paper_audit":  # of printed numbers alone
        return {}
    if name == "paper_agreement":
        return {"paper_comparison": ("paper", "reading", "verdict", "explanation")}
    from lbc_assets.papers.paper import load_papers

    columns: dict[str, dict[str, None]] = {}
    for paper in load_papers():
        for place in paper.document.places.values():
            known = {column.name for column in load_tables()[place.table].columns}
            keys = [place.keys, *place.rows.values(), *place.columns.values()]
            keys += [*place.share.of, *place.share.out_of] if place.share else []
            read = [*(key for of_row in keys for key in of_row), *place.statistics.values(), "status", "reason"]
            columns.setdefault(place.table, {}).update(dict.fromkeys(name for name in read if name in known))
    return {table: tuple(of_table) for table, of_table in columns.items()}


def _analysis(table: Table) -> Lineage:
    reads = given(table.name)
    all_of = {source: frozenset((source, column) for column in columns) for source, columns in reads.items()}
    alone = {
        column: all_of[source] for source, columns in OF_ONE_TABLE.get(table.name, {}).items() for column in columns
    }
    named = OF_THE_PAPER if table.name in OF_PAPERS else LABELS
    everything = NOTHING.union(*all_of.values())
    if table.name == "robustness":  # the undecided children count as previous in one of the analyses
        everything |= frozenset(("mart_migration_undecided", column) for column in reads[COHORT])
    values = {}
    for column in table.columns:
        known = _OF_THE_WAVE.get(column.name, NOTHING if column.name in named else None)
        values[column.name] = alone.get(column.name, everything) if known is None else known
    return Lineage(values, NOTHING)


def _between(table: Table) -> Lineage:
    """Queries over all waves' snapshots, themselves no tables: their columns stand for what they are made of."""
    from lbc_assets.stats.waves.wave_pairs import WAVE_COLUMNS

    known = {column.name for column in load_tables()[_MANIFEST].columns}
    of_waves = frozenset((_MANIFEST, name) for name in WAVE_COLUMNS if name in known)
    sources: list[Node] = [(query, "*") for query in QUERIES[table.name]]
    values = {}
    for column in table.columns:
        if (_MANIFEST, column.name) in of_waves:
            values[column.name] = frozenset({(_MANIFEST, column.name)})
        elif column.name in ("wave_before", "wave_after"):
            values[column.name] = frozenset({(_MANIFEST, "wave")})
        else:
            values[column.name] = NOTHING if column.name in LABELS else of_waves | frozenset(sources)
    return Lineage(values, NOTHING)
