"""The report takes one wave's tables, and only tables of counts and estimates."""

import dataclasses

import pytest

from lbc_assets.reporting.columns import REQUIRED_COLUMNS
from lbc_assets.reporting.content import ContentError, ReportContent, Wave
from lbc_assets.warehouse.contracts import load_tables


@pytest.mark.parametrize("table", [name for name in REQUIRED_COLUMNS if name not in ("value_issues", "gates")])
def test_the_tables_contracts_have_what_the_report_reads(table):
    contract = load_tables()["mart_participant_flow" if table == "participant_flow" else table]
    assert set(REQUIRED_COLUMNS[table]) <= {column.name for column in contract.columns}


def test_the_manifest_s_words_are_columns_of_raw_deliveries():
    columns = {column.name for column in load_tables()["raw_deliveries"].columns}
    assert set(Wave.__dataclass_fields__) <= columns


@pytest.mark.parametrize("table", REQUIRED_COLUMNS)
def test_an_absent_column_is_named(wave, tables, provenance, table):
    column = REQUIRED_COLUMNS[table][-1]
    tables[table] = tables[table].drop(columns=column)
    with pytest.raises(ContentError, match=f"{table}: no column {column}"):
        ReportContent(wave=wave, provenance=provenance, **tables)


@pytest.mark.parametrize(("column", "value"), [("wave", "followup-2017"), ("data_origin", "collected")])
def test_a_row_of_another_wave_or_origin_is_refused(wave, tables, provenance, column, value):
    tables["adjusted_means"].loc[3, column] = value
    with pytest.raises(ContentError, match=f"adjusted_means: has rows of another {column}"):
        ReportContent(wave=wave, provenance=provenance, **tables)


def test_evidence_of_another_origin_is_refused(wave, tables, provenance, collected):
    tables["robustness"].loc[0, "evidence"] = "collected"
    with pytest.raises(ContentError, match="robustness: says of its rows another evidence"):
        ReportContent(wave=wave, provenance=provenance, **tables)
    spoiled = collected.residuals.assign(evidence="artefact")
    with pytest.raises(ContentError, match="residuals: says of its rows another evidence"):
        dataclasses.replace(collected, residuals=spoiled)


def test_a_table_of_children_is_refused(wave, tables, provenance):
    tables["value_issues"]["child_pseudonym"] = "c0ffee"
    with pytest.raises(ContentError, match="one row a child") as raised:
        ReportContent(wave=wave, provenance=provenance, **tables)
    assert "c0ffee" not in str(raised.value)


def test_an_origin_is_synthetic_or_collected():
    with pytest.raises(ContentError, match="data_origin"):
        Wave("w", "t", "invented")
