"""What the report and the terminal say first: children, gates and the main associations.

Belongs here: choosing them from the tables. Does not belong here: their layout (`report`, `summary`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lbc_assets.reporting import labels, number_text
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, is_refused, only, rows_of, select

# Variable and level, in the adjusted model of total difficulties: the study's question first.
HEADLINE_TERMS = (
    ("migration_status", "previous"),
    ("migration_status", "current"),
    ("parents_divorced", "yes"),
    ("social_support", "low"),
)


@dataclass(frozen=True)
class Association:
    """One contrast of the adjusted model of total difficulties, written out; `refusal` says why where there
    is none.
    """

    label: str
    is_migration: bool
    estimate: str = ""
    interval: str = ""
    p: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Count:
    """A number of children and what they are."""

    label: str
    children: int


@dataclass(frozen=True)
class Headline:
    """`analysed_complete`: children in the adjusted model; None where it is refused or absent."""

    received: int
    analysed: int
    excluded: tuple[Count, ...]
    groups: tuple[Count, ...]
    associations: tuple[Association, ...]
    analysed_complete: int | None
    blocking_passed: int
    blocking: int
    warnings_raised: int

    @property
    def excluded_children(self) -> int:
        return sum(reason.children for reason in self.excluded)


def headline(content: ReportContent) -> Headline:
    """The first numbers of the wave. ValueError: the flow has no received or no analysed children."""
    flow = sorted(select(rows_of(content.participant_flow), province="all"), key=lambda row: row["position"])
    received, analysed = only(flow, step="received"), only(flow, step="analysed")
    if received is None or analysed is None:
        raise ValueError("participant_flow: the steps 'received' and 'analysed' are needed for all provinces")
    adjusted = select(rows_of(content.model_coefficients), model="adjusted", outcome="total")
    fitted = [row for row in adjusted if not is_refused(row)]
    gates = rows_of(content.gates)
    blocking = select(gates, severity="error")
    return Headline(
        received=int(received["children"]),
        analysed=int(analysed["children"]),
        excluded=_counts(flow, "excluded"),
        groups=_counts(flow, "group"),
        associations=tuple(
            _association(row)
            for variable, level in HEADLINE_TERMS
            for row in select(adjusted, variable=variable, level=level)
        ),
        analysed_complete=int(fitted[0]["n"]) if fitted else None,
        blocking_passed=len(select(blocking, passed=True)),
        blocking=len(blocking),
        warnings_raised=len(select(gates, severity="warn", passed=False)),
    )


def _counts(flow: list[Row], step: str) -> tuple[Count, ...]:
    return tuple(Count(labels.step(step, row["reason_code"]), int(row["children"])) for row in select(flow, step=step))


def _association(row: Row) -> Association:
    variable, level, reference = row["variable"], row["level"], row["reference"]
    is_migration = variable == "migration_status"
    if is_migration:
        label = f"{labels.level(variable, level)} vs {labels.in_sentence(labels.level(variable, reference))}"
    elif level == "yes":
        label = f"{labels.variable(variable)}: yes vs no"
    else:
        label = f"{labels.variable(variable)}: {level} vs {reference}"
    if is_refused(row):
        return Association(label, is_migration, refusal=labels.refusal(row["reason"]))
    return Association(
        label,
        is_migration,
        estimate=number_text.fixed(row["estimate"], 2),
        interval=number_text.interval(row["conf_low"], row["conf_high"]),
        p=number_text.p_statement(row["p_value"]),
    )
