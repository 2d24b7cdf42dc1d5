"""What lies in an area: of a place, or of each polygon of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.analysis.nearby.extents import Basis, Extents
from jjjmap.analysis.nearby.found_things import (
    MOST_LISTED,
    add_names,
    add_origins,
    drawn_note,
    points_of,
    style_by,
)
from jjjmap.analysis.nearby.found_things import Found as FoundThing
from jjjmap.analysis.nearby.geodesy import IntArray, area_km2, line_km
from jjjmap.analysis.nearby.near import Near
from jjjmap.analysis.nearby.result_columns import NUMBER, WHOLE, ResultColumns
from jjjmap.analysis.nearby.subjects import Subject, area_note, impossible, place_subject, placed_rows
from jjjmap.analysis.nearby.targets import (
    Group,
    PlaceGroup,
    RowGroup,
    groups_of,
    inputs_of,
    missing_of,
)
from jjjmap.analysis.running import Chart, ChartKind, Outcome, refuse_if
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.running import Cancelled, Material, Progress

MOST_AREAS = 1_000
MOST_NAMED = 60
_WHOLE, _NOTHING = 0.99, 0.01
"""Shares of what is an area or line itself: borders are drawn approximately, and neighbours touch."""


@dataclass(frozen=True)
class _Area:
    name: str
    shape: BaseGeometry


@dataclass(frozen=True)
class _Within:
    """What of a group lies in an area."""

    group: Group
    rows: IntArray
    shares: dict[int, float]
    """Of those that lie there only in part; by row."""
    rough: frozenset[int]
    """Rows whose county is not wholly in the area: they are drawn in it, and may be outside."""

    @property
    def whole(self) -> list[int]:
        """Rows that lie there surely or likely, with all of them."""
        return [int(row) for row in self.rows if int(row) not in self.shares]


def inside(near: Near, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return what lies in each area: an area a row, or a thing a row."""
    extents = Extents(material.catalogue, material.units)
    subject, areas = _areas(near, material, extents)
    groups = groups_of(near, material, extents, subject, without_subject=True)
    found: list[list[_Within]] = []
    for number, area in enumerate(areas):
        refuse_if(cancelled)
        shapely.prepare(area.shape)
        found.append([_within(area.shape, group) for group in groups])
        progress((number + 1) / len(areas))
    asked = [
        at
        for at, group in enumerate(groups)
        if near.kinds or group.key in near.layers or any(each[at].whole for each in found)
    ]
    table, columns, style = (
        _list(areas, found) if near.as_list else _counts(areas, groups, asked, found, near.layers)
    )
    told = {
        each.group.id(int(row))
        for within in found
        for each in within
        if isinstance(each.group, PlaceGroup)
        for row in each.rows
    }
    return Outcome(
        near.title(material),
        table,
        style,
        columns.notes(),
        inputs_of(near, subject, groups, told),
        missing_of(_("名称") if near.as_list else _("个数"), groups),
        tuple(_notes(subject, found, as_list=near.as_list)),
        chart=_chart(subject, areas, groups, asked, found),
        summary={
            "count": sum(len(each.whole) for within in found for each in within),
            "in_part": sum(len(each.shares) for within in found for each in within),
        },
    )


