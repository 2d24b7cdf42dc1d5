"""Reads the GeoJSON that we ship: what is broken is dropped and named, the rest is served unchanged."""

import json
import logging
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from jjjmap import paths
from jjjmap.errors import ResourceMissing
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.layer import Layer
from jjjmap.layers.style import Geometry

logger = logging.getLogger(__name__)

EMPTY_COLLECTION = b'{"type":"FeatureCollection","features":[]}'

_TYPES = {
    Geometry.POINT: ("Point", "MultiPoint"),
    Geometry.LINE: ("LineString", "MultiLineString"),
    Geometry.POLYGON: ("Polygon", "MultiPolygon"),
}

_MIN_POSITIONS = {Geometry.POINT: 1, Geometry.LINE: 2, Geometry.POLYGON: 4}


@dataclass(frozen=True, slots=True)
class ShippedLayer:
    """The features of a layer that are fit to be drawn."""

    data: bytes
    """A GeoJSON FeatureCollection in UTF-8; the very bytes of the file when nothing was wrong with it."""
    feature_count: int
    findings: tuple[Finding, ...]
    """What was dropped, and why; empty if all is well."""


def read_shipped(layer: Layer) -> bytes:
    """Return the features of a layer from the folder that we ship; what is broken is left out and logged."""
    shipped = read_shipped_layer(layer, paths.GEODATA)
    for finding in shipped.findings:
        logger.warning("%s: %s", finding.where, finding.message)
    return shipped.data


def read_shipped_layer(layer: Layer, root: Path) -> ShippedLayer:
    """Read the file of a layer. Bad data never raises: it is left out and stands among the findings.

    Parameters
    ----------
    layer
        Its geometry says which types its features may have.
    root
        The folder that `Layer.file` is relative to, normally `paths.GEODATA`.
    """
    where = f"geodata/{layer.file}"
    try:
        data = paths.inside(root, layer.file).read_bytes()
    except FileNotFoundError:
        return _nothing(
            "layer-missing", where, _("图层文件不在，这个图层是空的。"), _("重新安装程序，或把文件放回原处。")
        )
    except (ResourceMissing, OSError) as exc:
        reason = exc.reason if isinstance(exc, ResourceMissing) else exc.strerror or type(exc).__name__
        message = _("图层文件读不出来（{reason}），这个图层是空的。").format(reason=reason)
        return _nothing("layer-unreadable", where, message, _("检查文件权限，或重新安装程序。"))
    try:
        # NaN and Infinity are no JSON, yet Python's reader takes them; as None they fail the checks below.
        collection = json.loads(data.decode("utf-8-sig"), parse_constant=lambda _name: None)
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        return _broken(f"{where}:{line}", _("文件不是 UTF-8 编码，这个图层是空的。"))
    except json.JSONDecodeError as exc:
        message = _("文件不是完整的 JSON（第 {line} 行第 {column} 列：{reason}），这个图层是空的。")
        return _broken(
            f"{where}:{exc.lineno}", message.format(line=exc.lineno, column=exc.colno, reason=exc.msg)
        )
    except (
        ValueError,
        RecursionError,
    ) as exc:  # A number of thousands of digits; brackets nested without end.
        message = _("文件不是可用的 JSON（{reason}），这个图层是空的。")
        return _broken(where, message.format(reason=type(exc).__name__))
    if (
        not isinstance(collection, dict)
        or collection.get("type") != "FeatureCollection"
        or not isinstance(collection.get("features"), list)
    ):
        return _broken(where, _("文件里不是 GeoJSON 要素集合（FeatureCollection），这个图层是空的。"))
    return _sift(layer, where, data, collection)


def _sift(layer: Layer, where: str, data: bytes, collection: dict[str, Any]) -> ShippedLayer:
    """Part the good features of a collection from the bad ones."""
    assert layer.geometry is not None  # We ship no plain tables.
    kept: list[Any] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    features = collection["features"]
    for number, feature in enumerate(features, start=1):
        problem = _problem(feature, layer.geometry, seen)
        if problem is None:
            seen.add(feature["id"])
            kept.append(feature)
            continue
        code, message = problem
        named = isinstance(feature, dict) and isinstance(feature.get("id"), str) and feature["id"]
        findings.append(
            Finding(
                Severity.ERROR,
                code,
                f"{where}#{feature['id']}" if named else where,
                _("第 {number} 个要素没有采用：{reason}").format(number=number, reason=message),
                _("改正这个要素，或重新生成图层文件。"),
            )
        )
    if findings:
        collection = {**collection, "features": kept}
        data = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return ShippedLayer(data, len(kept), tuple(findings))


def _problem(feature: Any, geometry_wanted: Geometry, seen: set[str]) -> tuple[str, str] | None:
    """Return what is wrong with a feature as code and words, or None."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return "feature-invalid", _("它不是 GeoJSON 要素。")
    feature_id = feature.get("id")
    if not isinstance(feature_id, str) or not feature_id:
        return "feature-id-missing", _("它没有文本形式的 id。")
    if feature_id in seen:
        return "feature-id-duplicate", _("id 与前面的要素重复。")
    if not isinstance(feature.get("properties"), dict):
        return "feature-properties-missing", _("它没有属性（properties）。")
    geometry = feature.get("geometry")
    geometry_type = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or geometry_type not in _TYPES[geometry_wanted]:
        message = _("几何类型是 {found}，应当是 {wanted}。")
        return (
            "geometry-type-wrong",
            message.format(found=geometry_type, wanted=" / ".join(_TYPES[geometry_wanted])),
        )
    try:
        lines = _lines(geometry["type"], geometry["coordinates"])
        if not lines or any(len(line) < _MIN_POSITIONS[geometry_wanted] for line in lines):
            return "geometry-incomplete", _("坐标点不够。")
        if geometry_wanted is Geometry.POLYGON and any(line[0] != line[-1] for line in lines):
            return "ring-open", _("边界没有闭合。")
        if not _all_on_earth(lines):
            return "coordinates-invalid", _("坐标超出经纬度范围。")
    except (KeyError, IndexError, TypeError, ValueError):
        return "coordinates-invalid", _("坐标不是有限的数。")
    return None


def _lines(geometry_type: str, coordinates: Any) -> list[Any]:
    """Return the lists of positions that a geometry is made of."""
    match geometry_type:
        case "Point":
            return [[coordinates]]
        case "MultiPoint" | "LineString":
            return [coordinates]
        case "MultiLineString" | "Polygon":
            return list(coordinates)
        case _:
            return list(chain.from_iterable(coordinates))


def _all_on_earth(lines: list[Any]) -> bool:
    """Return whether every position is within ±180 and ±90 degrees.

    Raises
    ------
    TypeError, IndexError
        A position is not made of numbers. The texts and nulls among them cannot be compared with one another.
    """
    for line in lines:
        # min and max run in C: the coordinates of the whole base map are looked through in some 20 ms.
        lons = [position[0] for position in line]
        lats = [position[1] for position in line]
        if min(lons) < -180 or max(lons) > 180 or min(lats) < -90 or max(lats) > 90:
            return False
    return True


def _broken(where: str, message: str) -> ShippedLayer:
    return _nothing("layer-broken", where, message, _("重新安装程序，或重新生成图层文件。"))


def _nothing(code: str, where: str, message: str, hint: str) -> ShippedLayer:
    return ShippedLayer(EMPTY_COLLECTION, 0, (Finding(Severity.ERROR, code, where, message, hint),))
