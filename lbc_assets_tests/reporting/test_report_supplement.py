"""The lines and cells of the supplement's tables, from the invented wave."""

import dataclasses

import pandas as pd
import pytest

from lbc_assets.reporting.evidence import artefact_note, mark
from lbc_assets.reporting.tables_diagnostics import diagnostics_table, imputation_table
from lbc_assets.reporting.tables_exposures import departure_table, exposures_table
from lbc_assets.reporting.tables_means import adjusted_means_table
from lbc_assets.reporting.tables_models import total_table
from lbc_assets.reporting.tables_robustness import NO_VERDICT, robustness_table
from lbc_assets.reporting.tables_scores import scores_table
from lbc_assets.reporting.tables_terms import terms_table
from lbc_assets.reporting.tables_wealth import wealth_table
from lbc_assets.reporting.tables_weights import contrasts_table, weights_table

TABLES = (
    *(wealth_table, scores_table, terms_table, weights_table, contrasts_table, departure_table, exposures_table),
    *(robustness_table, diagnostics_table, imputation_table),
)


def texts(line):
    return [" ".join(filter(None, (cell.text + (cell.suffix or ""), cell.detail))) for cell in line.cells]


def lines_of(view, label):
    return [texts(line) for block in view.blocks for line in block if line.label == label]


def headings(view):
    return [line.label for block in view.blocks for line in block if line.is_heading]


def details(view):
    return {line.label: line.detail for block in view.blocks for line in block}


@pytest.mark.parametrize("table", TABLES)
def test_every_line_is_as_wide_as_the_table(content, collected, table):
    for view in (table(content), table(collected)):
        for line in (line for block in view.blocks for line in block if line.cells):
            assert 1 + sum(cell.span for cell in line.cells) == view.columns, line.label


@pytest.mark.parametrize("table", TABLES)
def test_marks_are_of_synthetic_waves_only(content, collected, table):
    assert table(content).mark in ("calibrated in part", "artefact of the generator")
    view = table(collected)
    assert view.mark == ""
    assert not any(details(view).values()) or table is robustness_table
    assert not any("artefact" in head.detail for heads in view.heads for head in heads)


def test_a_mark_knows_its_words():
    rows = [{"evidence": kind} for kind in ("calibrated", "artefact", "collected")]
    assert [mark([row]) for row in rows] == ["calibrated", "artefact of the generator", ""]
    assert mark(rows[:2]) == "calibrated in part"
    assert mark([]) == ""
    assert [artefact_note(some) for some in (rows[:1], rows[1:2], rows[:2])] == ["", "artefact of the generator", ""]
    with pytest.raises(ValueError, match="evidence is"):
        mark([{"evidence": "hearsay"}])


def test_the_papers_tables_say_what_is_no_part_of_the_calibration(content):
    assert [head.detail for head in total_table(content).heads[0]] == ["", "", "artefact of the generator", ""]
    assert adjusted_means_table(content).heads[0][-1].detail == "artefact of the generator"


def test_wealth_stands_within_each_province(content):
    view = wealth_table(content)
    assert headings(view) == ["Zhejiang", "Guizhou"]
    assert lines_of(view, "Zhejiang") == [[*[""] * 4, "0.013", "0.16 (0.12 to 0.20)"]]
    assert lines_of(view, "Poor") == [[*["13(1.8)"] * 4, "", ""]] * 2


def test_a_refused_test_of_wealth_keeps_the_counts(content, tables, refuse):
    refuse(tables["wealth_within_province"], "empty_level", province="guizhou", measure="test")
    view = wealth_table(dataclasses.replace(content, wealth_within_province=tables["wealth_within_province"]))
    assert lines_of(view, "Guizhou") == [[*[""] * 4, "not estimated: a level has no child", ""]]
    assert lines_of(view, "Zhejiang")[0][4] == "0.013"
    assert lines_of(view, "Fair")[1][:4] == ["13(1.8)"] * 4


def test_all_scores_have_raw_and_corrected_p_beside_each_other(content):
    view = scores_table(content)
    assert [head.text for head in view.heads[0]][4:8] == ["\u03b2", "p", "p Holm", "p BH"]
    assert len(view.blocks) == 8
    assert headings(view)[0] == "Total difficulties"
    assert headings(view)[-2:] == ["Externalising difficulties", "Internalising difficulties"]
    line = ["0.45", "0.25", "\u22120.04 to 0.94", "0.058", "0.040", "0.039", "0.021", "3,442"]
    assert lines_of(view, "Currently left behind") == [line] * 8
    said = {name: detail for name, detail in details(view).items() if detail}
    assert set(said.values()) == {"artefact of the generator"}
    assert set(said) == {
        *("Conduct problems", "Prosocial behaviour", "Externalising difficulties", "Internalising difficulties")
    }


def test_a_refused_score_shows_its_reason(content, tables, refuse):
    refuse(tables["model_coefficients"], "constant_outcome", outcome="peer", model="adjusted")
    view = scores_table(dataclasses.replace(content, model_coefficients=tables["model_coefficients"]))
    refused = ["not estimated: the score does not vary"]
    assert lines_of(view, "Previously left behind").count(refused) == 1


