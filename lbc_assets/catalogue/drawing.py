"""A lineage drawing as SVG: boxes that are links, curves between them, a heading over each layer.

Belongs here: the strokes, by presentation attributes and classes, so that no style or script stands inline. Does not
belong here: places (``layout.py``), what is drawn (``views.py``), colours (``templates/catalogue.css``).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from lbc_assets.catalogue.graph import LAYERS
from lbc_assets.catalogue.layout import Box, place
from lbc_assets.reporting.inert import visible

LINE, PADDING, HEAD, MARGIN, TOP = 17, 7, 22, 12, 34
CHARACTER, HEAD_CHARACTER = 6.6, 7.6
LONGEST = 34
_LAYERS = list(LAYERS)


@dataclass(frozen=True)
class Line:
    """A line of a card: its text and where it leads; '' where it leads nowhere."""

    text: str
    link: str = ""
    is_meant: bool = False


@dataclass(frozen=True)
class Card:
    """A table in a drawing, with the lines that are shown of it; ``is_meant``: the page is about it."""

    title: str
    link: str
    layer: str
    lines: tuple[Line, ...] = ()
    is_meant: bool = False


# from card and line (None: the card as a whole) to card and line
Edge = tuple[str, int | None, str, int | None]


def draw(name: str, title: str, cards: Mapping[str, Card], edges: Sequence[Edge]) -> Markup:
    """The drawing; ``name`` is the id of its title, unique on the page."""
    boxes = {key: _box(card) for key, card in cards.items()}
    placed = place(boxes, [(source, target) for source, _, target, _ in edges])
    width, height = placed.width + 2 * MARGIN, placed.height + TOP + MARGIN
    parts = [
        f'<svg class="lineage" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'role="group" aria-labelledby="{escape(name)}"><title id="{escape(name)}">{_text(title)}</title>'
    ]
    for layer, (left, right) in placed.layers.items():
        parts.append(
            f'<rect class="layer" x="{left + MARGIN - 8:.0f}" y="0" width="{right - left + 16:.0f}" '
            f'height="{height:.0f}" rx="4"/><text class="layer-name" x="{left + MARGIN:.0f}" y="20">'
            f"{_text(LAYERS[_LAYERS[layer]])}</text>"
        )
    numbers = {key: number for number, key in enumerate(cards)}
    for source, of_source, target, of_target in edges:
        parts.append(_curve(placed.at, boxes, cards, numbers, (source, of_source, target, of_target)))
    parts += (_drawn(card, boxes[key], placed.at[key], numbers[key]) for key, card in cards.items())
    return Markup("".join([*parts, "</svg>"]))


@functools.cache
def _text(text: str) -> Markup:
    return escape(visible(text))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "\u2026"


def _box(card: Card) -> Box:
    lines = [len(_short(line.text)) * CHARACTER for line in card.lines]
    width = max([len(_short(card.title)) * HEAD_CHARACTER, *lines]) + 2 * PADDING
    return Box(_LAYERS.index(card.layer), round(max(width, 60)), HEAD + LINE * len(card.lines) + (4 if lines else 2))


def _height_of(card: Card, box: Box, line: int | None) -> float:
    return HEAD / 2 if line is None or not card.lines else HEAD + LINE * line + LINE / 2


def _curve(
    at: Mapping[str, tuple[float, float]],
    boxes: Mapping[str, Box],
    cards: Mapping[str, Card],
    numbers: Mapping[str, int],
    edge: Edge,
) -> str:
    source, of_source, target, of_target = edge
    x, y = at[source]
    x, y = x + MARGIN + boxes[source].width, y + TOP + _height_of(cards[source], boxes[source], of_source)
    to_x, to_y = at[target]
    to_x, to_y = to_x + MARGIN, to_y + TOP + _height_of(cards[target], boxes[target], of_target)
    bend = max(24.0, (to_x - x) / 2)
    return (
        f'<path class="edge" data-from="{numbers[source]}" data-to="{numbers[target]}" '
        f'd="M{x:.0f} {y:.0f}C{x + bend:.0f} {y:.0f} {to_x - bend:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"/>'
    )


def _drawn(card: Card, box: Box, at: tuple[float, float], number: int) -> str:
    x, y = at[0] + MARGIN, at[1] + TOP
    meant = " meant" if card.is_meant else ""
    parts = [
        f'<g class="card {escape(card.layer)}{meant}" data-card="{number}">',
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{box.width}" height="{box.height}" rx="3"/>',
        _linked(card.title, card.link, "head", x + PADDING, y + 15, box.width),
    ]
    for place_of, line in enumerate(card.lines):
        kind = "line meant" if line.is_meant else "line"
        parts.append(_linked(line.text, line.link, kind, x + PADDING, y + HEAD + LINE * place_of + 12, box.width))
    return "".join([*parts, "</g>"])


def _linked(text: str, link: str, kind: str, x: float, y: float, width: int) -> str:
    shown = _short(text)
    full = "" if shown == text else f"<title>{_text(text)}</title>"
    drawn = f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}">{full}{_text(shown)}</text>'
    return f'<a href="{escape(link)}">{drawn}</a>' if link else drawn
