"""What rows are summed up by: units, places of policy, hexagons, the user's own polygons."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import shapely

from jjjmap.analysis.counting.areas import Areas, hex_areas, layer_areas, place_areas, unit_areas
from jjjmap.analysis.running import Material
from jjjmap.analysis.summaries.refusing import impossible, named
from jjjmap.catalogue.models import PlaceKind
from jjjmap.catalogue.wording import kind_name
from jjjmap.findings import Finding
from jjjmap.i18n import Language, _
from jjjmap.layers.provenance import InputNote
from jjjmap.layers.tables.joining import JoinTarget

UNIT_LEVELS = {
    "counties": JoinTarget.COUNTIES,
    "cities": JoinTarget.CITIES,
    "provinces": JoinTarget.PROVINCES,
}
PLACES, HEX, LAYER = "places", "hex", "layer"
LEAST_HEX_KM = 1.0
MOST_HEX_KM = 300.0


@dataclass(frozen=True, slots=True)
class By:
    """What ``by`` says, taken apart."""

    kind: str
    """``counties``, ``cities``, ``provinces``, `PLACES`, `HEX` or `LAYER`."""
    kinds: tuple[PlaceKind, ...] = ()
    km: float = 0.0


@dataclass(frozen=True, eq=False)
class Division:
    """The units, with what has to be said of them."""

    areas: Areas
    title: str
    """What they are, as a word: 县区."""
    inputs: tuple[InputNote, ...]
    """Where the borders come from."""
    findings: tuple[Finding, ...] = ()
    target: JoinTarget | None = None
    """What names or codes in the rows can be joined to; None where there is only position."""


def parse_by(by: str) -> By:
    """Return what a text asks for.

    Parameters
    ----------
    by
        ``counties``, ``cities``, ``provinces``, ``places:<kinds>`` (parted by commas), ``hex:<km>`` or
        ``layer``.

    Raises
    ------
    AnalysisImpossible
        It is none of these.
    """
    kind, _colon, rest = by.strip().partition(":")
    if by in UNIT_LEVELS or by == LAYER:
        return By(by)
    if kind == PLACES:
        words = [word.strip() for word in rest.split(",") if word.strip()]
        known = {kind.value for kind in PlaceKind if not kind.is_unit}
        if words and set(words) <= known:
            return By(PLACES, tuple(PlaceKind(word) for word in dict.fromkeys(words)))
        message = _("“{by}”里要写地点的类别，可用：{kinds}。")
        raise impossible("by-unknown", message.format(by=by, kinds=named(sorted(known), len(known))))
    if kind == HEX:
        try:
            km = float(rest)
        except ValueError:
            km = math.nan
        if LEAST_HEX_KM <= km <= MOST_HEX_KM:
            return By(HEX, km=km)
        message = _("六边形的宽度要在 {least} 到 {most} 公里之间，例如 hex:10。")
        raise impossible("by-unknown", message.format(least=f"{LEAST_HEX_KM:g}", most=f"{MOST_HEX_KM:g}"))
    message = _("不认识的统计单元“{by}”。")
    hint = _("可用：counties、cities、provinces、places:类别、hex:公里、layer:文件。")
    raise impossible("by-unknown", message.format(by=by), hint)


def division_title(by: By) -> str:
    """Return what the units are, as a word."""
    match by.kind:
        case "counties":
            return _("县区")
        case "cities":
            return _("设区市")
        case "provinces":
            return _("省市")
        case "places":
            return _("、").join(kind_name(kind) for kind in by.kinds)
        case "hex":
            return _("{km} 公里六边形").format(km=f"{by.km:g}")
    return _("自定义区域")


def division_of(by: By, material: Material, area_layer_id: str, name_column: str) -> Division:
    """Return the units that rows are summed up by.

    Raises
    ------
    AnalysisImpossible
        There is none: a layer without polygons, kinds of places that are mere points.
    """
    title = division_title(by)
    if by.kind == LAYER:
        if area_layer_id not in material.layers:
            raise impossible("by-unknown", _("没有写明作为统计单元的面图层。"))
        layer = material.layers[area_layer_id]
        areas, findings = layer_areas(layer, _name_column(material, area_layer_id, name_column))
        title = _("“{layer}”的面").format(layer=layer.title)
        return Division(areas, title, (layer.note(len(areas), areas.note),), findings)
    if by.kind == PLACES:
        areas = place_areas(by.kinds, material.catalogue, material.units)
        if not len(areas):
            message = _("“{kinds}”在资料里都只有点位，没有范围，不能作统计单元。")
            hint = _("可用有范围的类别，例如 wing、zone、metro_circle；或用 hex:10。")
            raise impossible("by-without-areas", message.format(kinds=title), hint)
        return Division(
            areas, title, (_shipped(_("{what}范围（随程序）"), title, areas),), (), JoinTarget.PLACES
        )
    if by.kind == HEX:
        areas = _within_region(hex_areas(material.units.bounds, by.km), material)
        return Division(areas, title, (InputNote(title, len(areas), len(areas), note=areas.note),))
    areas = unit_areas(by.kind, material.units, material.catalogue)
    return Division(
        areas, title, (_shipped(_("{what}边界（随程序）"), title, areas),), (), UNIT_LEVELS[by.kind]
    )


def unit_names(division: Division, material: Material, language: Language) -> tuple[str, ...]:
    """Return what the units are called: where several have one name, with the unit above or with their id.

    There are two counties called 桥西区, in two cities.
    """
    areas, units = division.areas, material.units
    names = [areas.name(at, language) for at in range(len(areas))]
    often = {name for name, count in Counter(names).items() if count > 1}
    for at, name in enumerate(names):
        if name not in often:
            continue
        code = areas.ids[at]
        above = units.unit(code).parent_code if division.target and code in units else ""
        within = code
        if above:
            place = material.catalogue.places.get(above)
            within = place.name(language) if place is not None else units.unit(above).name_zh
        names[at] = _("{name}（{within}）").format(name=name, within=within)
    return tuple(names)


def _name_column(material: Material, layer_id: str, asked: str) -> str:
    """Return the column of the areas' names: the one asked for, or the first that looks like one."""
    names = [column.name for column in material.layers[layer_id].table.columns]
    if asked and asked not in names:
        message = _("图层“{layer}”里没有“{column}”这一列；它的列：{names}。")
        layer = material.layers[layer_id].title
        raise impossible("column-unknown", message.format(layer=layer, column=asked, names=named(names)))
    usual = (*(name for name in names if name.lower() in ("名称", "name", "name_zh", "名字", "区域")), "")
    return asked or usual[0]


def _within_region(areas: Areas, material: Material) -> Areas:
    """Return the hexagons that reach into the region: those of the sea and of neighbours are no units."""
    tops = [material.units.shape_of(unit.code) for unit in material.units.of_level("provinces")]
    region = shapely.union_all(np.array(tops, dtype=object))
    shapely.prepare(region)
    kept = np.flatnonzero(shapely.intersects(region, areas.shapes))
    return replace(
        areas,
        ids=tuple(areas.ids[at] for at in kept),
        names_zh=tuple(areas.names_zh[at] for at in kept),
        names_en=tuple(areas.names_en[at] for at in kept),
        shapes=areas.shapes[kept],
    )


def _shipped(title: str, what: str, areas: Areas) -> InputNote:
    return InputNote(
        title.format(what=what), len(areas), len(areas), source_ids=areas.source_ids, note=areas.note
    )


def whole_of(areas: Areas) -> Areas:
    """Return all areas as one: in it a row of several areas counts once."""
    shapes = np.empty(1, dtype=object)
    shapes[0] = shapely.union_all(areas.shapes)
    return Areas(("all",), ("",), ("",), shapes, True)
