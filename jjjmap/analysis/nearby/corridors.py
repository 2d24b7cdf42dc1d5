"""What lies along a line, in the order in which one passes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.analysis.nearby.extents import Extents
from jjjmap.analysis.nearby.found_things import (
    Found,
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
)
from jjjmap.analysis.nearby.geodesy import FloatArray, Outline, lengths_km, line_km, reach
from jjjmap.analysis.nearby.near import Near, km_text
from jjjmap.analysis.nearby.result_columns import NUMBER, WHOLE, ResultColumns
from jjjmap.analysis.nearby.subjects import Subject, line_of, place_subject
from jjjmap.analysis.nearby.targets import groups_of, inputs_of, missing_of
from jjjmap.analysis.running import Chart, ChartKind, Outcome, refuse_if
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

if TYPE_CHECKING:
    from jjjmap.analysis.running import Cancelled, Material, Progress

_MOST_DOTS = 400
"""So many points are drawn in the chart."""


def corridor(near: Near, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return what lies within some distance of a line, each with how far along it comes."""
    extents = Extents(material.catalogue, material.units)
    line = line_of(near, material)
    groups = groups_of(near, material, extents, line)
    hits = hits_of(line.shape, groups, near.km, lambda share: progress(0.9 * share), cancelled)
    refuse_if(cancelled)
    outline = Outline.of(line.shape)
    start_km = outline.start_km()
    found = all_found(hits)
    along = _along(outline, start_km, found)
    _enter(line, outline, start_km, found, along)
    parts = [int(outline.parts[each.edge]) for each in found]
    order = sorted(
        range(len(found)),
        key=lambda at: (not found[at].is_sure, parts[at], float(along[at]), found[at].order()),
    )
    found, along, parts = [found[at] for at in order], along[order], [parts[at] for at in order]
    columns = ResultColumns()
    kind = add_names(columns, found)
    along_name = columns.add(
        _("沿线 km"),
        "along_km",
        [round(float(each), 3) if thing.is_sure else None for each, thing in zip(along, found, strict=True)],
        NUMBER,
        formula=_("从线的起点到离它最近的一点，沿线的长度；线穿过的范围取进入处"),
        unit="km",
        is_measured=True,
    )
    if int(outline.parts[-1]):
        columns.add(
            _("第几段"), "part", [each + 1 for each in parts], WHOLE, formula=_("各段的里程各自从头算起")
        )
    notes = [method_note(), *line.notes, *doubt_notes([each for each in told_of(hits) if each.is_sure])]
    _add_from_place(near, material, extents, line, outline, found, along, parts, columns, notes)
    distance = add_distances(columns, found, _("到线上最近一点的测地线长度"))
    add_origins(columns, found)
    unsure = sum(not each.is_sure for each in found)
    if unsure:
        notes.append(
            _(
                "另有 {n} 个只知道在哪些县（市、区），线从这些县（市、区）或近旁经过：列在最后，没有里程。"
            ).format(n=unsure)
        )
    notes.append(drawn_note())
    findings: tuple[Finding, ...] = ()
    if not found:
        message = _("“{name}”两侧 {km} 公里之内没有找到要找的。").format(name=line.name, km=km_text(near.km))
        hint = _("加大距离，或换要找的类别。")
        findings = (Finding(Severity.INFO, "nothing-found", line.name, message, hint),)
    progress(1.0)
    return Outcome(
        near.title(material),
        points_of(columns, found),
        style_by(kind, len({each.group.key for each in found})),
        columns.notes(),
        inputs_of(near, line, groups, {each.group.id(each.at) for each in told_of(hits)}),
        missing_of(distance, groups) + unsure_of(distance, found),
        tuple(notes),
        findings,
        _chart(near, material, found, along, along_name, distance),
        {"line_km": round(line_km(line.shape), 3), "found": len(found), "possible": unsure},
    )


