"""What the drawings say, in their text and in the words for those who cannot see them."""

import dataclasses
import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from lbc_assets.reporting.figure_adjusted_means import adjusted_means_figure
from lbc_assets.reporting.figure_forest import forest_figure
from lbc_assets.reporting.figure_residuals import residuals_figure
from lbc_assets.reporting.figure_specification_curve import specification_curve_figure
from lbc_assets.reporting.figure_svg import FIRST, SECOND
from lbc_assets.reporting.flow_diagram import WIDTH, flow_diagram

SVG = "{http://www.w3.org/2000/svg}"


def drawn(view):
    return ["".join(text.itertext()).strip(" \u2007") for text in ET.fromstring(view.svg).iter(f"{SVG}text")]


def described(view):
    return ET.fromstring(view.svg).find(f"{SVG}desc").text


def test_figure_1_has_a_panel_a_covariate(content):
    view = adjusted_means_figure(content)
    texts = drawn(view)
    assert {"Province", "Parents\u2019 divorce", "Social support", "Zhejiang", "Guizhou"} <= set(texts)
    assert texts.count("Never") == 3
    assert "Province, guizhou: never left behind 14.0, previously left behind 14.3," in described(view)


def test_a_refused_panel_says_why(content, tables, refuse):
    means = tables["adjusted_means"]
    refuse(means, "empty_cell", variable="parents_divorced")
    view = adjusted_means_figure(dataclasses.replace(content, adjusted_means=means))
    assert "not estimated: a" in drawn(view)
    assert "divorced: never left behind not estimated" in described(view)


def test_the_forest_names_every_term_and_its_numbers(content):
    view = forest_figure(content)
    texts = drawn(view)
    assert texts.count("0.60 (0.11 to 1.09)") == 1
    assert {"Parental migration (Never left behind)", "Previously left behind", "Any sibling (no)"} <= set(texts)
    assert "Parental migration (Never left behind), Previously left behind: 0.60 (0.11 to 1.09)." in described(view)


def test_a_refused_forest_has_no_numbers(content, tables, refuse):
    models = tables["model_coefficients"]
    refuse(models, "collinear", model="adjusted", outcome="total")
    view = forest_figure(dataclasses.replace(content, model_coefficients=models))
    assert drawn(view).count("not estimated") == 18
    assert "one variable follows from others" in described(view)


def marks(view, group):
    """How many points, or strokes, of one colour stand in the drawing."""
    return len([use for use in ET.fromstring(view.svg).iter(f"{SVG}use") if group in (use.get("style") or "")])


def test_the_specification_curve_names_every_choice_and_tells_its_ranges(content):
    view = specification_curve_figure(content)
    assert {
        *("Previously left behind", "Currently left behind", "Covariates", "Confounders only", "All covariates"),
        *("Population", "All children", "Girls", "Outcome", "Total difficulties", "Externalising difficulties"),
    } <= set(drawn(view))
    words = described(view)
    # eight specifications of each group: 0.4, 0.6, ... points at a deviation of 5; the first interval holds 0
    assert (
        "Previously left behind against never left behind: 8 specifications, from 0.08 to 0.36 standard deviations; "
        "7 intervals lie above 0, 0 below it. Main analysis: 0.12 (0.02 to 0.22), place 2 of 8."
    ) in words
    assert "By outcome: total difficulties from 0.08 to 0.20 standard deviations," in words
    # main analysis: the point, and a stroke at each of its three choices, in both columns
    assert marks(view, SECOND) == 2 * (1 + 3)
    assert marks(view, FIRST) == 2 * (7 + 7 * 3)


def test_the_curve_is_sorted_by_size_whatever_the_order_of_the_table(content, tables):
    turned = tables["specification_curve"].iloc[::-1]
    order = {"level": ["previous", "current"]}
    turned = turned.sort_values("level", key=lambda level: level.map(order["level"].index), kind="stable")
    view = specification_curve_figure(dataclasses.replace(content, specification_curve=turned))
    assert "from 0.08 to 0.36 standard deviations" in described(view)
    assert "place 2 of 8" in described(view)


