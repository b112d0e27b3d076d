"""The two addresses in a browser: a steward signs in, materializes and opens the report; a viewer only looks."""

import re

import pytest
from playwright.sync_api import expect

from lbc_assets.server.audit import read_log

WAVE = "baseline-2015"
TABLE = "raw_schools"


def _materialize(page):
    return page.get_by_role("button", name=re.compile("Materialize"))


def test_the_links_are_printed_with_what_they_are(ui):
    assert re.search(rf"^One steward, signed in by this link: {ui.address}/\?token=\S+$", ui.said, re.M)
    assert re.search(rf"^Viewers, read-only, by this link: {ui.viewers_address}/\?token=\S+$", ui.said, re.M)
    assert "token" not in ui.log()


def test_the_link_signs_in_and_leaves_the_address(ui, look_at):
    eyes = look_at("/assets?view=list")
    expect(eyes.page).to_have_url(re.compile(rf"^{ui.address}/assets\?(?!.*token)"))
    cookies = eyes.page.context.cookies()
    assert [(c["httpOnly"], c["sameSite"]) for c in cookies if c["name"].startswith("lbc-")] == [(True, "Strict")]
    # what a script of a page can see
    assert "lbc-" not in eyes.page.evaluate("document.cookie")


def test_without_the_link_nothing_is_seen(ui, look):
    page = look(f"{ui.address}/assets").page
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    expect(page.get_by_text("Open the link that 'lbc ui' has printed")).to_be_visible()


def test_a_steward_materializes_a_table_of_a_wave(ui, look_at):
    before = len(read_log(ui.home.audit))
    page = look_at(f"/assets/{TABLE}?view=overview", height=1000).page
    _materialize(page).click()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("button", name="Launch 1 run").click()
    launched = page.get_by_text(re.compile("Launched run [0-9a-f]{8}"))
    expect(launched.first).to_be_visible()
    number = launched.first.inner_text().split()[2]
    page.goto(f"{ui.address}/runs")
    row = page.locator("[data-index]", has=page.get_by_text(number, exact=True))
    expect(row).to_contain_text("Success", timeout=180_000)
    (note,) = read_log(ui.home.audit)[before:]
    assert note["what"] == [
        {"field": "launchPipelineExecution", "job": ["__ASSET_JOB"], "waves": [WAVE], "assets": [TABLE]}
    ]
    assert note["answered"]["answers"] == ["LaunchRunSuccess"]


@pytest.mark.parametrize("role", ["steward", "viewer"])
def test_the_report_is_opened_through_its_link(role, look_at, viewer_looks_at):
    page = (look_at if role == "steward" else viewer_looks_at)("/assets/published_wave?view=overview", height=1400).page
    with page.expect_popup() as opened:
        page.get_by_role("link", name=f"/reports/{WAVE}/report.html", exact=True).click()
    report = opened.value
    expect(report.locator("caption").first).to_be_attached()
    complaints = []
    report.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    report.reload()
    expect(report.locator("caption", has_text="Table 1.").first).to_be_visible()
    box = report.locator("figure svg").first.bounding_box()
    assert box["width"] > 400
    report.get_by_role("link", name="Every number beside its printed one").click()
    expect(report.get_by_role("heading", level=1)).to_have_text("Printed and reproduced")
    assert complaints == []


def test_a_viewer_is_offered_nothing_that_works(ui, viewer_looks_at):
    page = viewer_looks_at(f"/assets/{TABLE}?view=overview", height=1000).page
    button = _materialize(page)
    expect(button).to_be_visible()
    expect(button).to_be_disabled()
    page.goto(f"{ui.viewers_address}/automation")
    row = page.locator("[data-index]", has=page.get_by_text("inbox_sensor", exact=True))
    expect(row.get_by_role("checkbox").last).to_be_disabled()


def test_a_viewer_sees_that_a_run_was_and_not_its_log(ui, viewer_looks_at):
    page = viewer_looks_at("/runs").page
    page.locator("a[href^='/runs/']").first.click()
    expect(page.get_by_role("button", name=re.compile("Re-execute"))).to_be_disabled()
    expect(page.get_by_text("Loading run logs")).to_have_count(0)
    expect(page.get_by_text("STEP_SUCCESS")).to_have_count(0)


def test_a_page_of_another_site_starts_nothing(ui, look_at):
    """The steward is signed in; another page posts a form, and asks by script, from another address."""
    signed_in = look_at("/assets")
    before = len(read_log(ui.home.audit))
    page = signed_in.page.context.new_page()
    page.route(
        "http://127.0.0.1:9/**", lambda route: route.fulfill(body="<p>another page</p>", content_type="text/html")
    )
    page.goto("http://127.0.0.1:9/")
    query = "mutation { setNuxSeen }"
    tried = page.evaluate(
        """async ([address, query]) => {
          const told = [];
          for (const type of ["text/plain", "application/json"]) {
            try {
              const answer = await fetch(address + "/graphql", {
                method: "POST", credentials: "include", mode: type == "text/plain" ? "no-cors" : "cors",
                headers: {"Content-Type": type}, body: JSON.stringify({query}),
              });
              told.push(answer.type);
            } catch (error) { told.push("refused"); }
          }
          return told;
        }""",
        [ui.address, query],
    )
    assert tried == ["refused", "refused"]
    # what passes the guard's door is noted, be it closed behind it
    assert len(read_log(ui.home.audit)) == before
