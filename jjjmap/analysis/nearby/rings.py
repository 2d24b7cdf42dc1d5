"""What lies within some distances of a place, by kind."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from jjjmap.analysis.nearby.extents import Extents, distance_text
from jjjmap.analysis.nearby.found_things import (
    Found,
    Hits,
    add_distances,
    add_names,
    add_origins,
    all_found,
    doubt_notes,
    drawn_note,
    hits_of,
    method_note,
    points_of,
    style_by,
    told_of,
    unsure_of,
    wind_names,
)
from jjjmap.analysis.nearby.geodesy import area_km2, buffered
from jjjmap.analysis.nearby.near import Near, km_text
from jjjmap.analysis.nearby.result_columns import NUMBER, WHOLE, ResultColumns
from jjjmap.analysis.nearby.subjects import Subject, refuse_beyond_map, subject_of
from jjjmap.analysis.nearby.targets import groups_of, inputs_of, missing_of
from jjjmap.analysis.running import Chart, ChartKind, Outcome, refuse_if
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import StyleMode, UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.running import Cancelled, Material, Progress

MOST_NAMED = 60
"""So many names of a ring are written out; the list has all."""


def rings(near: Near, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return what lies within each distance: a ring a row, or a thing a row."""
    extents = Extents(material.catalogue, material.units)
    subject = subject_of(near, material, extents)
    groups = groups_of(near, material, extents, subject)
    far = sorted(set(near.rings_km))
    hits = hits_of(subject.shape, groups, far[-1], lambda share: progress(0.8 * share), cancelled)
    refuse_if(cancelled)
    # What was asked for by name is told even where there is none of it: a zero is an answer.
    kept = [each for each in hits if near.kinds or each.group.key in near.layers or each.count(far[-1])]
    if near.as_list:
        found = all_found(hits)
        table, columns, style = _list(found, far)
        missing = missing_of(_("距离 km"), groups) + unsure_of(_("距离 km"), found)
    else:
        table, columns, style = _bands(subject, hits, kept, far, near.layers)
        missing = missing_of(_("累计个数"), groups)
    progress(1.0)
    places = told_of(hits)
    return Outcome(
        near.title(material),
        table,
        style,
        columns.notes(),
        inputs_of(near, subject, groups, {each.group.id(each.at) for each in places}),
        missing,
        tuple(_notes(subject, places, as_list=near.as_list)),
        chart=_chart(subject, kept, far),
        summary={
            "within_km": {km_text(km): sum(each.count(km) for each in hits) for km in far},
            "possibly_within_km": {
                km_text(km): sum(each.count(km, sure=False) for each in hits) for km in far
            },
        },
    )


def _notes(subject: Subject, places: Sequence[Found], *, as_list: bool) -> list[str]:
    notes = [method_note(), *subject.notes, *doubt_notes([each for each in places if each.is_sure])]
    unsure = sum(not each.is_sure for each in places)
    if unsure:
        notes.append(
            _("另有 {n} 个只知道在哪些县（市、区），可能在环内，也可能不在，没有计入个数。").format(n=unsure)
        )
    return [*notes, drawn_note()] if as_list else notes


