"""Doubts about the shipped layers: shapes, and whether they agree with the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json import loads
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from jjjmap.catalogue.models import Catalogue, Place
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.checks_common import REGION_BOX, SLUG, error, place_where
from jjjmap.layers.layer import Layer
from jjjmap.layers.members import draws, is_drawable, places_stood_for, stops_of
from jjjmap.layers.shipped_files import read_shipped_layer
from jjjmap.layers.style import Geometry

_SAME_POSITION_DEG = 2e-5
"""Coordinates are written to five decimals."""

_SAME_AREA_SHARE = 1e-3
"""How much of an area may differ from the union of its units: what rounding to five decimals can cause."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a shipped layer, with its shape built."""

    id: str
    where: str
    properties: Mapping[str, Any]
    shape: BaseGeometry


@dataclass(slots=True)
class LayerFeatures:
    """The features of one layer that could be read."""

    layer: Layer
    features: dict[str, Feature] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        """Whether nothing could be read: then one finding tells it, not one for each place."""
        return bool(self.findings) and not self.features


def read_features(layer: Layer, geodata: Path) -> LayerFeatures:
    """Read a layer with its shapes; what cannot be drawn at all is reported by the reader."""
    shipped = read_shipped_layer(layer, geodata)
    read = LayerFeatures(layer, findings=list(shipped.findings))
    for feature in loads(shipped.data.decode("utf-8-sig"))["features"]:
        where = f"geodata/{layer.file}#{feature['id']}"
        try:
            shape = shapely.geometry.shape(feature["geometry"])
        except (shapely.errors.ShapelyError, ValueError, TypeError) as exc:
            message = _("几何无法建立：{reason}").format(reason=exc)
            read.findings.append(error("geometry-broken", where, message))
            continue
        read.features[feature["id"]] = Feature(feature["id"], where, feature["properties"], shape)
    return read


def check_layer(
    catalogue: Catalogue, read: LayerFeatures, shapes: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    """Look through a layer: its shapes by themselves, and against what the catalogue says."""
    yield from read.findings
    for feature in read.features.values():
        yield from _check_shape(feature)
        if not SLUG.fullmatch(feature.id):
            yield error(
                "id-not-slug",
                feature.where,
                _("编号“{id}”不是小写英文字母、数字和连字符。").format(id=feature.id),
            )
    if read.is_missing:
        return
    if read.layer.kind is None:
        yield from _check_stand_ins(catalogue, read)
        return
    regenerate = _("用工具重新生成图层文件。")
    for feature in read.features.values():
        place = catalogue.places.get(feature.id)
        if place is None or not draws(read.layer, place, catalogue):
            message = _("图上的要素在资料库里没有对应的地点（{kind}）。").format(kind=read.layer.kind.value)
            yield error(
                "feature-without-place", feature.where, message, _("补上地点，或用工具重新生成图层文件。")
            )
            continue
        yield from _check_feature(catalogue, read.layer, feature, place, shapes)
    for place in catalogue.places.values():
        if (
            draws(read.layer, place, catalogue)
            and place.id not in read.features
            and is_drawable(read.layer, place, catalogue)
        ):
            message = _("这个地点在 geodata/{file} 里没有要素，图上看不到它。").format(file=read.layer.file)
            yield error("place-without-feature", place_where(place), message, regenerate)


def _check_stand_ins(catalogue: Catalogue, read: LayerFeatures) -> Iterator[Finding]:
    """Features that stand for places are those that the catalogue asks for, and name the right place."""
    regenerate = _("用工具重新生成图层文件。")
    wanted = places_stood_for(read.layer.id, catalogue)
    if not wanted:  # A basemap layer: nothing in the catalogue speaks of it.
        return
    for feature in read.features.values():
        if wanted.get(feature.id) != feature.properties.get("place_id"):
            message = _("要素代表的地点“{id}”与资料库不符。").format(id=feature.properties.get("place_id"))
            yield error("feature-outdated", feature.where, message, regenerate)
    for feature_id in wanted.keys() - read.features.keys():
        message = _("图层里缺少资料库中的“{id}”。").format(id=feature_id)
        yield error("feature-missing", f"geodata/{read.layer.file}#{feature_id}", message, regenerate)


def _check_shape(feature: Feature) -> Iterator[Finding]:
    if not shapely.is_valid(feature.shape):
        reason = shapely.is_valid_reason(feature.shape)
        message = _("多边形不合法：{reason}").format(reason=reason)
        yield error("polygon-invalid", feature.where, message, _("用工具重新生成图层文件。"))
    for name in ("name_zh", "name_en"):
        if not isinstance(feature.properties.get(name, ""), str):
            yield error("name-invalid", feature.where, _("{field} 不是文本。").format(field=name))


def _check_feature(
    catalogue: Catalogue, layer: Layer, feature: Feature, place: Place, shapes: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    """A feature says the same as its place."""
    regenerate = _("用工具重新生成图层文件。")
    for name, wanted in (("name_zh", place.name_zh), ("name_en", place.name_en)):
        found = feature.properties.get(name)
        if found != wanted:
            message = _("{field} 是“{found}”，资料库里是“{wanted}”。")
            yield error(
                "name-mismatch",
                feature.where,
                message.format(field=name, found=found, wanted=wanted),
                regenerate,
            )
    if not REGION_BOX.covers(feature.shape):
        yield error("geometry-outside-region", feature.where, _("要素超出京津冀范围。"), regenerate)
    if layer.geometry is Geometry.POINT:
        if place.lon is None or place.lat is None:
            yield error(
                "feature-without-position", feature.where, _("资料库里这个地点没有坐标。"), regenerate
            )
        elif feature.shape.distance(shapely.Point(place.lon, place.lat)) > _SAME_POSITION_DEG:
            message = _("坐标与资料库里的 {lon}, {lat} 不一致。").format(lon=place.lon, lat=place.lat)
            yield error("position-mismatch", feature.where, message, regenerate)
    elif layer.geometry is Geometry.LINE:
        stops = shapely.LineString([(stop.lon, stop.lat) for stop in stops_of(place.id, catalogue)])
        if not shapely.equals_exact(feature.shape, stops, _SAME_POSITION_DEG):
            yield error("line-mismatch", feature.where, _("线与资料库里的站点顺序不一致。"), regenerate)
    elif place.area_adcodes and not place.kind.is_unit:
        units = [shapes[code] for code in place.area_adcodes if code in shapes]
        if len(units) == len(place.area_adcodes) and not _is_union(feature.shape, units):
            message = _("多边形不是所列行政区（{codes}）的合并。").format(codes=", ".join(place.area_adcodes))
            yield error("area-mismatch", feature.where, message, regenerate)


def _is_union(shape: BaseGeometry, units: list[BaseGeometry]) -> bool:
    """Return whether a shape is the union of units, up to rounding. Broken shapes have their own finding."""
    if not shapely.is_valid(shape) or not all(shapely.is_valid(unit) for unit in units):
        return True
    union = shapely.union_all(units)
    return bool(shapely.symmetric_difference(shape, union).area <= _SAME_AREA_SHARE * union.area)
