"""The lines and cells of the tables, from the invented wave."""

import dataclasses

import pandas as pd
import pytest

from lbc_assets.reporting.tables_means import adjusted_means_table, interactions_table
from lbc_assets.reporting.tables_models import other_subscales_table, subscale_table, total_table
from lbc_assets.reporting.tables_pairs import pairs_table
from lbc_assets.reporting.tables_quality import (
    flow_table,
    gates_table,
    not_passed_table,
    provenance_table,
    value_issues_table,
)
from lbc_assets.reporting.tables_sample import sample_table


def written(view):
    """The lines as text: label, then each cell's text with its suffix and detail; empty cells are ''."""
    lines = [line for block in (*view.blocks, view.foot) for line in block]
    return [
        (line.label, [" ".join(filter(None, (c.text + (c.suffix or ""), c.detail))) for c in line.cells])
        for line in lines
    ]


def line_of(view, label):
    return next(cells for name, cells in written(view) if name == label)


def test_table_1_has_groups_as_columns_and_a_denominator_a_row(content):
    view = sample_table(content)
    assert [(head.text, head.detail) for head in view.heads[0][1:5]] == [
        ("Currently left behind", "n = 1,930"),
        ("Previously left behind", "n = 907"),
        ("Never left behind", "n = 701"),
        ("All children", "n = 3,538"),
    ]
    # 12.25 and 2.05 round half up
    assert line_of(view, "Age (years)") == ["12.3(2.1)"] * 4 + ["0.064", "0 / 0 / 0"]
    assert line_of(view, "Parents divorced") == [""] * 4 + ["<0.001", "15 / 8 / 5"]
    assert line_of(view, "No") == ["1,637(8.4)"] * 4 + ["", ""]
    assert line_of(view, "Yes") == ["31(8.4)"] * 4 + ["", ""]


def test_a_refused_test_or_percentage_keeps_its_counts(content, tables, refuse):
    characteristics = tables["sample_characteristics"]
    refuse(characteristics, "constant_outcome", measure="test", variable="age_years")
    chosen = (characteristics["level"] == "yes") & (characteristics["migration_status"] == "never")
    characteristics.loc[chosen, ["status", "reason", "estimate"]] = ["refused", "no_complete_cases", None]
    view = sample_table(dataclasses.replace(content, sample_characteristics=characteristics))
    assert line_of(view, "Age (years)")[4] == "not estimated: the score does not vary"
    assert line_of(view, "Yes")[2] == "31(\u2013)"


def test_table_1_gives_the_paper_s_test_and_table_1b_the_further_one(content):
    assert line_of(sample_table(content), "Age (years)")[4] == "0.064"
    view = pairs_table(content)
    assert [head.text for head in view.heads[0]][1:3] == ["All three groups", "Current against previous"]
    # half up; Tukey's p, not Games and Howell's; Hedges' g with its sign
    assert line_of(view, "Age (years)") == [
        *("0.013 (0.001 to 0.025)", "0.071", "0.30 (0.20 to 0.40)", "0.019"),
        *("\u22120.11 (\u22120.21 to \u22120.01)", "0.019", "\u22120.51 (\u22120.61 to \u22120.41)", "0.019"),
    ]
    # counts: no further test where expected counts are not small; Holm's p of the pairs
    divorced = line_of(view, "Parents divorced")
    assert divorced[:2] == ["0.13 (0.10 to 0.16)", ""]
    assert divorced[3::2] == ["0.042"] * 3


def test_table_1b_has_the_exact_test_where_there_is_one(content, tables):
    characteristics = tables["sample_characteristics"]
    exact = characteristics[characteristics["test"] == "chi_square"].assign(test="fisher_exact", p_value=0.0315)
    spoiled = dataclasses.replace(content, sample_characteristics=pd.concat([characteristics, exact]))
    assert line_of(pairs_table(spoiled), "Parents divorced")[1] == "0.032"
    assert line_of(sample_table(spoiled), "Parents divorced")[4] == "<0.001"


