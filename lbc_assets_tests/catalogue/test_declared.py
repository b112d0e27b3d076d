"""What analyses declare, against what they do: nothing is missing, and what names a row is no answer."""

import importlib

import duckdb
import numpy as np
import pandas as pd
import pytest

from lbc_assets.assets.analyses import ANALYSES
from lbc_assets.assets.analysis_inputs import beside_papers, tables_read
from lbc_assets.catalogue.assembly import PARTITION
from lbc_assets.catalogue.declared import LABELS, OF_ONE_TABLE, OF_THE_PAPER, given, made_by_python
from lbc_assets.warehouse.cells import COHORT, cells_sql, read_cells
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.engine import quote, read_frame
from lbc_assets.warehouse.flow import OF_PAPERS
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"
OF_TABLES = [name for name, analysis in ANALYSES.items() if analysis.read in (tables_read, beside_papers)]
OF_COHORT = [name for name, analysis in ANALYSES.items() if COHORT in given(name)]
# the others take seconds, and have the same shape as these: labels of models, numbers of a fit
QUICK = ["sample_characteristics", "group_comparisons", "model_coefficients", "adjusted_means", "departure_age"]


@pytest.fixture(scope="module")
def tables(published):
    """Of the published wave every table that an analysis reads or is."""
    store = Warehouse(published.home)
    current = store.snapshots.current(WAVE)
    names = {*ANALYSES, *(source for name in OF_TABLES for source in load_tables()[name].reads)}
    with store.open(WAVE, names, current) as connection:
        return {
            name: read_frame(connection, load_tables()[name], f"SELECT * FROM {name}" if name in ANALYSES else None)
            for name in names
        }


@pytest.fixture(scope="module")
def cells(published):
    """The wave's cells as each quick analysis reads them, a few hundred."""
    store = Warehouse(published.home)
    with store.open(WAVE, [COHORT], store.snapshots.current(WAVE)) as connection:
        found = {name: read_cells(connection, _module(name).NEEDS) for name in QUICK}
    return {name: frame.sample(400, random_state=1).reset_index(drop=True) for name, frame in found.items()}


def _module(name):
    return importlib.import_module(f"{ANALYSES[name].room}.{ANALYSES[name].module}")


def _made(name, frames):
    """What the analysis makes of these frames."""
    make = getattr(_module(name), name)
    return make(WAVE, frames) if name in OF_PAPERS else make(*frames.values())


def _declared(name, tables, without=None):
    """The frames that the analysis is given, in the order of its contract: of each the declared columns."""
    reads = given(name)
    return {
        source: tables[source][[c for c in reads.get(source, ()) if (source, c) != without]]
        for source in load_tables()[name].reads
        if source in reads or name in OF_PAPERS
    }


def _same(made, table):
    try:
        pd.testing.assert_frame_equal(made, table[list(made)], check_dtype=False)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("name", OF_TABLES)
def test_given_the_declared_columns_alone_an_analysis_makes_the_same(name, tables):
    assert _same(_made(name, _declared(name, tables)), tables[name])


@pytest.mark.parametrize("name", [name for name in OF_TABLES if name not in OF_PAPERS] + ["paper_agreement"])
def test_an_analysis_that_lacks_a_declared_column_does_not_make_the_same(name, tables):
    for source, columns in given(name).items():
        for column in (column for column in columns if column != PARTITION):
            try:
                made = _made(name, _declared(name, tables, without=(source, column)))
            except (KeyError, ValueError, AttributeError):
                continue
            assert not _same(made, tables[name]), f"{name} does without {source}.{column}"


@pytest.mark.parametrize("name", OF_COHORT)
def test_the_query_for_cells_reads_the_declared_columns_and_no_others(name, published):
    store = Warehouse(published.home)
    with store.open(WAVE, [COHORT], store.snapshots.current(WAVE)) as connection:
        columns = given(name)[COHORT]
        connection.execute(f"CREATE TEMP TABLE few AS SELECT * FROM {COHORT} LIMIT 1")
        needs = _module(name).NEEDS

        def runs(kept):
            connection.execute(f"CREATE OR REPLACE TEMP VIEW kept AS SELECT {', '.join(map(quote, kept))} FROM few")
            try:
                connection.execute(cells_sql(needs, "kept"))
            except duckdb.BinderException:
                return False
            return True

        assert runs(columns)
        needed = [c for c in columns if c not in ("school", "township")]
        assert not any(runs([c for c in columns if c != left_out]) for left_out in needed)


@pytest.mark.parametrize("name", QUICK)
def test_what_names_a_row_of_models_is_no_answer(name, cells):
    """Every variable shuffled by itself: the same rows, with other numbers."""
    frame = cells[name]
    shuffled = frame.copy()
    for place, column in enumerate(_module(name).NEEDS.variables):
        shuffled[column] = frame[column].sample(frac=1, random_state=place).to_numpy()
    before, after = (getattr(_module(name), name)(one) for one in (frame, shuffled))
    labels = [column for column in before if column in LABELS]
    pd.testing.assert_frame_equal(before[labels], after[labels])
    assert not before.equals(after)


@pytest.mark.parametrize("name", sorted(set(OF_TABLES) - set(OF_PAPERS)))
def test_a_column_of_one_table_does_not_change_with_another(name, tables):
    lineage = made_by_python()[name].values
    frames = _declared(name, tables)
    before = _made(name, frames)
    for source in frames:
        other = frames[source].copy()
        for number in set(other.select_dtypes("number")) - {"number", "position"}:  # by which rows are ordered
            # some counts larger: no longer the same, and still counts
            other[number] = other[number] + (other[number] > 0).astype("int64") * np.arange(1, len(other) + 1) % 7
        after = _made(name, {**frames, source: other})
        changed = {column for column in before if not before[column].equals(after[column])}
        assert changed, source
        told = {column for column, sources in lineage.items() if source in {table for table, _ in sources}}
        assert changed <= told, (source, changed - told)


def test_every_exception_names_columns_that_there_are():
    for name, by_table in OF_ONE_TABLE.items():
        known = {column.name for column in load_tables()[name].columns}
        for source, columns in by_table.items():
            assert set(columns) <= known
            assert source in given(name)
    every = {column.name for table in load_tables().values() for column in table.columns}
    assert every >= LABELS
    assert every >= OF_THE_PAPER
