"""Lengths, areas, circles and buffers on the ellipsoid.

All lengths are those of geodesics of WGS-84 [1]_. What lies nearest on a line or border is looked for in an
azimuthal equidistant frame that is made of geodesics, too, centred close by: lengths from its centre are
exact, and others are good to 0.1 % within some 500 km. The length that is told is then measured on the
ellipsoid between the two points that were found.

.. [1] Karney C F F. Algorithms for geodesics. Journal of Geodesy, 2013, 87(1): 43-55.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ShapeArray = npt.NDArray[np.object_]

REFERENCE = "KARNEY C F F. Algorithms for geodesics[J]. Journal of Geodesy, 2013, 87(1): 43-55."
"""Where lengths and areas on the ellipsoid are published."""

GEOD = Geod(ellps="WGS84")

STEP_DEG = 0.02
"""Edges are straight in longitude and latitude (RFC 7946); pieces of some 2 km are geodesics as well."""
PIECE_KM = 50.0
"""A border is buffered in pieces of this length, each in a frame of its own."""
_EDGE_M = 5_000.0
"""Straight edges of a buffer in its frame are told by vertices this close, to stay where they are outside."""
_QUARTER = 45
"""Edges of a quarter of a circle: the chords lie within 0.015 % of the radius."""
_CELL_DEG = 1.0
"""Features within such a cell share a frame."""
_MEASURED_FROM_AFAR_DEG = 2.0
"""A feature wider than this is measured once more in a frame where it comes closest."""


class Frame:
    """A plane around a position: x metres east and y metres north of it, true to length from its centre."""

    def __init__(self, lon: float, lat: float) -> None:
        self._lon, self._lat = lon, lat

    def to_xy(self, lonlat: FloatArray) -> FloatArray:
        """Return n × 2 metres of n × 2 degrees."""
        n = len(lonlat)
        azimuths, _back, metres = GEOD.inv(
            np.full(n, self._lon), np.full(n, self._lat), lonlat[:, 0].copy(), lonlat[:, 1].copy()
        )
        turn = np.radians(azimuths)
        return np.column_stack((metres * np.sin(turn), metres * np.cos(turn)))

    def to_lonlat(self, xy: FloatArray) -> FloatArray:
        """Return n × 2 degrees of n × 2 metres."""
        n = len(xy)
        azimuths = np.degrees(np.arctan2(xy[:, 0], xy[:, 1]))
        lon, lat, _back = GEOD.fwd(
            np.full(n, self._lon), np.full(n, self._lat), azimuths, np.hypot(xy[:, 0], xy[:, 1])
        )
        return np.column_stack((lon, lat))

    def project(self, shapes: Any) -> Any:
        """Return a shape, or an array of shapes, of this plane."""
        return shapely.transform(shapes, self.to_xy)

    def unproject(self, shapes: Any) -> Any:
        """Return a shape, or an array of shapes, in degrees."""
        return shapely.transform(shapes, self.to_lonlat)


def lengths_km(lon: FloatArray, lat: FloatArray, to_lon: FloatArray, to_lat: FloatArray) -> FloatArray:
    """Return the n lengths between n pairs of positions."""
    _there, _back, metres = GEOD.inv(lon, lat, to_lon, to_lat)
    return np.asarray(metres, dtype=np.float64) / 1000.0


def line_km(line: BaseGeometry) -> float:
    """Return the length of a line."""
    return float(GEOD.geometry_length(_fine(line))) / 1000.0


def area_km2(shape: BaseGeometry) -> float:
    """Return the area of polygons; 0 for points and lines."""
    # What a mend or an intersection leaves may hold collections of polygons among lines.
    flat = shapely.get_parts(shapely.get_parts(shape))
    parts = [part for part in flat if part.geom_type == "Polygon" and not part.is_empty]
    metres2 = sum(
        GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(_fine(part)))[0] for part in parts
    )
    return float(metres2) / 1e6


def box_around(shape: BaseGeometry, km: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a box that holds all within some km of a shape, and little more."""
    west, south, east, north = shape.bounds
    # A degree of latitude has at least 110.57 km, one of longitude at least this much at the farther end.
    up = km / 110.5
    highest = max(abs(south - up), abs(north + up))
    # Round a pole lies every longitude.
    aside = km / (111.3 * np.cos(np.radians(highest))) if highest < 89.9 else 360.0
    return west - aside, south - up, east + aside, north + up


def circle(lon: float, lat: float, km: float, edges: int = 4 * _QUARTER) -> BaseGeometry:
    """Return the positions at a distance from one, as a polygon; its vertices lie exactly there."""
    lons, lats = _circles(np.array([lon]), np.array([lat]), km, edges)
    return shapely.polygons(np.column_stack((lons[0], lats[0])))


