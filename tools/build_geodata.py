"""Draw the places of the catalogue: write the thematic layers of ``geodata`` from CSV and county borders.

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
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind  # noqa: E402  # a script beside the package
from jjjmap.catalogue.store import load_catalogue  # noqa: E402

Json = dict[str, Any]

DECIMALS = 5
"""As in ``geodata/base``: about 1 m."""

AREAS = {"wings": PlaceKind.WING, "zones": PlaceKind.ZONE}
"""Layers of polygons: the union of the counties in ``area_adcodes``."""

POINTS = {
    "platforms": PlaceKind.PLATFORM,
    "clusters": PlaceKind.CLUSTER,
    "ports": PlaceKind.PORT,
    "port_areas": PlaceKind.PORT_AREA,
    "airports": PlaceKind.AIRPORT,
    "pilot_zones": PlaceKind.PILOT_ZONE,
    "demo_bases": PlaceKind.DEMO_BASE,
    "innovation_centres": PlaceKind.INNOVATION_CENTRE,
    "ftz": PlaceKind.FTZ,
    "industrial_parks": PlaceKind.INDUSTRIAL_PARK,
    "logistics": PlaceKind.LOGISTICS,
    "data_centres": PlaceKind.DATA_CENTRE,
}


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


def area_of(place: Place, catalogue: Catalogue, counties: dict[str, BaseGeometry]) -> BaseGeometry:
    """Return the union of the counties of a place, wound as RFC 7946 asks."""
    codes = sorted({code for unit in place.area_adcodes for code in counties_of(unit, catalogue, counties)})
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


def feature_of(place: Place, geometry: Json, *, label: bool) -> Json:
    """Return a place as a GeoJSON feature."""
    properties: Json = {
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "short_zh": place.short_zh,
        "short_en": place.short_en,
        "kind": place.kind.value,
        "category": place.category,
        "evidence": place.evidence.value,
        "precision": place.precision.value,
    }
    if label:
        properties |= {"label_lon": place.lon, "label_lat": place.lat}
    if place.area_adcodes:
        properties["area_adcodes"] = list(place.area_adcodes)
    return {"type": "Feature", "id": place.id, "properties": properties, "geometry": geometry}


def point_of(place: Place) -> Json | None:
    """Return the point of a place, or None where no source gives a position."""
    if place.lon is None or place.lat is None:
        return None
    return {"type": "Point", "coordinates": rounded([place.lon, place.lat])}


def layers_of(catalogue: Catalogue, counties: dict[str, BaseGeometry]) -> dict[str, list[Json]]:
    """Return the features of every layer."""
    layers: dict[str, list[Json]] = {}
    for name, kind in AREAS.items():
        layers[name] = [
            feature_of(
                place,
                rounded_geometry(mapping(area_of(place, catalogue, counties))),
                label=place.lon is not None,
            )
            for place in of_kind(catalogue, kind)
        ]
    for name, kind in POINTS.items():
        layers[name] = [
            feature_of(place, point, label=False)
            for place in of_kind(catalogue, kind)
            if (point := point_of(place)) is not None
        ]
    return layers


def rounded_geometry(geometry: Json) -> Json:
    """Return a geometry with rounded coordinates."""
    return {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])}


def of_kind(catalogue: Catalogue, kind: PlaceKind) -> Iterable[Place]:
    """Return the places of a kind in the order of the table."""
    return (place for place in catalogue.places.values() if place.kind is kind)


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
