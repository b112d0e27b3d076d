"""The one-screen summary that `lbc refresh` ends with.

Belongs here: its layout as plain text, at most 100 columns wide. Does not belong here: printing, colours,
where the report lies (the caller says). ASCII but for the wave's own title, so that every terminal can show
it.
"""

from __future__ import annotations

from lbc_assets.reporting import labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.headline import Association, Headline, headline
from lbc_assets.reporting.inert import for_terminal
from lbc_assets.reporting.reproduced import first_readings

_NAME = 12  # width of the left column


def terminal_summary(content: ReportContent, report_path: str, comparison_path: str = "") -> str:
    """Children, groups, gates and main associations of one wave; ends with the report's path, and of a wave that a
    paper reports with how much of it is reproduced and the comparison page's path.
    """
    wave, first = content.wave, headline(content)
    origin = "SYNTHETIC DATA, no child's answers" if wave.is_synthetic else "collected data"
    lines = [
        f"{for_terminal(wave.wave)}: {for_terminal(wave.title)}",
        f"{'data':<{_NAME}}{origin}",
        *_children(first),
        *_gates(first),
        *_associations(first),
        f"{'report':<{_NAME}}{report_path}",
        *_papers(content, comparison_path),
    ]
    return "\n".join(lines) + "\n"


def _papers(content: ReportContent, comparison_path: str) -> list[str]:
    found = first_readings(content.paper_agreement)
    lines = []
    for one in found:
        lines += [f"{'paper':<{_NAME}}{one.statement}", f"{'':<{_NAME}}{one.paper}, reading '{one.reading}'"]
    return [*lines, f"{'comparison':<{_NAME}}{comparison_path}"] if found else []


def _children(first: Headline) -> list[str]:
    lines = [f"{'children':<{_NAME}}{first.received:>6,} in, {first.analysed:,} analysed, "]
    lines[0] += f"{first.excluded_children:,} excluded:"
    lines += [f"{'':<{_NAME}}{reason.children:>6,}  {labels.in_sentence(reason.label)}" for reason in first.excluded]
    for position, group in enumerate(first.groups):
        name = "groups" if position == 0 else ""
        share = f" ({number_text.percent(100 * group.children / first.analysed)}%)" if first.analysed else ""
        lines.append(f"{name:<{_NAME}}{group.children:>6,}  {labels.in_sentence(group.label)}{share}")
    return lines


def _gates(first: Headline) -> list[str]:
    warnings = "no warning" if first.warnings_raised == 0 else f"{first.warnings_raised} with a warning"
    return [f"{'gates':<{_NAME}}{first.blocking_passed} of {first.blocking} blocking checks passed, {warnings}"]


def _associations(first: Headline) -> list[str]:
    shown = [association for association in first.associations if association.is_migration]
    of = f", n = {first.analysed_complete:,}" if first.analysed_complete is not None else ""
    lines = [f"{'association':<{_NAME}}points of total difficulties (0 to 40), adjusted model{of}"]
    width = max((len(association.label) for association in shown), default=0)
    return lines + [f"{'':<{_NAME}}{_association(association, width)}" for association in shown]


def _association(association: Association, width: int) -> str:
    if association.refusal:
        return f"{association.label:<{width}}  {association.refusal}"
    numbers_found = f"{association.estimate:>6} (95% CI {association.interval})  {association.p}"
    return f"{association.label:<{width}}  {numbers_found}".replace(number_text.MINUS, "-")