def circles(lon: FloatArray, lat: FloatArray, km: float, edges: int = 4 * _QUARTER) -> ShapeArray:
    """Return the circles around n positions."""
    lons, lats = _circles(lon, lat, km, edges)
    made: ShapeArray = shapely.polygons(np.stack((lons, lats), axis=2))
    return made


def _circles(lon: FloatArray, lat: FloatArray, km: float, edges: int) -> tuple[FloatArray, FloatArray]:
    # Against the clock, as RFC 7946 wants outer rings.
    azimuths = -np.linspace(0.0, 360.0, edges, endpoint=False)
    n = len(lon)
    lons, lats, _back = GEOD.fwd(
        np.repeat(lon, edges),
        np.repeat(lat, edges),
        np.tile(azimuths, n),
        np.full(n * edges, km * 1000.0),
    )
    lons, lats = np.asarray(lons).reshape(n, edges), np.asarray(lats).reshape(n, edges)
    return np.hstack((lons, lons[:, :1])), np.hstack((lats, lats[:, :1]))


def buffered(shape: BaseGeometry, km: float) -> BaseGeometry:
    """Return all that lies within some km of a shape.

    Notes
    -----
    Borders and lines are buffered in pieces of `PIECE_KM`, each in a frame of its own, and put together: so
    the error does not grow with the size of the shape.
    """
    made: list[BaseGeometry] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Point":
            made.append(circle(part.x, part.y, km))
            continue
        lines = shapely.get_parts(shapely.boundary(part)) if part.geom_type == "Polygon" else [part]
        made += [_piece_buffered(piece, km) for line in lines for piece in _pieces(line)]
        if part.geom_type == "Polygon":
            made.append(part)
    return shapely.union_all(made)