def test_variables_as_a_whole_and_what_they_cost(content, tables, refuse):
    view = terms_table(content)
    assert len(view.blocks[0]) == 10
    numbers = ["4.65", "2, 3423", "0.010", "0.039", "0.021", "0.013"]
    assert lines_of(view, "Social support") == [[*numbers, "13", "11"]]
    terms = tables["model_terms"]
    terms["partial_eta_squared"] = 0.0001
    refuse(terms, "constant_covariate", model="adjusted", variable="any_sibling")
    terms["n_missing"], terms["n_lost"] = 13, 11  # a refused row keeps what it costs
    view = terms_table(dataclasses.replace(content, model_terms=terms))
    assert lines_of(view, "Any sibling") == [["not estimated: a variable has one value only", "13", "11"]]
    # small is not nothing
    assert lines_of(view, "Social support")[0][5] == "<0.001"


def test_means_stand_under_both_weights_and_say_whose(content):
    view = weights_table(content)
    assert [(head.text, head.detail) for head in view.heads[0][1:]] == [
        ("Equal weights", "the paper\u2019s"),
        ("Observed weights", "not in the paper; artefact of the generator"),
    ]
    cells = lines_of(view, "Zhejiang")[0]
    assert cells[0] == "13.1 (12.5 to 13.7)"
    assert cells[3] == "11.1 (10.5 to 11.7)"


def test_a_refused_mean_shows_its_reason_under_both_weights(content, tables, refuse):
    refuse(tables["adjusted_means"], "empty_cell", level="yes", migration_status="never")
    view = weights_table(dataclasses.replace(content, adjusted_means=tables["adjusted_means"]))
    cells = lines_of(view, "Divorced")[0]
    assert [cells[0], cells[3]] == ["a combination has no child"] * 2
    assert cells[1].startswith("15.3")


def test_every_two_cells_are_compared(content, tables, refuse):
    view = contrasts_table(content)
    assert [len(block) for block in view.blocks] == [16, 16]
    assert lines_of(view, "Zhejiang, never left behind")[0] == [
        *("Zhejiang, previously left behind", "\u22120.58", "0.25", "\u22121.51 to 0.36", "0.017")
    ]
    refuse(tables["adjusted_mean_contrasts"], "empty_level", other_level="yes")
    view = contrasts_table(dataclasses.replace(content, adjusted_mean_contrasts=tables["adjusted_mean_contrasts"]))
    assert ["Divorced, never left behind", "not estimated: a level has no child"] in lines_of(
        view, "Not divorced, never left behind"
    )


def test_departure_has_the_line_the_years_since_and_the_curve(content):
    view = departure_table(content)
    line = ["0.60**", "0.25", "0.11 to 1.09", "", "", "0.004", "1,860"]
    curve = ["", "", "", "4.65", "2, 3423", "0.010", "3,442"]
    assert [texts(found) for found in view.blocks[0]] == [line, line, curve, curve]
    assert [found.label for found in view.blocks[0]][-1] == "Curve against a straight line"
    assert list(details(view).values()) == ["", *["artefact of the generator"] * 3]


def test_departure_may_be_refused_line_by_line(content, tables, refuse):
    refuse(tables["departure_age"], "too_few_rows", model="departure_age")
    refuse(tables["model_terms"], "collinear", test="bend")
    spoiled = {name: tables[name] for name in ("departure_age", "model_terms")}
    found = [texts(line) for line in departure_table(dataclasses.replace(content, **spoiled)).blocks[0]]
    assert found[0] == ["not estimated: too few children"]
    assert found[1][0] == "0.60**"
    assert found[3] == ["not estimated: one variable follows from others"]


def test_other_exposures_have_a_block_a_model(content, tables, refuse):
    view = exposures_table(content)
    assert headings(view) == [
        "Which parent is away: currently left behind (reference: both parents)",
        "Which parent was away: previously left behind (reference: both parents)",
        "Living arrangement, baseline model (reference: with both parents)",
        "Living arrangement, adjusted model (reference: with both parents)",
    ]
    assert lines_of(view, "One now, the other before") == [
        ["0.30", "0.25", "\u22120.19 to 0.79", "0.400", "1,865"],
    ]
    assert len(lines_of(view, "With neither parent")) == 2
    refuse(tables["exposure_models"], "empty_level", model="migrant_parent_previous")
    view = exposures_table(dataclasses.replace(content, exposure_models=tables["exposure_models"]))
    assert lines_of(view, "Mother")[1] == ["not estimated: a level has no child"]


