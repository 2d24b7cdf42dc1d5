"""One value for each area: what local statistics compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from jjjmap.analysis.counting.areas import Areas, hex_areas, layer_areas, unit_areas
from jjjmap.analysis.counting.kernel import PreparedAreas
from jjjmap.analysis.hotspots.frame import area_km2
from jjjmap.analysis.hotspots.list_rows import ListRows, check_points, weights_of
from jjjmap.analysis.hotspots.neighbourhood import middles
from jjjmap.analysis.hotspots.options import COUNTIES, ROWS, CoarseRows, Measure, hex_km
from jjjmap.analysis.hotspots.refusing import impossible, warning
from jjjmap.catalogue.models import Catalogue
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.boundaries import UnitIndex
from jjjmap.layers.opening.records import ColumnKind, ColumnRole
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    from jjjmap.analysis.hotspots.hotspots import Hotspots

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MOST_AREAS = 30_000
"""That are tested at once: their permutations take about half a minute."""


@dataclass(frozen=True)
class AreaValues:
    """N areas with a value each."""

    areas: Areas
    amounts: FloatArray
    """n: rows, or the total of their weight, NaN where none of them has one."""
    values: FloatArray
    """n: what is compared, NaN where it cannot be reckoned."""
    county_of: tuple[str, ...]
    """n codes: of the county itself, or of the one around the middle of the area; may be empty."""
    rows_used: int
    by_county: Mapping[str, float]
    """Amount by county."""
    base_by_county: Mapping[str, float]
    """Of all categories; empty without one."""
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    counts_rows: bool = True
    """Whether rows were counted in areas; else the areas are the rows."""
    missing_reason: str = field(default="")


def area_values(wish: Hotspots, rows: ListRows, catalogue: Catalogue, units: UnitIndex) -> AreaValues:
    """Return the values that a wish asks for; raises AnalysisImpossible."""
    by = wish.by or COUNTIES
    if by == ROWS:
        return _own_polygons(wish, rows, units)
    check_points(rows)
    weights = weights_of(rows, wish.weight)
    if wish.measure is Measure.SHARE and not wish.category:
        raise impossible(
            "share-without-category",
            _("占比要先选定类别：它是这一类在各区全部行中所占的比例。"),
            _("请写明类别的列和值。"),
        )
    usable = rows.placed & ~rows.is_vague if by == COUNTIES else rows.placed
    findings: list[Finding] = []
    title = rows.layer.title
    if by != COUNTIES and wish.coarse_rows is CoarseRows.LEAVE_OUT:
        usable &= ~rows.is_coarse
    left_out = int(np.count_nonzero(rows.chosen & rows.placed & ~usable))
    if left_out:
        sentence = (
            _("{n} 行的位置只到市、省或有歧义，没有计入区县。")
            if by == COUNTIES
            else _("{n} 行的位置只到区县，堆在区县的标注点上，没有计入六边形；按区县统计可以用上它们。")
        )
        findings.append(warning("coarse-rows", sentence.format(n=f"{left_out:,}"), where=title))
    nowhere = int(np.count_nonzero(rows.chosen & ~rows.placed))
    if nowhere:
        findings.append(
            warning("rows-nowhere", _("{n} 行没有位置，没有计入。").format(n=f"{nowhere:,}"), where=title)
        )
    if not (rows.chosen & usable).any():
        raise impossible(
            "no-usable-rows",
            _("“{title}”里没有一行的位置够用。").format(title=title),
            _("请改用按区县的统计，或先改进落位。"),
            title,
        )
    county = np.full(len(rows.lon), "", dtype="<U6")
    base = rows.shown & rows.placed & ~rows.is_vague
    county[base] = units.county_of(rows.lon[base], rows.lat[base])
    areas = _areas(by, rows, usable, county, catalogue, units)
    prepared = PreparedAreas(areas, len(rows.lon))
    amount = np.ones(len(rows.lon)) if weights is None else np.nan_to_num(weights)
    counted = _sums(prepared, rows, rows.chosen & usable, amount)
    amounts, rows_used = counted.sums, counted.rows
    outside = int(np.count_nonzero(rows.chosen & usable)) - counted.rows
    if outside:
        findings.append(
            warning(
                "rows-outside", _("{n} 行在所有区域以外，没有计入。").format(n=f"{outside:,}"), where=title
            )
        )
    if weights is not None:
        unusable = int(np.count_nonzero(rows.chosen & usable & ~np.isfinite(weights)))
        if unusable:
            findings.append(
                warning(
                    "weights-missing",
                    _("{n} 行的“{name}”是空的或不是数，合计里没有它们。").format(
                        n=f"{unusable:,}", name=wish.weight
                    ),
                    where=title,
                )
            )
            weighed = _sums(prepared, rows, rows.chosen & usable & np.isfinite(weights), amount)
            # Rows without a single amount add up to nothing that is known; no rows at all add up to 0.
            amounts = np.where((counted.counts > 0) & (weighed.counts == 0), np.nan, counted.sums)
            rows_used = weighed.rows
    values, reason = amounts, _("有行，但“{name}”没有一个可用的数。").format(name=wish.weight)
    match wish.measure:
        case Measure.SHARE:
            every = _sums(prepared, rows, rows.shown & usable, amount).sums
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(every != 0, 100.0 * amounts / every, np.nan)
            if np.isfinite(amounts).all():
                reason = _("区域里没有任何一行（分母为 0）。")
            else:
                reason = _("区域里没有任何一行（分母为 0），或“{name}”没有一个可用的数。").format(
                    name=wish.weight
                )
        case Measure.DENSITY:
            values = amounts / areas.km2()
    at_county = rows.chosen & base
    return AreaValues(
        areas,
        amounts,
        values,
        areas.ids if by == COUNTIES else _counties_around(areas.shapes, units),
        rows_used,
        _by_county(county, at_county, amount),
        _by_county(county, base, amount) if wish.category else {},
        tuple(note for note in (areas.note,) if note),
        tuple(findings),
        missing_reason=reason,
    )


def _areas(
    by: str,
    rows: ListRows,
    usable: BoolArray,
    county: npt.NDArray[np.str_],
    catalogue: Catalogue,
    units: UnitIndex,
) -> Areas:
    """Return the counties, or the hexagons of the region, or around the rows where most are elsewhere."""
    if by == COUNTIES:
        return unit_areas("counties", units, catalogue)
    km = hex_km(by)
    if km is None:
        raise ValueError(by)
    asked = rows.chosen & usable
    lon, lat = rows.lon[asked], rows.lat[asked]
    in_region = np.count_nonzero(county[asked] != "") * 2 >= len(lon)
    box = units.bounds if in_region else (lon.min(), lat.min(), lon.max(), lat.max())
    west, south, east, north = (float(edge) for edge in box)
    extent_km2 = float(area_km2(shapely.box(west, south, east + 1e-9, north + 1e-9))[0])
    if extent_km2 / (0.866 * km * km) > 2.5 * MOST_AREAS:
        raise impossible(
            "too-many-cells",
            _("{km} 公里的六边形太多：一次最多检验 {most} 个。").format(km=f"{km:g}", most=f"{MOST_AREAS:,}"),
            _("请把六边形放大。"),
        )
    areas = hex_areas((west, south, east, north), km)
    if not in_region:
        return areas
    kept = np.array([code != "" for code in _counties_around(areas.shapes, units)])
    _at, area = PreparedAreas(areas, len(lon)).of_positions(lon, lat)
    kept[np.unique(area)] = True
    chosen = np.flatnonzero(kept).tolist()
    return Areas(
        tuple(areas.ids[at] for at in chosen),
        tuple(areas.names_zh[at] for at in chosen),
        tuple(areas.names_en[at] for at in chosen),
        areas.shapes[kept],
        areas.is_partition,
        areas.source_ids,
        areas.note,
    )


@dataclass(frozen=True)
class _Counted:
    sums: FloatArray
    counts: npt.NDArray[np.int64]
    """Rows in each area."""
    rows: int
    """Rows in any."""


def _sums(prepared: PreparedAreas, rows: ListRows, asked: BoolArray, amount: FloatArray) -> _Counted:
    at = np.flatnonzero(asked)
    position, area = prepared.of_positions(rows.lon[at], rows.lat[at])
    size = len(prepared.areas)
    sums = np.bincount(area, amount[at[position]], minlength=size).astype(np.float64)
    return _Counted(sums, np.bincount(area, minlength=size), len(np.unique(position)))


def _by_county(county: npt.NDArray[np.str_], asked: BoolArray, amount: FloatArray) -> dict[str, float]:
    codes, where = np.unique(county[asked], return_inverse=True)
    totals = np.bincount(where, amount[asked], minlength=len(codes))
    return {str(code): float(total) for code, total in zip(codes, totals, strict=True) if code}


def _counties_around(shapes: npt.NDArray[np.object_], units: UnitIndex) -> tuple[str, ...]:
    places = middles(shapes)
    return tuple(str(code) for code in units.county_of(places[:, 0], places[:, 1]))


def _own_polygons(wish: Hotspots, rows: ListRows, units: UnitIndex) -> AreaValues:
    """Return the polygons of the layer with the values of a column."""
    table, title = rows.layer.table, rows.layer.title
    if table.geometry is not Geometry.POLYGON:
        raise impossible(
            "not-polygons",
            _("“{title}”不是面图层，没有自己的面可以比较。").format(title=title),
            _("请按区县或六边形统计。"),
            title,
        )
    if not wish.weight:
        raise impossible("no-value-column", _("请选择要比较的数值列。"), where=title)
    if wish.measure is Measure.SHARE:
        raise impossible(
            "share-of-polygons", _("图层自己的面不能算占比；可以先算好一列再比较。"), where=title
        )
    weights = weights_of(rows, wish.weight)
    assert weights is not None
    areas, findings = layer_areas(replace(rows.layer, shown=rows.chosen), _name_column(rows))
    if len(areas) > MOST_AREAS:
        raise impossible(
            "too-many-areas", _("一次最多检验 {most} 个面。").format(most=f"{MOST_AREAS:,}"), where=title
        )
    at = np.array([int(area_id) - 1 for area_id in areas.ids])
    amounts = weights[at]
    values = amounts / areas.km2() if wish.measure is Measure.DENSITY else amounts
    county = _counties_around(areas.shapes, units)
    by_county: dict[str, float] = {}
    for code, amount in zip(county, np.nan_to_num(amounts).tolist(), strict=True):
        if code:
            by_county[code] = by_county.get(code, 0.0) + amount
    return AreaValues(
        areas,
        amounts,
        values,
        county,
        len(at),
        by_county,
        {},
        # What it says of overlaps and gaps is about counting points in them.
        findings=tuple(each for each in findings if each.code in ("areas-mended", "areas-empty")),
        counts_rows=False,
        missing_reason=_("“{name}”是空的，或不是数。").format(name=wish.weight),
    )


def _name_column(rows: ListRows) -> str:
    """Return the column that tells what polygons are called: that of names, else the first with texts."""
    roles = {column.name: column.role for column in rows.layer.facts.columns}
    columns = rows.layer.table.columns
    named = [column.name for column in columns if roles.get(column.name) is ColumnRole.NAME]
    texts = [column.name for column in columns if column.kind is ColumnKind.TEXT]
    return next(iter((*named, *texts)), "")
