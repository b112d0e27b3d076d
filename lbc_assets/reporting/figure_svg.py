"""Figures as inline SVG: the same bytes each time, text as text.

Belongs here: the look all figures share, and making a matplotlib figure fit to stand in a page. Does not
belong here: what a figure shows (`figure_*`). Drawn with `Figure`, without pyplot: no window, no global
state.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib
import matplotlib.style
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

INK, MUTED, RULE = "#1b1f24", "#57606a", "#c9d1d9"
# Blue and vermilion, darkened to 4.5:1 on white; told apart by every common colour vision, and by marker.
FIRST, SECOND = "#12548f", "#b0440b"

STYLE = {
    "svg.fonttype": "none",  # text stays text: it can be searched, selected and read aloud
    "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib, so that widths do not depend on the machine
    "font.size": 8.5,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}


@dataclass(frozen=True)
class FigureView:
    """A figure ready for the template; `svg` is markup that this package made."""

    key: str
    number: str
    caption: str
    svg: Markup
    notes: tuple[str, ...] = ()
    mark: str = ""  # what its numbers are evidence of, on a synthetic wave


@contextmanager
def house_style(key: str) -> Iterator[None]:
    """Draw and write inside this: matplotlib's defaults, not the user's file, and ids from `key` alone."""
    with matplotlib.style.context([{**STYLE, "svg.hashsalt": key}], after_reset=True):
        yield


def synthetic_mark(figure: Figure, is_synthetic: bool, mark: str = "") -> None:
    """Say it inside the drawing too: a figure is easily copied without its caption."""
    if is_synthetic:
        words = ", ".join(filter(None, ("Synthetic data", mark)))
        figure.text(0.995, 0.008, words, ha="right", va="bottom", size=7.5, color=MUTED, weight="bold")


def quiet_axis(axes: Axes) -> None:
    """No tick marks on the axis of names."""
    axes.tick_params(axis="x", length=0)


def inline_svg(figure: Figure, key: str, title: str, description: str) -> Markup:
    """The figure as an `<svg role="img">` with title and description, its ids prefixed by `key`.

    Call inside `house_style(key)`. Titles are escaped; the rest is matplotlib's own markup, which escapes
    text.
    """
    FigureCanvasSVG(figure)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]  # no XML declaration, no DOCTYPE inside a page
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{key}-", svg)
    opening = svg[: svg.index(">") + 1]
    box = re.search(r'viewBox="([^"]+)"', opening)
    if box is None:
        raise ValueError("matplotlib wrote an SVG without a viewBox")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box.group(1)}" role="img" aria-labelledby="{key}-title {key}-description">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-description">{escape(description)}</desc>'
    )
    return Markup(head + svg[len(opening) :].strip())
