"""Rows of analyses as GeoDataFrames, and GeoDataFrames as rows that an analysis reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.running import InputLayer
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.opening.column_roles import guess_roles
from jjjmap.layers.opening.records import Column, ColumnRole, FileFormat, LayerFacts
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    import geopandas
    import pandas

GEOMETRY = "geometry"
CRS = "EPSG:4326"

_SAMPLE = 300
_TYPES = {
    "Point": Geometry.POINT,
    "LineString": Geometry.LINE,
    "MultiLineString": Geometry.LINE,
    "LinearRing": Geometry.LINE,
    "Polygon": Geometry.POLYGON,
    "MultiPolygon": Geometry.POLYGON,
}


def frame_of(table: FeatureTable) -> geopandas.GeoDataFrame:
    """Return a table as a GeoDataFrame, EPSG:4326; a cell without value stays one.

    Whole numbers and truth values of a column with empty cells come in the types of pandas that know of empty
    cells (``Int64``, ``boolean``). A plain table has an empty geometry column.
    """
    import geopandas

    frame = plain_frame_of(table)
    name = GEOMETRY
    while name in frame.columns:
        name = f"_{name}"
    return geopandas.GeoDataFrame(frame.assign(**{name: table.shapes}), geometry=name, crs=CRS)


def plain_frame_of(table: FeatureTable) -> pandas.DataFrame:
    """Return the attributes of a table as a DataFrame."""
    import pandas

    columns: dict[str, Any] = {}
    for name in table.attributes.column_names:
        column = table.attributes.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        series = column.to_pandas()
        if column.null_count and pa.types.is_integer(column.type):
            series = pandas.Series(pandas.array(column.to_pylist(), dtype="Int64"))
        elif column.null_count and pa.types.is_boolean(column.type):
            series = pandas.Series(pandas.array(column.to_pylist(), dtype="boolean"))
        columns[name] = series
    return pandas.DataFrame(columns, index=pandas.RangeIndex(len(table)))


def table_of(frame: pandas.DataFrame) -> FeatureTable:
    """Return a GeoDataFrame, or a DataFrame, as a table: positions in WGS-84, attributes as plain values.

    A DataFrame with columns of longitude and latitude (``lon``/``lat``, 经度/纬度 …) gives points.

    Raises
    ------
    ValueError
        It has no CRS, mixes points, lines and polygons, or has two columns of one name; a sentence says so.
    """
    shapes, attributes = None, frame
    if hasattr(frame, "geometry") and hasattr(frame, "crs"):
        if frame.crs is None:
            raise ValueError(_("这个 GeoDataFrame 没有 CRS，请先用 set_crs 写明。"))
        shapes = np.asarray(frame.geometry.to_crs(CRS).array, dtype=object)
        attributes = frame.drop(columns=frame.geometry.name)
    arrow = _attributes(attributes)
    if shapes is None:
        return _with_positions(arrow)
    geometry = _geometry(shapes)
    if geometry is Geometry.POINT:
        missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        there = shapes.copy()
        there[missing] = None
        lon, lat = shapely.get_x(there), shapely.get_y(there)
        return FeatureTable(arrow, geometry, lon, lat)
    if geometry is None:
        return FeatureTable(arrow)
    wkb = pa.array(shapely.to_wkb(shapely.force_2d(shapes)).tolist(), pa.large_binary())
    return FeatureTable(arrow, geometry, wkb=pa.chunked_array([wkb]))


def input_of(frame: pandas.DataFrame, layer_id: str, title: str) -> InputLayer:
    """Return a GeoDataFrame, or a DataFrame, as the layer that an analysis reads; raises ValueError."""
    table = table_of(frame)
    source = frame.attrs.get("source")
    source = source if isinstance(source, dict) else {}
    title = str(source.get("title") or title)
    facts = facts_of_table(table, title)
    facts = replace(
        facts, source_name=str(source.get("file", "")), sublayer=str(source.get("layer", "")),
        # The file's hash says nothing of rows that were changed since.
        sha256=str(source.get("sha256", "")) if source.get("rows") == len(table) else "",
    )  # fmt: skip
    return InputLayer(layer_id, title, table, facts)


def facts_of_table(table: FeatureTable, title: str) -> LayerFacts:
    """Return what is known of a table that came from no file."""
    roles = dict(roles_of(table))
    columns = tuple(
        Column(each.name, each.kind, roles.get(each.name, ColumnRole.NONE)) for each in table.columns
    )
    without = int((~table.has_position()).sum()) if table.geometry is not None else 0
    return LayerFacts(
        title, "", "", FileFormat.RECKONED, "", "", "WGS-84", 0.0, table.geometry, columns,
        len(table), without, 0, 0, None,
    )  # fmt: skip


def roles_of(table: FeatureTable) -> tuple[tuple[str, ColumnRole], ...]:
    """Return which columns say where a row is, told by their names and first values."""
    first = table.attributes.slice(0, _SAMPLE)
    names = first.column_names
    return guess_roles(
        names,
        [["" if value is None else str(value) for value in first.column(name).to_pylist()] for name in names],
    )


def _geometry(shapes: np.ndarray) -> Geometry | None:
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    kinds = {str(kind) for kind in {shape.geom_type for shape in there}}
    if not kinds:
        return None
    unknown = sorted(kinds - set(_TYPES))
    if unknown:
        message = _("几何类型 {kinds} 不能分析；请先用 explode 拆开。")
        raise ValueError(message.format(kinds=_("、").join(unknown)))
    found = {_TYPES[kind] for kind in kinds}
    if len(found) > 1:
        raise ValueError(_("点、线、面混在一起，不能一起分析；请先按几何类型分开。"))
    return found.pop()


def _attributes(frame: pandas.DataFrame) -> pa.Table:
    names = [str(name) for name in frame.columns]
    if len(set(names)) != len(names):
        raise ValueError(_("有两列同名，请先改名。"))
    arrays = [_plain(frame.iloc[:, at]) for at in range(len(names))]
    # A table of no columns has no rows either: it is told how many there are.
    if not arrays:
        return pa.table({"_": pa.nulls(len(frame))})
    return pa.table(arrays, names=names)


def _plain(series: pandas.Series) -> pa.ChunkedArray:
    """Return a column in types that a layer may have: numbers, truth values, texts and dates."""
    try:
        array = pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        array = pa.array([None if value is None else str(value) for value in series], pa.string())
    chunked = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    kind = chunked.type.value_type if pa.types.is_dictionary(chunked.type) else chunked.type
    types = pa.types
    if pa.types.is_dictionary(chunked.type):
        chunked = chunked.cast(kind)
    usable = any(
        is_kind(kind)
        for is_kind in (
            types.is_string,
            types.is_large_string,
            types.is_boolean,
            types.is_integer,
            types.is_floating,
            types.is_decimal,
            types.is_null,
            types.is_date,
            types.is_timestamp,
        )
    )
    if usable:
        return chunked
    texts = [None if value is None else str(value) for value in chunked.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _with_positions(attributes: pa.Table) -> FeatureTable:
    plain = FeatureTable(attributes)
    roles = {role: name for name, role in roles_of(plain)}
    lon, lat = roles.get(ColumnRole.LON), roles.get(ColumnRole.LAT)
    if lon is None or lat is None or lon == lat:
        return plain
    kinds = [attributes.schema.field(name).type for name in (lon, lat)]
    if not all(pa.types.is_floating(kind) or pa.types.is_integer(kind) for kind in kinds):
        return plain
    x, y = (
        np.array(attributes.column(name).cast(pa.float64()).to_numpy(), np.float64) for name in (lon, lat)
    )
    usable = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    return FeatureTable(attributes, Geometry.POINT, np.where(usable, x, np.nan), np.where(usable, y, np.nan))
