"""What stands in each column of a file, described so far as a draft needs it.

Belongs here: counting values and recognising their shapes. Does not belong here: what a column means (``roles.py``).
A profile holds a few values for guessing; only ``shown`` may be printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from lbc_assets.intake.columns import find, question_number, without_wording
from lbc_assets.intake.shown_codes import SHOWN_LEAST, may_be_shown
from lbc_assets.warehouse.engine import parquet

CODES_MOST = 12
VALUES_MOST = 2_000
SHAPE_LONGEST = 80
SUSPECTS = [str(n) for n in (9, 99, 999, 9999, 8, 88, 888, 7, 77, 777, -1, -2, -3, -7, -8, -9, -77, -88, -99, -999)]
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－", "0123456789-")  # noqa: RUF001
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DAY = r"[12][0-9]{3}[-/.年][01]?[0-9][-/.月][0-3]?[0-9]日?"
_FORMS = {
    "whole": r"[0-9]{1,3}",
    "decimal": r"[0-9]{1,3}\.0+",
    "mobile": r"(\+?86[ -]?)?1[3-9][0-9]([ -]?[0-9]{4}){2}|\+[0-9][0-9 ()-]{7,16}",
    "mail": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
    "address_ip": r"([0-9]{1,3}\.){3}[0-9]{1,3}(\(.*\))?|([0-9a-fA-F]{0,4}:){4,7}[0-9a-fA-F]{1,4}",
    "id_card": r"[1-9][0-9]{5}(18|19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx]",
    "coordinates": r"-?[0-9]{1,3}\.[0-9]{4,}([ ,]+-?[0-9]{1,3}\.[0-9]+)*([ ,]+-?[0-9.]+)*",
    "han_name": rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}",
    "latin_name": r"[A-Z][a-z]+([ -][A-Z][a-z]+){1,2}",
    "uuid": r"(uuid:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "moment": _DAY + r"[ T]+[0-2]?[0-9]:[0-5][0-9].*",
    "day": _DAY,
}
SHAPES = {name: re.compile(form) for name, form in _FORMS.items()}


@dataclass(frozen=True)
class Profile:
    """One column. ``header`` and ``counts`` are for guessing and never printed; ``reference`` names it."""

    place: int
    header: str
    reference: str
    rows: int
    given: int
    distinct: int
    counts: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    declared_missing: tuple[str, ...] = ()

    @property
    def blank(self) -> int:
        """Rows without an answer."""
        return self.rows - self.given

    @property
    def frequent(self) -> dict[str, int]:
        """Values that several rows have."""
        return {value: times for value, times in self.counts.items() if times >= SHOWN_LEAST}

    @property
    def suspects(self) -> list[str]:
        """Values that often declare a missing answer."""
        return [value for value in self.frequent if value in SUSPECTS]

    @property
    def is_coded(self) -> bool:
        """Whether nearly all answers are a few values."""
        values = self.frequent
        return 0 < len(values) <= CODES_MOST and sum(values.values()) >= 0.9 * self.given

    @property
    def shown(self) -> dict[str, int]:
        """Codes that may be printed."""
        codes = {v: n for v, n in self.frequent.items() if may_be_shown(v, n)} if self.is_coded else {}
        return dict(sorted(codes.items(), key=lambda code: in_order(code[0])))

    def in_words(self) -> str:
        """What stands in it, in words that tell of nobody."""
        if not self.given:
            return "empty"
        if self.shown:
            seen = ", ".join(f"{value!r} {times:,}" for value, times in self.shown.items())
            other = self.given - sum(self.shown.values())
            return f"codes seen: {seen}" + f"; {other:,} other answers" * bool(other) + f"; {self.blank:,} blank"
        kind = next((k for k in ("day", "moment") if self.shapes.get(k, 0) > 0.5), None)
        numbers = self.shapes.get("whole", 0) + self.shapes.get("decimal", 0) > 0.9
        kind = "dates" if kind else "numbers" if numbers else "text"
        return f"{kind}, {self.distinct:,} distinct; {self.blank:,} blank"


def number_of(code: str) -> int | None:
    """The whole number that a code is ('2', '-9', '2.0'), or None."""
    head = code.removesuffix(".0").removesuffix(".00")
    return int(head) if re.fullmatch(r"-?[0-9]{1,4}", head) else None


def in_order(code: str) -> tuple[bool, int, str]:
    """Key by which codes are sorted: numbers first, those below nought behind them, then words."""
    number = number_of(code)
    return (number is None or number < 0, abs(number or 0), code)


def references(header: Sequence[str]) -> list[str]:
    """How a codebook names each column: by a plain name, else by number, else by position; never by wording."""
    as_they_are = len(set(header)) == len(header)  # a line of answers in the header's place repeats itself
    numbers = [question_number(cell) for cell in header]
    counted: Counter[str | None] = Counter()
    named = []
    for place, (cell, number) in enumerate(zip(header, numbers, strict=True)):
        counted[number] += 1
        reference = f"@{place + 1}"
        many_words = len(re.findall(r"[A-Za-z]{2,}", cell.rsplit("/", 1)[-1])) > 4
        if as_they_are and not many_words and without_wording(cell) == cell:
            reference = cell
        elif number and number != "0":
            reference = f"#{number}" if numbers.count(number) == 1 else f"#{number}.{counted[number]}"
        named.append(reference if find(reference, header) == [place] else f"@{place + 1}")
    return named


def describe(
    connection: duckdb.DuckDBPyConnection,
    rows: Path,
    header: Sequence[str],
    missing: dict[str, tuple[str, ...]],
    labels: dict[str, dict[str, str]],
) -> list[Profile]:
    """Describe every column of the rows (Parquet: column_0 ...); ``missing`` and ``labels`` are what the file says."""
    named = references(header)
    return [_describe(connection, rows, n, cell, named[n], missing, labels) for n, cell in enumerate(header)]


def _describe(
    connection: duckdb.DuckDBPyConnection,
    rows: Path,
    place: int,
    cell: str,
    reference: str,
    missing: dict[str, tuple[str, ...]],
    labels: dict[str, dict[str, str]],
) -> Profile:
    counted = connection.execute(
        "SELECT v, n, sum(n) OVER (), coalesce(sum(n) FILTER (v <> '') OVER (), 0), count(nullif(v, '')) OVER () FROM ("
        f"SELECT trim(coalesce(column_{place}, '')) AS v, count(*) AS n FROM {parquet([rows])} GROUP BY 1) "
        f"ORDER BY v = '', n DESC, v LIMIT {VALUES_MOST}"
    ).fetchall()
    total, given, distinct = (int(number) for number in counted[0][2:]) if counted else (0, 0, 0)
    counts: Counter[str] = Counter()
    for value, times, *_ in counted:
        if value:
            counts[value.translate(_FULL_WIDTH)] += times
    looked_at = max(1, counts.total())
    return Profile(
        place,
        cell,
        reference,
        total,
        given,
        distinct,
        dict(counts),
        {s: sum(n for v, n in counts.items() if _has(v, form)) / looked_at for s, form in SHAPES.items()},
        labels.get(cell, {}),
        tuple(missing.get(cell, ())),
    )


def _has(value: str, form: re.Pattern[str]) -> bool:
    # nothing that has a shape is long, and a form takes its time with long texts
    return len(value) <= SHAPE_LONGEST and form.fullmatch(value) is not None
