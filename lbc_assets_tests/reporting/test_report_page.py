"""The page as a whole: well formed, self-contained, accessible, marked, inert, the same each time."""

import dataclasses
import hashlib
import os
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib
import pytest

from lbc_assets.addresses import CATALOGUE
from lbc_assets.reporting.content import PAPER, ReportContent
from lbc_assets.reporting.page import css_text
from lbc_assets.reporting.report import render_report

HTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
HOSTILE = "</title></style><script>alert(1)</script>\"'><img src=//evil.example/x onerror=alert(1)> &amp;"


def parsed(page):
    """The page is XML as well as HTML, so that a strict parser can judge it."""
    assert page.startswith("<!DOCTYPE html>")
    return ET.fromstring(page.removeprefix("<!DOCTYPE html>"))


@pytest.fixture
def tree(page):
    return parsed(page)


def text_of(element):
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def test_one_language_one_heading_and_landmarks(tree):
    assert tree.get("lang") == "en"
    assert len(list(tree.iter(f"{HTML}h1"))) == 1
    for landmark in ("header", "nav", "main", "footer"):
        assert len(list(tree.iter(f"{HTML}{landmark}"))) == 1, landmark


def test_the_first_link_skips_to_the_content(tree):
    first = next(tree.iter(f"{HTML}a"))
    assert first.get("class") == "skip"
    assert first.get("href") == f"#{next(tree.iter(f'{HTML}main')).get('id')}"


def test_ids_are_unique_and_references_lead_somewhere(page, tree):
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    wanted = [word for e in tree.iter() for word in (e.get("aria-labelledby") or "").split()]
    wanted += re.findall(r"url\(#([^)]+)\)", page) + re.findall(r'href="#([^"]+)"', page)
    assert set(wanted) <= set(ids)


def test_nothing_is_loaded(page, tree):
    links = {
        value
        for element in tree.iter()
        for name, value in element.attrib.items()
        if name.rpartition("}")[2] in ("href", "src", "srcset", "action", "data") and not value.startswith("#")
    }
    assert links == {PAPER.link, CATALOGUE}
    assert "<script" not in page
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []
    assert not re.search(r"\son[a-z]+=", page)
    assert "default-src 'none'" in page


def test_every_table_has_caption_and_scoped_headings(tree):
    tables = list(tree.iter(f"{HTML}table"))
    assert len(tables) == 27
    for table in tables:
        assert text_of(table.find(f"{HTML}caption"))
        assert all(th.get("scope") in ("col", "colgroup", "row", "rowgroup") for th in table.iter(f"{HTML}th"))
        width = sum(int(group.get("span")) for group in table.findall(f"{HTML}colgroup"))
        for row in [row for part in ("tbody", "tfoot") for row in table.findall(f"{HTML}{part}/{HTML}tr")]:
            assert row[0].tag == f"{HTML}th"
            assert sum(int(cell.get("colspan", 1)) for cell in row) == width, text_of(row)


def test_every_figure_has_a_name_and_words_for_it(tree):
    figures = list(tree.iter(f"{HTML}figure"))
    assert len(figures) == 5
    for figure in figures:
        drawing = next(figure.iter(f"{SVG}svg"))
        assert drawing.get("role") == "img"
        assert text_of(drawing.find(f"{SVG}title"))
        assert re.search(r"\d", text_of(drawing.find(f"{SVG}desc")))
        assert text_of(next(figure.iter(f"{HTML}figcaption")))
        assert list(drawing.iter(f"{SVG}text"))


def test_a_synthetic_wave_says_so_everywhere(page, tree):
    captions = [*tree.iter(f"{HTML}caption"), *tree.iter(f"{HTML}figcaption")]
    assert all(text_of(caption).startswith("Synthetic data") for caption in captions)
    assert all("Synthetic data" in "".join(svg.itertext()) for svg in tree.iter(f"{SVG}svg"))
    assert "synthetic data" in text_of(next(tree.iter(f"{HTML}title")))
    # on paper: a box that repeats on every page, and the running head
    assert any(element.get("class") == "edge" for element in tree.iter(f"{HTML}p"))
    assert f'@top-right {{ content: "{css_text("Synthetic data")}' in page