def _pieces(line: BaseGeometry) -> Iterator[FloatArray]:
    vertices = shapely.get_coordinates(_fine(line))
    steps = lengths_km(vertices[:-1, 0], vertices[:-1, 1], vertices[1:, 0], vertices[1:, 1])
    numbers = (np.concatenate(([0.0], np.cumsum(steps)))[:-1] // PIECE_KM).astype(int)
    for number in np.unique(numbers):
        at = np.flatnonzero(numbers == number)
        yield vertices[at[0] : at[-1] + 2]


def _piece_buffered(vertices: FloatArray, km: float) -> BaseGeometry:
    lon, lat = vertices[len(vertices) // 2]
    frame = Frame(float(lon), float(lat))
    flat = shapely.buffer(frame.project(shapely.linestrings(vertices)), km * 1000.0, quad_segs=_QUARTER)
    return frame.unproject(shapely.segmentize(flat, _EDGE_M))


def sound_areas(shapes: ShapeArray) -> tuple[ShapeArray, BoolArray]:
    """Return shapes with polygons mended whose borders cross themselves, and which these were.

    What has no ground at all becomes empty; lines and points stay as they are.
    """
    broken = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_valid(shapes)
    if not broken.any():
        return shapes, broken
    mended = shapes.copy()
    # Nothing but ground: spikes that are mere lines would make a collection of it.
    mended[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return mended, broken


def _fine(shape: Any) -> Any:
    return shapely.segmentize(shape, STEP_DEG)


@dataclass(frozen=True)
class Reached:
    """How far features are from a shape, and where they come closest; m of them."""

    at: IntArray
    """Which of the features that were asked about; ascending."""
    km: FloatArray
    """0 for those that touch the shape, or lie in it."""
    start: FloatArray
    """M × 2 degrees, on the shape."""
    end: FloatArray
    """M × 2 degrees, on the feature."""
    edge: IntArray
    """The edge of the shape's outline that comes closest, as `Outline` counts them; 0 for a point."""


@dataclass(frozen=True)
class Outline:
    """Points, lines and borders of a shape as short edges, in degrees."""

    parts: IntArray
    """N numbers: which line or border each edge belongs to."""
    starts: FloatArray
    """N × 2 degrees."""
    ends: FloatArray
    """N × 2 degrees; those of a point are its starts."""

    @classmethod
    def of(cls, shape: BaseGeometry) -> Outline:
        """Take a shape to pieces."""
        parts, starts, ends = [], [], []
        lines: list[BaseGeometry] = []
        for part in shapely.get_parts(shape):
            is_area = part.geom_type == "Polygon"
            lines += list(shapely.get_parts(shapely.boundary(part))) if is_area else [part]
        for number, line in enumerate(lines):
            vertices = shapely.get_coordinates(_fine(line))
            first, second = (vertices, vertices) if len(vertices) == 1 else (vertices[:-1], vertices[1:])
            parts.append(np.full(len(first), number, dtype=np.int64))
            starts.append(first)
            ends.append(second)
        return cls(np.concatenate(parts), np.concatenate(starts), np.concatenate(ends))

    def start_km(self) -> FloatArray:
        """Return how far along its line each edge begins."""
        steps = lengths_km(self.starts[:, 0], self.starts[:, 1], self.ends[:, 0], self.ends[:, 1])
        before = np.concatenate(([0.0], np.cumsum(steps)[:-1]))
        first = np.searchsorted(self.parts, self.parts, side="left")
        return before - before[first]


def reach(shape: BaseGeometry, features: ShapeArray, limit_km: float = np.inf) -> Reached:
    """Measure how far features are from a shape.

    Parameters
    ----------
    shape
        Points, lines or polygons, in degrees; what lies in a polygon is 0 km away.
    features
        n shapes, in degrees; None for those that are nowhere.
    limit_km
        Whatever is farther is left out.
    """
    at = np.flatnonzero(~(shapely.is_missing(features) | shapely.is_empty(features)))
    if np.isfinite(limit_km) and at.size:
        west, south, east, north = box_around(shape, limit_km)
        bounds = shapely.bounds(features[at])
        near = np.zeros(at.size, dtype=bool)
        # Beyond 180° the numbers begin anew.
        for turn in (-360.0, 0.0, 360.0):
            near |= (bounds[:, 0] + turn <= east) & (bounds[:, 2] + turn >= west)
        at = at[near & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)]
    count = len(at)
    if not count:
        nothing = np.zeros(0, dtype=np.int64)
        return Reached(nothing, np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2)), nothing)
    shapes = features[at]
    single = shape.geom_type == "Point"
    outline = Outline.of(shape)
    shapely.prepare(shape)
    touching = shapely.intersects(shape, shapes)
    bounds = shapely.bounds(shapes)
    middles = np.column_stack((bounds[:, 0] + bounds[:, 2], bounds[:, 1] + bounds[:, 3])) / 2.0
    start, end, edge = middles.copy(), middles.copy(), np.zeros(count, dtype=np.int64)
    is_point = shapely.get_type_id(shapes) == 0
    # A point in an area is where it is: no border has to be found for it.
    open_rows = np.flatnonzero(~(touching & is_point & (shapely.area(shape) > 0.0)))
    fine = shapes.copy()
    fine[~is_point] = _fine(shapes[~is_point])
    for rows, frame in _frames(shape, single, middles[open_rows]):
        these = open_rows[rows]
        start[these], end[these], edge[these] = _closest(outline, fine[these], frame)
    wide = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > _MEASURED_FROM_AFAR_DEG
    if not single:
        for row in np.flatnonzero(wide):
            only = slice(row, row + 1)
            frame = Frame(*(float(each) for each in end[row]))
            start[only], end[only], edge[only] = _closest(outline, fine[only], frame)
    km = lengths_km(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    km[touching] = 0.0
    kept = km <= limit_km
    return Reached(at[kept], km[kept], start[kept], end[kept], edge[kept])


def _frames(shape: BaseGeometry, is_point: bool, middles: FloatArray) -> Iterator[tuple[IntArray, Frame]]:
    """Yield rows of features with the frame to measure them in."""
    if is_point:
        # From the centre of a frame every length is exact, however far.
        yield np.arange(len(middles)), Frame(shape.x, shape.y)
        return
    cells = np.floor(middles / _CELL_DEG).astype(np.int64)
    distinct, cell_of = np.unique(cells, axis=0, return_inverse=True)
    cell_of = cell_of.reshape(-1)
    order = np.argsort(cell_of, kind="stable")
    borders = np.searchsorted(cell_of[order], np.arange(len(distinct) + 1))
    for number, (x, y) in enumerate(distinct):
        rows = order[borders[number] : borders[number + 1]]
        yield rows, Frame((x + 0.5) * _CELL_DEG, float(np.clip((y + 0.5) * _CELL_DEG, -89.9, 89.9)))


def _closest(outline: Outline, shapes: ShapeArray, frame: Frame) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return where edges and shapes come closest to each other, on both, and the edges."""
    starts, ends = frame.to_xy(outline.starts), frame.to_xy(outline.ends)
    edges = shapely.linestrings(np.stack((starts, ends), axis=1))
    dots = (outline.starts == outline.ends).all(axis=1)
    if dots.any():
        edges[dots] = shapely.points(starts[dots])
    flat = frame.project(shapes)
    if len(edges) == 1:
        nearest = np.zeros(len(flat), dtype=np.int64)
    else:
        tree = shapely.STRtree(edges)
        pairs = tree.query_nearest(flat, all_matches=False)
        nearest = np.asarray(pairs[1], dtype=np.int64)
    links = shapely.get_coordinates(shapely.shortest_line(edges[nearest], flat)).reshape(-1, 2, 2)
    return frame.to_lonlat(links[:, 0]), frame.to_lonlat(links[:, 1]), nearest
