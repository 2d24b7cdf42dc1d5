"""The two maps of a briefing: where the place lies in the region, and what lies around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import cos, radians

import shapely

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision
from jjjmap.export.briefing.records import BriefingMaps
from jjjmap.export.marks import Audience
from jjjmap.export.renderer import Cancelled, Renderer, Sheet
from jjjmap.i18n import Language
from jjjmap.layers.boundaries import UnitIndex
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.layers.members import class_value, drawn_places, draws
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.snapshot import REGION_BOUNDS, Bounds, MapSnapshot

MAPS_MM = 184.0
"""Width of both maps on the page, with the gap between them."""
GAP_MM = 2.5
USUAL_HEIGHT_MM = 54.0
MOST_HEIGHT_MM = 105.0
"""Height of the maps where little else is to be said."""
_LOCATOR_ASPECT = 41.5 / 54
_LEGEND_MM = 42.5
"""Width of what stands beside the map of the whole region."""

_LOCATOR_LAYERS = frozenset({"sea", "neighbours", "cities", "provinces"})
"""Counties would be a grey net at this size, and most of the work of drawing and printing it."""
_GROUND_LAYERS = frozenset(
    {"sea", "neighbours", "counties", "cities", "provinces", "rivers", "lakes", "expressways", "railways"}
)
_POLICY_LAYERS = frozenset({"wings", "zones", "platforms", "ports", "port_areas", "airports"})
"""Drawn around a place where one of their places lies there: the legend has no row for what is not seen."""

_REGION_LAYERS = frozenset({"wings", "zones"})

_LOCATOR_SCALE = 0.62
_DETAIL_SCALE = 0.72

_KM_PER_DEGREE = 111.32
_REACH_KM = {Precision.SITE: 16.0, Precision.TOWN: 20.0, Precision.COUNTY: 28.0}
"""How far a map around a point reaches to the north and south: the less is known, the farther."""
_MARGIN = 0.16
"""Room around an area, as a part of its size."""
_LEAST_KM = 12.0
_MOST_DEGREES = 4.0
"""What is larger is shown with the whole region."""


def draw_maps(
    catalogue: Catalogue,
    place_id: str,
    language: Language,
    renderer: Renderer,
    *,
    height_mm: float = USUAL_HEIGHT_MM,
    audience: Audience = Audience.INTERNAL,
    cancelled: Cancelled = lambda: False,
) -> BriefingMaps:
    """Draw both maps of a place.

    Parameters
    ----------
    height_mm
        Of both, as they stand on the page.

    Returns
    -------
    BriefingMaps
        Two empty texts for a place that no source puts anywhere. What is shown with the whole region needs no
        second map that says where in the region it lies.

    Raises
    ------
    KeyError
        The catalogue has no such place.
    RenderingStopped, RenderingFailed
        As for `Renderer.map_svg`.
    """
    place = catalogue.places[place_id]
    detail = detail_map(place, catalogue, language, audience)
    if detail is None:
        return BriefingMaps("", "")

    def drawn(snapshot: MapSnapshot, sheet: Sheet, size_mm: tuple[float, float]) -> str:
        sized = replace(sheet, width_mm=size_mm[0], height_mm=size_mm[1])
        return renderer.map_svg(snapshot, sized, cancelled=cancelled)

    locator_mm, detail_mm = map_sizes(place, height_mm)
    locator = drawn(*locator_map(place, language, audience), locator_mm) if locator_mm else ""
    return BriefingMaps(locator, drawn(*detail, detail_mm))


def blank_maps(place: Place) -> BriefingMaps:
    """Return empty pictures as large as the maps of a place usually are."""
    if bounds_around(place) is None:
        return BriefingMaps("", "")
    locator_mm, detail_mm = map_sizes(place, USUAL_HEIGHT_MM)
    return BriefingMaps(_blank(locator_mm) if locator_mm else "", _blank(detail_mm))


def _blank(size_mm: tuple[float, float]) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_mm[0]}mm" height="{size_mm[1]}mm"/>'


def map_sizes(place: Place, height_mm: float) -> tuple[tuple[float, float] | None, tuple[float, float]]:
    """Return width and height of the locator, None where it would show the same, and of the detail map."""
    across = round(height_mm * _LOCATOR_ASPECT, 1)
    if bounds_around(place) == REGION_BOUNDS:
        return None, (across + _LEGEND_MM, height_mm)
    return (across, height_mm), (MAPS_MM - GAP_MM - across, height_mm)


def locator_map(place: Place, language: Language, audience: Audience) -> tuple[MapSnapshot, Sheet]:
    """Return the map of the whole region with the place marked."""
    views = tuple(
        LayerView(_drawn(layer), layer.id in _LOCATOR_LAYERS, layer.opacity) for layer in SHIPPED_LAYERS
    )
    return (
        # Marked, not chosen: the name of what is chosen would be written across the small map.
        MapSnapshot(views, language, REGION_BOUNDS, highlighted_ids=(place.id,)),
        _sheet((41.5, USUAL_HEIGHT_MM), audience, _LOCATOR_SCALE, has_parts=False),
    )


def detail_map(
    place: Place, catalogue: Catalogue, language: Language, audience: Audience
) -> tuple[MapSnapshot, Sheet] | None:
    """Return the map around a place; None for one that is nowhere."""
    bounds = bounds_around(place)
    if bounds is None:
        return None
    visible = set(_GROUND_LAYERS)
    wanted = _POLICY_LAYERS
    if bounds == REGION_BOUNDS:
        # So small, the whole region has no room for symbols, and counties would be a grey net.
        wanted = _REGION_LAYERS
        visible.remove("counties")
    views = []
    for layer in SHIPPED_LAYERS:
        if layer.id in wanted or draws(layer, place, catalogue):
            seen = [each for each in drawn_places(layer, catalogue) if _meets(each, bounds)]
            if seen:
                visible.add(layer.id)
                layer = _with_classes_of(layer, seen, catalogue)
        views.append(LayerView(_drawn(layer), layer.id in visible, layer.opacity))
    return (
        MapSnapshot(tuple(views), language, bounds, place.id),
        _sheet((140.0, USUAL_HEIGHT_MM), audience, _DETAIL_SCALE, has_parts=True),
    )


def _meets(place: Place, bounds: Bounds) -> bool:
    """Whether something of a place is within a box."""
    box = _area_bounds(place)
    if box is None:
        if place.lon is None or place.lat is None:
            return False
        box = (place.lon, place.lat, place.lon, place.lat)
    west, south, east, north = box
    return west <= bounds.east and east >= bounds.west and south <= bounds.north and north >= bounds.south


def _with_classes_of(layer: Layer, places: Sequence[Place], catalogue: Catalogue) -> Layer:
    """Return a layer with the classes of some places only, for a legend that tells what is seen."""
    style = layer.style
    if not style.attribute:
        return layer
    used = {style.class_for(class_value(place, catalogue)).value for place in places}
    classes = tuple(symbol for symbol in style.classes if symbol.value in used)
    return replace(layer, style=replace(style, classes=classes or style.classes))


def bounds_around(place: Place) -> Bounds | None:
    """Return the box that shows a place with its surroundings; None for one that is nowhere."""
    box = _area_bounds(place)
    if box is not None:
        west, south, east, north = box
        if max(east - west, north - south) > _MOST_DEGREES:
            return REGION_BOUNDS
        across, up = (east - west) * _MARGIN, (north - south) * _MARGIN
        return _at_least(Bounds(west - across, south - up, east + across, north + up))
    if place.lon is None or place.lat is None or place.precision is Precision.UNKNOWN:
        return None
    if place.precision is Precision.REGION:
        return REGION_BOUNDS
    return _around(place.lon, place.lat, _REACH_KM.get(place.precision, 30.0))


def _area_bounds(place: Place) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of the units that a place takes up; None where it is a point."""
    if place.precision is Precision.UNKNOWN and not place.kind.is_unit:
        return None
    points_only = place.precision in (Precision.SITE, Precision.TOWN, Precision.COUNTY)
    codes = (place.id,) if place.kind.is_unit else () if points_only else place.area_adcodes
    if place.kind is PlaceKind.CLUSTER:
        codes = place.area_adcodes
    index = UnitIndex.shipped()
    shapes = [index.shape_of(code) for code in codes if code in index]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def _at_least(bounds: Bounds) -> Bounds:
    """Return a box that is not so small that nothing but the place is in it."""
    lon, lat = (bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2
    least = _around(lon, lat, _LEAST_KM)
    return Bounds(
        min(bounds.west, least.west),
        min(bounds.south, least.south),
        max(bounds.east, least.east),
        max(bounds.north, least.north),
    )


def _around(lon: float, lat: float, km: float) -> Bounds:
    up = km / _KM_PER_DEGREE
    across = up / cos(radians(lat))
    return Bounds(lon - across, lat - up, lon + across, lat + up)


def _drawn(layer: Layer) -> Layer:
    """Return a layer as a small map shows it: names of counties sooner, and no words on the ground."""
    style, label = layer.style, layer.style.label
    if layer.id == "counties" and label is not None:
        style = replace(style, label=replace(label, min_zoom=8.0))
    # The page says itself how sure the place's position is, and that the map is a sketch.
    style = replace(style, precision_marks=False)
    return replace(layer, style=style, in_legend=layer.in_legend and layer.id not in _GROUND_LAYERS)


def _sheet(size_mm: tuple[float, float], audience: Audience, text_scale: float, *, has_parts: bool) -> Sheet:
    """Return a sheet without what the page around it says: title, sources, legend of the ground."""
    return Sheet(
        *size_mm,
        has_legend=has_parts,
        has_scale_bar=has_parts,
        has_north_arrow=has_parts,
        has_attribution=False,
        audience=audience,
        text_scale=text_scale,
    )