def _areas(near: Near, material: Material, extents: Extents) -> tuple[Subject, list[_Area]]:
    if near.subject_layer_id:
        layer = material.layers[near.subject_layer_id]
        placed = placed_rows(layer)
        rows = placed.at
        if layer.table.geometry is not Geometry.POLYGON or not rows.size:
            message = _("“{title}”里没有面，没有“里面”可言。").format(title=layer.title)
            raise impossible("layer-no-areas", layer.title, message, _("选一个面图层，或用环和缓冲区。"))
        if rows.size > MOST_AREAS:
            message = _("“{title}”有 {n} 个面，最多 {most} 个。").format(
                title=layer.title, n=f"{rows.size:,}", most=f"{MOST_AREAS:,}"
            )
            raise impossible("too-many-rows", layer.title, message, _("先筛选，或改用“逐单元汇总”。"))
        group = RowGroup(layer.id, layer.title, layer, layer.table.shapes, rows.size)
        shapes = placed.shapes
        areas = [_Area(group.name(int(row)), shape) for row, shape in zip(rows, shapes, strict=True)]
        notes = placed.notes
        if len(areas) > 1:
            notes += (_("面如果互相重叠，落在重叠处的在每个面里各算一次。"),)
        whole = Subject(layer.title, shapes[0], Basis.EXACT, layer=layer, rows=rows.size, notes=notes)
        return whole, areas
    if not near.place:
        message = _("“里面有什么”要问一个有范围的地点或一个面图层。")
        raise impossible("subject-no-area", "", message, _("对一个位置，可以问环或缓冲区。"))
    subject = place_subject(near.place, material.catalogue, extents)
    if not subject.is_area:
        message = _("“{name}”只有点位或线，没有范围。").format(name=subject.name)
        raise impossible("subject-no-area", near.place, message, _("可以问它周边的环，或先做缓冲区。"))
    return replace(subject, notes=(area_note(subject),)), [_Area(subject.name, subject.shape)]


def _within(area: BaseGeometry, group: Group) -> _Within:
    hit = np.sort(group.tree.query(area, predicate="intersects"))
    kept, shares, rough = [], {}, set()
    is_point = shapely.get_dimensions(group.shapes[hit]) == 0
    for row, is_dot in zip(hit.tolist(), is_point.tolist(), strict=True):
        if is_dot:
            kept.append(row)
            if isinstance(group, PlaceGroup) and group.basis(row) is Basis.COUNTY:
                county = group.county(row)
                if county is None or _share(county, area) < _WHOLE:
                    rough.add(row)
            continue
        share = _share(group.shapes[row], area)
        if share < _NOTHING:
            continue
        kept.append(row)
        if share < _WHOLE:
            shares[row] = share
    return _Within(group, np.array(kept, dtype=np.int64), shares, frozenset(rough))


def _share(shape: BaseGeometry, area: BaseGeometry) -> float:
    """Return which share of a polygon's ground or a line's length lies in an area."""
    if shapely.contains_properly(area, shape):
        return 1.0
    common = shapely.intersection(shape, area)
    size = area_km2 if shapely.get_dimensions(shape) == 2 else line_km
    whole = size(shape)
    return size(common) / whole if whole else 0.0


def _counts(
    areas: Sequence[_Area],
    groups: Sequence[Group],
    asked: Sequence[int],
    found: Sequence[Sequence[_Within]],
    layers: Sequence[str],
) -> tuple[FeatureTable, ResultColumns, UserStyle]:
    columns = ResultColumns()
    name = columns.add(_("名称"), "name", [area.name for area in areas])
    columns.add(
        _("面积 km²"),
        "area_km2",
        [round(area_km2(area.shape), 3) for area in areas],
        NUMBER,
        unit="km²",
        is_measured=True,
    )
    columns.add(
        _("个数"),
        "count_inside",
        [sum(len(each.whole) for each in within) for within in found],
        WHOLE,
        formula=_("点在区内，或面、线至少 99% 在区内；边界上的算在内"),
    )
    columns.add(
        _("部分在内"),
        "count_in_part",
        [sum(len(each.shares) for each in within) for within in found],
        WHOLE,
        formula=_("面、线的 1%–99% 在区内，或只知道在跨界的几个县（市、区）里"),
    )
    for at in asked:
        group = groups[at]
        columns.add(
            group.title,
            f"count_inside.{'layer' if group.key in layers else group.key}",
            [len(within[at].whole) for within in found],
            WHOLE,
        )
    columns.add(_("名单"), "names_inside", [_names(within) for within in found])
    wkb = pa.chunked_array([pa.array([shapely.to_wkb(area.shape) for area in areas], type=pa.binary())])
    style = UserStyle(fill_opacity=0.2, stroke="#0b4f6c", width_px=1.6, label_column=name, label_min_zoom=6.0)
    return FeatureTable(columns.table(), Geometry.POLYGON, wkb=wkb), columns, style


