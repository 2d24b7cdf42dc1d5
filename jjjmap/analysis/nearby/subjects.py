"""What is asked about: a place, a position, rows of a layer, or a line."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.analysis.nearby.extents import Basis, Extents
from jjjmap.analysis.nearby.geodesy import IntArray, ShapeArray, box_around, sound_areas
from jjjmap.analysis.nearby.shipped_lines import ShippedLine, find_line, shipped_lines
from jjjmap.analysis.running import AnalysisImpossible, InputLayer, Material
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.catalogue.names import find_place
from jjjmap.catalogue.wording import kind_name
from jjjmap.errors import PlaceUnknown
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.i18n import language as language_in_use
from jjjmap.layers.boundaries import BORDER_ERROR_M
from jjjmap.layers.style import Geometry

if TYPE_CHECKING:
    from jjjmap.analysis.nearby.near import Near

MOST_ROWS = 2_000
"""So many rows of a layer can be asked about together: their borders are all held against everything."""
_LONGEST_NAME = 60

_SPOT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，]\s*(-?\d{1,2}(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Subject:
    """What is asked about."""

    name: str
    shape: BaseGeometry
    """Degrees, WGS-84."""
    basis: Basis
    place: Place | None = None
    layer: InputLayer | None = None
    rows: int = 0
    """Of the layer, that went in."""
    notes: tuple[str, ...] = ()
    line: ShippedLine | None = None

    @property
    def is_area(self) -> bool:
        """Whether things can lie in it."""
        return self.shape.geom_type in ("Polygon", "MultiPolygon")


def parse_spot(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude that a text says, as ``116.4,39.9``; None if it says none."""
    match = _SPOT.fullmatch(text)
    if match is None:
        return None
    lon, lat = float(match[1]), float(match[2])
    return (lon, lat) if -180 <= lon <= 180 and -90 < lat < 90 else None


def spot_text(lon: float, lat: float) -> str:
    """Return a position as a text that `parse_spot` reads."""
    return f"{round(float(lon), 6)!r},{round(float(lat), 6)!r}"


def impossible(code: str, where: str, message: str, hint: str = "") -> AnalysisImpossible:
    """Return why a question cannot be answered."""
    return AnalysisImpossible(Finding(Severity.ERROR, code, where, message, hint))


def subject_name(near: Near, material: Material) -> str:
    """Return what the subject is called; raises PlaceUnknown or AnalysisImpossible."""
    if near.subject_layer_id:
        return material.layers[near.subject_layer_id].title
    if near.line:
        return line_of(near, material).name
    if near.place:
        return find_place(material.catalogue, near.place).place.name(language_in_use())
    return _spot_name(near)


def other_name(near: Near, material: Material) -> str:
    """Return what the other area is called; raises PlaceUnknown."""
    if near.other_layer_id:
        return material.layers[near.other_layer_id].title
    return find_place(material.catalogue, near.other).place.name(language_in_use())


def subject_of(near: Near, material: Material, extents: Extents) -> Subject:
    """Return what is asked about.

    Raises
    ------
    PlaceUnknown
        Nothing of the catalogue is called so.
    AnalysisImpossible
        Nobody knows where it is, or there is nothing to ask about.
    """
    if near.subject_layer_id:
        return layer_subject(material.layers[near.subject_layer_id])
    if near.line:
        return line_of(near, material)
    if near.place:
        return place_subject(near.place, material.catalogue, extents)
    lon, lat = _spot(near)
    name, position = _spot_name(near), spot_text(lon, lat)
    notes: tuple[str, ...] = ()
    if name != position:  # It no longer says where that is.
        notes = (_("“{name}”的位置：{position}。").format(name=name, position=position),)
    return Subject(name, shapely.Point(lon, lat), Basis.EXACT, notes=notes)


def _spot_name(near: Near) -> str:
    position = spot_text(*_spot(near))
    name = " ".join(near.name.split())
    return (name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…") or position


def _spot(near: Near) -> tuple[float, float]:
    lon, lat = near.lon, near.lat
    if lon is None or lat is None:
        hint = _("选一个地点，或写经纬度，例如 116.4,39.9。")
        raise impossible("subject-missing", "", _("没有说要问哪里。"), hint)
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 < lat < 90):
        message = _("经纬度 {lon},{lat} 不在地球上。").format(lon=lon, lat=lat)
        raise impossible("position-invalid", f"{lon},{lat}", message, _("经度在前，单位为度，WGS-84。"))
    return lon, lat


