"""What of each kind is nearest, with lines to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.nearby.extents import Extents, basis_text, distance_text
from jjjmap.analysis.nearby.found_things import (
    Found,
    Hits,
    doubt_notes,
    method_note,
    unsure_of,
    wind_names,
)
from jjjmap.analysis.nearby.geodesy import GEOD, reach
from jjjmap.analysis.nearby.near import MOST_KM, Near, km_text
from jjjmap.analysis.nearby.result_columns import NUMBER, ResultColumns
from jjjmap.analysis.nearby.subjects import Subject, subject_of
from jjjmap.analysis.nearby.targets import Group, groups_of, inputs_of, missing_of
from jjjmap.analysis.running import Chart, ChartKind, Outcome, refuse_if
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import Missing
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.running import Cancelled, Material, Progress

_REACHES_KM = (50.0, 200.0, MOST_KM)
"""Looked through one after the other: what is near is mostly found in the first."""
_STEP_M = 20_000.0


def nearest(near: Near, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return the nearest of each kind, a row and a line each; a row without values where there is none."""
    extents = Extents(material.catalogue, material.units)
    subject = subject_of(near, material, extents)
    groups = groups_of(near, material, extents, subject)
    rows: list[tuple[Group, Found | None]] = []
    for number, group in enumerate(groups):
        refuse_if(cancelled)
        rows += [(group, each) for each in _nearest_of(group, subject, near.count)] or [(group, None)]
        progress((number + 1) / len(groups))
    rows.sort(key=lambda row: (row[1] is None, row[1].order() if row[1] is not None else (0.0, "", "")))
    told = [each for _group, each in rows if each is not None]
    empty = [group.title for group, each in rows if each is None]
    columns = ResultColumns()
    columns.add(_("类别"), "kind", [group.title for group, _each in rows])
    name = columns.add(_("名称"), "name", [each and each.name for _group, each in rows])
    km = columns.add(
        _("距离 km"),
        "distance_km",
        [None if each is None else each.told_km for _group, each in rows],
        NUMBER,
        formula=_("到最近处的测地线长度"),
        unit="km",
        is_measured=True,
    )
    columns.add(
        _("距离说明"), "distance_text", [each and distance_text(each.km, each.basis) for _group, each in rows]
    )
    winds = dict(zip(map(id, told), wind_names(told), strict=True))
    columns.add(_("方向"), "direction", [winds.get(id(each)) for _group, each in rows])
    columns.add(_("量法"), "basis", [each and basis_text(each.basis) for _group, each in rows])
    columns.add(_("编号"), "id", [each and each.group.id(each.at) for _group, each in rows])
    lines = [None if each is None else _line(each) for _group, each in rows]
    wkb = pa.chunked_array([pa.array(lines, type=pa.binary())])
    notes = [method_note(), *subject.notes, *doubt_notes([each for each in told if each.is_sure])]
    if any(not each.is_sure for each in told):
        notes.append(
            _("写“至少”“可能在此”的，只知道在哪些县（市、区），也许比同类的其他地点更近，所以一并列出。")
        )
    if any(each.km == 0.0 for each in told):
        notes.append(_("在范围内或重合的距离为 0，没有连线，也没有方向。"))
    few = [
        _("{kind} {n} 个").format(kind=group.title, n=n)
        for group in groups
        if 0 < (n := sum(each.group is group and each.is_sure for each in told)) < near.count
    ]
    if few:
        text = _("{most} 公里之内不够 {count} 个的：{kinds}。")
        notes.append(text.format(most=km_text(MOST_KM), count=near.count, kinds=_("、").join(few)))
    missing = missing_of(km, groups) + unsure_of(km, told)
    if empty:
        text = _("{most} 公里之内没有。").format(most=km_text(MOST_KM))
        missing += (Missing(km, "nothing-near", text, tuple(empty), len(empty)),)
    chart = Chart(
        ChartKind.BARS,
        _("离{name}最近的各类地点").format(name=subject.name),
        tuple(
            group.title if each is None else _("{kind}：{name}").format(kind=group.title, name=each.name)
            for group, each in rows
        ),
        ((km, tuple(None if each is None else each.told_km for _group, each in rows)),),
        "km",
    )
    return Outcome(
        near.title(material),
        FeatureTable(columns.table(), Geometry.LINE, wkb=wkb),
        UserStyle(color="#6a3d6f", width_px=2.0, label_column=name, label_min_zoom=5.0),
        columns.notes(),
        inputs_of(near, subject, groups, {each.group.id(each.at) for each in told}),
        missing,
        tuple(notes),
        chart=chart if rows else None,
        summary={"kinds": len(groups), "kinds_without": len(empty)},
    )


def _nearest_of(group: Group, subject: Subject, count: int) -> list[Found]:
    """Return the nearest that are surely somewhere, and one that may be nearer still."""
    sure: list[Found] = []
    unsure: list[Found] = []
    for limit in _REACHES_KM:
        hits = Hits(group, reach(subject.shape, group.shapes, limit))
        sure = _first(hits, count, sure=True)
        unsure = _first(hits, 1, sure=False)
        if len(sure) == count:
            break
    if unsure and (not sure or unsure[0].km < sure[-1].km):
        return [*sure, *unsure]
    return sure


def _first(hits: Hits, count: int, *, sure: bool) -> list[Found]:
    rows = np.flatnonzero(hits.sure == sure)
    if len(rows) > count:
        farthest = np.partition(hits.reached.km[rows], count - 1)[count - 1]
        rows = rows[hits.reached.km[rows] <= farthest]
    return sorted(hits.found(rows), key=Found.order)[:count]


def _line(found: Found) -> bytes | None:
    """Return the way to something, as it runs on the ellipsoid; None if there is none to go."""
    if found.km == 0.0:
        return None
    between = GEOD.npts(*found.start, *found.end, int(found.km * 1000.0 // _STEP_M)) if found.km > 20 else []
    wkb: bytes = shapely.to_wkb(shapely.LineString([found.start, *between, found.end]))
    return wkb