def test_a_refused_pair_shows_its_reason_beside_the_others(content, tables, refuse):
    refuse(tables["sample_characteristics"], "constant_outcome", test="welch_f", variable="age_years")
    refuse(tables["sample_characteristics"], "constant_outcome", test="anova_f", variable="total_score")
    refuse(tables["group_comparisons"], "empty_level", variable="age_years", reference="never")
    changed = {name: tables[name] for name in ("sample_characteristics", "group_comparisons")}
    view = pairs_table(dataclasses.replace(content, **changed))
    age = line_of(view, "Age (years)")
    assert age[1:3] == ["not estimated", "0.30 (0.20 to 0.40)"]
    assert age[4:] == ["a level has no child"] * 2
    assert line_of(view, "Total difficulties")[:2] == ["not estimated", "0.071"]


def test_table_2_shows_baseline_beside_adjusted(content):
    view = total_table(content)
    assert [head.text for head in view.heads[0]] == [
        "Term",
        "Baseline model",
        "Baseline model, complete cases",
        "Adjusted model",
    ]
    lines = written(view)
    assert lines[0] == ("Parental migration (reference: Never left behind)", [])
    assert line_of(view, "Previously left behind") == ["0.60**", "0.25"] * 3
    assert line_of(view, "Currently left behind") == ["0.45*", "0.25"] * 3
    assert line_of(view, "Female") == ["0.30", "0.25"] * 3
    assert line_of(view, "Age (years)") == ["0.15***", "0.25"] * 3
    assert line_of(view, "Guizhou") == ["0.00**", "0.25"] * 3
    assert line_of(view, "Parents divorced (reference: No)")[:4] == [""] * 4
    assert line_of(view, "Children (n)") == ["3,538", "", "3,442", "", "3,442", ""]
    assert line_of(view, "R\u00b2") == ["0.125", ""] * 3
    assert "intercept" not in [label for label, _ in lines]


def test_table_3_gives_both_readings_of_the_caregiver(content):
    view = subscale_table(content)
    headings = [line.label for block in view.blocks for line in block if line.is_heading]
    assert "Primary caregiver (reference: Grandparent)" in headings
    after = headings.index("Primary caregiver (reference: Mother)")
    assert headings[after - 1] == "Primary caregiver (reference: Grandparent)"
    assert any("our inference" in note for note in view.notes)


def test_table_3_without_the_second_reading(content, tables):
    models = tables["model_coefficients"]
    models = models[models["model"] != "adjusted_caregiver_mother"]
    view = subscale_table(dataclasses.replace(content, model_coefficients=models))
    assert "Primary caregiver (reference: Mother)" not in dict(written(view))
    assert not any("our inference" in note for note in view.notes)


def test_the_other_subscales_have_their_table(content):
    heads = [head.text for head in other_subscales_table(content).heads[0]]
    scores = ("Conduct problems", "Prosocial behaviour", "Externalising difficulties", "Internalising difficulties")
    assert heads == ["Term", *scores]


def test_a_refused_model_shows_its_reason_and_no_number(content, tables, refuse):
    models = tables["model_coefficients"]
    refuse(models, "empty_level", model="adjusted", outcome="total")
    view = total_table(dataclasses.replace(content, model_coefficients=models))
    assert line_of(view, "Previously left behind") == [
        "0.60**",
        "0.25",
        "0.60**",
        "0.25",
        "a level has no child",
    ]
    assert view.heads[0][3].detail == "not estimated"
    assert view.heads[0][1].detail == ""
    assert line_of(view, "Children (n)") == ["3,538", "", "3,442", "", "", ""]


def test_a_level_that_left_its_model_does_not_refuse_the_others(content, tables, refuse):
    models = tables["model_coefficients"]
    refuse(models, "empty_level", model="adjusted", outcome="total", term="primary_caregiver[father]")
    view = total_table(dataclasses.replace(content, model_coefficients=models))
    assert line_of(view, "Father")[4:] == ["a level has no child"]
    assert view.heads[0][3].detail == ""
    assert line_of(view, "Children (n)")[4] == "3,442"


