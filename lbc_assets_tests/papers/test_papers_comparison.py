"""An invented paper through loading, comparison and audit: another study is another folder, and no code."""

from __future__ import annotations

import pandas as pd
import pytest

from lbc_assets.papers.paper import PaperFault
from lbc_assets.papers.tables import paper_agreement, paper_audit, paper_comparison

WAVE = "orchard-2020"


def verdicts(table: pd.DataFrame, reading: str) -> dict[tuple[str, str, str], str]:
    """Verdicts under one reading, by row, column and statistic."""
    rows = table[table["reading"] == reading].fillna({"printed_column": ""})
    return {(r["printed_row"], r["printed_column"], r["statistic"]): r["verdict"] for r in rows.to_dict("records")}


def test_every_cell_has_a_verdict_under_every_reading(orchard, harvest) -> None:
    table = paper_comparison(WAVE, harvest, [orchard])
    assert len(table) == 2 * 13
    assert verdicts(table, "as_written") == {
        ("Fruit", "all", "p"): "exact",
        ("Fruit: Apple", "old", "n"): "exact",
        ("Fruit: Apple", "old", "pct"): "exact",
        ("Fruit: Apple", "young", "n"): "exact",
        ("Fruit: Pear", "old", "n"): "exact",
        ("Fruit: Pear", "young", "n"): "exact",
        ("Fruit: Pear", "young", "pct"): "missed",
        ("Wet", "height", "B"): "within tolerance",
        ("Wet", "height", "stars"): "exact",
        ("Wet", "height", "SE"): "exact",
        ("Windy", "height", "B"): "exact",
        ("Windy", "height", "stars"): "missed",
        ("trees", "", "value"): "exact",
    }


def test_a_reading_changes_its_places_only(orchard, harvest) -> None:
    table = paper_comparison(WAVE, harvest, [orchard])
    written, turned = (table[table["reading"] == reading].reset_index() for reading in ("as_written", "turned"))
    differ = written["printed_row"][written["reproduced"].fillna(-1) != turned["reproduced"].fillna(-1)]
    assert set(differ) == {"Fruit", "Wet"}
    test = turned[turned["printed_row"] == "Fruit"].iloc[0]
    assert (test["verdict"], test["explanation"]) == ("not comparable", "no test under this reading")


def test_a_miss_is_explained_by_a_contradiction_of_that_reading_or_said_not_to_be(orchard, harvest) -> None:
    table = paper_comparison(WAVE, harvest, [orchard])
    said = {
        (row["reading"], row["printed_row"], row["statistic"]): row["explanation"]
        for row in table[table["verdict"] == "missed"].to_dict("records")
    }
    assert said == {
        ("as_written", "Fruit: Pear", "pct"): "Half of forty trees are not 51 percent. The count.",
        ("as_written", "Windy", "stars"): "not explained",
        ("turned", "Fruit: Pear", "pct"): "Half of forty trees are not 51 percent. The count.",
        ("turned", "Windy", "stars"): "not explained",
        ("turned", "Wet", "B"): "Text and table differ. The table.",
        ("turned", "Wet", "stars"): "Text and table differ. The table.",
        ("turned", "Wet", "SE"): "Text and table differ. The table.",
    }
    wet = table[(table["printed_row"] == "Wet") & (table["reading"] == "as_written")]
    assert set(wet["contradiction"]) == {"wet"}
    assert wet["explanation"].isna().all()


def test_agreement_counts_exact_and_within_tolerance_apart(orchard, harvest) -> None:
    table = paper_agreement(WAVE, {"paper_comparison": paper_comparison(WAVE, harvest, [orchard])}, [orchard])
    written, turned = table.drop(columns=["says", "paper"]).to_dict("records")
    counted = ("cells", "exact", "within_tolerance", "missed", "not_comparable", "not_explained")
    assert [written[name] for name in counted] == [13, 10, 1, 2, 0, 1]
    assert [turned[name] for name in counted] == [13, 7, 0, 5, 1, 1]
    assert (written["declared_exact"], written["declared_not_explained"]) == (10, 1)
    assert pd.isna(turned["declared_exact"])


