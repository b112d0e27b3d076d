"""Each check of a comparison page, passing and failing."""

import duckdb
import pytest

from lbc_assets.quality.comparison_page import COMPARISON_CHECKS, PARTS, judge_comparison

PSEUDONYM = "0123456789abcdef0123"
COUNTS = (3, 1, 1, 1, 0)


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE mart_analysis_cohort AS SELECT '{PSEUDONYM}' AS child_pseudonym")
        connection.execute("CREATE TABLE raw_deliveries AS SELECT 'synthetic' AS data_origin")
        connection.execute(
            f"CREATE TABLE paper_agreement AS SELECT * FROM (VALUES {COUNTS}) "
            "AS t (cells, exact, within_tolerance, missed, not_comparable)"
        )
        connection.execute(
            "CREATE TABLE paper_comparison AS SELECT 'p' AS paper, '1' AS table_number, 'row ' || i AS printed_row, "
            "'all' AS printed_column, 'n' AS statistic FROM range(3) AS t (i), range(2)"
        )
        yield connection


def _page(*extra):
    parts = [f"<section {part}></section>" for part in PARTS]
    counts = "".join(f'<td class="number">{number}</td>' for number in COUNTS)
    cells = "<thead><tr></tr></thead>" + "<tr><td></td></tr>" * 3
    tables = [
        f"<table><caption>Synthetic data</caption><tr>{counts}</tr></table>",
        f'<table id="cells-p-1"><caption>Synthetic data</caption>{cells}</table>',
    ]
    return "\n".join(['<a href="report.html">', "This is synthetic data.", *parts, *tables, *extra])


def _failed(page, connection):
    return [check.name for check, observed in judge_comparison(page, connection) if observed is not None]


def test_a_whole_page_passes(connection):
    assert _failed(_page("f" * 20, '<a href="#cells">', "url(#clip)"), connection) == []
    assert [check for check, _ in judge_comparison(_page(), connection)] == list(COMPARISON_CHECKS)


@pytest.mark.parametrize("part", PARTS)
def test_a_lost_part_is_noticed(connection, part):
    assert _failed(_page().replace(part, ""), connection) == ["every_cell_present"]


def test_a_lost_cell_and_a_wrong_count_are_noticed(connection):
    assert _failed(_page().replace("<tr><td></td></tr>", "", 1), connection) == ["every_cell_present"]
    connection.execute("UPDATE paper_agreement SET exact = 2, missed = 0")
    assert _failed(_page(), connection) == ["every_cell_present"]


def test_without_a_paper_the_page_has_to_say_so(connection):
    connection.execute("DELETE FROM paper_agreement")
    page = '<a href="report.html"></a>'
    assert _failed(page, connection) == ["every_cell_present"]
    assert _failed(page + '<p id="no-paper"></p>', connection) == []


@pytest.mark.parametrize(
    "outside",
    [
        '<a href="https://example.org">',
        '<a href="../other/report.html">',
        '<img src="x.png">',
        "<script>1</script>",
        '<link rel="stylesheet">',
        "<style>a { background: url(//example.org/x) }</style>",
        "<style>@import 'x.css';</style>",
        '<form action="/x">',
    ],
)
def test_what_leads_or_loads_elsewhere_is_noticed(connection, outside):
    assert _failed(_page(outside), connection) == ["no_outside_link"]


def test_a_page_that_does_not_lead_back_is_noticed(connection):
    assert _failed(_page().replace('href="report.html"', ""), connection) == ["no_outside_link"]


def test_a_pseudonym_is_noticed_and_only_counted(connection):
    page = _page(f"<p>{PSEUDONYM}</p>")
    assert _failed(page, connection) == ["no_pseudonym"]
    assert PSEUDONYM not in str([observed for _, observed in judge_comparison(page, connection)])


@pytest.mark.parametrize("silent", [("This is synthetic data.", ""), ("<caption>Synthetic data", "<caption>")])
def test_a_page_that_does_not_say_synthetic_is_noticed(connection, silent):
    page = _page("<table><caption>x</caption></table>").replace(*silent)
    assert _failed(page, connection) == ["data_origin_said"]
    connection.execute("UPDATE raw_deliveries SET data_origin = 'collected'")
    assert _failed(page, connection) == []


def test_the_sentence_is_asked_for_by_itself(connection):
    page = _page("Synthetic data. " * 5).replace("This is synthetic data.", "")
    assert _failed(page, connection) == ["data_origin_said"]
