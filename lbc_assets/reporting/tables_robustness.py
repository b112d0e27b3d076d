"""Table S5: does the main association hold when it is asked otherwise?

Belongs here: the table's layout, and what stands in place of a verdict on synthetic data. Does not belong here: the
analyses and the verdicts (`stats/`).
"""

from __future__ import annotations

from lbc_assets.reporting import evidence, labels, number_text
from lbc_assets.reporting import labels_supplement as words
from lbc_assets.reporting.content import ReportContent
from lbc_assets.reporting.rows import Row, distinct, is_refused, rows_of, select
from lbc_assets.reporting.table_view import EMPTY, Block, Cell, Head, Line, TableView, two_decimals

NO_VERDICT = (
    "No verdict is given on synthetic data: everything beyond what was calibrated is an artefact of the generator."
)
_NUMBERS = ("B", "SE", "df", "p", "95% CI", "n", "Clusters", "E-value")


def robustness_table(content: ReportContent) -> TableView:
    """A block a migration group; the analyses in the order of their questions."""
    rows = rows_of(content.robustness)
    is_judged = not content.wave.is_synthetic
    ends = [Head("Verdict", kind="text")] if is_judged else []
    heads = (Head("Question: analysis", kind="text"), *map(Head, _NUMBERS), *ends)
    verdict_note = (
        "Verdict: holds, where sign and significance (does the interval leave out 0?) are those of the main analysis. "
        "It is one on the numbers, not on what caused them."
    )
    return TableView(
        key="table-s5",
        number="Table S5",
        caption="Does it hold? Parental migration and total difficulties, asked otherwise",
        heads=(heads,),
        blocks=tuple(_block(level, select(rows, level=level), is_judged) for level in distinct(rows, "level")),
        notes=(
            verdict_note if is_judged else NO_VERDICT,
            "B: points of total difficulties against never left behind, in the adjusted model but for "
            "\u2018confounders only\u2019, which leaves out wealth, caregiver, divorce, siblings, support and school "
            "performance: these may follow from migration, so that it is another question and not a check. df: "
            "degrees of freedom; the bootstrap has none.",
            "CR1S and CR2: standard errors for children who resemble each other within schools or townships; of few "
            "clusters CR2 and the bootstrap are to be preferred. ICC: share of the variance left that lies between "
            "schools.",
            "E-value: how strongly (as a risk ratio, approximate) a confounder that was not asked about would have to "
            "go along with both migration and difficulties to move the estimate to 0; in brackets the same for the "
            "limit nearer to 0, where 1.00 means that nothing is needed.",
        ),
        is_even=False,
        mark=evidence.mark(rows),
    )


def _block(level: str, rows: list[Row], is_judged: bool) -> Block:
    reference = labels.in_sentence(labels.level("migration_status", rows[0]["reference"]))
    heading = Line(f"{labels.level('migration_status', level)} against {reference}", is_heading=True)
    return (heading, *(_line(row, is_judged) for row in rows))


def _line(row: Row, is_judged: bool) -> Line:
    name = words.analysis(row["question"], row["analysis"])
    if is_refused(row):
        span = len(_NUMBERS) + is_judged
        return Line(name, (Cell(labels.refusal(row["reason"]), kind="refused", span=span),), is_indented=True)
    verdict = [Cell(words.VERDICTS.get(row["verdict"], "\u2013"), kind="text")] if is_judged else []
    return Line(name, (*_numbers(row), *verdict), is_indented=True, detail=_note(row))


def _numbers(row: Row) -> tuple[Cell, ...]:
    e_value = EMPTY
    if row["e_value"] is not None:
        e_value = Cell(f"{two_decimals(row['e_value'])} ({two_decimals(row['e_value_limit'])})")
    return (
        Cell(two_decimals(row["estimate"])),
        Cell(two_decimals(row["std_error"])),
        Cell("\u2013" if row["df"] is None else _degrees(row["df"])),
        Cell(number_text.p_value(row["p_value"])),
        Cell(number_text.interval(row["conf_low"], row["conf_high"])),
        Cell(number_text.count(row["n"])),
        EMPTY if row["clusters"] is None else Cell(number_text.count(row["clusters"])),
        e_value,
    )


def _degrees(df: float) -> str:
    """Satterthwaite's few have a decimal that matters."""
    return number_text.fixed(df, 1 if df < 100 and df != int(df) else 0)


def _note(row: Row) -> str:
    """How it was computed, below the name of the analysis."""
    parts = [words.note(row["note"])] if row["note"] is not None else []
    if row["icc"] is not None:
        parts.append(f"ICC {number_text.fixed(row['icc'], 3)}")
    if row["is_boundary"]:
        parts.append("no variance between schools")
    if row["fmi"] is not None:
        parts.append(f"{number_text.percent(100 * row['fmi'])}% of information lost")
    if row["draws"] is not None:
        kind = "data sets" if row["analysis"] == "multiple_imputation" else "draws"
        parts.append(f"{number_text.count(row['draws'])} {kind}")
    return "; ".join(filter(None, parts))
