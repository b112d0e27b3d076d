"""Each check of a finished page, passing and failing."""

import duckdb
import pytest

from lbc_assets.quality.page import LINK_TO_COMPARISON, PAGE_CHECKS, REQUIRED, REQUIRED_BESIDE, judge_page

PSEUDONYM = "0123456789abcdef0123"


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE mart_analysis_cohort AS SELECT '{PSEUDONYM}' AS child_pseudonym")
        connection.execute("CREATE TABLE raw_deliveries AS SELECT 'synthetic' AS data_origin")
        connection.execute("CREATE TABLE paper_agreement (paper varchar)")
        yield connection


def _page(*extra):
    parts = [f"<table><caption>Synthetic data {part}</caption></table>" for part in REQUIRED]
    return "\n".join([*parts, *extra])


def _failed(page, connection):
    return [check.name for check, observed in judge_page(page, connection) if observed is not None]


def test_a_whole_page_passes(connection):
    assert _failed(_page("f" * 20), connection) == []
    assert [check for check, _ in judge_page(_page(), connection)] == list(PAGE_CHECKS)


@pytest.mark.parametrize("part", REQUIRED)
def test_a_lost_part_is_noticed(connection, part):
    assert _failed(_page().replace(part, ""), connection) == ["parts_present"]


@pytest.mark.parametrize("part", REQUIRED)
def test_to_be_named_in_a_sentence_is_not_to_be_there(connection, part):
    page = _page().replace(f"<caption>Synthetic data {part}<", f"<caption>Synthetic data<p>{part}</p><")
    page = page.replace(f"<p>{part}</p></caption>", f"</caption><p>{part}</p>")
    assert _failed(page, connection) == ["parts_present"]


def test_of_a_wave_that_a_paper_reports_more_is_asked(connection):
    connection.execute("INSERT INTO paper_agreement VALUES ('p')")
    beside = [f"<table><caption>Synthetic data {part}</caption></table>" for part in REQUIRED_BESIDE]
    whole = _page(*beside, f"<a {LINK_TO_COMPARISON}>")
    assert _failed(whole, connection) == []
    for part in (*REQUIRED_BESIDE, LINK_TO_COMPARISON):
        assert _failed(whole.replace(part, ""), connection) == ["parts_present"]


def test_a_pseudonym_is_noticed_and_only_counted(connection):
    page = _page(f"<p>{PSEUDONYM}</p>")
    assert _failed(page, connection) == ["no_pseudonym"]
    assert PSEUDONYM not in str([observed for _, observed in judge_page(page, connection)])


def test_a_table_that_does_not_say_synthetic_is_noticed(connection):
    page = _page("<table><caption>Another table</caption></table>")
    assert _failed(page, connection) == ["data_origin_said"]
    connection.execute("UPDATE raw_deliveries SET data_origin = 'collected'")
    assert _failed(page, connection) == []
