"""Turn a folder of raw base layers into ``geodata/base``: few properties, stable ids, one feature per line.

The input is described in ``geodata/SOURCES.md``. Usage::

    python tools/convert_basemap.py --from FOLDER
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

Json = dict[str, Any]

BASE = Path(__file__).resolve().parent.parent / "geodata" / "base"

DECIMALS = 5
"""About 1 m, finer than any of the layers is."""

MUNICIPALITY_AS_CITY = {"110100": "110000", "120100": "120000"}
"""The raw data repeat Beijing and Tianjin as cities; here their counties belong to the municipality."""


def rounded(coordinates: Any) -> Any:
    """Return nested coordinates with at most `DECIMALS` decimals."""
    if isinstance(coordinates, (int, float)):
        return round(float(coordinates), DECIMALS)
    return [rounded(part) for part in coordinates]


def slug(name: str) -> str:
    """Return an ASCII slug of an English name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def write_features(path: Path, features: Iterable[Json]) -> int:
    """Write a FeatureCollection with one feature on each line, so that a diff or a finding can name it."""
    lines = [json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return len(lines)


def names_of(raw: Json) -> Json:
    """Return the names, which every layer needs."""
    return {"name_zh": raw["name_zh"], "name_en": raw["name_en"]}


def unit(raw: Json) -> Json:
    """Return the properties of an administrative unit."""
    parent = MUNICIPALITY_AS_CITY.get(raw.get("parent_adcode", ""), raw.get("parent_adcode", ""))
    lon, lat = raw["centroid"]
    return names_of(raw) | {
        "adcode": raw["adcode"],
        # 100000 is the country, which is not on this map.
        "parent_adcode": "" if parent == "100000" else parent,
        "label_lon": round(lon, DECIMALS),
        "label_lat": round(lat, DECIMALS),
    }


def river(raw: Json) -> Json:
    """Return the properties of a river; `rank` 5 is a main river, 9 a lesser one."""
    return names_of(raw) | {"rank": raw["rank"]}


def way(raw: Json) -> Json:
    """Return the properties of a railway or expressway."""
    status = raw["status"] or "unknown"
    return names_of(raw) | {"kind": raw["kind"], "status": status, "ref": raw.get("ref") or ""}


def town(raw: Json) -> Json:
    """Return the properties of a town."""
    return names_of(raw) | {"adcode": raw["adcode"], "population": raw["population"]}


def water_label(geometry: Json) -> Json:
    """Return where the name of a sea or lake goes: the middle of the widest part of its largest piece."""
    largest = max(shapely.get_parts(shape(geometry)), key=lambda part: part.area)
    lon, lat = shapely.maximum_inscribed_circle(largest).coords[0]
    return {"label_lon": round(lon, DECIMALS), "label_lat": round(lat, DECIMALS)}


def wanted(raw: Json) -> bool:
    """Whether to keep a feature: all but the municipalities posing as cities."""
    return raw.get("adcode") not in MUNICIPALITY_AS_CITY


LAYERS: tuple[tuple[str, str, str, Callable[[Json], Json]], ...] = (
    # written file, raw file, prefix of ids ("" for the administrative code), properties
    ("sea", "sea", "sea", names_of),
    ("neighbours", "context_provinces", "", unit),
    ("provinces", "provinces", "", unit),
    ("cities", "cities", "", unit),
    ("counties", "counties", "", unit),
    ("rivers", "rivers", "river", river),
    ("lakes", "lakes", "lake", names_of),
    ("railways", "railways", "rail", way),
    ("expressways", "expressways", "road", way),
    ("towns", "places", "town", town),
)


def convert(raw_features: list[Json], prefix: str, properties_of: Callable[[Json], Json]) -> list[Json]:
    """Return the features of a layer with ids; equal names are numbered in the order of the file."""
    # Towns come with an identifier of their own, which survives a change of names.
    stems = [
        f"{prefix}-{raw['properties'].get('geonameid') or slug(raw['properties']['name_en'])}"
        for raw in raw_features
    ]
    often = Counter(stems)
    seen: Counter[str] = Counter()
    features = []
    for raw, stem in zip(raw_features, stems, strict=True):
        if not wanted(raw["properties"]):
            continue
        seen[stem] += 1
        numbered = f"{stem}-{seen[stem]}" if often[stem] > 1 else stem
        geometry = raw["geometry"]
        label = water_label(geometry) if properties_of is names_of else {}
        features.append(
            {
                "type": "Feature",
                "id": numbered if prefix else raw["properties"]["adcode"],
                "properties": properties_of(raw["properties"]) | label,
                "geometry": {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])},
            }
        )
    return features


def main() -> int:
    """Convert every layer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--to", type=Path, default=BASE, metavar="FOLDER")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    for name, raw_name, prefix, properties_of in LAYERS:
        raw = json.loads((arguments.source / f"{raw_name}.geojson").read_text(encoding="utf-8"))
        features = convert(raw["features"], prefix, properties_of)
        count = write_features(arguments.to / f"{name}.geojson", features)
        sys.stderr.write(f"{name}: {count}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
