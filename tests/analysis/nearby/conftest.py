"""A small invented region: two counties side by side, places of every precision, a line, layers of rows."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import shapely

from jjjmap import paths
from jjjmap.analysis.nearby.near import Near
from jjjmap.analysis.running import InputLayer, Material, Outcome
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind, Precision
from jjjmap.layers.boundaries import Unit, UnitIndex


def place(place_id: str, kind: PlaceKind, **fields: object) -> Place:
    return Place(place_id, kind, f"{place_id}名", f"{place_id} name", **fields)  # type: ignore[arg-type]


def pointed(place_id: str, kind: PlaceKind, lon: float, lat: float, **fields: object) -> Place:
    return place(place_id, kind, lon=lon, lat=lat, **{"precision": Precision.SITE, **fields})


UNITS = {
    Unit("990101", "甲县", "990100"): shapely.box(116, 39, 117, 40),
    Unit("990102", "乙县", "990100"): shapely.box(117, 39, 118, 40),
    Unit("990100", "丙市", "990000"): shapely.box(116, 39, 118, 40),
    Unit("990000", "丁省", ""): shapely.box(116, 39, 118, 40),
}
PLACES = (
    place("990101", PlaceKind.COUNTY, precision=Precision.AREA),
    place("990102", PlaceKind.COUNTY, precision=Precision.AREA),
    pointed("park", PlaceKind.INDUSTRIAL_PARK, 116.5, 39.5, county_adcode="990101", source_ids=("s-park",)),
    pointed("port-near", PlaceKind.PORT, 116.5, 39.75, source_ids=("s-port",)),
    pointed("port-far", PlaceKind.PORT, 117.5, 39.5),
    pointed("rough", PlaceKind.LOGISTICS, 116.6, 39.5, precision=Precision.COUNTY, county_adcode="990101"),
    place("wing", PlaceKind.WING, lon=117.9, lat=39.1, precision=Precision.AREA, area_adcodes=("990102",)),
    place("whole", PlaceKind.ZONE, precision=Precision.AREA, area_adcodes=("990100",)),
    place("hub", PlaceKind.TRANSPORT_HUB, lon=117.5, lat=39.5, precision=Precision.AREA,
          county_adcode="990102"),
    place("lost", PlaceKind.FTZ, precision=Precision.UNKNOWN),
    place("road-known", PlaceKind.CORRIDOR, precision=Precision.AREA, area_adcodes=("990101", "990102")),
    place("road-units", PlaceKind.CORRIDOR, precision=Precision.AREA, area_adcodes=("990101",)),
)  # fmt: skip


def feature(
    feature_id: str, name: str, coordinates: Sequence[Sequence[float]], **more: str
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": feature_id,
        "properties": {"name_zh": name, "name_en": f"{name} line", **more},
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }


@pytest.fixture(scope="session")
def geodata(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("geodata")
    (root / "base").mkdir()
    lines = {
        "corridors.geojson": [feature("road-known", "甲乙路", [[116.0, 39.5], [118.0, 39.5]])],
        "base/railways.geojson": [
            feature("rail-up", "南北线", [[116.5, 39.0], [116.5, 40.0]], status="open")
        ],
        "base/expressways.geojson": [],
    }
    for name, features in lines.items():
        collection = {"type": "FeatureCollection", "features": features}
        (root / name).write_text(json.dumps(collection), "utf-8")
    return root


@pytest.fixture
def material(geodata: Path, monkeypatch: pytest.MonkeyPatch) -> Material:
    monkeypatch.setattr(paths, "GEODATA", geodata)
    catalogue = Catalogue(places={each.id: each for each in PLACES})
    return Material(catalogue, UnitIndex(tuple(UNITS), tuple(UNITS.values())), {})


@pytest.fixture
def ask(material: Material) -> Callable[..., Outcome]:
    """Ask a question of the invented region, with these layers."""

    def asked(near: Near, *layers: InputLayer) -> Outcome:
        known = {layer.id: layer for layer in layers}
        whole = Material(material.catalogue, material.units, known)
        shares: list[float] = []
        outcome = near.run(whole, shares.append, lambda: False)
        assert shares == sorted(shares) and all(0.0 <= share <= 1.0 for share in shares)
        assert [note.name for note in outcome.columns] == outcome.table.attributes.column_names
        return outcome

    return asked


@pytest.fixture
def rows() -> Callable[[Outcome], list[dict[str, Any]]]:
    """Return the rows of an answer by the stable words of its columns."""

    def read(outcome: Outcome) -> list[dict[str, Any]]:
        words = {note.name: note.measure for note in outcome.columns}
        return [
            {words[name]: value for name, value in row.items()}
            for row in outcome.table.attributes.to_pylist()
        ]

    return read
