"""Doubts about the data that we ship: catalogue, layers, and whether the two agree."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from json import loads
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.catalogue.models import REGION_ID, Catalogue, Passage, Place, PlaceKind, Precision
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.layers.style import Geometry

COUNTY_TOLERANCE_M = {Precision.SITE: 3_000.0, Precision.TOWN: 6_000.0, Precision.COUNTY: 3_000.0}
"""How far a point may lie outside its county.

The borders are generalised to some 500 m, a point of precision `site` is good to 1–2 km, and ports stand
on new land seaward of the coastline used: together 3 km. A point of precision `town` is good to 5 km.
Points that only label an area or the region belong to no single county and are not checked.
"""

REGION_BOX = shapely.box(113.0, 35.9, 120.2, 42.8)
"""No place or unit of Beijing, Tianjin and Hebei lies outside; lon/lat in degrees, margin some 0.3°."""

_SAME_POSITION_DEG = 2e-5
"""Coordinates are written to five decimals."""

_SAME_AREA_SHARE = 1e-3
"""How much of an area may differ from the union of its units: what rounding to five decimals can cause."""

MEASURE_WORDS = frozenset("个家项条件户人辆张座")
"""Units that English counts without: the indicator names the thing, 256 个 are just 256."""

_SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_ADCODE = re.compile(r"\d{6}")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")

_EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class _Feature:
    """A feature of a shipped layer, with its shape built."""

    id: str
    where: str
    properties: Mapping[str, Any]
    shape: BaseGeometry


@dataclass(slots=True)
class _LayerRead:
    """The features of one layer that could be read."""

    layer: Layer
    features: dict[str, _Feature] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        """Whether nothing could be read: then one finding tells it, not one for each place."""
        return bool(self.findings) and not self.features


def check_shipped(catalogue: Catalogue, geodata: Path) -> list[Finding]:
    """Look for what is wrong in catalogue and layers.

    Parameters
    ----------
    catalogue
        As read by ``catalogue.store``, which reports broken rows and references itself.
    geodata
        Folder of the shipped layers.

    Returns
    -------
    list of Finding
        Sorted by severity (errors first), place and code; empty if all is well.
    """
    layers = [_read(layer, geodata) for layer in SHIPPED_LAYERS]
    shapes = {
        feature.id: feature.shape
        for read in layers
        if read.layer.kind is not None and read.layer.kind.is_unit
        for feature in read.features.values()
    }
    findings = [
        *_check_ids(catalogue),
        *_check_units(catalogue),
        *_check_codes(catalogue),
        *_check_references(catalogue),
        *_check_sources(catalogue),
        *_check_texts(catalogue),
        *_check_positions(catalogue, shapes),
        *(finding for read in layers for finding in _check_layer(catalogue, read, shapes)),
    ]
    order = list(Severity)
    return sorted(set(findings), key=lambda f: (order.index(f.severity), f.where, f.code, f.message))


def distance_to_unit_m(lon: float, lat: float, unit: BaseGeometry) -> float:
    """Return how far a point lies outside a unit, in metres; 0 inside.

    Notes
    -----
    Measured in an equirectangular frame centred on the point, which errs by less than 0.5 % within 50 km.
    """
    metres_per_degree = math.radians(_EARTH_RADIUS_M)
    scale = (metres_per_degree * math.cos(math.radians(lat)), metres_per_degree)
    local = shapely.transform(unit, lambda lonlat: (lonlat - (lon, lat)) * scale)
    return float(shapely.distance(local, shapely.Point(0, 0)))


# The catalogue by itself


def _error(code: str, where: str, message: str, hint: str = "") -> Finding:
    return Finding(Severity.ERROR, code, where, message, hint)


def _place_where(place: Place) -> str:
    file = "units" if place.kind.is_unit else "places"
    return f"catalogue/{file}.csv#{place.id}"


def _passage_where(passage: Passage) -> str:
    file = "digests" if passage.section.endswith("-digest") else "items"
    return f"policy/{file}.csv#{passage.id}"


def _check_ids(catalogue: Catalogue) -> Iterator[Finding]:
    """Ids are slugs, and an id that figures may have as their scope names one thing only."""
    tables: tuple[tuple[str, Iterable[str]], ...] = (
        ("catalogue/clusters.csv", catalogue.clusters),
        ("catalogue/chains.csv", catalogue.chains),
        ("catalogue/chain_nodes.csv", catalogue.chain_nodes),
        ("catalogue/figures.csv", catalogue.figures),
        ("catalogue/sources.csv", catalogue.sources),
        ("catalogue/milestones.csv", catalogue.milestones),
    )
    labelled = [
        *((_place_where(place), place.id) for place in catalogue.places.values()),
        *((_passage_where(passage), passage.id) for passage in catalogue.passages.values()),
        *((f"{file}#{record_id}", record_id) for file, ids in tables for record_id in ids),
    ]
    for where, record_id in labelled:
        if not _SLUG.fullmatch(record_id):
            yield _error(
                "id-not-slug",
                where,
                _("编号“{id}”不是小写英文字母、数字和连字符。").format(id=record_id),
                _("换成稳定的英文编号，并改正引用它的地方。"),
            )
    for chain_id in catalogue.chains:
        if chain_id in catalogue.places:
            message = _("编号“{id}”既是产业链又是地点，数据的归属不明。").format(id=chain_id)
            yield _error("id-ambiguous", f"catalogue/chains.csv#{chain_id}", message, _("给其中一个换编号。"))
    for cluster_id in catalogue.clusters:
        if cluster_id not in catalogue.places:
            yield _error(
                "cluster-without-place",
                f"catalogue/clusters.csv#{cluster_id}",
                _("产业集群“{id}”在 places.csv 里没有同编号的地点。").format(id=cluster_id),
            )


def _check_units(catalogue: Catalogue) -> Iterator[Finding]:
    """Counties lie in cities or municipalities, cities in provinces, and codes say the same."""
    divided = {unit.parent_id for unit in catalogue.places.values() if unit.kind is PlaceKind.CITY}
    above = {
        PlaceKind.PROVINCE: (),
        PlaceKind.CITY: (PlaceKind.PROVINCE,),
        PlaceKind.COUNTY: (PlaceKind.CITY, PlaceKind.PROVINCE),
    }
    for unit in catalogue.places.values():
        if not unit.kind.is_unit:
            continue
        where = _place_where(unit)
        if not _ADCODE.fullmatch(unit.id):
            yield _error("adcode-invalid", where, _("“{id}”不是六位行政区划代码。").format(id=unit.id))
        if unit.kind is PlaceKind.PROVINCE:
            if unit.parent_id:
                yield _error("unit-parent-wrong", where, _("省级单位不应有上级。"))
            continue
        parent = catalogue.places.get(unit.parent_id)
        if parent is None or parent.kind not in above[unit.kind]:
            yield _error(
                "unit-parent-wrong",
                where,
                _("上级“{parent}”不是合适的行政区。").format(parent=unit.parent_id),
                _("县的上级是地级市或直辖市，地级市的上级是省。"),
            )
        elif not parent.id.startswith(unit.id[: 4 if parent.kind is PlaceKind.CITY else 2]) or (
            unit.kind is PlaceKind.COUNTY and parent.id in divided and unit.id[2:4] != "90"
        ):
            # In a province that has cities only counties under its direct rule, 90, have no city above them.
            message = _("代码与上级 {parent} 的代码不相合。").format(parent=parent.id)
            yield _error("unit-code-mismatch", where, message)


def _check_codes(catalogue: Catalogue) -> Iterator[Finding]:
    """Codes exist, and the names beside them are those of the units."""
    for place in catalogue.places.values():
        where = _place_where(place)
        codes = (*place.area_adcodes, *((place.county_adcode,) if place.county_adcode else ()))
        for code in codes:
            unit = catalogue.places.get(code)
            if unit is None or not unit.kind.is_unit:
                yield _error(
                    "adcode-unknown", where, _("行政区划代码 {code} 不在 units.csv 中。").format(code=code)
                )
        county = catalogue.places.get(place.county_adcode)
        if county is None or not county.kind.is_unit:
            continue
        if county.kind is not PlaceKind.COUNTY:
            yield _error("adcode-not-county", where, _("{code} 不是县级代码。").format(code=county.id))
        if place.county and county.name_zh not in place.county.split("|"):
            yield Finding(
                Severity.WARNING,
                "county-name-mismatch",
                where,
                _("县名写作“{written}”，而代码 {code} 是“{name}”。").format(
                    written=place.county, code=county.id, name=county.name_zh
                ),
                _("核对县名和代码，改正其中一个。"),
            )
        province = _province_of(catalogue, county)
        if province is not None and place.province and province.name_zh not in place.province.split("|"):
            yield _error(
                "province-name-mismatch",
                where,
                _("省（市）写作“{written}”，而代码 {code} 属于{name}。").format(
                    written=place.province, code=county.id, name=province.name_zh
                ),
            )
    for stop in catalogue.corridor_stops:
        if stop.county_adcode and stop.county_adcode not in catalogue.places:
            yield _error(
                "adcode-unknown",
                f"catalogue/corridor_stops.csv#{stop.corridor_id}-{stop.order}",
                _("行政区划代码 {code} 不在 units.csv 中。").format(code=stop.county_adcode),
            )


def _province_of(catalogue: Catalogue, unit: Place) -> Place | None:
    """Return the province above a unit; the hierarchy has three levels, so two steps suffice."""
    above: Place | None = unit
    for _step in range(2):
        if above is not None and above.kind is not PlaceKind.PROVINCE:
            above = catalogue.places.get(above.parent_id)
    return above if above is not None and above.kind is PlaceKind.PROVINCE else None


def _check_references(catalogue: Catalogue) -> Iterator[Finding]:
    """What records say of one another exists."""
    places, chains = catalogue.places, catalogue.chains
    scopes = {REGION_ID, *places, *chains}
    named: list[tuple[str, Iterable[str], Iterable[str]]] = [
        *((_place_where(p), (p.parent_id,) if p.parent_id else (), places) for p in places.values()),
        *((f"catalogue/clusters.csv#{c.id}", c.member_ids, places) for c in catalogue.clusters.values()),
        *((f"catalogue/clusters.csv#{c.id}", c.chain_ids, chains) for c in catalogue.clusters.values()),
        *((f"catalogue/chain_nodes.csv#{n.id}", n.place_ids, places) for n in catalogue.chain_nodes.values()),
        *(
            (f"catalogue/chain_nodes.csv#{n.id}", (n.chain_id,), chains)
            for n in catalogue.chain_nodes.values()
        ),
        *((_passage_where(p), p.place_ids, scopes) for p in catalogue.passages.values()),
        *((_passage_where(p), p.chain_ids, chains) for p in catalogue.passages.values()),
        *((f"catalogue/figures.csv#{f.id}", (f.scope_id,), scopes) for f in catalogue.figures.values()),
        *((f"catalogue/milestones.csv#{m.id}", m.place_ids, scopes) for m in catalogue.milestones.values()),
    ]
    for where, wanted, known in named:
        for record_id in wanted:
            if record_id not in known:
                yield _error(
                    "reference-unknown",
                    where,
                    _("提到的“{id}”不在目录中。").format(id=record_id),
                    _("改正编号，或补上这条记录。"),
                )


def _check_sources(catalogue: Catalogue) -> Iterator[Finding]:
    """Everything that is said has a source, and every source is known."""
    cited: list[tuple[str, tuple[str, ...]]] = [
        *((_place_where(place), place.source_ids) for place in catalogue.places.values()),
        *((_passage_where(passage), passage.source_ids) for passage in catalogue.passages.values()),
        *(
            (f"catalogue/figures.csv#{figure.id}", (figure.source_id,) if figure.source_id else ())
            for figure in catalogue.figures.values()
        ),
        *((f"catalogue/chains.csv#{chain.id}", chain.source_ids) for chain in catalogue.chains.values()),
        *(
            (f"catalogue/chain_nodes.csv#{node.id}", node.source_ids)
            for node in catalogue.chain_nodes.values()
        ),
        *(
            (
                f"catalogue/milestones.csv#{milestone.id}",
                (milestone.source_id,) if milestone.source_id else (),
            )
            for milestone in catalogue.milestones.values()
        ),
    ]
    for where, source_ids in cited:
        if not source_ids:
            yield _error("source-missing", where, _("没有写明来源。"), _("补上 sources.csv 里的来源编号。"))
        for source_id in source_ids:
            if source_id not in catalogue.sources:
                yield _error(
                    "source-unknown",
                    where,
                    _("来源“{id}”不在 sources.csv 中。").format(id=source_id),
                    _("改正来源编号，或补上这个来源。"),
                )
    for source in catalogue.sources.values():
        where = f"catalogue/sources.csv#{source.id}"
        if not source.title.strip():
            yield _error("source-untitled", where, _("来源没有标题。"), _("没见到标题时，用〔〕写一句说明。"))


def _check_texts(catalogue: Catalogue) -> Iterator[Finding]:
    """Whatever the user reads is there in Chinese and in English."""
    required: list[tuple[str, str, str, str]] = []
    optional: list[tuple[str, str, str, str]] = []
    for place in catalogue.places.values():
        where = _place_where(place)
        required.append((where, "name", place.name_zh, place.name_en))
        optional.append((where, "note", place.note_zh, place.note_en))
    for passage in catalogue.passages.values():
        where = _passage_where(passage)
        required.append((where, "title", passage.title_zh, passage.title_en))
        required.append((where, "text", passage.text_zh, passage.text_en))
    for figure in catalogue.figures.values():
        where = f"catalogue/figures.csv#{figure.id}"
        required.append((where, "indicator", figure.indicator_zh, figure.indicator_en))
        if figure.unit_zh not in MEASURE_WORDS:
            optional.append((where, "unit", figure.unit_zh, figure.unit_en))
        optional.append((where, "comparison", figure.comparison_zh, figure.comparison_en))
        optional.append((where, "note", figure.note_zh, figure.note_en))
    for cluster in catalogue.clusters.values():
        required.append((f"catalogue/clusters.csv#{cluster.id}", "set", cluster.set_zh, cluster.set_en))
    for chain in catalogue.chains.values():
        where = f"catalogue/chains.csv#{chain.id}"
        required.append((where, "name", chain.name_zh_2024 or chain.name_zh_2023, chain.name_en))
        optional.append((where, "chokepoints", chain.chokepoints_zh, chain.chokepoints_en))
        optional.extend(
            (where, "roles", chain.roles.get(name, ""), chain.roles_en.get(name, "")) for name in chain.roles
        )
    for node in catalogue.chain_nodes.values():
        required.append((f"catalogue/chain_nodes.csv#{node.id}", "name", node.name_zh, node.name_en))
    for milestone in catalogue.milestones.values():
        where = f"catalogue/milestones.csv#{milestone.id}"
        required.append((where, "title", milestone.title_zh, milestone.title_en))
    for where, field_name, zh, en in required + [row for row in optional if row[2].strip() or row[3].strip()]:
        yield from _check_text(where, field_name, zh, en)


def _check_text(where: str, field_name: str, zh: str, en: str) -> Iterator[Finding]:
    if not zh.strip():
        yield _error("text-missing", where, _("{field} 没有中文。").format(field=f"{field_name}_zh"))
    if not en.strip():
        yield _error("text-missing", where, _("{field} 没有英文。").format(field=f"{field_name}_en"))
    elif _CHINESE.search(en):
        yield _error("english-not-english", where, _("{field} 里有汉字。").format(field=f"{field_name}_en"))


def _check_positions(catalogue: Catalogue, shapes: Mapping[str, BaseGeometry]) -> Iterator[Finding]:
    """Points lie in the region, and in or near the county that they are said to lie in."""
    for place in catalogue.places.values():
        where = _place_where(place)
        if (place.lon is None) != (place.lat is None):
            yield _error("position-incomplete", where, _("经度和纬度只写了一个。"))
        if place.lon is None or place.lat is None:
            continue
        if not REGION_BOX.covers(shapely.Point(place.lon, place.lat)):
            message = _("点位 {lon}, {lat} 不在京津冀范围内。").format(lon=place.lon, lat=place.lat)
            yield _error("position-outside-region", where, message, _("核对经度和纬度，经度写在前面。"))
            continue
        tolerance_m = COUNTY_TOLERANCE_M.get(place.precision)
        county = shapes.get(place.county_adcode)
        if tolerance_m is None or county is None or place.kind.is_unit:
            continue
        distance_m = distance_to_unit_m(place.lon, place.lat, county)
        if distance_m > tolerance_m:
            yield _error(
                "position-outside-county",
                where,
                _("点位在{county}（{code}）界外 {distance:.1f} 公里，容许 {tolerance:.0f} 公里。").format(
                    county=catalogue.places[place.county_adcode].name_zh
                    if place.county_adcode in catalogue.places
                    else place.county,
                    code=place.county_adcode,
                    distance=distance_m / 1000,
                    tolerance=tolerance_m / 1000,
                ),
                _("核对坐标、县级代码和精度等级。"),
            )


# Layers, and whether they agree with the catalogue


def _read(layer: Layer, geodata: Path) -> _LayerRead:
    """Read a layer with its shapes; what cannot be drawn at all is reported by the reader."""
    shipped = read_shipped_layer(layer, geodata)
    read = _LayerRead(layer, findings=list(shipped.findings))
    for feature in loads(shipped.data.decode("utf-8-sig"))["features"]:
        where = f"geodata/{layer.file}#{feature['id']}"
        try:
            shape = shapely.geometry.shape(feature["geometry"])
        except (shapely.errors.ShapelyError, ValueError, TypeError) as exc:
            message = _("几何无法建立：{reason}").format(reason=exc)
            read.findings.append(_error("geometry-broken", where, message))
            continue
        read.features[feature["id"]] = _Feature(feature["id"], where, feature["properties"], shape)
    return read


def _check_layer(
    catalogue: Catalogue, read: _LayerRead, shapes: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    yield from read.findings
    for feature in read.features.values():
        yield from _check_shape(feature)
        if not _SLUG.fullmatch(feature.id):
            yield _error(
                "id-not-slug",
                feature.where,
                _("编号“{id}”不是小写英文字母、数字和连字符。").format(id=feature.id),
            )
    kind = read.layer.kind
    if kind is None:
        return
    for feature in read.features.values():
        place = catalogue.places.get(feature.id)
        if place is None or place.kind is not kind:
            message = _("图上的要素在目录里没有对应的地点（{kind}）。").format(kind=kind.value)
            yield _error(
                "feature-without-place", feature.where, message, _("补上地点，或用工具重新生成图层文件。")
            )
            continue
        yield from _check_feature(read.layer, feature, place, shapes)
    if read.is_missing:
        return
    for place in catalogue.places.values():
        if place.kind is kind and place.id not in read.features and _belongs_on(read.layer, place):
            yield _error(
                "place-without-feature",
                _place_where(place),
                _("这个地点在 geodata/{file} 里没有要素，图上看不到它。").format(file=read.layer.file),
                _("用工具重新生成图层文件。"),
            )


def _belongs_on(layer: Layer, place: Place) -> bool:
    if layer.geometry is Geometry.POINT:
        return place.lon is not None and place.lat is not None
    return place.kind.is_unit or bool(place.area_adcodes)


def _check_shape(feature: _Feature) -> Iterator[Finding]:
    if not shapely.is_valid(feature.shape):
        reason = shapely.is_valid_reason(feature.shape)
        message = _("多边形不合法：{reason}").format(reason=reason)
        yield _error("polygon-invalid", feature.where, message, _("用工具重新生成图层文件。"))
    for name in ("name_zh", "name_en"):
        if not isinstance(feature.properties.get(name, ""), str):
            yield _error("name-invalid", feature.where, _("{field} 不是文本。").format(field=name))


def _check_feature(
    layer: Layer, feature: _Feature, place: Place, shapes: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    """A feature says the same as its place."""
    regenerate = _("用工具重新生成图层文件。")
    for name, wanted in (("name_zh", place.name_zh), ("name_en", place.name_en)):
        found = feature.properties.get(name)
        if found != wanted:
            message = _("{field} 是“{found}”，目录里是“{wanted}”。")
            yield _error(
                "name-mismatch",
                feature.where,
                message.format(field=name, found=found, wanted=wanted),
                regenerate,
            )
    if not REGION_BOX.covers(feature.shape):
        yield _error("geometry-outside-region", feature.where, _("要素超出京津冀范围。"), regenerate)
    if layer.geometry is Geometry.POINT:
        if place.lon is None or place.lat is None:
            yield _error("feature-without-position", feature.where, _("目录里这个地点没有坐标。"), regenerate)
        elif feature.shape.distance(shapely.Point(place.lon, place.lat)) > _SAME_POSITION_DEG:
            message = _("坐标与目录里的 {lon}, {lat} 不一致。").format(lon=place.lon, lat=place.lat)
            yield _error("position-mismatch", feature.where, message, regenerate)
    elif place.area_adcodes and not place.kind.is_unit:
        units = [shapes[code] for code in place.area_adcodes if code in shapes]
        if len(units) == len(place.area_adcodes) and not _is_union(feature.shape, units):
            message = _("多边形不是所列行政区（{codes}）的合并。").format(codes=", ".join(place.area_adcodes))
            yield _error("area-mismatch", feature.where, message, regenerate)


def _is_union(shape: BaseGeometry, units: list[BaseGeometry]) -> bool:
    """Return whether a shape is the union of units, up to rounding. Broken shapes have their own finding."""
    if not shapely.is_valid(shape) or not all(shapely.is_valid(unit) for unit in units):
        return True
    union = shapely.union_all(units)
    return bool(shapely.symmetric_difference(shape, union).area <= _SAME_AREA_SHARE * union.area)