def place_subject(text: str, catalogue: Catalogue, extents: Extents) -> Subject:
    """Return a place as what is asked about; raises as `subject_of`."""
    place = find_place(catalogue, text).place
    name = place.name(language_in_use())
    extent = extents.of(place)
    if extent is None:
        message = _("没有来源说明“{name}”在哪里，无法量距离。").format(name=name)
        hint = _("可以改问它所在的城市或省，或直接写经纬度。")
        raise impossible("place-nowhere", place.id, message, hint)
    return Subject(name, extent.shape, extent.basis, place, notes=_place_notes(place, name, extent.basis))


def _place_notes(place: Place, name: str, basis: Basis) -> tuple[str, ...]:
    if place.kind.is_unit:
        return (_("距离从“{name}”的边界量起，在里面的为 0。").format(name=name), border_note())
    sentence = {
        Basis.TOWN: _("“{name}”的点位精确到约 5 公里，距离也只准到这个程度。"),
        Basis.COUNTY: _("“{name}”只知道在哪个县，点位是示意：所有距离都是约数，误差可达 20 公里左右。"),
        Basis.AREA: _("“{name}”是一片范围（以县界拼合示意）：距离从它的边界量起，在范围里面的为 0。"),
        Basis.WITHIN: _(
            "“{name}”没有自己的点位，只知道在哪些县（市、区）：距离从这些县（市、区）的边界量起，实际可能更远。"
        ),
        Basis.LINE: _("“{name}”在图上是示意线，距离从示意线量起，是约数。"),
    }.get(basis, "")
    return (sentence.format(name=name),) if sentence else ()


def border_note() -> str:
    """Return how well the borders of units are known."""
    return _("图上的行政边界与实际可相差约 {m} 米，紧靠边界的不宜细究。").format(m=f"{BORDER_ERROR_M:.0f}")


def area_note(subject: Subject) -> str:
    """Return what has to be said where the ground of a place is measured, or looked into."""
    if subject.place is not None and subject.place.kind.is_unit:
        return border_note()
    if subject.basis is Basis.AREA:
        return _("“{name}”的范围以县（市、区）界拼合，是示意，面积和里外也是。").format(name=subject.name)
    if subject.basis is Basis.WITHIN:
        return _("“{name}”没有自己的范围：用它所在的县（市、区）代替，实际要小。").format(name=subject.name)
    return ""


