"""All ground within a distance of a place, a position, a line, or each row of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.nearby.extents import Extents
from jjjmap.analysis.nearby.geodesy import area_km2, buffered, circles
from jjjmap.analysis.nearby.near import Near
from jjjmap.analysis.nearby.result_columns import NUMBER, ResultColumns
from jjjmap.analysis.nearby.subjects import (
    impossible,
    lost_text,
    placed_rows,
    refuse_beyond_map,
    subject_of,
)
from jjjmap.analysis.nearby.targets import inputs_of
from jjjmap.analysis.running import InputLayer, Outcome, refuse_if
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import Missing
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.running import Cancelled, Material, Progress

MOST_ROWS = 20_000
"""So many rows get a buffer each; each is a polygon of 180 vertices."""
_AT_ONCE = 2_000


def buffer(near: Near, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return a polygon for the subject, or one for each shown row of a layer with its attributes."""
    if near.subject_layer_id:
        return _rows(near, material, material.layers[near.subject_layer_id], progress, cancelled)
    subject = subject_of(near, material, Extents(material.catalogue, material.units))
    refuse_beyond_map(subject.name, subject.shape.bounds, near.km)
    shape = buffered(subject.shape, near.km)
    columns = ResultColumns()
    columns.add(_("名称"), "name", [subject.name])
    _add_sizes(columns, near.km, [area_km2(shape)])
    wkb = pa.chunked_array([pa.array([shapely.to_wkb(shape)], type=pa.binary())])
    progress(1.0)
    return Outcome(
        near.title(material),
        FeatureTable(columns.table(), Geometry.POLYGON, wkb=wkb),
        _style(),
        columns.notes(),
        inputs_of(near, subject, (), set()),
        notes=(_method(), *subject.notes),
        summary={"area_km2": round(area_km2(shape), 3)},
    )


def _rows(
    near: Near, material: Material, layer: InputLayer, progress: Progress, cancelled: Cancelled
) -> Outcome:
    placed = placed_rows(layer)
    usable = placed.at
    shown = np.arange(len(layer.table)) if layer.shown is None else np.flatnonzero(layer.shown)
    if not usable.size:
        message = _("“{title}”没有一行是显示着而且有位置的。").format(title=layer.title)
        raise impossible("layer-empty", layer.title, message, _("检查筛选条件。"))
    if usable.size > MOST_ROWS:
        message = _("“{title}”有 {n} 行，逐行缓冲最多 {most} 行。").format(
            title=layer.title, n=f"{usable.size:,}", most=f"{MOST_ROWS:,}"
        )
        raise impossible("too-many-rows", layer.title, message, _("先筛选，或改问环。"))
    shapes = placed.shapes
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    refuse_beyond_map(layer.title, (west, south, east, north), near.km)
    made = np.full(len(layer.table), None, dtype=object)
    at_once = _AT_ONCE if layer.table.geometry is Geometry.POINT else 20
    for first in range(0, usable.size, at_once):
        refuse_if(cancelled)
        rows = usable[first : first + at_once]
        if layer.table.lon is not None and layer.table.lat is not None:
            made[rows] = circles(layer.table.lon[rows], layer.table.lat[rows], near.km)
        else:
            made[rows] = [buffered(shape, near.km) for shape in shapes[first : first + at_once]]
        progress(0.9 * (first + len(rows)) / usable.size)
    columns = ResultColumns()
    columns.take_over(layer.table.attributes.take(pa.array(shown)))
    buffers = made[shown]
    sizes = [None if shape is None else area_km2(shape) for shape in buffers]
    area = _add_sizes(columns, near.km, sizes)
    missing: tuple[Missing, ...] = ()
    if placed.lost:
        text = lost_text(layer.title, placed.lost)
        missing = (Missing(area, "row-without-position", text, (), placed.lost),)
    wkb = pa.array([None if shape is None else shapely.to_wkb(shape) for shape in buffers], type=pa.binary())
    progress(1.0)
    return Outcome(
        near.title(material),
        FeatureTable(columns.table(), Geometry.POLYGON, wkb=pa.chunked_array([wkb])),
        _style(),
        columns.notes(),
        (layer.note(int(usable.size), placed.mended_note),),
        missing,
        (_method(), _("每行一个缓冲区；缓冲区之间可以重叠，面积不能直接相加。")),
        summary={"rows": int(usable.size)},
    )


def _add_sizes(columns: ResultColumns, km: float, sizes: list[float | None] | list[float]) -> str:
    columns.add(_("缓冲 km"), "buffer_km", [km] * len(sizes), NUMBER, unit="km")
    return columns.add(
        _("缓冲区面积 km²"),
        "area_km2",
        [None if each is None else round(each, 3) for each in sizes],
        NUMBER,
        formula=_("连同地点自己的范围"),
        unit="km²",
        is_measured=True,
    )


def _style() -> UserStyle:
    return UserStyle(fill_opacity=0.18, stroke="#0b4f6c", width_px=1.4)


def _method() -> str:
    return _("缓冲区按 WGS-84 椭球面上的测地线距离，圆弧以折线表示，半径误差小于 0.1%。")
