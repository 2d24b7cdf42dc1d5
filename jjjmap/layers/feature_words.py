"""One feature of a user's layer in words: what it is called, its attributes, where it is and how large."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from jjjmap.i18n import _
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    from pyproj import Geod
    from shapely.geometry.base import BaseGeometry

    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.opening.records import LayerFacts

MAX_VALUE_CHARS = 2_000
"""Of one attribute in the details; the table and every export of data have all of it."""
MAX_TITLE_CHARS = 120


def title_columns(facts: LayerFacts, table: FeatureTable) -> list[str]:
    """Return the columns that may name a feature, the best first: that of names, then texts."""
    named = [column.name for column in facts.columns if column.role is ColumnRole.NAME]
    texts = [column.name for column in table.columns if column.kind == "text"]
    known = set(table.attributes.column_names)
    return [name for name in dict.fromkeys((*named, *texts)) if name in known]


def feature_title(facts: LayerFacts, table: FeatureTable, row: int) -> str:
    """Return what a feature is called: its name column, else its first text, else its number."""
    for name in title_columns(facts, table):
        value = value_text(table.attributes.column(name)[row].as_py())
        if value.strip():
            return " ".join(value.split())[:MAX_TITLE_CHARS]
    return _("第 {n} 行").format(n=row + 1)


def attribute_text(column: str, value: Any) -> str:
    """Return a value with thousands apart, as the table shows it; years and codes stay as they are."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        from jjjmap.layers.tables.cells import groups_thousands, shown_text

        return shown_text(value, grouped=groups_thousands(column, value, value))
    return value_text(value)


def value_text(value: Any) -> str:
    """Return a value as a person reads it; numbers without an exponent, none as an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e15 else f"{value:g}"
    text = str(value)
    return text if len(text) <= MAX_VALUE_CHARS else text[:MAX_VALUE_CHARS] + "…"


def shape_of(table: FeatureTable, row: int) -> BaseGeometry | None:
    """Return one line or polygon, without making the shapes of all rows; None for points and for nothing."""
    if table.wkb is None:
        return None
    import shapely

    wkb = table.wkb[row].as_py()
    shape = shapely.from_wkb(wkb) if wkb is not None else None
    return None if shape is None or shape.is_empty else shape


def point_of(table: FeatureTable, row: int, shape: BaseGeometry | None) -> tuple[float, float] | None:
    """Return a point on a row, lon and lat in degrees; None for one without position.

    Parameters
    ----------
    shape
        What `shape_of` says of the row.
    """
    if table.lon is not None and table.lat is not None:
        lon, lat = float(table.lon[row]), float(table.lat[row])
        return (lon, lat) if math.isfinite(lon) and math.isfinite(lat) else None
    if shape is None:
        return None
    point = shape.representative_point()
    return float(point.x), float(point.y)


def extent_of(geometry: Geometry | None, shape: BaseGeometry) -> float:
    """Return how long a line is, in km, or how large an area, in km², on the ellipsoid."""
    import numpy as np
    import shapely

    if geometry is Geometry.LINE:
        return float(_ellipsoid().geometry_length(shape)) / 1e3
    # Rings count by the way they turn: as files have them, a hole may add to an area, and a part take away.
    with np.errstate(invalid="ignore"):  # A corner that is no number gives an area that is none.
        oriented = shapely.orient_polygons(shape)
    area_m2, _perimeter_m = _ellipsoid().geometry_area_perimeter(oriented)
    return abs(float(area_m2)) / 1e6


@cache
def _ellipsoid() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def extent_text(geometry: Geometry | None, shape: BaseGeometry) -> str:
    """Say how large an area or how long a line is, on the ellipsoid."""
    extent = extent_of(geometry, shape)
    if geometry is Geometry.LINE:
        return _("长 {km} 公里").format(km=f"{extent:,.1f}" if extent < 100 else f"{extent:,.0f}")
    return _("面积 {km2} 平方公里").format(km2=f"{extent:,.2f}" if extent < 100 else f"{extent:,.0f}")