def test_table_4_has_means_tests_and_the_interaction_beside_them(content):
    view = adjusted_means_table(content)
    assert [head.text for head in view.heads[0]][1:] == [
        "Never left behind",
        "Previously left behind",
        "Currently left behind",
        "Interaction",
    ]
    assert line_of(view, "Province") == ["", "5.55", "0.019"] * 3 + ["1.01", "0.366"]
    # 13.05, 13.35, 13.65: half up, with the interval below
    assert line_of(view, "Zhejiang")[0::3][:3] == [
        "13.1 (12.5 to 13.7)",
        "13.4 (12.8 to 14.0)",
        "13.7 (13.1 to 14.3)",
    ]
    labels = [label for label, _ in written(view)]
    assert labels[3:6] == ["Parents\u2019 divorce", "Divorced", "Not divorced"]
    assert labels[6:] == ["Social support", "Low, 0\u20135", "High, 6"]


def test_a_refused_moderation_shows_its_reason(content, tables, refuse):
    spoiled = {name: tables[name] for name in ("adjusted_means", "adjusted_mean_tests", "interaction_tests")}
    for table in spoiled.values():
        refuse(table, "empty_cell", variable="parents_divorced")
    spoiled_content = dataclasses.replace(content, **spoiled)
    view = adjusted_means_table(spoiled_content)
    assert line_of(view, "Parents\u2019 divorce") == ["not estimated"] * 4
    assert line_of(view, "Divorced") == ["a combination has no child"] * 3 + ["", ""]
    assert line_of(view, "Guizhou")[0].startswith("14.0")
    interactions = interactions_table(spoiled_content)
    assert line_of(interactions, "Parents divorced")[0] == "not estimated: a combination has no child"


def test_interactions_say_which_the_paper_s_rule_tests(content, tables):
    tests = tables["interaction_tests"]
    tests["paper_rule"] = tests["paper_rule"].astype("boolean")
    tests.loc[tests["variable"] == "sex", "paper_rule"] = pd.NA
    view = interactions_table(dataclasses.replace(content, interaction_tests=tests))
    assert line_of(view, "Province") == ["1.01", "2, 3419", "0.366", "1.000", "0.844", "3,442", "yes"]
    assert line_of(view, "Age (years)")[-1] == "no"
    assert line_of(view, "Sex")[-1] == "\u2013"


def test_the_flow_by_province(content):
    view = flow_table(content)
    assert [head.text for head in view.heads[0]] == ["Step", "Guizhou", "Zhejiang", "All"]
    assert written(view)[0] == ("Questionnaires received", ["2,226", "1,370", "3,596"])
    assert line_of(view, "No consent of child or carer") == ["0", "0", "0"]


def test_checks_are_counted_and_named_when_they_fail(content, tables):
    assert written(gates_table(content)) == [
        ("stg_responses", ["1 of 1", "0 of 1"]),
        ("model_coefficients", ["1 of 1", "\u2013"]),
    ]
    failed = not_passed_table(content)
    assert written(failed) == [("age_as_expected", ["stg_responses", "Warning", "3"])]
    tables["gates"]["passed"] = True
    assert not_passed_table(dataclasses.replace(content, gates=tables["gates"])) is None


def test_value_issues_are_counts(content, tables):
    view = value_issues_table(content)
    assert written(view) == [
        ("Number out of range", ["age_years", "2"]),
        ("Number out of range", ["siblings_number", "1"]),
    ]
    none = tables["value_issues"].iloc[:0]
    assert value_issues_table(dataclasses.replace(content, value_issues=none)) is None


def test_provenance_in_the_order_given(content):
    assert [label for label, _ in written(provenance_table(content))] == [
        "Delivery (sha256)",
        "Files",
        "duckdb",
    ]


def test_a_key_that_stands_twice_is_a_fault(content, tables):
    models = tables["model_coefficients"]
    doubled = dataclasses.replace(content, model_coefficients=pd.concat([models, models]))
    with pytest.raises(ValueError, match="more than one row"):
        total_table(doubled)
