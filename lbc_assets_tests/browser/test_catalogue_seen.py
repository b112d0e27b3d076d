"""From a table in Dagster's UI to the catalogue, and through it from a number of the report to what was asked."""

import re

import pytest
from playwright.sync_api import expect

TABLE, COLUMN = "model_coefficients", "estimate"
# the sensor makes the site after the server has come up
MILLISECONDS_TO_BE_MADE = 240_000


@pytest.fixture(scope="module")
def made(ui):
    """The UI, when the catalogue's sensor has had the site made."""
    site = ui.home.catalogue / "current" / "index.html"
    ui.wait_for(site.is_file, MILLISECONDS_TO_BE_MADE / 1000)
    return ui


@pytest.mark.parametrize("role", ["steward", "viewer"])
def test_a_table_leads_to_its_page_and_a_column_to_the_report(made, role, look_at, viewer_looks_at):
    page = (look_at if role == "steward" else viewer_looks_at)(f"/assets/{TABLE}?view=overview", height=1600).page
    with page.expect_popup() as opened:
        page.get_by_role("link", name=f"/catalogue/tables/{TABLE}.html", exact=True).click()
    catalogue = opened.value
    complaints = []
    catalogue.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    expect(catalogue.get_by_role("heading", level=1)).to_have_text(TABLE)
    catalogue.get_by_role("table").get_by_role("link", name=COLUMN, exact=True).click()
    expect(catalogue.get_by_role("heading", level=1)).to_have_text(COLUMN)
    expect(catalogue.get_by_role("heading", name="What depends on it")).to_be_visible()
    # in the graph, with the keyboard too
    shown = catalogue.locator("svg a", has_text="Table 2").first
    shown.focus()
    catalogue.keyboard.press("Enter")
    expect(catalogue.get_by_role("heading", level=1)).to_contain_text("Table 2")
    assert complaints == []


def test_the_column_page_shows_the_way_from_the_questionnaire_to_the_report(made, look_at):
    eyes = look_at(f"/catalogue/columns/{TABLE}.{COLUMN}.html", width=1500, height=1000)
    graph = eyes.page.locator("figure svg, svg").first
    for name in ("mart_analysis_cohort", TABLE, "Table 2", "Figure S2"):
        expect(graph.get_by_text(name, exact=True).first).to_be_attached()
    eyes.keep("catalogue", x=0, y=0, width=1500, height=1000)


def test_what_is_searched_for_is_found(made, look_at):
    page = look_at("/catalogue/").page
    page.get_by_label(re.compile("Search")).fill("departure_age_years")
    expect(page.locator("#found a").first).to_be_visible()
    page.locator("#found a").first.click()
    expect(page.get_by_role("heading", name="What depends on it")).to_be_visible()


def test_the_wave_stands_in_the_overview_with_its_state(made, look_at):
    page = look_at("/catalogue/").page
    row = page.get_by_role("row", name=re.compile("baseline-2015"))
    expect(row).to_contain_text("published")
    expect(row).to_contain_text("3,596")
