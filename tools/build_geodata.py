"""Draw the catalogue: write the thematic layers of ``geodata`` from CSV and county borders.

Two runs write the same bytes. Usage::

    python tools/build_geodata.py [--check]

``--check`` writes nothing and fails when a file is not what the catalogue asks for.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# A script beside the package.
from jjjmap.catalogue.models import Catalogue, Place, Precision  # noqa: E402
from jjjmap.catalogue.store import load_catalogue  # noqa: E402
from jjjmap.layers.layer import Layer  # noqa: E402
from jjjmap.layers.members import (  # noqa: E402
    chain_features,
    class_value,
    drawn_places,
    is_drawable,
    link_features,
    member_features,
    stop_features,
    stops_of,
)
from jjjmap.layers.shipped import THEMATIC_LAYERS  # noqa: E402
from jjjmap.layers.style import Geometry  # noqa: E402

Json = dict[str, Any]

DECIMALS = 5
"""As in ``geodata/base``: about 1 m."""


def read_counties(path: Path) -> dict[str, BaseGeometry]:
    """Return the county polygons by code."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    return {feature["id"]: shape(feature["geometry"]) for feature in collection["features"]}


def counties_of(adcode: str, catalogue: Catalogue, counties: dict[str, BaseGeometry]) -> list[str]:
    """Return the counties of a unit, itself if it is one."""
    if adcode in counties:
        return [adcode]
    parts = (unit.id for unit in catalogue.places.values() if unit.kind.is_unit and unit.parent_id == adcode)
    return [county for part in parts for county in counties_of(part, catalogue, counties)]


def area_of(adcodes: Iterable[str], catalogue: Catalogue, counties: dict[str, BaseGeometry]) -> BaseGeometry:
    """Return the union of the counties of some units, wound as RFC 7946 asks."""
    codes = sorted({code for unit in adcodes for code in counties_of(unit, catalogue, counties)})
    # The counties are a coverage (shared borders are equal, vertex by vertex), so nothing has to be snapped.
    union = shapely.coverage_union_all([counties[code] for code in codes])
    if isinstance(union, Polygon):
        return shapely.orient_polygons(union.normalize())
    parts = [part for part in shapely.get_parts(union) if isinstance(part, Polygon)]
    return shapely.orient_polygons(MultiPolygon(parts).normalize())


def rounded(coordinates: Any) -> Any:
    """Return nested coordinates as lists with at most `DECIMALS` decimals."""
    if isinstance(coordinates, (int, float)):
        return round(float(coordinates), DECIMALS)
    return [rounded(part) for part in coordinates]


def feature_of(place: Place, geometry: Json, category: str, label: tuple[float, float] | None) -> Json:
    """Return a place as a GeoJSON feature."""
    properties: Json = {
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "short_zh": place.short_zh,
        "short_en": place.short_en,
        "kind": place.kind.value,
        "category": category,
        "evidence": place.evidence.value,
        "precision": place.precision.value,
    }
    if label is not None:
        properties |= {"label_lon": label[0], "label_lat": label[1]}
    if place.area_adcodes:
        properties["area_adcodes"] = list(place.area_adcodes)
    return {"type": "Feature", "id": place.id, "properties": properties, "geometry": geometry}


def reference_of(feature_id: str, names: tuple[str, str], geometry: Json, **properties: Any) -> Json:
    """Return a feature that is no place itself; ``place_id`` names the one that it stands for."""
    named = {"name_zh": names[0], "name_en": names[1]}
    return {"type": "Feature", "id": feature_id, "properties": named | properties, "geometry": geometry}


def point_at(lon: float | None, lat: float | None) -> Json:
    """Return a point as GeoJSON."""
    return {"type": "Point", "coordinates": rounded([lon, lat])}


