"""The report as a reader opens it: a file in a browser, with no network and no script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"
TABLES = ("Table 1", "Table 2", "Table 3", "Table 4")
FIGURES = ("Figure S1", "Figure S2", "Figure S3", "Figure 1", "Figure 2")
FOLDED = ("Table S6", "Table S10", "Table S18")


@pytest.fixture(scope="module")
def address(published):
    return Path(Warehouse(published.home).report_path(WAVE)).as_uri()


@pytest.fixture
def report(look, address):
    eyes = look(address, width=1100)
    yield eyes
    assert eyes.requested == [address]
    assert eyes.complaints == []


@pytest.mark.parametrize("name", TABLES)
def test_the_papers_tables_are_visible(report, name):
    table = report.page.locator("table", has=report.page.locator("caption", has_text=f"{name}."))
    expect(table).to_be_visible()
    cells = table.locator("tbody td")
    assert cells.count() > 20
    expect(cells.last).to_be_visible()


@pytest.mark.parametrize("name", FIGURES)
def test_the_figures_are_drawn(report, name):
    figure = report.page.locator("figure", has=report.page.locator("figcaption", has_text=f"{name}."))
    drawing = figure.locator("svg")
    expect(drawing).to_be_visible()
    box = drawing.bounding_box()
    assert box["width"] > 400
    assert box["height"] > 200


@pytest.mark.parametrize("name", FOLDED)
def test_the_supplement_opens_where_a_link_leads(look, address, name):
    eyes = look(f"{address}#{name.lower().replace(' ', '-')}", width=1100)
    expect(eyes.page.locator("caption", has_text=f"{name}.")).to_be_visible()
    assert eyes.page.locator("details:not([open])").count() == eyes.page.locator("details").count() - 1


def test_on_paper_nothing_is_folded(report):
    table = report.page.locator("#table-s8")
    expect(table).to_be_hidden()
    report.page.emulate_media(media="print")
    expect(table).to_be_visible()


def test_it_says_that_it_is_synthetic_where_the_eye_falls_first(report):
    banner = report.page.get_by_role("note")
    expect(banner).to_contain_text("Synthetic data.")
    expect(banner).to_be_in_viewport()


def test_it_fits_its_window(report):
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert report.page.evaluate(wide) == 0
    flow = report.page.locator("#figure-s1").bounding_box()
    report.keep("report", x=0, y=0, width=1100, height=flow["y"] + flow["height"] + 10)


def test_what_the_paper_prints_is_seen_without_a_pointer(report):
    mark = report.page.locator("#table-2 small.paper").first
    expect(mark).to_be_visible()
    expect(mark).to_contain_text("paper:")
    report.page.emulate_media(media="print")
    expect(mark).to_be_visible()


def test_report_and_comparison_lead_to_each_other(look, address):
    page = look(address, width=1100).page
    page.get_by_role("link", name="Every number beside its printed one").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Printed and reproduced")
    page.get_by_role("link", name="Back to the report").click()
    expect(page.locator("#table-1")).to_be_visible()


@pytest.fixture
def comparison(look, address):
    place = address.replace("report.html", "comparison.html")
    eyes = look(place, width=1100)
    yield eyes
    assert eyes.requested == [place]
    assert eyes.complaints == []


def test_the_comparison_page_shows_summary_picture_and_misses(comparison):
    box = comparison.page.locator("figure svg").first.bounding_box()
    assert box["width"] > 400
    for part in ("#summary", "#misses", "#audit"):
        expect(comparison.page.locator(part)).to_be_visible()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert comparison.page.evaluate(wide) == 0
    picture = comparison.page.locator("figure").first.bounding_box()
    comparison.keep("comparison", x=0, y=picture["y"], width=1100, height=picture["height"] + 10)


def test_every_cell_is_folded_on_the_screen_and_open_on_paper(comparison):
    table = comparison.page.locator('table[id^="cells-"]').first
    expect(table).to_be_hidden()
    comparison.page.emulate_media(media="print")
    expect(table).to_be_visible()
    # an A4 page without its margins
    comparison.page.set_viewport_size({"width": 690, "height": 1000})
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert comparison.page.evaluate(wide) == 0