def test_a_collected_wave_is_not_called_synthetic(collected):
    page = render_report(collected)
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.search(r"ynthetic data|calibrated|artefact|generator", body)
    assert (
        text_of(next(table for table in parsed(page).iter(f"{HTML}table") if table.get("id") == "table-s5")).count(
            "holds"
        )
        == len(collected.robustness) - 2
    )


def test_every_analysis_says_what_it_is_evidence_of(tree):
    """Only the flow, the checks and the provenance have no mark."""
    captions = [text_of(c) for c in (*tree.iter(f"{HTML}caption"), *tree.iter(f"{HTML}figcaption"))]
    marks = dict(re.match(r"Synthetic data(?:: ([a-z ]+?))? (Table \w+|Figure \w+)\.", c).group(2, 1) for c in captions)
    assert {name for name, mark in marks.items() if mark is None} == {
        *("Figure S1", "Table S1", "Table S19", "Table S20", "Table S21", "Table S22")
    }
    assert {name for name, mark in marks.items() if mark == "calibrated"} == {
        *("Table 1", "Table 3", "Figure 1", "Figure S2")
    }
    assert {name for name, mark in marks.items() if mark == "calibrated in part"} == {
        *("Table 1b", "Table 2", "Table 4", "Table S4", "Table S7", "Table S9")
    }


def test_the_supplement_is_folded_and_named(tree):
    parts = list(tree.iter(f"{HTML}details"))
    assert len(parts) == 10
    for part in parts:
        title = text_of(part.find(f"{HTML}summary/{HTML}h3"))
        inside = [text_of(caption) for caption in (*part.iter(f"{HTML}caption"), *part.iter(f"{HTML}figcaption"))]
        first, last = re.findall(r"S\d+", title)[0], re.findall(r"S\d+", title)[-1]
        assert any(f" {first}." in caption for caption in inside), title
        assert any(f" {last}." in caption for caption in inside), title
        assert part.get("open") is None


def test_numbers_of_tables_and_figures_are_used_once_and_in_order(tree):
    captions = [text_of(c) for c in tree.iter() if c.tag in (f"{HTML}caption", f"{HTML}figcaption")]
    numbers = [re.search(r"(Table|Figure) (S?)(\d+b?)\.", caption).groups() for caption in captions]
    for kind in ("Table", "Figure"):
        of_supplement = [int(number) for name, s, number in numbers if name == kind and s]
        assert of_supplement == list(range(1, len(of_supplement) + 1))


def test_no_missing_number_and_no_code_word_reaches_the_page(tree):
    words = text_of(tree.find(f"{HTML}body"))
    assert not re.search(r"\bnan\b|\bNone\b|<NA>|\u22120\.00?\b|\bundefined\b", words)
    assert "pseudonym" not in words


def test_associations_are_not_called_effects(tree):
    words = text_of(tree.find(f"{HTML}body")).replace(PAPER.title, "")
    assert not re.search(r"\beffects?\b|\bimpacts?\b|\bcaused by\b", words, flags=re.IGNORECASE)


FROM_THE_MANIFEST = ("title", "sampling_frame", "custodian", "ethics_approval", "consent_version")
HOSTILE_FILE = f"File {HOSTILE}.csv"


@pytest.fixture(scope="module")
def spoilt(wave, _tables, provenance):
    """A page with hostile text, each in words of its own, in the manifest, in codes, in the flow and in file names."""
    tables = {name: table.copy() for name, table in _tables.items()}
    tables["value_issues"].loc[0, "field"] = f"field {HOSTILE}"
    tables["gates"].loc[1, "check"] = f"check {HOSTILE}"
    flow = tables["participant_flow"]
    flow["province"] = flow["province"].replace("guizhou", f"province {HOSTILE}")
    flow["reason_code"] = flow["reason_code"].replace("no_consent", f"reason {HOSTILE}")
    said = dataclasses.replace(wave, **{field: f"{field} {HOSTILE}" for field in FROM_THE_MANIFEST})
    files = (*provenance, (f"key {HOSTILE}", f"value {HOSTILE}"), (HOSTILE_FILE, "ab" * 32))
    return render_report(ReportContent(wave=said, provenance=files, **tables))