def test_what_the_curve_cannot_show_is_counted(content, tables, refuse):
    curve = tables["specification_curve"]
    refuse(curve, "empty_level", population="girls", level="previous")
    words = described(specification_curve_figure(dataclasses.replace(content, specification_curve=curve)))
    assert (
        "4 specifications, from 0.08 to 0.28 standard deviations; 3 intervals lie above 0, 0 below it. 4 could" in words
    )
    refuse(curve, "empty_level", level="current")
    view = specification_curve_figure(dataclasses.replace(content, specification_curve=curve))
    assert "none of 8 specifications could be estimated." in described(view)
    assert "not estimated" in drawn(view)


def test_an_estimate_of_nothing_is_drawn_without_an_interval(content, tables):
    curve = tables["specification_curve"]
    chosen = (curve["outcome"] == "total") & (curve["covariates"] == "all") & (curve["population"] == "all")
    curve.loc[chosen, ["estimate", "standardised"]] = 0.0
    words = described(specification_curve_figure(dataclasses.replace(content, specification_curve=curve)))
    assert "Main analysis: 0.00 (0.00 to 0.00), place 1 of 8." in words


def test_the_residuals_have_a_point_a_bin(content, tables, refuse):
    view = residuals_figure(content)
    assert described(view) == (
        "5 bins over fitted values from 10.8 to 14.8 points. Mean residuals from \u22120.20 to 0.20; standard "
        "deviations from 4.55 to 4.75 points."
    )
    assert marks(view, FIRST) == 5
    refuse(tables["residuals"], "collinear", model="adjusted", outcome="total")
    view = residuals_figure(dataclasses.replace(content, residuals=tables["residuals"]))
    assert "not estimated: one variable follows from others" in drawn(view)
    assert described(view).startswith("No residuals, 0 bins: not estimated")
    assert marks(view, FIRST) == 0


def test_a_drawing_says_what_it_is_evidence_of(content, collected):
    figures = (specification_curve_figure, residuals_figure, forest_figure, adjusted_means_figure)
    said = ["artefact of the generator"] * 2 + ["calibrated"] * 2
    for figure, words in zip(figures, said, strict=True):
        view = figure(content)
        assert view.mark == words
        assert f"Synthetic data, {words}" in drawn(view)
        assert figure(collected).mark == ""
        assert not any("ynthetic" in text for text in drawn(figure(collected)))


def test_ids_carry_the_figure_s_name(content):
    figures = (adjusted_means_figure, forest_figure, specification_curve_figure, residuals_figure)
    for view in (figure(content) for figure in figures):
        ids = [element.get("id") for element in ET.fromstring(view.svg).iter() if element.get("id")]
        assert ids
        assert all(name.startswith(f"{view.key}-") for name in ids)


def test_no_date_and_no_maker_is_written(content):
    assert not re.search(r"20\d\d-\d\d|metadata|created", forest_figure(content).svg, flags=re.IGNORECASE)


def test_the_flow_adds_up_and_its_boxes_stay_apart(content):
    flow = flow_diagram(content)
    assert flow.received.lines == ("Questionnaires received", "n = 3,596")
    assert flow.excluded.lines[0] == "Excluded: n = 58"
    assert "SDQ not completed: n = 9" in flow.excluded.lines
    assert flow.groups[0].lines == (
        "Currently left behind",
        "n = 1,930 (54.6%)",
        "Guizhou: n = 1,195",
        "Zhejiang: n = 735",
    )
    assert flow.received.bottom < flow.excluded.y
    assert flow.excluded.bottom < flow.analysed.y
    assert flow.excluded.x > flow.received.middle
    edges = [(box.x, box.x + box.width) for box in flow.groups]
    assert all(left[1] < right[0] for left, right in itertools.pairwise(edges))
    assert edges[-1][1] <= WIDTH
    assert all(box.bottom <= flow.height for box in flow.groups)


@pytest.mark.parametrize("step", ["received", "analysed"])
def test_a_flow_without_its_ends_is_a_fault(content, tables, step):
    flow = tables["participant_flow"]
    with pytest.raises(ValueError, match="received"):
        flow_diagram(dataclasses.replace(content, participant_flow=flow[flow["step"] != step]))