def _along(outline: Outline, start_km: FloatArray, found: list[Found]) -> FloatArray:
    """Return how far along its line each thing comes closest."""
    if not found:
        return np.zeros(0)
    edges = np.array([each.edge for each in found], dtype=np.int64)
    feet = np.array([each.start for each in found], dtype=np.float64)
    edge_starts = outline.starts[edges]
    rest: FloatArray = lengths_km(
        edge_starts[:, 0].copy(), edge_starts[:, 1].copy(), feet[:, 0].copy(), feet[:, 1].copy()
    )
    return start_km[edges] + rest


def _enter(
    line: Subject, outline: Outline, start_km: FloatArray, found: list[Found], along: FloatArray
) -> None:
    """Take for what the line crosses the place where it comes in first."""
    for number, each in enumerate(found):
        shape = each.group.shapes[each.at]
        if each.km == 0.0 and shapely.get_dimensions(shape) > 0:
            part = int(outline.parts[each.edge])
            along[number] = _entry_km(line, outline, start_km, shape, part, float(along[number]))


def _entry_km(
    line: Subject, outline: Outline, start_km: FloatArray, shape: BaseGeometry, part: int, otherwise: float
) -> float:
    """Return how far along a part of the line this first comes into a shape that it crosses."""
    common = shapely.points(shapely.get_coordinates(shapely.intersection(line.shape, shape)))
    reached = reach(line.shape, common)
    same = outline.parts[reached.edge] == part
    edge_starts = outline.starts[reached.edge]
    rest = lengths_km(edge_starts[:, 0].copy(), edge_starts[:, 1].copy(), *reached.start.T.copy())
    return float(min((start_km[reached.edge] + rest)[same], default=otherwise))


def _add_from_place(
    near: Near,
    material: Material,
    extents: Extents,
    line: Subject,
    outline: Outline,
    found: list[Found],
    along: FloatArray,
    parts: list[int],
    columns: ResultColumns,
    notes: list[str],
) -> None:
    """Add how far along the line each thing is from the place that is asked about, if there is one."""
    if not near.place or (not near.line and not near.subject_layer_id):
        return
    place = place_subject(near.place, material.catalogue, extents)
    held = np.empty(1, dtype=object)
    held[0] = place.shape
    reached = reach(line.shape, held)
    foot = outline.starts[reached.edge[0]]
    start_km = outline.start_km()
    here = float(start_km[reached.edge[0]]) + float(
        lengths_km(
            foot[:1].copy(), foot[1:].copy(), reached.start[:1, 0].copy(), reached.start[:1, 1].copy()
        )[0]
    )
    own_part = int(outline.parts[reached.edge[0]])
    if reached.km[0] == 0.0 and shapely.get_dimensions(place.shape) > 0:
        here = _entry_km(line, outline, start_km, place.shape, own_part, here)
    columns.add(
        _("沿线离{name} km").format(name=place.name),
        "along_from_place_km",
        [
            round(float(each) - here, 3) if part == own_part and thing.is_sure else None
            for each, part, thing in zip(along, parts, found, strict=True)
        ],
        NUMBER,
        formula=_("沿线 km − 离{name}最近一点的沿线 km；负数在它之前").format(name=place.name),
        unit="km",
        is_measured=True,
    )
    notes.append(
        _("{name}离这条线 {km} 公里，最近处在沿线 {along} 公里。").format(
            name=place.name, km=f"{float(reached.km[0]):.1f}", along=f"{here:.1f}"
        )
    )
    notes += place.notes


def _chart(
    near: Near, material: Material, found: list[Found], along: FloatArray, along_name: str, distance: str
) -> Chart | None:
    if not any(each.is_sure for each in found):
        return None
    sure = sum(each.is_sure for each in found)  # They come first.
    told = found[: min(sure, _MOST_DOTS)]
    note = _("只画了前 {n} 个。").format(n=_MOST_DOTS) if sure > _MOST_DOTS else ""
    return Chart(
        ChartKind.SCATTER,
        near.title(material),
        tuple(each.name for each in told),
        (
            (along_name, tuple(round(float(each), 1) for each in along[: len(told)])),
            (distance, tuple(round(each.km, 1) for each in told)),
        ),
        "km",
        note,
    )