def test_a_wave_that_no_paper_reports_has_no_rows_and_the_same_columns(orchard, harvest) -> None:
    made = {
        "comparison": [paper_comparison(wave, harvest, [orchard]) for wave in (WAVE, "meadow-2021")],
        "audit": [paper_audit(wave, {}, [orchard]) for wave in (WAVE, "meadow-2021")],
    }
    made["agreement"] = [
        paper_agreement(wave, {"paper_comparison": table}, [orchard])
        for wave, table in zip((WAVE, "meadow-2021"), made["comparison"], strict=True)
    ]
    for here, elsewhere in made.values():
        assert (len(here) > 0, len(elsewhere)) == (True, 0)
        assert here.dtypes.to_dict() == elsewhere.dtypes.to_dict()


def test_what_the_tables_do_not_have_is_not_comparable(orchard, harvest) -> None:
    heights = harvest["heights"].assign(status="ok")
    heights.loc[0, "status"], heights.loc[0, "reason"] = "refused", "too_few_rows"
    heights = heights[heights["term"] != "windy"]
    table = paper_comparison(WAVE, {**harvest, "heights": heights}, [orchard])
    said = table[(table["reading"] == "as_written") & (table["verdict"] == "not comparable")]
    assert list(said["explanation"]) == [
        *["refused: too_few_rows"] * 3,
        *["heights has no row of against dry, term windy"] * 2,
    ]
    assert said["reproduced"].isna().all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tables: {name: tables[name] for name in ("tests", "heights")}, "harvest is not among the tables"),
        (lambda tables: {**tables, "tests": tables["harvest"]}, "tests has 5 rows of"),
        (lambda tables: {**tables, "tests": tables["tests"].rename(columns={"p": "q"})}, "tests has no column 'p'"),
        (lambda tables: {**tables, "heights": tables["heights"].drop(columns="term")}, "heights has no column 'term'"),
    ],
)
def test_a_map_that_does_not_fit_the_tables_is_a_fault_of_the_document(orchard, harvest, change, said) -> None:
    with pytest.raises(PaperFault, match=r"orchard_2020/paper\.yaml, places\.\w+ \(as_written\): " + said):
        paper_comparison(WAVE, change(harvest), [orchard])


def test_the_audit_says_what_it_compared_and_what_it_found(orchard) -> None:
    table = paper_audit(WAVE, {}, [orchard])
    told = table[["check_name", "compared", "consistent", "verdict"]].apply(tuple, axis=1).tolist()
    assert told == [
        ("percentages", 4, 3, "consistent"),
        ("percentages", 4, 3, "contradiction"),
        ("missing_answers", 2, 2, "consistent"),
        ("chi_square", 1, 1, "consistent"),
        ("flow", 1, 1, "consistent"),
        ("stars", 2, 2, "consistent"),
        ("restated", 1, 0, "contradiction"),
    ]
    assert list(table["number"]) == list(range(1, 8))
    pears, wet = (table[table["contradiction"] == name].iloc[0] for name in ("pears", "wet"))
    assert (pears["resolved_by"], pears["inference"], pears["cells"]) == (
        "The count.",
        False,
        "table A, Fruit: Pear, young, pct",
    )
    assert (wet["resolved_by"], wet["inference"]) == ("The table.", True)


def test_a_check_of_a_variable_that_is_not_printed_is_a_fault_of_the_document(spoilt) -> None:
    from lbc_assets.papers.paper import load_paper

    paper = load_paper(spoilt("paper.yaml", "variables: [Fruit], groups", "variables: [Leaves], groups"))
    with pytest.raises(PaperFault, match=r"paper\.yaml, audit\.1: .*Leaves"):
        paper_audit(WAVE, {}, [paper])
