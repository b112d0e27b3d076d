"""The templates' environment, the same for every page.

Belongs here: escaping, and what a template may call. Does not belong here: pages (`report`, `comparison_page`, those of
the catalogue).
"""

from __future__ import annotations

import functools

import jinja2
from markupsafe import Markup

from lbc_assets.reporting.inert import visible
from lbc_assets.reporting.labels import in_sentence
from lbc_assets.reporting.number_text import count


@functools.cache
def templates(package: str = "lbc_assets.reporting") -> jinja2.Environment:
    """The environment of a package's templates: nothing is printed that is not escaped and visible."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(css_text=css_text, count=count, in_sentence=in_sentence)
    return environment


def _shown(value: object) -> object:
    """What a template prints: text without characters that control or hide; markup of this package as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def css_text(text: str) -> str:
    """Text as the inside of a CSS string: all but plain letters and digits as code points, so that it cannot
    end it.
    """
    return "".join(letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):06x}" for letter in text)