def _names(within: Sequence[_Within]) -> str:
    names: list[str] = []
    count = 0
    for each in within:
        count += len(each.whole)
        for row in each.whole[: max(MOST_NAMED - len(names), 0)]:
            name = each.group.name(row)
            names.append(_("约：{name}").format(name=name) if row in each.rough else name)
    if count > MOST_NAMED:
        names.append(_("等共 {n} 个").format(n=f"{count:,}"))
    in_part = [each.group.name(row) for each in within for row in each.shares if each.group.is_sure(row)]
    names += [_("部分：{name}").format(name=name) for name in in_part[:MOST_NAMED]]
    return _("；").join(names)


def _list(
    areas: Sequence[_Area], found: Sequence[Sequence[_Within]]
) -> tuple[FeatureTable, ResultColumns, UserStyle]:
    count = sum(len(each.rows) for within in found for each in within)
    if count > MOST_LISTED:
        message = _("找到 {n} 个，逐个列出最多 {most} 个。").format(n=f"{count:,}", most=f"{MOST_LISTED:,}")
        raise impossible("too-many-found", "", message, _("缩小距离、先筛选，或只要各环、各区的个数。"))
    rows = [
        (area, each, int(row))
        for area, within in zip(areas, found, strict=True)
        for each in within
        for row in each.rows
    ]
    things = [FoundThing(each.group, row, 0.0, (0.0, 0.0), (0.0, 0.0)) for _area, each, row in rows]
    columns = ResultColumns()
    kind = add_names(columns, things)
    columns.add(_("所在的区"), "area", [area.name for area, _each, _row in rows])
    columns.add(_("在内"), "certainty", [_certainty(each, row) for _area, each, row in rows])
    columns.add(
        _("在内的份额 %"),
        "share_pct",
        [round(100.0 * each.shares[row], 1) if row in each.shares else 100.0 for _area, each, row in rows],
        NUMBER,
        formula=_("在区内的面积（或长度）÷ 全部面积（或长度）× 100"),
        unit="%",
    )
    add_origins(columns, things)
    kinds = len({each.group.key for _area, each, _row in rows})
    return points_of(columns, things), columns, style_by(kind, kinds)


def _certainty(within: _Within, row: int) -> str:
    if row in within.shares:
        return _("部分") if within.group.is_sure(row) else _("可能")
    return _("约：只知道在哪个县") if row in within.rough else _("是")


def _notes(subject: Subject, found: Sequence[Sequence[_Within]], *, as_list: bool) -> list[str]:
    notes = list(subject.notes)
    rough = sum(len(each.rough) for within in found for each in within)
    if rough:
        notes.append(
            _("其中 {n} 个只知道在哪个县，而这个县不全在区内：按示意点位算在内，可能不在。").format(n=rough)
        )
    unsure = sum(not each.group.is_sure(row) for within in found for each in within for row in each.shares)
    if unsure:
        notes.append(
            _("“部分在内”里有 {n} 个只知道在几个县（市、区）里，这些县（市、区）不全在区内。").format(
                n=unsure
            )
        )
    return [*filter(None, notes), drawn_note()] if as_list else [*filter(None, notes)]


def _chart(
    subject: Subject,
    areas: Sequence[_Area],
    groups: Sequence[Group],
    asked: Sequence[int],
    found: Sequence[Sequence[_Within]],
) -> Chart | None:
    if not asked:
        return None
    title = _("{name}里面各类的个数").format(name=subject.name)
    if len(areas) == 1:
        counts = tuple(float(len(found[0][at].whole)) for at in asked)
        labels = tuple(groups[at].title for at in asked)
        return Chart(ChartKind.BARS, title, labels, ((_("个数"), counts),), _("个"))
    series = tuple(
        (groups[at].title, tuple(float(len(within[at].whole)) for within in found)) for at in asked
    )
    return Chart(ChartKind.STACKED, title, tuple(area.name for area in areas), series, _("个"))