def test_hostile_text_is_inert(spoilt):
    tree = parsed(spoilt)
    assert "<script" not in spoilt
    assert not list(tree.iter(f"{HTML}img"))


@pytest.mark.parametrize("place", [*FROM_THE_MANIFEST, "field", "check", "key", "value", "File"])
def test_hostile_text_is_shown_as_it_is(spoilt, place):
    assert f"{place} " + re.sub(r"\s+", " ", HOSTILE) in text_of(parsed(spoilt))


def test_a_hostile_wave_name_cannot_leave_the_style_sheet(content, tables):
    name = 'x"; } </style><script>alert(1)</script> \\22 url(//evil.example)'
    renamed = {table: frame.assign(wave=name) if "wave" in frame else frame for table, frame in tables.items()}
    wave = dataclasses.replace(content.wave, wave=name)
    page = render_report(dataclasses.replace(content, wave=wave, **renamed))
    style = next(parsed(page).iter(f"{HTML}style")).text
    assert "<script" not in page
    assert "evil" in css_text(name)
    assert re.findall(r"url\((?!#)", style) == []
    assert f'content: "{css_text(name)}";' in style


def test_a_hostile_level_is_inert_inside_the_figures(content, tables):
    level = "<b>$x_1$&\\frac</b>"
    spoiled = {name: tables[name].replace("guizhou", level) for name in ("adjusted_means", "model_coefficients")}
    tree = parsed(render_report(dataclasses.replace(content, **spoiled)))
    drawn = ["".join(text.itertext()).strip("\u2007") for text in tree.iter(f"{SVG}text")]
    assert drawn.count(level) == 2


def test_hostile_codes_are_inert_inside_the_flow_diagram(spoilt):
    diagram = next(svg for svg in parsed(spoilt).iter(f"{SVG}svg") if svg.get("class") == "flow")
    assert {element.tag.rpartition("}")[2] for element in diagram.iter()} == {
        *("svg", "title", "desc", "defs", "marker", "path", "text", "g", "rect")
    }
    drawn = "".join(diagram.itertext())
    assert HOSTILE in drawn


def test_what_controls_or_hides_is_shown_as_its_escape(content):
    title = "Wave\x0b\x1b[2J \u202e2015\u200b \u8d35\u5b9a"
    files = (("File gpj.\u202efdp", "ab" * 32),)
    wave = dataclasses.replace(content.wave, title=title)
    tree = parsed(render_report(dataclasses.replace(content, wave=wave, provenance=files)))
    assert text_of(next(tree.iter(f"{HTML}h1"))) == r"Wave\x0b\x1b[2J \u202e2015\u200b" + " \u8d35\u5b9a"
    assert r"File gpj.\u202efdp" in text_of(tree)


def test_the_same_content_gives_the_same_bytes(content, page):
    assert render_report(content) == page


def test_another_process_gives_the_same_bytes(content, page, tmp_path):
    path = tmp_path / "content.pickle"
    path.write_bytes(pickle.dumps(content))
    program = (
        "import hashlib, pathlib, pickle, sys; from lbc_assets.reporting.report import render_report; "
        "page = render_report(pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())); "
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "20171386"}
    answer = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == hashlib.sha256(page.encode()).hexdigest()


def test_a_user_s_plotting_style_changes_nothing(content, page):
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert render_report(content) == page


def test_colours_have_contrast(page):
    from lbc_assets.reporting import figure_svg

    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", page))
    pairs = [(colours[name], "#ffffff") for name in ("ink", "muted", "accent")]
    pairs += [(colours["mark-ink"], colours["mark"])]
    pairs += [(colour, "#ffffff") for colour in (figure_svg.FIRST, figure_svg.SECOND, figure_svg.MUTED)]
    assert all(contrast(ink, ground) >= 4.5 for ink, ground in pairs)


def contrast(ink, ground):
    """The ratio of relative luminances, as WCAG 2 defines it."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
