"""The whole site of the published reference wave: complete, whole, inert, and usable without seeing it."""

import itertools
import json
import os
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote

import pytest

from lbc_assets.addresses import CATALOGUE, column_address, table_address
from lbc_assets.catalogue.facts import Asked, Code, WaveFacts, facts_of
from lbc_assets.catalogue.names import table_file
from lbc_assets.catalogue.pages import Pages
from lbc_assets.intake.pseudonym import PSEUDONYM_DIGITS
from lbc_assets.intake.questionnaire import questionnaire
from lbc_assets.warehouse import gate_history
from lbc_assets.warehouse.contracts import load_tables
from lbc_assets.warehouse.snapshots import GateOutcome, Held
from lbc_assets.warehouse.store import Warehouse

WAVE = "baseline-2015"


class _Page(HTMLParser):
    """What of a page the tests ask about."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.tags, self.inline, self.scripts, self.text = [], set(), [], [], [], []
        self.in_script = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        self.links += [found[name] for name in ("href", "src", "action") if name in found]
        self.ids |= {found["id"]} if "id" in found else set()
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        self.in_script = tag == "script"
        if tag == "style":
            self.inline.append("style element")

    def handle_endtag(self, tag):
        self.in_script = False

    def handle_data(self, data):
        if self.in_script and data.strip():
            self.inline.append("script")
        self.text.append(data)


@pytest.fixture(scope="module")
def pages(site):
    """Pages parsed: all of the root and of tables, and of columns every fifteenth and some that are asked about."""
    files = [path for path in site if path.endswith(".html")]
    columns = [path for path in files if path.startswith("columns/")]
    asked = [f"columns/{name}.html" for name in ("questionnaire.parents_divorced", "report.table-2.b")]
    chosen = {*files[: -len(columns)], *columns[::15], *asked}
    return {path: _Page(site[path]) for path in chosen}


def test_every_table_and_column_has_its_page_where_the_server_has_it(site):
    for name, table in load_tables().items():
        assert unquote(table_address(name).removeprefix(CATALOGUE)) in site
        for column in table.columns:
            assert unquote(column_address(name, column.name).removeprefix(CATALOGUE)) in site
    for field in questionnaire():
        assert f"columns/questionnaire.{field}.html" in site


def test_every_link_leads_to_a_page_of_the_site_and_to_a_place_on_it(site):
    pages = {path: text for path, text in site.items() if path.endswith(".html")}
    ids = {path: set(re.findall(r' id="([^"]+)"', text)) for path, text in pages.items()}
    columns = [path for path in pages if path.startswith("columns/")]
    for path in pages.keys() - set(columns) | set(columns[::3]):
        for link in set(re.findall(r' (?:href|src|action)="([^"]*)"', pages[path])):
            file, _, place = unescape(link).partition("#")
            target = os.path.normpath(PurePosixPath(path).parent / unquote(file)) if file else path
            assert target in site, (path, link)
            assert not place or place in ids[target], (path, link)


def test_nothing_comes_from_elsewhere_and_nothing_stands_inline(site, pages):
    inline = re.compile(r"<(?:style|script(?! src=)|[^>]+\s(?:style|on\w+)=)|<script[^>]*>[^<]")
    for path, text in site.items():
        assert not path.endswith(".html") or not inline.search(text), path
    for path, page in pages.items():
        assert not page.inline, path
        assert not [link for link in page.links if re.match(r"[a-z]+:|//|/", link)], path
    for path in ("catalogue.css", "catalogue.js"):
        assert not re.search(r"https?:|//[a-z]|@import|url\(|eval|innerHTML", site[path]), path


def test_no_pseudonym_and_no_answer(site, published):
    store = Warehouse(published.home)
    with store.open(WAVE, ["raw_responses"], store.snapshots.current(WAVE)) as connection:
        (pseudonym,) = connection.execute("SELECT child_pseudonym FROM raw_responses LIMIT 1").fetchone()
        schools = {row[0] for row in connection.execute("SELECT DISTINCT school FROM raw_responses").fetchall()}
    of_child = rf"(?<![0-9a-f])[0-9a-f]{{{PSEUDONYM_DIGITS}}}(?![0-9a-f])"
    pattern = re.compile(rf"{of_child}|>(?:{'|'.join(map(re.escape, filter(None, schools)))})<")
    assert pattern.search(f" {pseudonym} ")
    assert pattern.search(f">{max(filter(None, schools))}<")
    for path, text in site.items():
        assert not pattern.search(text), path


def test_a_tables_page_has_what_its_contract_says(pages, site):
    for name, table in load_tables().items():
        text = " ".join(" ".join(pages[table_file(name)].text).split())
        assert table.description in text
        for column in table.columns:
            assert column.name in text
            assert column.description in text
            assert f'href="../columns/{name}.{column.name}.html"' in site[table_file(name)]
        for code in (code for codes in table.codes.values() for code in codes):
            assert code in text


def test_rows_by_wave_are_those_served(site, published):
    rows = Warehouse(published.home).snapshots.current(WAVE).entries["raw_responses"].rows
    assert f"{rows:,}" in site["tables/raw_responses.html"]


def test_impact_leads_from_a_field_to_the_report(pages):
    links = pages["columns/questionnaire.parents_divorced.html"].links
    for target in ("raw_responses.parents_divorced", "mart_analysis_cohort.parents_divorced", "report.table-2.b"):
        assert f"../columns/{target}.html" in links
    assert "../columns/report.table-s1.children.html" not in links


def test_each_drawing_is_followed_by_the_same_in_words(pages):
    """Whoever does not see the drawing has every column that it leads to, and those it leaves out."""
    drawn = re.compile(r"\.\./columns/")
    for path, page in pages.items():
        in_svg, in_words, inside = set(), set(), False
        for tag, found in page.tags:
            inside = tag == "svg" or (inside and tag not in ("figcaption",))
            if tag == "a" and drawn.match(found.get("href", "")):
                (in_svg if inside else in_words).add(found["href"])
        me = f"../{path}"
        assert in_svg - {me} <= in_words, path


def test_pages_can_be_used_without_seeing_them(pages):
    for path, page in pages.items():
        tags = [tag for tag, _ in page.tags]
        assert tags.count("h1") == tags.count("main") == 1, path
        assert {"header", "nav", "footer"} <= set(tags), path
        assert ("html", {"lang": "en"}) in page.tags
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), path
        assert all("scope" in found for tag, found in page.tags if tag == "th"), path
        assert all("aria-labelledby" in found for tag, found in page.tags if tag == "svg"), path
        ids = [found["id"] for _, found in page.tags if "id" in found]
        assert len(ids) == len(set(ids)), path
        labelled = {found[name] for _, found in page.tags for name in ("aria-labelledby", "for") if name in found}
        assert labelled <= page.ids, path


def test_the_search_index_is_a_script_that_only_says_what_there_is(site):
    entries = json.loads(site["search-index.js"].removeprefix("window.lbcCatalogue = ").rstrip(";\n"))
    assert {path for _, _, path, _ in entries} <= site.keys()
    assert ["stg_responses", "", "tables/stg_responses.html", load_tables()["stg_responses"].description] in entries
    assert site["search-index.js"].isascii()


def test_the_fields_page_has_every_waves_column_and_codes(site, published):
    store = Warehouse(published.home)
    (wave,) = facts_of(store)
    asked = wave.codebook["sex"]
    assert asked.codes
    assert f"<code>{asked.column}</code>" in site["fields.html"]


def test_a_column_of_raw_responses_says_how_each_wave_asks(site):
    assert "How each wave asks" in site["columns/raw_responses.sex.html"]
    assert "How each wave asks" not in site["columns/stg_responses.sex.html"]


def test_what_gates_said_of_every_candidate_is_kept(published, site):
    store = Warehouse(published.home)
    (wave,) = facts_of(store)
    assert {judged.table for judged in wave.history} == set(store.snapshots.current(WAVE).entries)
    assert sum(judged.passed for judged in wave.history if judged.table == "raw_responses") > 0
    assert "History: the last" in site["gates.html"]


HOSTILE = '<script>alert(1)</script><img src=x onerror="1">'


@pytest.fixture
def hostile(graph):
    """Pages of two waves of which one, that is held, says hostile things wherever a file can say something."""
    gate = GateOutcome(
        check="c", severity="error", passed=False, failing_rows=3, reason_code=HOSTILE, description=HOSTILE
    )
    held = {"raw_responses": Held(candidate="x", code_version="", inputs={}, failed=(gate,))}
    codebook = {"sex": Asked(HOSTILE, (Code(HOSTILE, "male"), Code("\u202e2", HOSTILE)))}
    judged = gate_history.Judged(at="2026-01-01T00:00:00", table=HOSTILE, state="held", passed=None, not_passed=())
    waves = [
        WaveFacts("two", None, False, {}, {HOSTILE: (gate,)}, held, (judged,), codebook),
        WaveFacts("one", "s", True, {"raw_responses": 5}, {}, {}, (), {}),
    ]
    return Pages(graph, waves, {"report.table-2": HOSTILE})


@pytest.mark.parametrize("path", ["index.html", "fields.html", "gates.html"])
def test_what_a_file_says_is_text(hostile, path):
    page = _Page(hostile.overview(path))
    assert not page.inline
    assert "img" not in {tag for tag, _ in page.tags}
    assert "\u202e" not in "".join(page.text)
    if path != "index.html":
        assert HOSTILE in "".join(page.text)


def test_what_a_file_says_is_text_on_pages_of_tables_and_columns_too(hostile):
    texts = [hostile.table("questionnaire"), hostile.table("raw_responses"), hostile.table("report.table-2")]
    for page in map(_Page, [*texts, hostile.column(("questionnaire", "sex"))]):
        assert not page.inline
        assert "img" not in {tag for tag, _ in page.tags}


def test_a_held_wave_says_so(hostile):
    gates, index = hostile.overview("gates.html"), hostile.overview("index.html")
    assert "held back" in gates
    assert index.index("#wave-two") < index.index("#wave-one")
    assert "held back" in hostile.table("raw_responses")


def test_without_a_wave_there_is_a_site_too(graph):
    pages = Pages(graph, [], {})
    assert "No wave yet" in pages.overview("index.html")
    assert "No wave yet" in pages.table("stg_responses")
    assert "No wave yet" in pages.overview("gates.html")
