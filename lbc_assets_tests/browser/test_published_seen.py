"""A published wave in Dagster's UI: lineage, a table's page, its checks, the runs, what runs by itself."""

import re

from playwright.sync_api import expect

from lbc_assets.quality.checks import checks_for
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.flow import flow

WAVE = "baseline-2015"
TABLE = "stg_responses"


def _upstream(name):
    return {name}.union(*(_upstream(read) for read in flow()[name].reads))


def test_it_is_ready_in_words(ui):
    assert re.search(rf"^Ready after \d+ s: {ui.address} \(web server and daemon healthy\)", ui.said, re.M)
    assert str(ui.home.inbox) in ui.said


def test_the_lineage_shows_the_layers(look_at):
    graph = look_at("/asset-groups").page.locator("svg foreignObject")
    for layer in {step.layer for step in flow().values()}:
        expect(graph.get_by_text(layer, exact=True)).to_be_visible()


def test_the_catalog_lists_every_step(look_at):
    # rows out of sight are not drawn
    page = look_at("/assets", height=100 * len(flow())).page
    for name in flow():
        expect(page.locator(f"a[href*='/assets/{name}']").first).to_be_visible()


def test_a_result_is_traced_left_to_right_to_what_was_delivered(look_at):
    all_the_way_up = "view=lineage&lineageScope=upstream&lineageDepth=9"
    eyes = look_at(f"/assets/model_coefficients?{all_the_way_up}", width=1600, height=960)
    eyes.page.get_by_role("button", name="Hide navigation").click()
    graph = eyes.page.locator("svg foreignObject")
    way = ["raw_responses", TABLE, "int_sdq_scales", "mart_sdq_scores", "model_coefficients"]
    for name in (*way, "raw", "staging", "intermediate", "marts", "analysis"):
        expect(graph.get_by_text(name, exact=True)).to_be_visible()
    boxes = [graph.get_by_text(name, exact=True).bounding_box() for name in way]
    assert [box["x"] for box in boxes] == sorted(box["x"] for box in boxes)
    made = graph.locator("[style*='--minimal-border: var(--color-accent-green)']")
    expect(made).to_have_count(len(_upstream("model_coefficients")))
    # Dagster centres the graph a little too low
    eyes.page.mouse.move(1300, 500)
    eyes.page.mouse.down()
    eyes.page.mouse.move(1300, 470, steps=5)
    eyes.page.mouse.up()
    eyes.keep("lineage")


def test_a_table_says_what_it_holds(look_at):
    page = look_at(f"/assets/{TABLE}?view=overview", height=4000).page
    table = load_tables()[TABLE]
    expect(page.get_by_text("Row count", exact=True).locator("xpath=../..")).to_contain_text("3,596")
    expect(page.get_by_text(table.description, exact=True)).to_be_visible()
    rows = page.locator("table tr")
    for column in table.columns:
        row = rows.filter(has=page.get_by_text(column.name, exact=True)).filter(has_text=column.data_type)
        expect(row).to_contain_text(column.description)


def test_its_checks_are_listed_and_passed(look_at):
    page = look_at(f"/assets/{TABLE}?view=checks", height=1400).page
    checks = checks_for(load_tables()[TABLE])
    expect(page.get_by_text(f"Checks ({len(checks)})", exact=True)).to_be_visible()
    expect(page.get_by_text("Succeeded", exact=True)).to_have_count(len(checks))
    for check in checks:
        expect(page.get_by_text(check.name, exact=True).first).to_be_visible()


def test_the_runs_name_the_wave(look_at):
    page = look_at("/runs").page
    row = page.locator("[data-index]", has=page.get_by_text(f"partition: {WAVE}", exact=True))
    for shown in ("lbc/launched_by: lbc refresh", "refresh_wave", "Success"):
        expect(row.get_by_text(shown, exact=True)).to_be_visible()


def test_sensor_and_schedule_run(look_at):
    page = look_at("/automation").page
    for name in ("inbox_sensor", "nightly_refresh"):
        row = page.locator("[data-index]", has=page.get_by_text(name, exact=True))
        # the first box selects the row
        expect(row.get_by_role("checkbox").last).to_be_checked()


def test_the_daemon_works(look_at):
    page = look_at("/deployment/daemons").page
    for name in ("Sensors", "Scheduler", "Run queue"):
        expect(page.get_by_role("row", name=re.compile(f"^{name} Running"))).to_be_visible()


def test_telemetry_is_off(look_at):
    said = look_at("/overview").page.locator("#initialization-data").text_content()
    assert re.search(r'"telemetryEnabled": *false', said)
