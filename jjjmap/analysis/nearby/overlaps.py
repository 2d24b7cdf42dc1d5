"""How much two areas, or the areas of two layers, share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.analysis.nearby.extents import Extents
from jjjmap.analysis.nearby.geodesy import ShapeArray, area_km2
from jjjmap.analysis.nearby.near import Near
from jjjmap.analysis.nearby.result_columns import NUMBER, ResultColumns
from jjjmap.analysis.nearby.subjects import area_note, impossible, place_subject, placed_rows
from jjjmap.analysis.nearby.targets import RowGroup
from jjjmap.analysis.running import Chart, ChartKind, InputLayer, Outcome, refuse_if
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.provenance import InputNote, Missing
from jjjmap.layers.style import Geometry
from jjjmap.layers.styling.user_style import UserStyle

if TYPE_CHECKING:
    from jjjmap.analysis.running import Cancelled, Material, Progress

MOST_AREAS = 5_000
MOST_PAIRS = 200_000
MOST_BARS = 30


@dataclass(frozen=True)
class _Side:
    """One of the two: n areas."""

    title: str
    names: tuple[str, ...]
    shapes: ShapeArray
    layer: InputLayer | None = None
    source_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def union(self) -> BaseGeometry:
        """Return all of it, where it overlaps itself once."""
        return shapely.union_all(self.shapes)


def overlap(near: Near, material: Material, progress: Progress, cancelled: Cancelled) -> Outcome:
    """Return what two areas share: a row for each pair that overlaps; for two areas one in any case."""
    extents = Extents(material.catalogue, material.units)
    if not (near.other_layer_id or near.other):
        raise impossible("other-missing", "", _("没有说和什么比重叠。"), _("再选一个地点或面图层。"))
    one = _side(near.subject_layer_id, near.place, material, extents)
    two = _side(near.other_layer_id, near.other, material, extents)
    pairs: list[tuple[int, int]] = [
        (int(a), int(b)) for b, a in shapely.STRtree(one.shapes).query(two.shapes, predicate="intersects").T
    ]
    if len(pairs) > MOST_PAIRS:
        message = _("两个图层的面重叠出 {n} 对，最多 {most} 对。").format(
            n=f"{len(pairs):,}", most=f"{MOST_PAIRS:,}"
        )
        raise impossible("too-many-pairs", one.title, message, _("先筛选。"))
    pairs.sort()
    kept: list[tuple[int, int, BaseGeometry, float]] = []
    for number, (a, b) in enumerate(pairs):
        refuse_if(cancelled)
        common = _areas_only(shapely.intersection(one.shapes[a], two.shapes[b]))
        if (km2 := area_km2(common)) > 0.0:
            kept.append((a, b, common, km2))
        progress(0.8 * (number + 1) / len(pairs))
    is_single = len(one.shapes) == len(two.shapes) == 1
    if is_single and not kept:
        kept.append((0, 0, shapely.Polygon(), 0.0))
    one_km2 = [area_km2(shape) for shape in one.shapes]
    two_km2 = [area_km2(shape) for shape in two.shapes]
    columns = ResultColumns()
    first = columns.add(_("甲"), "first", [one.names[a] for a, _b, _common, _km2 in kept])
    columns.add(_("乙"), "second", [two.names[b] for _a, b, _common, _km2 in kept])
    for title, measure, values in (
        (_("重叠 km²"), "overlap_km2", [km2 for _a, _b, _common, km2 in kept]),
        (_("甲 km²"), "first_km2", [one_km2[a] for a, _b, _common, _km2 in kept]),
        (_("乙 km²"), "second_km2", [two_km2[b] for _a, b, _common, _km2 in kept]),
    ):
        columns.add(title, measure, [round(each, 3) for each in values], NUMBER, unit="km²", is_measured=True)
    of_first = columns.add(
        _("占甲 %"),
        "share_of_first_pct",
        [_share(km2, one_km2[a]) for a, _b, _common, km2 in kept],
        NUMBER,
        formula=_("重叠面积 ÷ 甲的面积 × 100"),
        unit="%",
    )
    of_second = columns.add(
        _("占乙 %"),
        "share_of_second_pct",
        [_share(km2, two_km2[b]) for _a, b, _common, km2 in kept],
        NUMBER,
        formula=_("重叠面积 ÷ 乙的面积 × 100"),
        unit="%",
    )
    shapes = [None if common.is_empty else shapely.to_wkb(common) for _a, _b, common, _km2 in kept]
    table = FeatureTable(
        columns.table(), Geometry.POLYGON, wkb=pa.chunked_array([pa.array(shapes, type=pa.binary())])
    )
    summary = _totals(one, two, kept)
    progress(1.0)
    flat = [
        side.names[at]
        for side, areas in ((one, one_km2), (two, two_km2))
        for at, km2 in enumerate(areas)
        if not km2
    ]
    missing = (
        (Missing(of_first, "zero-denominator", _("面积为 0，份额算不出来。"), tuple(flat[:20]), len(flat)),)
        if flat
        else ()
    )
    labels = [_("{one}与{two}").format(one=one.names[a], two=two.names[b]) for a, b, _common, _km2 in kept][
        :MOST_BARS
    ]
    shares = columns.table().select([of_first, of_second]).slice(0, MOST_BARS)
    chart = Chart(
        ChartKind.BARS,
        near.title(material),
        tuple(labels),
        tuple((name, tuple(shares.column(name).to_pylist())) for name in (of_first, of_second)),
        "%",
    )
    findings = () if kept else (_nothing(near.title(material)),)
    return Outcome(
        near.title(material),
        table,
        UserStyle(color="#b5446e", fill_opacity=0.45, stroke="#7a1f45", width_px=1.4, label_column=first),
        columns.notes(),
        tuple(_input(side) for side in (one, two)),
        missing,
        tuple(_notes(one, two, kept, summary)),
        findings,
        chart if kept else None,
        summary,
    )


def _side(layer_id: str, text: str, material: Material, extents: Extents) -> _Side:
    if layer_id:
        layer = material.layers[layer_id]
        placed = placed_rows(layer)
        rows = placed.at
        if layer.table.geometry is not Geometry.POLYGON or not rows.size:
            message = _("“{title}”里没有面，算不了重叠。").format(title=layer.title)
            raise impossible("layer-no-areas", layer.title, message, _("选一个面图层，或先做缓冲区。"))
        if rows.size > MOST_AREAS:
            message = _("“{title}”有 {n} 个面，最多 {most} 个。").format(
                title=layer.title, n=f"{rows.size:,}", most=f"{MOST_AREAS:,}"
            )
            raise impossible("too-many-rows", layer.title, message, _("先筛选。"))
        group = RowGroup(layer.id, layer.title, layer, layer.table.shapes, rows.size)
        names = tuple(group.name(int(row)) for row in rows)
        return _Side(layer.title, names, placed.shapes, layer, (), placed.notes)
    if not text:
        message = _("重叠要问一个有范围的地点或一个面图层。")
        raise impossible("subject-no-area", "", message, _("选一个地点，例如曹妃甸。"))
    subject = place_subject(text, material.catalogue, extents)
    if not subject.is_area:
        message = _("“{name}”只有点位或线，没有范围，算不了重叠。").format(name=subject.name)
        raise impossible("subject-no-area", text, message, _("选有范围的地点，或先做缓冲区。"))
    held = np.empty(1, dtype=object)
    held[0] = subject.shape
    sources = subject.place.source_ids if subject.place is not None else ()
    return _Side(
        subject.name, (subject.name,), held, None, sources, tuple(filter(None, (area_note(subject),)))
    )


def _areas_only(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of what two areas share; where they merely touch there is none."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    nested = [part for part in shapely.get_parts(shape) if part.geom_type == "MultiPolygon"]
    parts += [each for part in nested for each in shapely.get_parts(part)]
    if not parts:
        return shapely.Polygon()
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _share(part: float, whole: float) -> float | None:
    return round(100.0 * part / whole, 4) if whole else None


def _totals(one: _Side, two: _Side, kept: list[tuple[int, int, BaseGeometry, float]]) -> dict[str, Any]:
    """Return sizes of the whole: of a layer that overlaps itself each ground counts once."""
    first, second = one.union(), two.union()
    first_km2, second_km2 = area_km2(first), area_km2(second)
    common_km2 = area_km2(_areas_only(shapely.intersection(first, second))) if kept else 0.0
    return {
        "overlap_km2": round(common_km2, 3),
        "first_km2": round(first_km2, 3),
        "second_km2": round(second_km2, 3),
        "share_of_first_pct": _share(common_km2, first_km2),
        "share_of_second_pct": _share(common_km2, second_km2),
        "pairs": sum(km2 > 0.0 for _a, _b, _common, km2 in kept),
    }


def _notes(
    one: _Side, two: _Side, kept: list[tuple[int, int, BaseGeometry, float]], summary: dict[str, Any]
) -> list[str]:
    notes = [_("面积是 WGS-84 椭球面上的面积。"), *dict.fromkeys((*one.notes, *two.notes))]
    told = _("合起来：甲 {first} km²，乙 {second} km²，重叠 {common} km²；自身重叠的地方只算一次。")
    notes.append(
        told.format(
            first=f"{summary['first_km2']:,.1f}",
            second=f"{summary['second_km2']:,.1f}",
            common=f"{summary['overlap_km2']:,.1f}",
        )
    )
    for side, at in ((one, 0), (two, 1)):
        alone = len(side.shapes) - len({pair[at] for pair in kept if pair[3] > 0.0})
        if alone and len(side.shapes) > 1:
            notes.append(
                _("“{title}”有 {n} 个面不与另一方重叠，没有列出。").format(title=side.title, n=f"{alone:,}")
            )
    return notes


def _input(side: _Side) -> InputNote:
    if side.layer is not None:
        return side.layer.note(len(side.shapes))
    return InputNote(side.title, 1, 1, source_ids=side.source_ids, note="\n".join(side.notes))


def _nothing(title: str) -> Finding:
    message = _("没有一处重叠，结果是空的。")
    return Finding(Severity.INFO, "nothing-found", title, message)
