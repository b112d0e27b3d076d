"""Text from a file is inert wherever it is shown: a table of hostile texts, and properties of any text.

Belongs here: the functions of ``inert.py``. Does not belong here: that they are used (``cli``, ``warehouse``, page).
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import mistune  # Great Expectations needs it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbc_assets.reporting.inert import for_json, for_markdown, for_spreadsheet, for_terminal, visible

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe62\ufb29\u207a"
# what steers, hides or looks like nothing: ANSI, C1 controls, direction, zero width, tags, fillers, selectors
UNSEEN = "\0\x07\x08\x1b\x7f\x9b\xad\u061c\u200b\u200d\u200e\u202e\u2066\u2069\ufeff\u034f\u115f\u3164\ufe0f\U000e0041"
LINES = "\r\n\v\f\x85\u2028\u2029"
ALPHABET = SIGNS + UNSEEN + LINES + "\t \u3000\xa0'\"\u201c`|<>[]()!\\*_#~:/.w,;h0123e\u4e2d\U0001f600"
texts = st.one_of(st.text(), st.text(st.sampled_from(ALPHABET)))
lines = st.one_of(texts, st.from_regex(r"(https?://|www\.|[a-z]+@)[a-z.]{2,9}[|`<)]?", fullmatch=True))

# text: in a terminal, in a spreadsheet
HOSTILE = {
    "": ("", ""),
    "school 7": ("school 7", "school 7"),
    "\u8d35\u5b9a\u53bf": ("\u8d35\u5b9a\u53bf", "\u8d35\u5b9a\u53bf"),
    "-1": ("-1", "-1"),
    "+2.5": ("+2.5", "+2.5"),
    "-1e-05": ("-1e-05", "-1e-05"),
    "\x1b[2J\x1b[31mred": (r"\x1b[2J\x1b[31mred",) * 2,
    "\x9b31mred": (r"\x9b31mred",) * 2,
    "\x1b]8;;http://evil.example\x07x": (r"\x1b]8;;http://evil.example\x07x",) * 2,
    "ab\x08\x08cd": (r"ab\x08\x08cd",) * 2,
    "nul\0": (r"nul\x00",) * 2,
    "gpj.\u202efdp": (r"gpj.\u202efdp",) * 2,
    "2\u200b": (r"2\u200b",) * 2,
    "\ufeff2": (r"\ufeff2",) * 2,
    "\U000e0041": (r"\U000e0041",) * 2,
    "\u3164": (r"\u3164",) * 2,
    "two\r\nlines\u2028three": ("two lines three",) * 2,
    "published\rHELD": ("published HELD",) * 2,
    "a\tb\u3000c\xa0d": ("a b c d",) * 2,
    "=cmd|' /C calc'!A0": ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    "+1+1": ("+1+1", "'+1+1"),
    "-2+3": ("-2+3", "'-2+3"),
    "-": ("-", "'-"),
    "@SUM(A1)": ("@SUM(A1)", "'@SUM(A1)"),
    "\uff1d1": ("\uff1d1", "'\uff1d1"),
    "\uff0d\uff19": ("\uff0d\uff19", "'\uff0d\uff19"),
    "\uff20SUM": ("\uff20SUM", "'\uff20SUM"),
    '"=1+1"': ('"=1+1"', '\'"=1+1"'),
    "'=1+1": ("'=1+1", "''=1+1"),
    "\u201c=1": ("\u201c=1", "'\u201c=1"),
    "  =1": ("  =1", "'  =1"),
    "\u3000=1": (" =1", "' =1"),
    "\t=1": (" =1", "' =1"),
    "\rx": (" x", "' x"),
    "-1\n": ("-1 ", "'-1 "),
    "\u200b=1": (r"\u200b=1",) * 2,
    "1-2": ("1-2", "1-2"),
    "a=b": ("a=b", "a=b"),
}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts(text: str) -> None:
    assert (for_terminal(text), for_spreadsheet(text)) == HOSTILE[text]


def seen(text: str) -> bool:
    return not set(text) & set(UNSEEN) and text.isprintable()


@given(texts)
def test_a_terminal_gets_one_line_of_seen_characters(text: str) -> None:
    shown = for_terminal(text)
    assert seen(shown)
    assert for_terminal(shown) == shown
    assert len(for_terminal(text, keep_lines=True).split("\n")) == len(text.split("\n"))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_is_told_as_it_is(text: str) -> None:
    assert for_terminal(text) == visible(text) == for_json(text) == text


@given(texts)
def test_a_page_keeps_blanks_and_lines_and_shows_the_rest(text: str) -> None:
    kept = {"\t", "\r", "\n"}
    assert all(c in kept or unicodedata.category(c) == "Zs" or seen(c) for c in visible(text))
    assert [c for c in visible(text) if c in kept] == [c for c in text if c in kept]


@given(texts)
def test_no_cell_is_a_formula(text: str) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow([for_spreadsheet(text), "next"])
    (cell, last) = next(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert last == "next"
    assert seen(cell)
    shown = for_terminal(text)
    assert cell in (shown, f"'{shown}")
    if cell == shown and shown.lstrip(" \"'")[:1] in set(SIGNS):
        float(cell)


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_stays_a_number(number: float) -> None:
    assert for_spreadsheet(str(number)) == str(number)


@given(st.recursive(texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=5))
def test_json_says_the_same_in_seen_characters(value: object) -> None:
    document = for_json(json.dumps(value, indent=1, ensure_ascii=False))
    assert json.loads(document) == value
    assert all(c == "\n" or unicodedata.category(c) == "Zs" or seen(c) for c in document)


def test_json_leaves_chinese_readable() -> None:
    assert for_json('"\u8d35\u5b9a"') == '"\u8d35\u5b9a"'
    assert for_json('"\U000e0041"') == '"\\udb40\\udc41"'


GITHUB_LIKE = mistune.create_markdown(renderer="ast", plugins=["table", "url", "strikethrough"])
MARKUP = [
    "a|b",
    "\\|",
    "`",
    "``",
    "a```b",
    "`<script>alert(1)</script>",
    "<img src=//evil.example onerror=x>",
    "![i](http://evil.example/x.png)",
    "[l](javascript:alert(1))",
    "https://evil.example",
    "www.evil.example",
    "a@evil.example",
    "# heading",
    "* item",
    "~~~",
    "&lt;b&gt;",
    "[r]: http://evil.example",
    "a\n\n<b>",
    " ",
    "",
]


def nodes(tree: object) -> list[dict]:
    """All nodes of a Markdown tree."""
    if isinstance(tree, list):
        return [node for part in tree for node in nodes(part)]
    return [tree, *nodes(tree.get("children", []))] if isinstance(tree, dict) else []


def judge_markdown(text: str) -> None:
    span = for_markdown(text)
    found = nodes(GITHUB_LIKE(span))
    assert {node["type"] for node in found} <= {"paragraph", "codespan", "blank_line"}
    assert [node["raw"] for node in found if node["type"] == "codespan"] == [span.strip("`")[1:-1]] * bool(span)
    table = nodes(GITHUB_LIKE(f"| a | b |\n|---|---|\n| {span} | x |\n"))
    assert [node["type"] for node in table].count("table_cell") == 4
    assert not {"link", "image", "inline_html", "block_html"} & {node["type"] for node in table}


@pytest.mark.parametrize("text", MARKUP, ids=ascii)
def test_hostile_markdown(text: str) -> None:
    judge_markdown(text)


@given(lines)
def test_any_text_is_one_code_span(text: str) -> None:
    judge_markdown(text)


def test_the_judge_of_markdown_sees_links() -> None:
    for text in ("https://evil.example", "<b>", "![i](x)"):
        types = {node["type"] for node in nodes(GITHUB_LIKE(f"x {text}"))}
        assert types & {"link", "inline_html", "image"}
