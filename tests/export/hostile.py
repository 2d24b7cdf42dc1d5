"""Values that would run if any of them were ever taken for markup or code."""

import json
from dataclasses import fields, replace
from typing import Any, TypeVar

from jjjmap.catalogue.models import Catalogue
from jjjmap.layers.layer import Layer
from jjjmap.layers.shipped_files import EMPTY_COLLECTION

HOSTILE = (
    "</script></title></style><script>window.PWNED=1;document.title='PWNED'</script>"
    '<img src=x onerror="window.PWNED=1"><svg onload=window.PWNED=1>'
    "${window.PWNED=1}{{7*7}}{% raw %}`+alert(1)+`javascript:window.PWNED=1//\u2028\u2029--><!--'\"&amp;"
)

Record = TypeVar("Record")

_KEPT = {
    "id", "scope_id", "source_id", "source_ids", "place_ids", "chain_ids", "county_adcode", "area_adcodes",
    "parent_id", "member_ids", "section",
}  # fmt: skip


def _spoilt(record: Record) -> Record:
    """Replace every free text of a record."""
    changes: dict[str, Any] = {}
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if field.name in _KEPT:
            continue
        if type(value) is str:
            changes[field.name] = HOSTILE
        elif type(value) is tuple:
            changes[field.name] = (HOSTILE,)
    return replace(record, **changes)  # type: ignore[type-var]


def hostile_catalogue(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with all texts hostile; sources have links of a wrong kind and a broken one."""
    sources = {}
    for number, (key, source) in enumerate(catalogue.sources.items()):
        url = ("javascript:window.PWNED=1", "https://example.org/" + HOSTILE)[number % 2]
        sources[key] = replace(_spoilt(source), url=url, link_kind="original")
    return replace(
        catalogue,
        places={key: _spoilt(place) for key, place in catalogue.places.items()},
        passages={key: _spoilt(passage) for key, passage in catalogue.passages.items()},
        figures={key: _spoilt(figure) for key, figure in catalogue.figures.items()},
        sources=sources,
    )


def hostile_features(layer: Layer) -> bytes:
    """Return a layer whose names and categories are hostile."""
    spots = {
        "platforms": ("jia-park", [116.03, 39.08]),
        "counties": ("990001", None),
        "zones": ("jia-zone", None),
    }
    if layer.id not in spots:
        return EMPTY_COLLECTION
    feature_id, point = spots[layer.id]
    ring = [[116.0, 39.0], [116.1, 39.0], [116.1, 39.1], [116.0, 39.1], [116.0, 39.0]]
    geometry = (
        {"type": "Point", "coordinates": point} if point else {"type": "Polygon", "coordinates": [ring]}
    )
    names = dict.fromkeys(("name_zh", "name_en", "short_zh", "short_en", "category", "precision"), HOSTILE)
    properties = {**names, "label_lon": 116.05, "label_lat": 39.05}
    feature = {"type": "Feature", "id": feature_id, "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False).encode()
