"""The graph over all columns: it holds together, and agrees with what steps read and with what DuckDB does."""

import csv

import duckdb
import pytest

from lbc_assets.catalogue import assembly
from lbc_assets.catalogue.assembly import column_graph, narrowed
from lbc_assets.intake.questionnaire import questionnaire
from lbc_assets.reporting.shown import shown
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.flow import OF_PAPERS, flow
from lbc_assets.warehouse.models import load_project, load_seeds


def _of(graph, table, column):
    return {f"{source}.{name}" for source, name in graph.values[table, column]}


def test_every_column_of_every_table_is_there_in_the_order_of_its_contract(graph):
    for name, table in load_tables().items():
        assert graph.columns[name] == tuple(column.name for column in table.columns)


def test_every_source_is_a_column(graph):
    nodes = set(graph.nodes)
    assert {source for of in (*graph.values.values(), *graph.rows.values()) for source in of} <= nodes


def test_a_model_is_made_of_the_tables_that_it_refers_to_and_no_others(graph):
    for name, model in load_project().models.items():
        assert graph.tables_read[name] == set(model.depends_on), name


def test_an_analysis_is_made_of_the_tables_that_its_step_reads(graph):
    for name, table in load_tables().items():
        if table.layer == "analysis":
            allowed = {*flow()[name].reads}
            assert graph.tables_read[name] <= allowed, name
            # a paper need not print anything of each table that papers are compared with
            assert name in OF_PAPERS or allowed <= graph.tables_read[name], name


def test_by_hand(graph):
    assert _of(graph, "int_migration", "migration_status") == {
        "stg_responses.father_migration",
        "stg_responses.mother_migration",
    }
    assert _of(graph, "int_sdq_scales", "peer_score") == {f"int_item_points.peer_item_{n}" for n in range(1, 6)}
    assert _of(graph, "raw_responses", "sex") == {"questionnaire.sex"}
    assert {"int_sdq_scales.total_score", "sdq_bands.low", "sdq_bands.high"} <= _of(
        graph, "mart_sdq_scores", "total_band_three"
    )
    assert {"stg_responses.has_consent", "int_sdq_scales.total_score"} <= _of(
        graph, "int_exclusions", "exclusion_reason"
    )
    assert graph.rows["mart_analysis_cohort"] == {("int_exclusions", "exclusion_reason")}
    assert _of(graph, "report.table-2", "SE") == {"model_coefficients.std_error"}


def test_an_item_goes_into_its_own_scale_and_no_other(graph):
    after = graph.downstream(("questionnaire", "sdq_worries"))
    assert ("int_sdq_scales", "emotional_score") in after
    assert ("int_sdq_scales", "peer_score") not in after
    assert ("report.table-2", "B") in after


def test_every_field_that_is_answered_ends_somewhere(graph):
    ends = {field for field in questionnaire() if not graph.used_by["raw_responses", field]}
    assert ends == set()


def test_places_of_items_are_those_that_the_query_gives(graph):
    """DuckDB says which place changes with an item's answer."""
    project = load_project()
    answers = [row["variable"] for row in csv.DictReader(project.seeds["sdq_items"].text.splitlines())]
    connection = duckdb.connect()
    load_seeds(connection, project, ("sdq_items",))
    # one child for each item, that answered this one item only
    rows = ", ".join(
        f"('w', '{child}', {', '.join('1' if item == child else 'NULL' for item in answers)})" for child in answers
    )
    names = ", ".join(("wave", "child_pseudonym", *answers))
    connection.execute(f"CREATE TABLE stg_responses AS SELECT * FROM (VALUES {rows}) AS v ({names})")
    points = connection.execute(project.models["int_item_points"].sql).df()
    for child in points["child_pseudonym"]:
        row = points[points["child_pseudonym"] == child].dropna(axis=1)
        (place,) = set(row) - {"wave", "child_pseudonym"}
        assert f"stg_responses.{child}" in _of(graph, "int_item_points", place)
        assert len({s for s in graph.values["int_item_points", place] if s[0] == "stg_responses"}) == 1


def test_a_seed_with_the_items_in_another_order_moves_the_places():
    project = load_project()
    values = {"peer_item_1": frozenset({("stg_responses", "sdq_loner"), ("stg_responses", "sdq_friend")})}
    assert narrowed(values, project) == {"peer_item_1": frozenset({("stg_responses", "sdq_loner")})}


def test_every_part_of_the_report_is_there(graph):
    for one in shown():
        assert graph.columns[f"{one.page}.{one.key}"] == tuple(part.label for part in one.parts)
        for part in one.parts:
            assert part.of, (one.key, part.label)
            assert set(part.of) == graph.values[f"{one.page}.{one.key}", part.label]


def test_it_is_traced_once_and_then_read(graph, tmp_path, monkeypatch):
    column_graph.cache_clear()
    (tmp_path / "older.json").write_text("{}")
    monkeypatch.setattr(assembly, "assemble", lambda: graph)
    assert column_graph(tmp_path) is graph
    (kept,) = tmp_path.iterdir()
    column_graph.cache_clear()
    monkeypatch.setattr(assembly, "assemble", lambda: pytest.fail("traced again"))
    read = column_graph(tmp_path)
    assert (read.columns, read.layers, read.rows) == (graph.columns, graph.layers, graph.rows)
    assert all(read.values[node] == graph.values.get(node, frozenset()) for node in graph.nodes)
    column_graph.cache_clear()
    kept.write_text(kept.read_text()[:100])  # cut short: traced again
    monkeypatch.setattr(assembly, "assemble", lambda: graph)
    assert column_graph(tmp_path) is graph
    column_graph.cache_clear()
