"""Where the boxes of a drawing stand: layers as columns, boxes of a layer one below the other, few crossings.

Belongs here: places, from boxes and the edges between them; pure arithmetic. Does not belong here: what a box is
(``views.py``), strokes (``drawing.py``).

A layer whose boxes are made of each other gets several columns. In each column boxes are sorted by the mean place of
their neighbours (barycentre), to and fro, and then moved towards them as far as the boxes between allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# at most so many; mostly three or four are enough
SWEEPS = 12
GAP_ACROSS, GAP_BELOW, GAP_OF_LAYERS = 56, 10, 28


@dataclass(frozen=True)
class Box:
    """What is to be placed: its layer (a position from the left), its size."""

    layer: int
    width: int
    height: int


@dataclass(frozen=True)
class Placed:
    """Left upper corner of each box, left and right edge of each layer that has boxes, and the size of it all."""

    at: Mapping[str, tuple[float, float]]
    layers: Mapping[int, tuple[float, float]]
    width: float
    height: float


def place(boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]]) -> Placed:
    """The places. Edges lead from left to right; within a layer they must have no circle."""
    columns = _columns(boxes, edges)
    beside: dict[str, list[str]] = {name: [] for name in boxes}
    for source, target in edges:
        if source != target:
            beside[source].append(target)
            beside[target].append(source)
    middles = _ordered(columns, boxes, beside)
    lefts, layers, right = _across(columns, boxes)
    top = min((middle - boxes[name].height / 2 for name, middle in middles.items()), default=0.0)
    at = {name: (lefts[name], middles[name] - boxes[name].height / 2 - top) for name in boxes}
    height = max((y + boxes[name].height for name, (_, y) in at.items()), default=0.0)
    return Placed(at, layers, right, height)


def _columns(boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]]) -> dict[tuple[int, int], list[str]]:
    """Boxes by layer and by how many boxes of the layer they are made of, one after the other."""
    within: dict[str, list[str]] = {name: [] for name in boxes}
    for source, target in edges:
        if source != target and boxes[source].layer == boxes[target].layer:
            within[target].append(source)
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            depths[name] = 0  # an edge back into a circle counts for nothing
            depths[name] = max((depth(source) + 1 for source in within[name]), default=0)
        return depths[name]

    columns: dict[tuple[int, int], list[str]] = {}
    for name, box in boxes.items():
        columns.setdefault((box.layer, depth(name)), []).append(name)
    return dict(sorted(columns.items()))


def _ordered(
    columns: Mapping[tuple[int, int], list[str]], boxes: Mapping[str, Box], beside: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """The middle of each box, as a height."""
    middles: dict[str, float] = {}
    for names in columns.values():
        _stack(names, boxes, middles, {})
    for sweep in range(SWEEPS):
        is_settled = sweep > 0
        for names in list(columns.values())[:: -1 if sweep % 2 else 1]:
            wanted = {
                name: sum(middles[other] for other in beside[name]) / len(beside[name])
                for name in names
                if beside[name]
            }
            # one without neighbours stays where it is
            ordered = sorted(names, key=lambda name: wanted.get(name, middles[name]))
            is_settled = is_settled and ordered == names
            names[:] = ordered
            _stack(names, boxes, middles, wanted)
        if is_settled:
            break
    return middles


def _stack(
    names: Sequence[str], boxes: Mapping[str, Box], middles: dict[str, float], wanted: Mapping[str, float]
) -> None:
    """Put boxes below each other without overlap, as near as possible to where they want to be."""
    tops: list[float] = []
    below = float("-inf")
    for name in names:
        height = boxes[name].height
        top = max(below, wanted.get(name, middles.get(name, 0.0)) - height / 2) if wanted or tops else 0.0
        tops.append(top)
        below = top + height + GAP_BELOW
    if wanted and tops:
        # those that were pushed down all lie too low: the column goes up by half of it
        off = [t + boxes[n].height / 2 - wanted[n] for t, n in zip(tops, names, strict=True) if n in wanted]
        shift = sum(off) / len(off)
        tops = [top - shift for top in tops]
    middles.update({name: top + boxes[name].height / 2 for name, top in zip(names, tops, strict=True)})


def _across(
    columns: Mapping[tuple[int, int], list[str]], boxes: Mapping[str, Box]
) -> tuple[dict[str, float], dict[int, tuple[float, float]], float]:
    lefts: dict[str, float] = {}
    layers: dict[int, tuple[float, float]] = {}
    x, last = 0.0, None
    for (layer, _), names in columns.items():
        if last is not None:
            x += GAP_ACROSS + (GAP_OF_LAYERS if layer != last else 0)
        width = max(boxes[name].width for name in names)
        lefts |= dict.fromkeys(names, x)
        layers[layer] = (layers.get(layer, (x, x))[0], x + width)
        x, last = x + width, layer
    return lefts, layers, x