@dataclass(frozen=True)
class PlacedRows:
    """The rows of a layer that are shown and somewhere on Earth; n of them."""

    layer: InputLayer
    at: IntArray
    """N numbers of rows, ascending."""
    lost: int
    """How many rows are shown and nowhere."""
    mended: int
    """How many of the n had borders that cross themselves."""
    sound: ShapeArray | None
    """A shape for every row of the layer; None for points, which need no mending."""

    @property
    def shapes(self) -> ShapeArray:
        """N shapes, degrees; polygons are valid."""
        shapes = self.layer.table.shapes if self.sound is None else self.sound
        placed: ShapeArray = shapes[self.at]
        return placed

    @property
    def mended_note(self) -> str:
        """What has to be said of mended polygons; empty if there are none."""
        if not self.mended:
            return ""
        text = _("“{title}”有 {n} 个面的边界自相交或有别的毛病，已修好再用。")
        return text.format(title=self.layer.title, n=f"{self.mended:,}")

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said of them all."""
        lost = lost_text(self.layer.title, self.lost) if self.lost else ""
        return tuple(filter(None, (lost, self.mended_note)))


def lost_text(title: str, count: int) -> str:
    """Return what is said of rows that are nowhere."""
    text = _("“{title}”有 {n} 行没有可用的位置（空的，或不是经纬度），没有算在内。")
    return text.format(title=title, n=f"{count:,}")


def placed_rows(layer: InputLayer) -> PlacedRows:
    """Return the rows that are shown and somewhere; raises AnalysisImpossible for a plain table."""
    table = layer.table
    if table.geometry is None:
        message = _("“{title}”是没有位置的表格，量不了距离。").format(title=layer.title)
        hint = _("先用“企业落位”或表格连接给它位置。")
        raise impossible("layer-without-geometry", layer.title, message, hint)
    shown = np.ones(len(table), dtype=bool) if layer.shown is None else layer.shown
    sound, mended = None, np.zeros(len(table), dtype=bool)
    if table.lon is not None and table.lat is not None:
        bounds = np.column_stack((table.lon, table.lat, table.lon, table.lat))
    else:
        sound, mended = sound_areas(table.shapes)
        bounds = shapely.bounds(sound)
    # No comparison holds for NaN, of which the bounds of an empty shape are made.
    placed = (bounds[:, :2] >= (-180.0, -90.0)).all(axis=1) & (bounds[:, 2:] <= (180.0, 90.0)).all(axis=1)
    at = np.flatnonzero(shown & placed).astype(np.int64)
    lost = int(np.count_nonzero(shown & ~placed))
    return PlacedRows(layer, at, lost, int(np.count_nonzero(mended[at])), sound)


def layer_subject(layer: InputLayer) -> Subject:
    """Return the shown rows of a layer, taken together; raises AnalysisImpossible."""
    rows = placed_rows(layer)
    count = rows.at.size
    if not count:
        message = _("“{title}”没有一行是显示着而且有位置的。").format(title=layer.title)
        raise impossible("layer-empty", layer.title, message, _("检查筛选条件。"))
    if count > MOST_ROWS:
        message = _("“{title}”有 {n} 行，合在一起问最多 {most} 行。").format(
            title=layer.title, n=f"{count:,}", most=f"{MOST_ROWS:,}"
        )
        raise impossible("too-many-rows", layer.title, message, _("先筛选，或改用“逐单元汇总”。"))
    if layer.table.geometry is Geometry.LINE:
        # A union would cut lines where they cross, and kilometres along them would begin anew.
        lines = shapely.get_parts(rows.shapes)
        shape = lines[0] if len(lines) == 1 else shapely.multilinestrings(lines)
    else:
        shape = shapely.union_all(rows.shapes)
    notes = (_("“{title}”的 {n} 行合在一起问。").format(title=layer.title, n=count), *rows.notes)
    return Subject(layer.title, shape, Basis.EXACT, layer=layer, rows=count, notes=notes)


def refuse_beyond_map(name: str, bounds: tuple[float, float, float, float], km: float) -> None:
    """Raise AnalysisImpossible if what lies within a distance of a box cannot be drawn in one piece.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.
    """
    west, south, east, north = box_around(shapely.box(*bounds), km)
    if west < -180.0 or east > 180.0 or south < -90.0 or north > 90.0:
        message = _("“{name}”周边 {km:g} 公里跨过 180° 经线或极点，画不出来。").format(name=name, km=km)
        raise impossible("beyond-map", name, message, _("把距离改小，或者逐个列出找到的。"))


def line_of(near: Near, material: Material) -> Subject:
    """Return the line that things lie along.

    Raises
    ------
    PlaceUnknown
        No line that we ship is called so.
    AnalysisImpossible
        It is no line, or a corridor of which only the units are known.
    """
    if near.subject_layer_id:
        layer = material.layers[near.subject_layer_id]
        if layer.table.geometry is not Geometry.LINE:
            message = _("“{title}”不是线图层，没有“沿线”可言。").format(title=layer.title)
            raise impossible("layer-no-lines", layer.title, message, _("选一个线图层，或用缓冲区。"))
        return layer_subject(layer)
    wanted = near.line or near.place
    line = find_line(wanted)
    is_everyday = line is not None and not line.is_called(wanted)
    if line is None:
        try:
            place = find_place(material.catalogue, wanted).place
        except PlaceUnknown:
            raise PlaceUnknown(wanted, _alike(wanted)) from None
        line = shipped_lines().get(place.id)
        if line is None:
            name = place.name(language_in_use())
            if place.kind is PlaceKind.CORRIDOR:
                message = _("“{name}”没有线：来源只说了它经过的县（市、区）。").format(name=name)
                raise impossible("corridor-without-line", place.id, message, _("可以改问“区内有什么”。"))
            message = _("“{name}”是{kind}，不是线。").format(name=name, kind=kind_name(place.kind))
            raise impossible("place-no-line", place.id, message, _("写一条走廊、铁路或高速公路的名称。"))
    name = line.name(language_in_use())
    note = _(
        "“{name}”在图上是示意线（走廊为站点直连，铁路、公路为经过站点的光滑曲线），不可量测："
        "到线的距离和沿线里程都是约数。"
    ).format(name=name)
    notes: tuple[str, ...] = (note,)
    if is_everyday:
        taken = _("没有正好叫“{wanted}”的线，用的是“{name}”。").format(wanted=wanted, name=name)
        notes = (taken, note)
    return Subject(name, line.shape, Basis.LINE, notes=notes, line=line)


def _alike(text: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    names = {line.name(language_in_use()): line.id for line in shipped_lines().values()}
    return tuple(get_close_matches(text, [*names, *names.values()], n=3, cutoff=0.4))
