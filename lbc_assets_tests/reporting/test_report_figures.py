"""What the drawings say, in their text and in the words for those who cannot see them."""

import dataclasses
import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from lbc_assets.reporting.figure_adjusted_means import adjusted_means_figure
from lbc_assets.reporting.figure_forest import forest_figure
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


def test_ids_carry_the_figure_s_name(content):
    for view in (adjusted_means_figure(content), forest_figure(content)):
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
