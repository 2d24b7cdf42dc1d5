"""Geometry made small: what borders share is stored once, and positions are whole steps of a degree.

The form is that of TopoJSON. Lines and rings are cut into arcs wherever neighbours part; an arc that several
features run along, in either direction, is kept once. ``resources/web/unpack.js`` puts them together again.
"""

import base64
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

POINT_STEPS_PER_DEGREE = 100_000
"""The five decimals that our geodata have; what comes with more is rounded to about a metre."""
LINE_STEPS_PER_DEGREE = 20_000
"""Corners of lines and borders are moved by up to three metres: on the map a fraction of a pixel, and little
beside the error of borders that are generalised at 1 : 1 million. What features share moves alike in all."""

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PackedFeatures:
    """Features of several layers and the arcs that they are made of."""

    index: dict[str, Any]
    """``scale`` and ``point_scale``: steps per degree; ``arc_sizes``: points per arc; ``layers``: per layer
    its features as ``[id, properties, geometry type, coordinates]``. In these an arc stands for the points
    along it: ``n`` is the n-th arc forwards, ``-1 - n`` the same backwards. Points are ``[x, y]``."""
    steps: bytes
    """x and y of each step along each arc; the first step of an arc leads from the first point of the one
    before. Signs are folded in (0, -1, 1, -2 … become 0, 1, 2, 3 …). Of all numbers the lowest bytes come
    first, then the second ones, and so on: the higher ones are nearly all zero and deflate to nothing."""


def pack_features(layers: Mapping[str, Sequence[Mapping[str, Any]]]) -> PackedFeatures:
    """Pack the GeoJSON features of all layers together, since units, areas and shores share borders.

    Parameters
    ----------
    layers
        GeoJSON features by layer id: lon/lat in degrees; a third coordinate is dropped.

    Raises
    ------
    ValueError
        A geometry is of another type than point, line, polygon or several of them.
    """
    junctions = _junctions(
        line for features in layers.values() for feature in features for line in _lines(feature["geometry"])
    )
    arcs = _Arcs(junctions)
    packed = {
        layer_id: [
            [
                feature["id"],
                feature["properties"],
                feature["geometry"]["type"],
                _packed_coordinates(feature["geometry"], arcs),
            ]
            for feature in features
        ]
        for layer_id, features in layers.items()
    }
    index = {
        "scale": LINE_STEPS_PER_DEGREE,
        "point_scale": POINT_STEPS_PER_DEGREE,
        "arc_sizes": arcs.sizes(),
        "layers": packed,
    }
    return PackedFeatures(index, arcs.steps())


def json_bytes(content: Any) -> bytes:
    """Return a value as JSON in UTF-8; half of a surrogate pair, as in a damaged file, becomes a ``?``."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def deflated(data: bytes) -> str:
    """Return bytes deflated and in base64: letters that no HTML parser takes for markup."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


class _Arcs:
    """The arcs found so far, each once."""

    def __init__(self, junctions: set[Point]) -> None:
        self._junctions = junctions
        self._numbers: dict[tuple[Point, ...], int] = {}

    def cut(self, points: list[Point]) -> list[int]:
        """Return the arcs that make up a line or ring."""
        inner = [i for i in range(1, len(points) - 1) if points[i] in self._junctions]
        ends = [0, *inner, max(len(points) - 1, 0)]
        return [self._number(tuple(points[a : b + 1])) for a, b in pairwise(ends)]

    def _number(self, arc: tuple[Point, ...]) -> int:
        backwards = self._numbers.get(arc[::-1])
        if backwards is not None:
            return -1 - backwards
        return self._numbers.setdefault(arc, len(self._numbers))

    def sizes(self) -> list[int]:
        """Return the number of points of each arc."""
        return [len(arc) for arc in self._numbers]

    def steps(self) -> bytes:
        """Return the steps as told at `PackedFeatures.steps`."""
        folded: list[int] = []
        start_x = start_y = 0
        for arc in self._numbers:
            x, y = start_x, start_y
            for next_x, next_y in arc:
                folded += (_folded(next_x - x), _folded(next_y - y))
                x, y = next_x, next_y
            start_x, start_y = arc[0] if arc else (start_x, start_y)
        return b"".join(bytes(number >> shift & 0xFF for number in folded) for shift in (0, 8, 16, 24))


def _folded(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _quantised(position: Sequence[float], steps_per_degree: int = LINE_STEPS_PER_DEGREE) -> Point:
    return round(position[0] * steps_per_degree), round(position[1] * steps_per_degree)


def _lines(geometry: Mapping[str, Any]) -> list[list[Point]]:
    """Return the lines and rings of a geometry in steps; points have none."""
    coordinates = geometry["coordinates"]
    match geometry["type"]:
        case "Point" | "MultiPoint":
            return []
        case "LineString":
            found = [coordinates]
        case "MultiLineString" | "Polygon":
            found = coordinates
        case "MultiPolygon":
            found = [ring for polygon in coordinates for ring in polygon]
        case other:
            raise ValueError(f"geometry of type {other}")
    return [[_quantised(position) for position in line] for line in found]


def _junctions(lines: Iterable[list[Point]]) -> set[Point]:
    """Return the points where lines must be cut so that whatever two of them share is a whole arc.

    These are the points that have other neighbours in one line than in another, and the first point of each
    line: cut there, a ring keeps its order of points, and unpacking gives the very coordinates that went in.
    """
    neighbours: dict[Point, set[frozenset[Point | None]]] = defaultdict(set)
    junctions: set[Point] = set()
    for line in lines:
        closed = len(line) > 1 and line[0] == line[-1]
        junctions.update(line[:1])
        for i, point in enumerate(line[:-1] if closed else line):
            before = line[i - 1] if i else line[-2] if closed else None
            after = line[i + 1] if i + 1 < len(line) else None
            neighbours[point].add(frozenset((before, after)))
    return junctions | {point for point, pairs in neighbours.items() if len(pairs) > 1}


def _packed_coordinates(geometry: Mapping[str, Any], arcs: _Arcs) -> list[Any]:
    coordinates = geometry["coordinates"]
    match geometry["type"]:
        case "Point":
            return list(_quantised(coordinates, POINT_STEPS_PER_DEGREE))
        case "MultiPoint":
            return [list(_quantised(position, POINT_STEPS_PER_DEGREE)) for position in coordinates]
        case "MultiPolygon":
            return [_cut_all(polygon, arcs) for polygon in coordinates]
        case "LineString":
            return _cut_all([coordinates], arcs)[0]
        case _:
            return _cut_all(coordinates, arcs)


def _cut_all(lines: Iterable[Sequence[Sequence[float]]], arcs: _Arcs) -> list[list[int]]:
    return [arcs.cut([_quantised(position) for position in line]) for line in lines]
