"""Areas that rows are counted in: units, places of policy, hexagons, a user's own polygons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _, language
from jjjmap.layers.style import Geometry
from jjjmap.layers.tables.cells import plain_text
from jjjmap.layers.unit_names import holds

if TYPE_CHECKING:
    from jjjmap.analysis.running import InputLayer
    from jjjmap.layers.boundaries import UnitIndex

FloatArray = npt.NDArray[np.float64]
ShapeArray = npt.NDArray[np.object_]

HEX_FRAME = "+proj=laea +lat_0=39 +lon_0=116 +datum=WGS84 +units=m +no_defs"
"""Lambert azimuthal equal-area, centred on the region and the same for every box: so ids are stable."""
MAX_HEXES = 200_000

_LEAST_OVERLAP_KM2 = 1e-3
"""What is less comes of the rounding of common borders: a thousand square metres."""
_MOST_TOLD = 5
_MOST_OVERLAPS = 1_000
"""So many pairs are measured: of thousands of areas that lie in a heap there are millions."""
_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Areas:
    """N areas that rows are counted in; can be sent to another process."""

    ids: tuple[str, ...]
    """Each once."""
    names_zh: tuple[str, ...]
    names_en: tuple[str, ...]
    shapes: ShapeArray
    """N polygons, EPSG:4326, lon/lat in degrees."""
    is_partition: bool
    """No two overlap: a point on a common border counts once, in the area with the greatest id."""
    source_ids: tuple[str, ...] = ()
    note: str = ""
    """What has to be said of the borders, as a sentence."""

    def __len__(self) -> int:
        return len(self.ids)

    def name(self, at: int, language: Language) -> str:
        """Return the name of an area in a language."""
        return (self.names_zh if language is Language.ZH else self.names_en)[at]

    def km2(self) -> FloatArray:
        """Return n geodesic areas in km² (WGS-84)."""
        return np.array([_km2(shape) for shape in self.shapes], dtype=np.float64)


def unit_areas(level: str, units: UnitIndex, catalogue: Catalogue) -> Areas:
    """Return the units of a level: ``counties``, ``cities`` or ``provinces``; else a ValueError."""
    found = sorted(units.of_level(level), key=lambda unit: unit.code)
    places = [catalogue.places.get(unit.code) for unit in found]
    named = [place.name_en if place is not None and place.name_en else "" for place in places]
    return Areas(
        tuple(unit.code for unit in found),
        tuple(unit.name_zh for unit in found),
        tuple(name or unit.name_zh for name, unit in zip(named, found, strict=True)),
        _array([units.shape_of(unit.code) for unit in found]),
        True,
        _sources(place for place in places if place is not None),
        _("行政区边界经过概化，离真实边界可差约 500 米；紧靠边界的行可能算到邻近的单位。"),
    )


def place_areas(kinds: Sequence[PlaceKind], catalogue: Catalogue, units: UnitIndex) -> Areas:
    """Return places of policy that are told by units (wings, zones, circles …).

    Parameters
    ----------
    kinds
        Which kinds of places.

    Returns
    -------
    Areas
        The union of the units of each place. Places that are no more than a point, or name a unit whose
        borders are not known, are left out; the note names them.
    """
    wanted = [place for place in catalogue.places.values() if place.kind in kinds]
    told: list[Place] = []
    left_out: list[Place] = []
    for place in sorted(wanted, key=lambda place: place.id):
        codes = _codes_of(place)
        # The units of an airport across a border only say where it is.
        is_area = bool(codes) and place.precision not in (Precision.SITE, Precision.TOWN)
        (told if is_area and all(code in units for code in codes) else left_out).append(place)
    counties = [_counties_of(place, units) for place in told]
    is_partition = sum(map(len, counties)) == len(set().union(*counties))
    notes = [_("地点的范围由所列行政区拼成，只表示大致范围，不是划定的界线。")]
    if left_out:
        names = _("、").join(place.name(language()) for place in left_out)
        notes.append(_("有 {n} 个地点没有范围，没有统计：{names}。").format(n=len(left_out), names=names))
    return Areas(
        tuple(place.id for place in told),
        tuple(place.name_zh for place in told),
        tuple(place.name_en or place.name_zh for place in told),
        _array([shapely.union_all([units.shape_of(code) for code in _codes_of(place)]) for place in told]),
        is_partition,
        _sources(told),
        " ".join(notes),
    )


def hex_areas(bounds: tuple[float, float, float, float], km: float) -> Areas:
    """Return all hexagons that reach into a box.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    km
        Width of a hexagon from side to side, in `HEX_FRAME`; there all have the same area, √3/2 · km².

    Returns
    -------
    Areas
        Ids ``h<km>:<q>:<r>``: axial coordinates counted from 116°E 39°N, the same wherever the box is. The
        names say where the centres are.

    Raises
    ------
    AnalysisImpossible
        There would be more than `MAX_HEXES`, or the box or the width is none.
    """
    west, south, east, north = bounds
    if not (np.isfinite([*bounds, km]).all() and km > 0 and west <= east and south <= north):
        raise _impossible("hexes-impossible", _("六边形的宽度或范围不是有效的数。"), "")
    to_frame, to_degrees = _transformers()
    # The edges of the box are curves in the frame.
    edge = shapely.segmentize(
        shapely.box(west, south, east, north), max(east - west, north - south, 1e-6) / 64
    )
    corners = shapely.get_coordinates(edge)
    x, y = to_frame.transform(corners[:, 0], corners[:, 1])
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise _impossible("hexes-impossible", _("六边形的宽度或范围不是有效的数。"), "")
    width = km * 1000.0
    step = width * np.sqrt(3.0) / 2.0
    low, high = np.floor(y.min() / step) - 1, np.ceil(y.max() / step) + 1
    left, right = np.floor(x.min() / width) - 1, np.ceil(x.max() / width) + 1
    # Before any are made: the box may be large and the hexagons small.
    if (high - low + 1) * (right - left + 2) > 2 * MAX_HEXES:
        raise _too_many_hexes()
    r, across = (each.ravel() for each in np.mgrid[int(low) : int(high) + 1, int(left) : int(right) + 2])
    # Axial coordinates: q along the row, which starts half a width further right with every r.
    q = across - np.floor_divide(r, 2)
    # Corners on a lattice of sixths, so that neighbours share them bit for bit.
    thirds = np.array([(1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1)])
    column = (2 * q + r)[:, None] + thirds[:, 0]
    row = (3 * r)[:, None] + thirds[:, 1]
    lon, lat = to_degrees.transform((column * (width / 2.0)).ravel(), (row * (step / 3.0)).ravel())
    rings = np.stack([np.asarray(lon).reshape(-1, 6), np.asarray(lat).reshape(-1, 6)], axis=-1)
    shapes = shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))
    # A hexagon that does not fit on the globe has corners nowhere.
    fits = np.isfinite(rings).all(axis=(1, 2))
    there = shapely.intersects(shapely.box(west, south, east, north), shapes) & fits
    if not there.any():
        raise _impossible("hexes-impossible", _("六边形的宽度或范围不是有效的数。"), "")
    if int(there.sum()) > MAX_HEXES:
        raise _too_many_hexes()
    q, r = q[there], r[there]
    pairs = zip(q.tolist(), r.tolist(), strict=True)
    ids = [f"h{km:g}:{at_q}:{at_r}" for at_q, at_r in pairs]
    centres = to_degrees.transform((2 * q + r) * (width / 2.0), r * step)
    # So many that no two centres read alike: 0.01° is about a kilometre.
    decimals = max(2, 2 + int(np.ceil(np.log10(2.0 / km))))
    names = tuple(_position_name(float(lon), float(lat), decimals) for lon, lat in zip(*centres, strict=True))
    return Areas(
        tuple(ids),
        names,
        names,
        shapes[there],
        True,
        (),
        _("六边形在以 116°E、39°N 为中心的兰伯特方位等积投影里等宽等面积，对边相距 {km} 公里。").format(
            km=f"{km:g}"
        ),
    )


def _position_name(lon: float, lat: float, decimals: int) -> str:
    east, north = "W" if lon < 0 else "E", "S" if lat < 0 else "N"
    return f"{abs(lon):.{decimals}f}°{east} {abs(lat):.{decimals}f}°{north}"


def layer_areas(layer: InputLayer, name_column: str) -> tuple[Areas, tuple[Finding, ...]]:
    """Return the shown polygons of a user's layer, and what is doubtful about them.

    Parameters
    ----------
    name_column
        Whose values are the names; empty to call them by the numbers of their rows.

    Returns
    -------
    tuple
        The areas, with the numbers of their rows (from 1) as ids; and findings: rows left out, shapes that
        were mended, overlaps and gaps and where they are. With overlaps `Areas.is_partition` is False.

    Raises
    ------
    AnalysisImpossible
        The layer has no polygon.
    """
    if layer.table.geometry is not Geometry.POLYGON:
        raise _no_polygons(layer.title)
    rows = np.arange(len(layer.table)) if layer.shown is None else np.flatnonzero(layer.shown)
    shapes: ShapeArray = layer.table.shapes[rows]
    findings: list[Finding] = []
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if broken.any():
        shapes = shapes.copy()
        shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        message = _("有 {n} 个面的边界自相交或有别的毛病，已修好再用（第 {rows} 行）。")
        findings.append(
            Finding(
                Severity.WARNING,
                "areas-mended",
                layer.title,
                message.format(n=int(broken.sum()), rows=_row_words(rows[broken])),
                _("请对照原图看看这些面是否仍是想要的样子。"),
            )
        )
    usable = shapely.area(shapes) > 0
    if not usable.all():
        message = _("有 {n} 行没有面或面积为零，没有用来统计（第 {rows} 行）。")
        findings.append(
            Finding(
                Severity.WARNING,
                "areas-empty",
                layer.title,
                message.format(n=int((~usable).sum()), rows=_row_words(rows[~usable])),
            )
        )
    rows, shapes = rows[usable], shapes[usable]
    if not len(rows):
        raise _no_polygons(layer.title)
    names = _names(layer, rows, name_column)
    overlaps = _overlaps(shapes)
    findings += _overlap_findings(layer.title, names, overlaps)
    findings += _gap_findings(layer.title, shapes)
    width = len(str(len(layer.table)))
    # Of one length, so that the greatest id is that of the last row.
    ids = tuple(f"{row + 1:0{width}d}" for row in rows.tolist())
    return Areas(ids, names, names, shapes, not overlaps), tuple(findings)


def _names(layer: InputLayer, rows: npt.NDArray[np.int64], column: str) -> tuple[str, ...]:
    numbered = [_("第 {n} 行").format(n=row + 1) for row in rows.tolist()]
    if not column:
        return tuple(numbered)
    values = layer.table.attributes.column(column).take(rows).to_pylist()
    return tuple(plain_text(value) or number for value, number in zip(values, numbered, strict=True))


def _overlaps(shapes: ShapeArray) -> list[tuple[float, int, int, float, float]]:
    """Return pairs of areas that overlap, the largest first: km², numbers of both, lon and lat within.

    When `_MOST_OVERLAPS` are found, no more are looked for.
    """
    tree = shapely.STRtree(shapes)
    shapely.prepare(shapes)
    found: list[tuple[float, int, int, float, float]] = []
    start, step = 0, _AT_ONCE
    while start < len(shapes) and len(found) < _MOST_OVERLAPS:
        first, second = tree.query(shapes[start : start + step])
        first += start
        pairs = first < second
        first, second = first[pairs], second[pairs]
        if len(first) > 2 * _MOST_OVERLAPS and step > 1:
            # In a heap fewer areas at once come to as many pairs.
            step = max(1, step // 4)
            continue
        start += step
        # Most pairs merely touch: to tell that is much quicker than to cut one out of the other.
        meets = shapely.intersects(shapes[first], shapes[second])
        meets[meets] = ~shapely.touches(shapes[first[meets]], shapes[second[meets]])
        first, second = first[meets], second[meets]
        common = shapely.intersection(shapes[first], shapes[second])
        for one, other, shape in zip(first.tolist(), second.tolist(), common, strict=True):
            km2 = _km2(shape)
            if km2 >= _LEAST_OVERLAP_KM2:
                point = shapely.point_on_surface(shape)
                found.append((km2, one, other, float(point.x), float(point.y)))
    return sorted(found, key=lambda each: (-each[0], each[1], each[2]))


def _overlap_findings(
    title: str, names: tuple[str, ...], overlaps: list[tuple[float, int, int, float, float]]
) -> list[Finding]:
    if not overlaps:
        return []
    pairs = _("；").join(
        _("“{one}”与“{other}”（{lon}，{lat} 附近，{km2} 平方公里）").format(
            one=names[one], other=names[other], lon=f"{lon:.4f}", lat=f"{lat:.4f}", km2=f"{km2:.3g}"
        )
        for km2, one, other, lon, lat in overlaps[:_MOST_TOLD]
    )
    message = _("有 {n} 对面互相重叠：{pairs}。落在重叠处的行在每个面里各算一次，合计会多于行数。")
    if len(overlaps) >= _MOST_OVERLAPS:
        message = _("至少有 {n} 对面互相重叠，例如：{pairs}。落在重叠处的行在每个面里各算一次。")
    return [
        Finding(
            Severity.WARNING,
            "areas-overlap",
            title,
            message.format(n=len(overlaps), pairs=pairs),
            _("如果不该重叠，请先在原图里改正边界。"),
        )
    ]


def _gap_findings(title: str, shapes: ShapeArray) -> list[Finding]:
    """Return what is enclosed by the areas and belongs to none of them."""
    whole = shapely.union_all(shapes)
    parts = shapely.get_parts(whole)
    rings = [ring for part in parts for ring in shapely.get_rings(part)[1:]]
    holes = [shapely.polygons(ring) for ring in rings]
    # An island in the hole of another area is covered.
    gaps = [shapely.difference(hole, whole) for hole in holes]
    sized = sorted(((_km2(gap), at) for at, gap in enumerate(gaps)), reverse=True)
    sized = [(km2, at) for km2, at in sized if km2 >= _LEAST_OVERLAP_KM2]
    if not sized:
        return []
    points = [(km2, shapely.point_on_surface(gaps[at])) for km2, at in sized[:_MOST_TOLD]]
    places = _("；").join(
        _("{lon}，{lat} 附近（{km2} 平方公里）").format(
            lon=f"{point.x:.4f}", lat=f"{point.y:.4f}", km2=f"{km2:.3g}"
        )
        for km2, point in points
    )
    message = _("面之间有 {n} 处空隙：{places}。落在空隙里的行算作“不在任何面内”。")
    return [
        Finding(
            Severity.WARNING,
            "areas-gap",
            title,
            message.format(n=len(sized), places=places),
            _("如果不该有空隙，请先在原图里改正边界。"),
        )
    ]


def _row_words(rows: npt.NDArray[np.int64]) -> str:
    told = _("、").join(str(row + 1) for row in rows[:_MOST_TOLD].tolist())
    return told if len(rows) <= _MOST_TOLD else _("{rows} 等").format(rows=told)


def _codes_of(place: Place) -> tuple[str, ...]:
    return (place.id,) if place.kind.is_unit else place.area_adcodes


def _counties_of(place: Place, units: UnitIndex) -> set[str]:
    return {unit.code for unit in units.counties if any(holds(code, unit.code) for code in _codes_of(place))}


def _sources(places: Any) -> tuple[str, ...]:
    return tuple(sorted({source for place in places for source in place.source_ids}))


def _array(shapes: Sequence[Any]) -> ShapeArray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def _km2(shape: Any) -> float:
    from jjjmap.analysis.nearby.geodesy import area_km2

    return area_km2(shape)


def coverage(shapes: ShapeArray) -> float:
    """Return how many boxes of areas lie on each other, on average over the box of all."""
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return 1.0
    width, height = np.maximum(bounds[:, 2:].max(axis=0) - bounds[:, :2].min(axis=0), 1e-9)
    sizes = (bounds[:, 2] - bounds[:, 0]) / width * (bounds[:, 3] - bounds[:, 1]) / height
    return max(1.0, float(sizes.sum()))


def _transformers() -> tuple[Any, Any]:
    from pyproj import Transformer

    return (
        Transformer.from_crs("EPSG:4326", HEX_FRAME, always_xy=True),
        Transformer.from_crs(HEX_FRAME, "EPSG:4326", always_xy=True),
    )


def _impossible(code: str, message: str, hint: str) -> AnalysisImpossible:
    return AnalysisImpossible(Finding(Severity.ERROR, code, "", message, hint))


def _too_many_hexes() -> AnalysisImpossible:
    message = _("这么小的六边形在这个范围里超过 {n} 个，没有统计。").format(n=f"{MAX_HEXES:,}")
    return _impossible("hexes-too-many", message, _("请把六边形放大，或缩小范围。"))


def _no_polygons(title: str) -> AnalysisImpossible:
    message = _("“{title}”里没有可用的面，不能当作统计区域。").format(title=title)
    return AnalysisImpossible(
        Finding(Severity.ERROR, "areas-none", title, message, _("请选一个面图层，例如园区范围或网格。"))
    )
