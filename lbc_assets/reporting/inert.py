"""Text from a file, made inert for the place where it is shown: it can be read there, and does nothing else.

Belongs here: one pure function a place. Does not belong here: writing to any of them, and places with a quoting of
their own: HTML (Jinja's autoescape), SQL (``warehouse/engine.py``). Neither files nor Dagster are known here; the
command line and the warehouse use it too, and it stands with the report, whose code version has to count it.

A character that would do something, or hide something, is shown as Python writes it in a literal: ``\\x1b``,
``\\u202e``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# str.isprintable() knows controls (ANSI escapes begin with one), format characters (text direction, zero width),
# surrogates, private use, unassigned. These it calls printable, and they show nothing.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_LINE_END = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
_FORMULA_SIGNS = frozenset("=+-@")
_BEFORE_A_FORMULA = " \"'`\u2018\u2019\u201c\u201d"
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def visible(text: str) -> str:
    """The text with every character that controls or hides shown as its escape; blanks and line ends stay."""
    return _replaced(text, _escape)


def for_terminal(text: str, *, keep_lines: bool = False) -> str:
    """One line (with ``keep_lines``: as many as there are) that cannot steer a terminal; every blank is a plain one."""
    if keep_lines:
        return "\n".join(map(for_terminal, text.split("\n")))
    if not text.isprintable():
        text = "".join(" " if _is_blank(character) else character for character in _LINE_END.sub(" ", text))
    return visible(text)


def for_markdown(text: str) -> str:
    """A Markdown code span, in which nothing is markup, a link or HTML; nothing at all for a blank text.

    A span, because Dagster's Markdown turns addresses into links even where each of their signs is escaped. A pipe
    would end a table's cell, so its escape is shown. Keep a blank between two spans.
    """
    shown = for_terminal(text).replace("|", "\\x7c").strip()
    if not shown:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{fence} {shown} {fence}"


def for_spreadsheet(text: str) -> str:
    """A cell (a field of a CSV file) that no spreadsheet takes for a formula, as OWASP advises on CSV injection.

    As for a terminal, and with an apostrophe before what begins with a tab, a line end, or = + - @ in any form that
    Unicode has of them (full-width), be it after blanks and quotes. A plain number (-1, +2.5) stays as it is. Quoting
    of separators and quotes is the writer's affair.
    """
    if _NUMBER.fullmatch(text):
        return text
    shown = for_terminal(text)
    begins = unicodedata.normalize("NFKC", shown).lstrip(_BEFORE_A_FORMULA)[:1]
    return f"'{shown}" if begins in _FORMULA_SIGNS or text[:1] in ("\t", "\r", "\n") else shown


def for_json(document: str) -> str:
    """A JSON document of the same content in which no character controls or hides; Chinese can still be read.

    JSON itself escapes controls before the blank only, not those from DEL on, and neither direction nor zero width.
    """
    return _replaced(document, _json_escape)


def _is_blank(character: str) -> bool:
    return character == "\t" or unicodedata.category(character) == "Zs"


def _is_shown(character: str) -> bool:
    if character.isprintable():
        return _INVISIBLE.match(character) is None
    return character in "\r\n" or _is_blank(character)


def _replaced(text: str, escape: Callable[[str], str]) -> str:
    # line by line: nearly every line is printable, and then costs next to nothing
    return "\n".join(
        line
        if line.isprintable() and _INVISIBLE.search(line) is None
        else "".join(character if _is_shown(character) else escape(character) for character in line)
        for line in text.split("\n")
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