def test_does_it_hold_has_a_block_a_group_and_a_line_an_analysis(content):
    view = robustness_table(content)
    assert headings(view) == [
        "Previously left behind against never left behind",
        "Currently left behind against never left behind",
    ]
    assert [len(block) for block in view.blocks] == [8, 8]
    numbers = ["0.58", "0.25", "3423", "0.017", "0.11 to 1.05", "3,442", "", "1.46 (1.17)"]
    assert lines_of(view, "Main analysis: least squares") == [numbers] * 2
    assert lines_of(view, "Clustering: schools, CR2")[0][2] == "40.6"
    assert lines_of(view, "Clustering: schools, wild bootstrap")[0][2] == "\u2013"
    said = details(view)
    assert said["Clustering: schools, CR2"] == "fewer than 4 degrees of freedom: do not lean on p"
    assert said["Clustering: schools, random intercept"] == "ICC 0.035"
    assert said["Clustering: schools, wild bootstrap"] == "Rademacher weights; 9,999 draws"
    assert said["Missing answers: multiple imputation"] == "1.3% of information lost; 20 data sets"


def test_a_synthetic_wave_gets_a_sentence_in_place_of_a_verdict(content, collected):
    view = robustness_table(content)
    assert "Verdict" not in [head.text for head in view.heads[0]]
    assert view.notes[0] == NO_VERDICT
    view = robustness_table(collected)
    assert view.heads[0][-1].text == "Verdict"
    assert lines_of(view, "Unequal variances: HC3")[0][-1] == "holds"
    # the main analysis is not held against itself
    assert lines_of(view, "Main analysis: least squares")[0][-1] == "\u2013"
    assert NO_VERDICT not in view.notes
    assert any(note.startswith("Verdict: holds") for note in view.notes)


def test_what_does_not_hold_says_so(collected):
    table = collected.robustness
    table["verdict"] = table["verdict"].where(table["analysis"] != "hc3", "does_not_hold")
    view = robustness_table(dataclasses.replace(collected, robustness=table))
    assert lines_of(view, "Unequal variances: HC3")[1][-1] == "does not hold"
    assert lines_of(view, "Clustering: schools, CR2")[1][-1] == "holds"


def test_a_refused_analysis_shows_its_reason_across_its_numbers(content, collected, refuse):
    for found in (content, collected):
        table = found.robustness.copy()
        refuse(table, "too_few_clusters", analysis="cr2_school")
        view = robustness_table(dataclasses.replace(found, robustness=table))
        assert lines_of(view, "Clustering: schools, CR2") == [["not estimated: too few schools or townships"]] * 2


def test_a_boundary_and_an_absent_e_value_are_said(content, tables):
    table = tables["robustness"].astype({"is_boundary": object})
    table.loc[table["analysis"] == "random_intercept_school", "is_boundary"] = True
    table[["e_value", "e_value_limit"]] = float("nan")
    view = robustness_table(dataclasses.replace(content, robustness=table))
    assert details(view)["Clustering: schools, random intercept"] == "ICC 0.035; no variance between schools"
    assert lines_of(view, "Unequal variances: HC3")[0][-1] == ""


def test_diagnostics_stand_for_both_models_of_the_total(content, tables, refuse):
    view = diagnostics_table(content)
    statistic = "\u03c7\u00b2 = 20.55, df = 18, p = 0.303"
    assert lines_of(view, "Unequal variances (Breusch and Pagan)") == [[statistic, statistic]]
    assert lines_of(view, "Largest leverage") == [["0.018", "0.018"]]
    assert lines_of(view, "Children with a leverage above three times the average") == [["3", "3"]]
    assert lines_of(view, "Sex") == [["1.09", "1.09"], ["1,315", "1,315"]]
    assert lines_of(view, "Social support") == [["", "1.09"], ["", "1,315"]]
    refuse(tables["model_diagnostics"], "collinear", model="adjusted")
    view = diagnostics_table(dataclasses.replace(content, model_diagnostics=tables["model_diagnostics"]))
    assert lines_of(view, "Largest leverage") == [["0.018", "not estimated: one variable follows from others"]]


def test_imputed_shares_stand_beside_answered_ones(content, tables):
    view = imputation_table(content)
    assert lines_of(view, "Parents divorced") == [["28", "", "", ""]]
    assert lines_of(view, "Yes") == [["", "11.3", "8.5", "1.01"]]
    # of a number its means
    assert lines_of(view, "Age (years)") == [["28", "12.25", "12.50", "1.01"]]
    assert view.notes[0].startswith("20 completed data sets")
    still = tables["imputation_diagnostics"].assign(r_hat=float("nan"))
    view = imputation_table(dataclasses.replace(content, imputation_diagnostics=still))
    assert lines_of(view, "Yes")[0][-1] == "\u2013"


def test_a_refused_imputation_has_one_line(content, tables):
    one = (
        tables["imputation_diagnostics"]
        .iloc[:1]
        .assign(variable=None, level=None, n_missing=pd.NA, observed=None, imputed=None, r_hat=None, m=pd.NA)
    )
    one = one.assign(status="refused", reason="nothing_missing")
    view = imputation_table(dataclasses.replace(content, imputation_diagnostics=one))
    assert lines_of(view, "All variables") == [["not estimated: no answer is missing"]]
    assert "completed data sets" not in view.notes[0]
