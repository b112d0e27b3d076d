"""The paper of the study: its cells, what the audit finds in it, and that no contradiction goes without a check."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd
import pytest

from lbc_assets.papers.audit.testing import chi_square_p
from lbc_assets.papers.paper import Paper, papers_folder
from lbc_assets.papers.printed import CellName
from lbc_assets.papers.tables import paper_audit
from lbc_assets.warehouse.contracts import load_tables


@pytest.fixture(scope="module")
def audit(zhao: Paper) -> pd.DataFrame:
    return paper_audit("baseline-2015", {}, [zhao])


def found(audit: pd.DataFrame, check: str, verdict: str = "contradiction") -> list[str]:
    rows = audit[(audit["check_name"] == check) & (audit["verdict"] == verdict)]
    return list(rows["place"])


def test_there_are_442_comparable_cells(zhao: Paper) -> None:
    assert len(zhao.comparable) == 442
    assert Counter(printed.name.statistic for printed in zhao.comparable if printed.name.table == "1") == {
        **{"n": 57, "pct": 57},
        **{"mean": 18, "sd": 18, "p": 12},
    }
    assert sum(printed.name.statistic == "stars" for printed in zhao.comparable) == 77


def test_its_places_are_tables_that_the_comparison_reads(zhao: Paper) -> None:
    reads = set(load_tables()["paper_comparison"].reads)
    assert {place.table for place in zhao.document.places.values()} <= reads


@pytest.mark.parametrize(
    ("variable", "p"), [("Any sibling", 0.0635), ("Social support", 0.0026), ("School performance", 0.0166)]
)
def test_chi_square_of_the_printed_counts(zhao: Paper, variable: str, p: float) -> None:
    rows = [name.row for name in zhao.cells if name.row.startswith(f"{variable}: ") and name.table == "1"]
    table = [
        [int(zhao.cells[CellName("1", row, group, "n")].number) for group in ("current", "previous", "never")]
        for row in dict.fromkeys(rows)
    ]
    assert chi_square_p(table)[1] == pytest.approx(p, abs=5e-5)


def test_five_percentages_and_no_other(audit: pd.DataFrame) -> None:
    rows = audit[(audit["check_name"] == "percentages") & (audit["verdict"] == "contradiction")]
    assert [text.partition(" =")[0] for text in rows["numbers"]] == [
        "252/905",
        "431/698",
        "665/696",
        "562/1928",
        "849/1923",
    ]
    assert set(rows["finding"]) == {"The percentage is not its count over the answered, rounded; rounded twice it is."}
    assert set(rows["compared"]) == {57}


def test_every_contradiction_of_its_folder_is_found(zhao: Paper, audit: pd.DataFrame) -> None:
    told = audit[audit["contradiction"].notna()]
    assert set(told["contradiction"]) == set(zhao.document.contradictions)
    assert audit[audit["verdict"] == "contradiction"]["resolved_by"].notna().all()
    inferred = {name for name, each in zhao.document.contradictions.items() if each.inference}
    assert set(told[told["inference"]]["contradiction"]) == inferred


def test_what_the_audit_finds(audit: pd.DataFrame) -> None:
    assert found(audit, "shares") == ["Guizhou and Zhejiang"]
    assert found(audit, "mixture") == ["Ever left behind in Guizhou"]
    assert found(audit, "restated") == ["text, male_baseline_B"]
    assert found(audit, "chi_square") == ["Social support", "School performance"]
    assert found(audit, "stars") == ["table 2, CLB, baseline, stars"]
    assert "table 3, Poor, peer, stars" in found(audit, "stars", "undecidable within rounding")
    assert found(audit, "error_ratios") == [
        f"table 3, {row}, {column}, SE" for column in ("emotional", "peer", "hyper") for row in ("Father", "Mother")
    ]
    assert found(audit, "implied_errors") == [
        f"Social support (literal), {group}" for group in ("current", "previous", "never")
    ]
    assert found(audit, "interactions") == [
        "Abstract and discussion: Divorce",
        "Abstract and discussion: Social support",
    ]
    assert len(found(audit, "claims")) == 4
    for check in ("flow", "missing_answers", "anova", "f_tests", "p_values", "additivity"):
        assert found(audit, check) == []


def test_numbers_of_the_audit(audit: pd.DataFrame) -> None:
    numbers = {row["place"]: row["numbers"] for row in audit.to_dict("records")}
    assert "p 0.0029" in numbers["Social support"]
    assert "p 0.0011" in numbers["School performance"]
    assert numbers["Social support (literal), never"] == "implied 0.33 to 0.40, at least 0.81"
    assert numbers["Social support (literal), previous"] == "implied 0.30 to 0.35, at least 0.80"
    assert numbers["Social support (literal), current"] == "implied 0.21 to 0.23, at least 0.46"
    assert numbers["Conduct problems, adjusted"].startswith(
        "PLB 0.12, CLB 0.01, Female -0.36, Age -0.02, Guizhou 0.20, Poor 0.01, Wealthy 0.12, Divorced 0.24, "
        "Sibling 0.06, Low support 0.37, Medium support 0.08, Very poor school 0.71, Poor school 0.19, "
        "Good school -0.13, Very good school -0.16"
    )
    (missing,) = audit[audit["check_name"] == "missing_answers"]["numbers"]
    assert missing.startswith("Primary caregiver 8/2/3 missing; Parents divorced 15/8/5 missing; Any sibling 2/1/0")


def test_contradicting_cells_are_those_that_its_checks_name(zhao: Paper, audit: pd.DataFrame) -> None:
    names = {str(name): name for name in zhao.cells}
    for contradiction in ("percentages_too_high", "sex_in_text", "caregiver_reference", "low_support", "stars"):
        document = zhao.document.contradictions[contradiction]
        rows = audit[(audit["contradiction"] == contradiction) & (audit["verdict"] == "contradiction")]
        for place in {text for cells in rows["cells"] for text in cells.split("; ")}:
            if contradiction == "sex_in_text" and place.startswith("table"):
                continue  # the table's number is the right one
            assert any(cells.holds(names[place]) for cells in document.cells), place


def test_its_folder_holds_numbers_and_no_sentence_of_the_paper() -> None:
    folder = papers_folder() / "zhao_2017"
    for file in ("table1.csv", "table2.csv", "table3.csv", "table4.csv", "text_facts.csv", "cells_442.csv"):
        for line in (folder / file).read_text(encoding="utf-8").splitlines():
            assert len(re.findall(r"[A-Za-z]{2,}", line)) < 16, line
