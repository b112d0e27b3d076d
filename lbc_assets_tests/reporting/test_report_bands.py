"""The tables of reliability and bands: lines, cells, refusals, and the words that no band is without."""

import dataclasses

import pytest

from lbc_assets.reporting import labels
from lbc_assets.reporting.tables_bands import band_models_table, subscale_bands_table, total_bands_table
from lbc_assets.reporting.tables_psychometrics import items_table, reliability_table


def texts(line):
    return [(cell.text, cell.suffix, cell.detail) for cell in line.cells]


def words(line):
    return [cell.text for cell in line.cells]


def test_reliability_has_a_block_a_scale_and_a_line_a_group(content):
    view = reliability_table(content)
    assert [block[0].label for block in view.blocks] == list(labels.OUTCOMES.values())
    assert [line.label for line in view.blocks[0][1:]] == list(labels.STATUS.values())
    assert words(view.blocks[2][1]) == ["690", "0.62", "0.50 to 0.71", "0.63", "0.042", "0.033", "4.3", "0.0"]


def test_alpha_and_omega_are_refused_each_for_itself(content, tables):
    frame = tables["scale_reliability"]
    frame.loc[0, ["omega_status", "omega_reason"]] = ["refused", "improper_solution"]
    frame.loc[8, ["status", "reason"]] = ["refused", "constant_item"]
    view = reliability_table(dataclasses.replace(content, scale_reliability=frame))
    current, previous = view.blocks[0][1:3]
    assert words(current)[1:4] == ["0.62", "0.50 to 0.71", "not estimated: the factor model has no proper solution"]
    assert words(previous)[1:3] == ["not estimated: all gave an item the same answer", "0.63"]
    assert [sum(cell.span for cell in line.cells) for line in (current, previous)] == [8, 8]


def test_items_stand_under_their_subscale(content):
    view = items_table(content)
    assert [[line.label for line in block] for block in view.blocks] == [
        ["Conduct problems", "lies"],
        ["Peer problems", "loner"],
    ]
    assert words(view.blocks[0][1]) == ["3,530", "8", "0.2", "0.72", "41.0", "12.5", "0.35"]


def test_a_refused_item_shows_its_reason(content, tables):
    frame = tables["item_statistics"]
    frame.loc[frame["item"] == "lies", ["status", "reason"]] = ["refused", "constant_item"]
    line = items_table(dataclasses.replace(content, item_statistics=frame)).blocks[0][1]
    assert words(line)[-1] == "not estimated: all gave an item the same answer"


@pytest.mark.parametrize("table", [total_bands_table, subscale_bands_table])
def test_no_band_without_its_norm_and_its_ages(content, table):
    view = table(content)
    assert len(view.blocks) == 6
    for block in view.blocks:
        assert block[0].is_heading
        assert any(norm in block[0].label for norm in labels.NORMS.values())
        assert block[0].label.endswith(tuple(labels.POPULATIONS.values()))
    assert view.notes[0].startswith("Bands are screening, not diagnosis. The self-report norms are for ages 11 to 17")


def test_bands_of_the_total(content):
    block = total_bands_table(content).blocks[2]
    assert block[0].label == "Four-band scoring sheet, self-report: all ages"
    assert [line.label for line in block[1:]] == ["Close to average", "Slightly raised", "High", "Very high"]
    assert texts(block[1]) == [("1,100", "(17.1)", "16.0 to 18.3")] * 4


def test_subscales_show_the_band_of_most_difficulties(content):
    block = subscale_bands_table(content).blocks[2]
    assert block[0].label == "Four-band scoring sheet, self-report, band very high: all ages"
    assert [line.label for line in block[1:]] == list(labels.OUTCOMES.values())[1:6]


def test_a_refused_share_shows_its_reason(content, tables, refuse):
    frame = tables["band_shares"]
    refuse(frame, "no_complete_cases", migration_status="never")
    line = total_bands_table(dataclasses.replace(content, band_shares=frame)).blocks[0][1]
    assert words(line)[2] == "not estimated: no child has all the variables"


def test_odds_ratios(content):
    view = band_models_table(content)
    assert "three-band scoring sheet, self-report" in view.caption
    assert view.columns == 9
    assert [head.text for head in view.heads[0][1:]] == [
        "Baseline model, all ages",
        "Adjusted model, all ages",
        "Baseline model, aged 11 and over",
        "Adjusted model, aged 11 and over",
    ]
    assert view.blocks[0][0].label == "Parental migration (reference: Never left behind)"
    assert texts(view.blocks[0][1])[:2] == [("1.46", "**", ""), ("1.01 to 2.11", None, "")]
    # the baseline model has no wealth
    assert words(view.blocks[4][1]) == ["", "", "1.46", "1.01 to 2.11"] * 2
    assert words(view.foot[1]) == ["430", ""] * 4


def test_few_events_are_said(content, tables):
    assert not any("fewer than ten" in note for note in band_models_table(content).notes)
    frame = tables["band_models"].assign(warning="few_events")
    assert "fewer than ten" in band_models_table(dataclasses.replace(content, band_models=frame)).notes[-1]


def test_a_separated_model_shows_its_reason(content, tables, refuse):
    frame = tables["band_models"]
    refuse(frame, "separation", model="adjusted")
    line = band_models_table(dataclasses.replace(content, band_models=frame)).blocks[0][1]
    assert words(line) == ["1.46", "1.01 to 2.11", "terms tell the band for certain"] * 2
    assert line.cells[2].span == 2


def test_the_page_says_what_bands_are(page):
    assert page.count("Bands are screening, not diagnosis") == 4
    assert page.index('id="bands"') < page.index("Bands are screening") < page.index("Table S12.")
