"""Drawings: boxes apart, layers from left to right, links that a keyboard reaches, text that does nothing."""

import itertools
import random
import re
import xml.etree.ElementTree as ElementTree

import pytest

from lbc_assets.catalogue.drawing import Card, Line, draw
from lbc_assets.catalogue.graph import Graph
from lbc_assets.catalogue.layout import Box, place
from lbc_assets.catalogue.views import NAMED_MOST, Views


def _crossings(placed, boxes, edges):
    middle = {name: placed.at[name][1] + boxes[name].height / 2 for name in boxes}
    pairs = itertools.combinations(edges, 2)
    return sum((middle[a] - middle[c]) * (middle[b] - middle[d]) < 0 for (a, b), (c, d) in pairs)


@pytest.fixture
def ladder():
    """Ten boxes a layer, in no order, each with one edge: it can be drawn without a crossing."""
    names = [f"{layer}-{number}" for layer in range(3) for number in range(10)]
    random.Random(2).shuffle(names)
    boxes = {name: Box(int(name[0]), 80, 20 + int(name[2]) * 3) for name in names}
    return boxes, [(f"{layer}-{number}", f"{layer + 1}-{number}") for layer in range(2) for number in range(10)]


def test_boxes_do_not_lie_on_each_other_and_layers_follow_each_other(ladder):
    boxes, edges = ladder
    placed = place(boxes, edges)
    for one, other in itertools.combinations(boxes, 2):
        (x, y), (u, v) = placed.at[one], placed.at[other]
        assert (
            x + boxes[one].width <= u
            or u + boxes[other].width <= x
            or y + boxes[one].height <= v
            or v + boxes[other].height <= y
        )
    assert all(placed.at[source][0] + boxes[source].width < placed.at[target][0] for source, target in edges)
    assert placed.height >= max(y + boxes[name].height for name, (_, y) in placed.at.items()) - 1e-6
    assert min(y for _, y in placed.at.values()) >= -1e-6


def test_edges_cross_as_little_as_need_be(ladder):
    boxes, edges = ladder
    assert _crossings(place(boxes, edges), boxes, edges) == 0


def test_within_a_layer_what_is_made_of_a_box_stands_to_its_right():
    boxes = dict.fromkeys("abc", Box(1, 50, 20))
    placed = place(boxes, [("a", "b"), ("b", "c")])
    assert placed.at["a"][0] < placed.at["b"][0] < placed.at["c"][0]
    assert list(placed.layers) == [1]


def test_nothing_to_draw_is_no_fault():
    assert place({}, []).height == 0


def test_a_drawing_is_well_formed_and_its_text_is_text():
    hostile = '<script>alert("1")</script>&\x1b'
    cards = {"a": Card(hostile, "a.html?x=<&\"'", "raw", (Line(hostile, "b.html"),)), "b": Card("b", "b.html", "marts")}
    svg = str(draw("drawing", hostile, cards, [("a", 0, "b", None)]))
    root = ElementTree.fromstring(svg)
    assert "script" not in {element.tag for element in root.iter()}
    links = list(root.iter("a"))
    assert [link.get("href") for link in links] == ["a.html?x=<&\"'", "b.html", "b.html"]
    assert all("".join(link.itertext()) for link in links)
    assert root.find("title").get("id") == root.get("aria-labelledby")
    assert "\x1b" not in svg
    assert not re.search(r"\b(style|on\w+)=", svg)


@pytest.fixture
def graph():
    """A field, ten columns of it, a table of these, and a number of the report."""
    columns = {
        "questionnaire": ("f",),
        "raw": tuple(f"c{n}" for n in range(10)),
        "mart": ("m",),
        "report": ("n", "other"),
    }
    values = {("raw", f"c{n}"): frozenset({("questionnaire", "f")}) for n in range(10)}
    values |= {("mart", "m"): frozenset(values), ("report", "n"): frozenset({("mart", "m")})}
    layers = {"questionnaire": "questionnaire", "raw": "raw", "mart": "marts", "report": "report"}
    return Graph(layers, columns, values, {"mart": frozenset({("raw", "c1")})})


def test_a_graph_is_walked_both_ways(graph):
    assert graph.downstream(("raw", "c1")) == {("mart", "m"): 1, ("report", "n"): 2}
    assert graph.upstream(("mart", "m"))["questionnaire", "f"] == 2
    assert graph.decides_rows_of == {("raw", "c1"): ("mart",)}
    assert graph.tables_used_by["raw"] == {"mart"}
    assert graph.tables_downstream(["questionnaire"]) == {"raw": 1, "mart": 2, "report": 3}


def test_of_many_columns_some_are_named_and_the_others_counted(graph):
    node = ("mart", "m")
    views = Views(graph, str.upper, lambda table, column: f"{table}/{column}")
    cards, edges = views.column(node, graph.upstream(node), graph.downstream(node))
    assert [card.title for card in cards.values()] == ["QUESTIONNAIRE", "RAW", "MART", "REPORT"]
    lines = cards["raw"].lines
    assert len(lines) == NAMED_MOST
    assert lines[-1] == Line(f"and {10 - NAMED_MOST + 1} more")
    assert {edge for edge in edges if edge[0] == "raw"} == {("raw", n, "mart", 0) for n in range(NAMED_MOST)}
    assert [line.is_meant for line in cards["mart"].lines] == [True]


def test_a_table_is_drawn_with_its_neighbours_only(graph):
    cards, edges = Views(graph, str, lambda table, column: table).table("raw")
    assert list(cards) == ["questionnaire", "raw", "mart"]
    assert edges == [("questionnaire", None, "raw", None), ("raw", None, "mart", None)]