def place_features(layer: Layer, catalogue: Catalogue, counties: dict[str, BaseGeometry]) -> Iterable[Json]:
    """Return the features of a layer of places; where no source gives a position there is none."""
    for place in drawn_places(layer, catalogue):
        if not is_drawable(layer, place, catalogue):
            continue
        category = class_value(place, catalogue)
        label = (place.lon, place.lat) if place.lon is not None and place.lat is not None else None
        match layer.geometry:
            case Geometry.POINT:
                yield feature_of(place, point_at(place.lon, place.lat), category, None)
            case Geometry.POLYGON:
                area = area_of(place.area_adcodes, catalogue, counties)
                yield feature_of(place, rounded_geometry(mapping(area)), category, label)
            case Geometry.LINE:
                line = LineString([(stop.lon, stop.lat) for stop in stops_of(place.id, catalogue)])
                middle = line.interpolate(0.5, normalized=True)
                label = (round(middle.x, DECIMALS), round(middle.y, DECIMALS))
                yield feature_of(place, rounded_geometry(mapping(line)), category, label)


def stops(catalogue: Catalogue) -> Iterable[Json]:
    """Return the stops of the corridors; one whose position is only that of an area gets a hollow mark."""
    for feature_id, stop in stop_features(catalogue).items():
        yield reference_of(
            feature_id,
            (stop.name_zh, stop.name_en),
            point_at(stop.lon, stop.lat),
            place_id=stop.corridor_id,
            precision=stop.precision.value,
        )


def chain_links(catalogue: Catalogue) -> Iterable[Json]:
    """Return the links of the chains at the points of their places."""
    for feature_id, (node, place) in chain_features(catalogue).items():
        chain = catalogue.chains[node.chain_id]
        names = (
            f"{chain.name_zh_2024 or chain.name_zh_2023}：{node.name_zh}",
            f"{chain.name_en}: {node.name_en}",
        )
        yield reference_of(
            feature_id,
            names,
            point_at(place.lon, place.lat),
            short_zh=node.name_zh,
            short_en=node.name_en,
            place_id=place.id,
            stage=node.stage,
            precision=Precision.AREA.value,
        )


def cluster_links(catalogue: Catalogue) -> Iterable[Json]:
    """Return a line from each cluster of several members to each of them."""
    for feature_id, (cluster, member) in link_features(catalogue).items():
        names = (f"{cluster.name_zh}—{member.name_zh}", f"{cluster.name_en} – {member.name_en}")
        ends = [[cluster.lon, cluster.lat], [member.lon, member.lat]]
        line = {"type": "LineString", "coordinates": rounded(ends)}
        category = class_value(cluster, catalogue)
        yield reference_of(feature_id, names, line, place_id=cluster.id, category=category)


def cluster_members(catalogue: Catalogue, counties: dict[str, BaseGeometry]) -> Iterable[Json]:
    """Return the cities and counties that are members of clusters."""
    for feature_id, unit in member_features(catalogue).items():
        area = area_of([unit.id], catalogue, counties)
        names = (unit.name_zh, unit.name_en)
        yield reference_of(feature_id, names, rounded_geometry(mapping(area)), place_id=unit.id)


def layers_of(catalogue: Catalogue, counties: dict[str, BaseGeometry]) -> dict[str, list[Json]]:
    """Return the features of every layer."""
    layers = {
        layer.id: list(place_features(layer, catalogue, counties))
        for layer in THEMATIC_LAYERS
        if layer.kind is not None
    }
    return layers | {
        "corridor_stops": list(stops(catalogue)),
        "chain_nodes": list(chain_links(catalogue)),
        "cluster_links": list(cluster_links(catalogue)),
        "cluster_members": list(cluster_members(catalogue, counties)),
    }


def rounded_geometry(geometry: Json) -> Json:
    """Return a geometry with rounded coordinates."""
    return {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])}


def as_text(features: list[Json]) -> str:
    """Return a FeatureCollection with one feature on each line, so that a diff or a finding can name it."""
    lines = [json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def main() -> int:
    """Write or check every layer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    catalogue, findings = load_catalogue(ROOT / "resources")
    for finding in findings:
        sys.stderr.write(f"{finding.severity} {finding.where}: {finding.message}\n")
    if findings:
        return 1
    counties = read_counties(ROOT / "geodata" / "base" / "counties.geojson")
    stale = []
    for name, features in layers_of(catalogue, counties).items():
        path = ROOT / "geodata" / f"{name}.geojson"
        text = as_text(features)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not arguments.check:
                path.write_text(text, encoding="utf-8", newline="\n")
        sys.stderr.write(f"{name}: {len(features)}\n")
    if arguments.check and stale:
        sys.stderr.write(f"stale: {', '.join(stale)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