def _bands(
    subject: Subject,
    hits: Sequence[Hits],
    told: Sequence[Hits],
    far: Sequence[float],
    layers: Sequence[str],
) -> tuple[FeatureTable, ResultColumns, UserStyle]:
    refuse_beyond_map(subject.name, subject.shape.bounds, far[-1])
    discs = [buffered(subject.shape, km) for km in far]
    bands = [
        disc if number == 0 else shapely.difference(disc, discs[number - 1])
        for number, disc in enumerate(discs)
    ]
    near_km = (0.0, *far)
    names = [
        _("{near}–{far} 公里").format(near=km_text(near_km[at]), far=km_text(km)) for at, km in enumerate(far)
    ]
    within = [sum(each.count(km) for each in hits) for km in far]
    columns = ResultColumns()
    ring = columns.add(_("环"), "ring", names)
    columns.add(_("内缘 km"), "from_km", list(near_km[:-1]), NUMBER, unit="km")
    columns.add(_("外缘 km"), "to_km", list(far), NUMBER, unit="km")
    columns.add(
        _("面积 km²"),
        "area_km2",
        [round(area_km2(band), 3) for band in bands],
        NUMBER,
        unit="km²",
        is_measured=True,
    )
    columns.add(
        _("环内个数"),
        "count_in_ring",
        [count - (within[at - 1] if at else 0) for at, count in enumerate(within)],
        WHOLE,
        formula=_("内缘 < 距离 ≤ 外缘（第一环含 0）"),
    )
    columns.add(_("累计个数"), "count_within", within, WHOLE, formula=_("距离 ≤ 外缘"))
    columns.add(
        _("可能另有"),
        "count_possible",
        [sum(each.count(km, sure=False) for each in hits) for km in far],
        WHOLE,
        formula=_("只知道在哪些县（市、区），而这些县（市、区）的边界距离 ≤ 外缘"),
    )
    for each in told:
        columns.add(
            _("{kind}（累计）").format(kind=each.group.title),
            f"count_within.{'layer' if each.group.key in layers else each.group.key}",
            [each.count(km) for km in far],
            WHOLE,
            formula=_("距离 ≤ 外缘"),
        )
    columns.add(
        _("环内名单"),
        "names_in_ring",
        [_names(hits, near_km[at] if at else -1.0, km) for at, km in enumerate(far)],
    )
    wkb = pa.chunked_array([pa.array([shapely.to_wkb(band) for band in bands], type=pa.binary())])
    style = UserStyle(
        StyleMode.CATEGORISED,
        ring,
        class_count=len(far),
        fill_opacity=0.16,
        stroke="#4a5560",
        width_px=1.2,
        label_column=ring,
        label_min_zoom=5.0,
    )
    return FeatureTable(columns.table(), Geometry.POLYGON, wkb=wkb), columns, style


def _names(hits: Sequence[Hits], beyond_km: float, km: float) -> str:
    """Return what lies in a ring by name, the nearest first."""
    count, first = 0, []
    for each in hits:
        reached = each.reached
        rows = np.flatnonzero((reached.km > beyond_km) & (reached.km <= km) & each.sure)
        count += len(rows)
        first += each.found(rows[np.argsort(reached.km[rows], kind="stable")[:MOST_NAMED]])
    told = [
        _("{name}（{distance}）").format(name=each.name, distance=distance_text(each.km, each.basis))
        for each in sorted(first, key=Found.order)[:MOST_NAMED]
    ]
    if count > MOST_NAMED:
        told.append(_("等共 {n} 个").format(n=f"{count:,}"))
    return _("；").join(told)


def _list(found: Sequence[Found], far: Sequence[float]) -> tuple[FeatureTable, ResultColumns, UserStyle]:
    columns = ResultColumns()
    kind = add_names(columns, found)
    add_distances(columns, found, _("到最近处的测地线长度"))
    columns.add(_("方向"), "direction", wind_names(found))
    columns.add(
        _("在多少 km 内"),
        "within_km",
        [far[bisect_left(far, each.km)] if each.is_sure else None for each in found],
        NUMBER,
        formula=_("不小于距离的最小一环；只知道在哪些县（市、区）的空着"),
        unit="km",
    )
    add_origins(columns, found)
    return points_of(columns, found), columns, style_by(kind, len({each.group.key for each in found}))


def _chart(subject: Subject, hits: Sequence[Hits], far: Sequence[float]) -> Chart | None:
    series = tuple(
        (each.group.title, tuple(float(each.count(km)) for km in far)) for each in hits if each.count(far[-1])
    )
    if not series:
        return None
    return Chart(
        ChartKind.STACKED,
        _("{name}周边各类地点的个数").format(name=subject.name),
        tuple(_("{km} 公里以内").format(km=km_text(km)) for km in far),
        series,
        _("个"),
        _("累计：外环包含内环。"),
    )
