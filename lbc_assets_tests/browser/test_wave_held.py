"""A spoilt wave is put into the inbox of a running UI: the sensor takes it in, a gate holds it, a page says why.

The last of the folder's files: where a wave was held, Dagster calls the checks behind the gate failed, too.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from playwright.sync_api import expect

from lbc_assets.assets.standing import standing_specs
from lbc_assets.quality.checks import checks_for
from lbc_assets.reference.deliver import deliver_reference
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.store import Warehouse

WAVE, PUBLISHED = "spoilt-2016", "baseline-2015"
TABLE, CHECK = "raw_schools", "school_counts_possible"
TABLE_OF_CHILDREN, CHECK_OF_CHILDREN = "stg_answer_patterns", "no_straight_lining"
PSEUDONYM = re.compile(r"(?<![0-9a-f])[0-9a-f]{20}(?![0-9a-f])")
# what no page, answer of the API, log or record may hold: an identity, and an answer as it was given
CHILD, ANSWER = "CANARY-CHILD-7731", "canary-answer-7731"


@dataclass(frozen=True)
class Words:
    """What the check's author wrote for whoever has to act on it."""

    rule: str
    remedy: str


@pytest.fixture(scope="module")
def words():
    (check,) = (check for check in checks_for(load_tables()[TABLE]) if check.name == CHECK)
    return Words(check.description, check.remedy)


@pytest.fixture(scope="module")
def held(ui, tmp_path_factory):
    """The UI, with a wave in its inbox in which a school had more pupils present than were eligible.

    One child gave an answer that no code allows, another ticked one box throughout.
    """
    folder = deliver_reference(tmp_path_factory.mktemp("spoilt"))
    manifest = (folder / "wave.yaml").read_text().replace(f"wave: {PUBLISHED}", f"wave: {WAVE}")
    manifest = manifest.replace("eligible: 23, present: 23", "eligible: 22, present: 23", 1)
    (folder / "wave.yaml").write_text(re.sub(r",\s*(rows|sha256): [0-9a-f]+", "", manifest))
    header, first, second, *others = (folder / "zhejiang.csv").read_text().splitlines()
    cells = dict(zip(header.split(","), first.split(","), strict=True)) | {"id": CHILD, "q01": ANSWER}
    ticked = dict(zip(header.split(","), second.split(","), strict=True))
    ticked |= {name: "2" for name in ticked if re.fullmatch("q[0-9]+", name)}
    rows = [header, ",".join(cells.values()), ",".join(ticked.values()), *others]
    (folder / "zhejiang.csv").write_text("\n".join(rows) + "\n")
    # at once and whole, as a watched inbox wants it
    folder.rename(ui.home.inbox / WAVE)
    return ui


def test_the_sensor_starts_a_run_that_fails_by_its_gate(held, look_at):
    page = look_at("/runs").page
    # the page itself asks again every few seconds
    wave = page.get_by_text(f"partition: {WAVE}", exact=True)
    expect(wave).to_have_count(1, timeout=180_000)
    row = page.locator("[data-index]", has=wave)
    expect(row).to_contain_text("inbox_sensor")
    expect(row).to_contain_text("Failure", timeout=180_000)
    assert Warehouse(held.home).snapshots.current(WAVE) is None
    assert Warehouse(held.home).snapshots.current(PUBLISHED) is not None


def test_the_check_says_rule_count_and_what_to_do(held, look_at, words):
    eyes = look_at(f"/assets/{TABLE}?view=checks&checkDetail={CHECK}", width=1300, height=700)
    page = eyes.page
    expect(page.get_by_text("blocking", exact=True)).to_be_visible()
    for name, value in {
        "rule": words.rule,
        "failing_rows": "1",
        "reason_code": "counts_do_not_add_up",
        "what_to_do": words.remedy,
    }.items():
        expect(page.get_by_role("row", name=re.compile(f"^{name} ")).first).to_contain_text(value)
    eyes.keep("checks", x=0, y=0, width=1300, height=670)
    assert CHILD not in eyes.answered() + page.content()


def test_the_held_wave_is_seen_at_a_glance_whatever_ran_later(held, look_at):
    # told of when its run has ended
    held.wait_for(lambda: "no_wave_held" in _failed_of_deliveries(held.home), 240)
    eyes = look_at("/assets/deliveries?view=checks&checkDetail=no_wave_held", width=1300, height=700)
    page = eyes.page
    expect(page.get_by_text(WAVE).first).to_be_visible()
    expect(page.get_by_text(TABLE).first).to_be_visible()
    expect(page.get_by_role("link", name=f"/assets/{TABLE}?partition={WAVE}").first).to_be_visible()
    eyes.keep("held", x=0, y=0, width=1300, height=670)
    assert CHILD not in eyes.answered() + page.content()


def _failed_of_deliveries(home):
    """The checks of the list of deliveries that failed last."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        keys = [dg.AssetCheckKey(dg.AssetKey("deliveries"), spec.name) for spec in standing_specs()]
        records = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return {key.name for key, record in records.items() if record.status.value == "FAILED"}


def test_stewards_are_shown_the_children_of_a_failed_check_and_viewers_are_not(held, look_at, viewer_looks_at):
    place = f"/assets/{TABLE_OF_CHILDREN}?view=checks&checkDetail={CHECK_OF_CHILDREN}"
    eyes = look_at(place, width=1300, height=900)
    row = eyes.page.get_by_role("row", name=re.compile("^pseudonyms ")).first
    # the steps behind the gate that holds the wave go on
    expect(row).to_contain_text(PSEUDONYM, timeout=180_000)
    (child,) = PSEUDONYM.findall(row.inner_text())
    eyes = viewer_looks_at(place, width=1300, height=900)
    expect(eyes.page.get_by_role("row", name=re.compile("^pseudonyms ")).first).to_contain_text("closed to viewers")
    expect(eyes.page.get_by_role("row", name=re.compile("^failing_rows ")).first).to_contain_text("1")
    assert child not in eyes.answered() + eyes.page.content()
    assert PSEUDONYM.findall(eyes.answered()) == []


def _content(file: Path) -> bytes:
    """Nothing of a file that is gone meanwhile: the server writes journals and removes them."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def test_nothing_of_an_answer_is_told(held):
    told = {file for file in held.home.dagster.rglob("*") if file.is_file()}
    assert held.home.dagster / "ui.log" in told
    for word in (CHILD, ANSWER):
        assert [file for file in told if word.encode() in _content(file)] == []
