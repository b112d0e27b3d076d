"""The participant flow as a diagram, in the manner of STROBE.

Belongs here: the words and the places of boxes. Does not belong here: the strokes
(`templates/flow_diagram.svg.j2`), the counts (`mart_participant_flow`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lbc_assets.reporting import labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, only, rows_of, select

WIDTH = 760
_LINE = 19
_TOP = 2
_MAIN_WIDTH, _MAIN_HEIGHT = 300, 58
_GROUP_WIDTH, _GAP = 240, 20
_SIDE_LEFT, _SIDE_WIDTH = 410, 350


@dataclass(frozen=True)
class Box:
    """A rectangle with its lines of text; the first line is set in bold. Pixels of the drawing."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    is_list: bool = False

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True)
class FlowDiagram:
    """Boxes and heights of the drawing; the template joins them by arrows."""

    received: Box
    excluded: Box
    analysed: Box
    groups: tuple[Box, ...]
    height: int
    description: str


def flow_diagram(content: ReportContent) -> FlowDiagram:
    """Received, excluded by reason, analysed, groups. ValueError: a step is missing for all provinces."""
    rows = sorted(rows_of(content.participant_flow), key=lambda row: (row["position"], row["province"]))
    whole = select(rows, province="all")
    received, analysed = only(whole, step="received"), only(whole, step="analysed")
    if received is None or analysed is None:
        raise ValueError("participant_flow: the steps 'received' and 'analysed' are needed for all provinces")
    reasons = select(whole, step="excluded")
    excluded_lines = _excluded_lines(reasons)
    excluded_height = 22 + _LINE * len(excluded_lines)
    excluded_top = _TOP + _MAIN_HEIGHT + 16
    analysed_top = excluded_top + excluded_height + 16
    groups_top = analysed_top + _MAIN_HEIGHT + 44
    groups = tuple(
        _group_box(position, row, analysed["children"], rows, groups_top)
        for position, row in enumerate(select(whole, step="group"))
    )
    left = (WIDTH - _MAIN_WIDTH) // 2
    return FlowDiagram(
        received=_main_box(received, left, _TOP),
        excluded=Box(_SIDE_LEFT, excluded_top, _SIDE_WIDTH, excluded_height, excluded_lines, is_list=True),
        analysed=_main_box(analysed, left, analysed_top),
        groups=groups,
        height=max((box.bottom for box in groups), default=analysed_top + _MAIN_HEIGHT) + 2,
        description=_description(whole),
    )


def _n(children: int) -> str:
    return f"n = {number_text.count(children)}"


def _main_box(row: Row, left: int, top: int) -> Box:
    return Box(left, top, _MAIN_WIDTH, _MAIN_HEIGHT, (labels.step(row["step"], None), _n(row["children"])))


def _excluded_lines(reasons: list[Row]) -> tuple[str, ...]:
    total = sum(row["children"] for row in reasons)
    lines = (f"{labels.step('excluded', row['reason_code'])}: {_n(row['children'])}" for row in reasons)
    return (f"Excluded: {_n(total)}", *lines)


def _group_box(position: int, row: Row, analysed: int, rows: list[Row], top: int) -> Box:
    status = row["reason_code"]
    share = f" ({number_text.percent(100 * row['children'] / analysed)}%)" if analysed else ""
    of_provinces = [
        f"{labels.level('province', other['province'])}: {_n(other['children'])}"
        for other in select(rows, step="group", reason_code=status)
        if other["province"] != "all"
    ]
    lines = (labels.step("group", status), f"{_n(row['children'])}{share}", *of_provinces)
    x = position * (_GROUP_WIDTH + _GAP)
    return Box(x, top, _GROUP_WIDTH, 22 + _LINE * len(lines), lines)


def _description(rows: list[Row]) -> str:
    steps = (f"{labels.step(row['step'], row['reason_code'])}: {number_text.count(row['children'])}" for row in rows)
    return "; ".join(steps) + "."
