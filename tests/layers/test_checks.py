"""Checks of what we ship: the shipped data pass, and each kind of damage has its finding."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue, PlaceKind, Precision
from jjjmap.catalogue.store import load_catalogue
from jjjmap.findings import Finding, Severity
from jjjmap.layers.checks import check_shipped
from jjjmap.layers.checks_positions import distance_to_unit_m

FeatureChange = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(paths.RESOURCES)[0]


@pytest.fixture
def geodata(tmp_path: Path) -> Path:
    return Path(shutil.copytree(paths.GEODATA, tmp_path / "geodata"))


def change_feature(geodata: Path, file: str, feature_id: str, change: FeatureChange) -> None:
    collection = json.loads((geodata / file).read_text("utf-8"))
    (feature,) = (f for f in collection["features"] if f["id"] == feature_id)
    change(feature)
    (geodata / file).write_text(json.dumps(collection, ensure_ascii=False), "utf-8")


def drop_feature(geodata: Path, file: str, feature_id: str) -> None:
    collection = json.loads((geodata / file).read_text("utf-8"))
    collection["features"] = [f for f in collection["features"] if f["id"] != feature_id]
    (geodata / file).write_text(json.dumps(collection, ensure_ascii=False), "utf-8")


def found(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.where) for finding in findings}


def with_place(catalogue: Catalogue, place_id: str, **changes: Any) -> Catalogue:
    changed = replace(catalogue.places[place_id], **changes)
    return replace(catalogue, places={**catalogue.places, place_id: changed})


def first(catalogue: Catalogue, table: str) -> Any:
    return next(iter(getattr(catalogue, table).values()))


def with_first(catalogue: Catalogue, table: str, **changes: Any) -> Catalogue:
    records = getattr(catalogue, table)
    record = replace(first(catalogue, table), **changes)
    return replace(catalogue, **{table: {**records, record.id: record}})


def test_the_shipped_data_have_no_findings(shipped: Catalogue) -> None:
    assert check_shipped(shipped, paths.GEODATA) == []


# The catalogue


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name_en": ""}, "text-missing"),
        ({"name_zh": " "}, "text-missing"),
        ({"name_en": "Port of 天津"}, "english-not-english"),
        ({"note_zh": "备注", "note_en": ""}, "text-missing"),
        ({"note_zh": "", "note_en": "A remark"}, "text-missing"),
        ({"source_ids": ()}, "source-missing"),
        ({"source_ids": ("no-such",)}, "source-unknown"),
        ({"county_adcode": "999999"}, "adcode-unknown"),
        ({"county_adcode": "130200"}, "adcode-not-county"),
        ({"area_adcodes": ("999999",)}, "adcode-unknown"),
        ({"county": "甲县"}, "county-name-mismatch"),
        ({"province": "山东省"}, "province-name-mismatch"),
        ({"parent_id": "no-such"}, "reference-unknown"),
        ({"lat": None}, "position-incomplete"),
        ({"lon": 38.98, "lat": 117.74}, "position-outside-region"),
        ({"lon": 117.2, "lat": 39.1}, "position-outside-county"),
    ],
)
def test_damage_to_a_place_is_found(shipped: Catalogue, changes: dict[str, Any], code: str) -> None:
    findings = check_shipped(with_place(shipped, "port-tianjin", **changes), paths.GEODATA)
    assert (code, "catalogue/places.csv#port-tianjin") in found(findings)


@pytest.mark.parametrize(
    ("table", "changes", "code", "file"),
    [
        ("passages", {"text_en": ""}, "text-missing", "policy/"),
        ("passages", {"title_zh": ""}, "text-missing", "policy/"),
        ("passages", {"source_ids": ()}, "source-missing", "policy/"),
        ("passages", {"place_ids": ("no-such",)}, "reference-unknown", "policy/"),
        ("passages", {"chain_ids": ("no-such",)}, "reference-unknown", "policy/"),
        ("figures", {"indicator_en": "产值"}, "english-not-english", "catalogue/figures.csv"),
        ("figures", {"source_id": ""}, "source-missing", "catalogue/figures.csv"),
        ("figures", {"source_id": "no-such"}, "source-unknown", "catalogue/figures.csv"),
        ("figures", {"scope_id": "no-such"}, "reference-unknown", "catalogue/figures.csv"),
        ("figures", {"unit_zh": "亿元", "unit_en": ""}, "text-missing", "catalogue/figures.csv"),
        ("sources", {"title": ""}, "source-untitled", "catalogue/sources.csv"),
        ("clusters", {"member_ids": ("no-such",)}, "reference-unknown", "catalogue/clusters.csv"),
        ("clusters", {"set_en": ""}, "text-missing", "catalogue/clusters.csv"),
        ("chains", {"name_en": ""}, "text-missing", "catalogue/chains.csv"),
        ("chains", {"roles_en": {}}, "text-missing", "catalogue/chains.csv"),
        ("chain_nodes", {"place_ids": ("no-such",)}, "reference-unknown", "catalogue/chain_nodes.csv"),
        ("milestones", {"title_en": ""}, "text-missing", "catalogue/milestones.csv"),
    ],
)
def test_damage_to_a_record_is_found(
    shipped: Catalogue, table: str, changes: dict[str, Any], code: str, file: str
) -> None:
    findings = check_shipped(with_first(shipped, table, **changes), paths.GEODATA)
    record_id = first(shipped, table).id
    assert [f for f in findings if f.code == code and f.where.startswith(file) and record_id in f.where]


def test_a_unit_that_english_counts_without_may_be_empty(shipped: Catalogue) -> None:
    catalogue = with_first(shipped, "figures", unit_zh="家", unit_en="")
    assert check_shipped(catalogue, paths.GEODATA) == []


def test_an_id_that_is_no_slug_is_found(shipped: Catalogue) -> None:
    milestone = replace(first(shipped, "milestones"), id="Erste Etappe")
    catalogue = replace(shipped, milestones={milestone.id: milestone})
    assert ("id-not-slug", "catalogue/milestones.csv#Erste Etappe") in found(
        check_shipped(catalogue, paths.GEODATA)
    )


def test_a_chain_that_is_called_like_a_place_is_found(shipped: Catalogue) -> None:
    chain = replace(first(shipped, "chains"), id="xiongan")
    catalogue = replace(shipped, chains={**shipped.chains, "xiongan": chain})
    assert ("id-ambiguous", "catalogue/chains.csv#xiongan") in found(check_shipped(catalogue, paths.GEODATA))


def test_a_cluster_without_a_place_is_found(shipped: Catalogue) -> None:
    cluster = replace(first(shipped, "clusters"), id="no-place")
    catalogue = replace(shipped, clusters={**shipped.clusters, "no-place": cluster})
    findings = found(check_shipped(catalogue, paths.GEODATA))
    assert ("cluster-without-place", "catalogue/clusters.csv#no-place") in findings


@pytest.mark.parametrize(
    ("adcode", "parent_id", "code"),
    [
        ("130209", "", "unit-parent-wrong"),
        ("130209", "130000", "unit-code-mismatch"),
        ("130209", "130300", "unit-code-mismatch"),
        ("130209", "130207", "unit-parent-wrong"),
        ("130200", "130300", "unit-parent-wrong"),
        ("130000", "110000", "unit-parent-wrong"),
    ],
)
def test_a_unit_under_the_wrong_parent_is_found(
    shipped: Catalogue, adcode: str, parent_id: str, code: str
) -> None:
    findings = check_shipped(with_place(shipped, adcode, parent_id=parent_id), paths.GEODATA)
    assert (code, f"catalogue/units.csv#{adcode}") in found(findings)


@pytest.mark.parametrize(
    ("precision", "is_found"),
    [
        (Precision.SITE, True),
        (Precision.TOWN, False),
        (Precision.COUNTY, True),
        (Precision.AREA, False),
        (Precision.REGION, False),
    ],
)
def test_how_far_a_point_may_lie_outside_depends_on_its_precision(
    shipped: Catalogue, geodata: Path, precision: Precision, is_found: bool
) -> None:
    county = next(
        f for f in json.loads((geodata / "base/counties.geojson").read_text("utf-8"))["features"]
        if f["id"] == "110112"
    )  # fmt: skip
    east = max(shapely.geometry.shape(county["geometry"]).exterior.coords)
    lon, lat = (
        east[0] + 4_500 / (111_195 * 0.767),
        east[1],
    )  # 4.5 km east of the easternmost corner, near 39.9° N
    catalogue = with_place(
        shipped, "port-tianjin", county_adcode="110112", lon=lon, lat=lat, precision=precision
    )
    codes = {
        finding.code
        for finding in check_shipped(catalogue, geodata)
        if finding.where.endswith("port-tianjin")
    }
    assert ("position-outside-county" in codes) is is_found


def test_distance_to_unit_is_in_metres() -> None:
    square = shapely.box(116.0, 39.0, 117.0, 40.0)
    assert distance_to_unit_m(116.5, 39.5, square) == 0
    assert distance_to_unit_m(116.5, 40.1, square) == pytest.approx(11_119.5, rel=1e-3)
    assert distance_to_unit_m(117.1, 39.5, square) == pytest.approx(8_580, rel=2e-3)


# Layers, and whether they agree with the catalogue


def rename(feature: dict[str, Any]) -> None:
    feature["properties"]["name_en"] = "Port of Nowhere"


def move(feature: dict[str, Any]) -> None:
    feature["geometry"]["coordinates"][0] += 0.001


def send_away(feature: dict[str, Any]) -> None:
    feature["geometry"]["coordinates"] = [100.0, 39.0]


def change_id(feature: dict[str, Any]) -> None:
    feature["id"] = "port-nowhere"


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (rename, "name-mismatch", "geodata/ports.geojson#port-tianjin"),
        (move, "position-mismatch", "geodata/ports.geojson#port-tianjin"),
        (send_away, "geometry-outside-region", "geodata/ports.geojson#port-tianjin"),
        (change_id, "feature-without-place", "geodata/ports.geojson#port-nowhere"),
        (change_id, "place-without-feature", "catalogue/places.csv#port-tianjin"),
    ],
)
def test_a_point_that_disagrees_with_its_place_is_found(
    shipped: Catalogue, geodata: Path, change: FeatureChange, code: str, where: str
) -> None:
    change_feature(geodata, "ports.geojson", "port-tianjin", change)
    assert (code, where) in found(check_shipped(shipped, geodata))


def test_a_place_that_lost_its_feature_is_found(shipped: Catalogue, geodata: Path) -> None:
    drop_feature(geodata, "platforms.geojson", "binhai-zgc")
    drop_feature(geodata, "base/counties.geojson", "130209")
    findings = found(check_shipped(shipped, geodata))
    assert ("place-without-feature", "catalogue/places.csv#binhai-zgc") in findings
    assert ("place-without-feature", "catalogue/units.csv#130209") in findings


def test_a_feature_on_the_layer_of_another_kind_is_found(shipped: Catalogue) -> None:
    catalogue = with_place(shipped, "port-tianjin", kind=PlaceKind.AIRPORT)
    findings = found(check_shipped(catalogue, paths.GEODATA))
    assert ("feature-without-place", "geodata/ports.geojson#port-tianjin") in findings


def test_an_area_that_is_not_the_union_of_its_counties_is_found(shipped: Catalogue, geodata: Path) -> None:
    def shrink(feature: dict[str, Any]) -> None:
        shape = shapely.geometry.shape(feature["geometry"]).buffer(-0.02)
        feature["geometry"] = shapely.geometry.mapping(shape)

    change_feature(geodata, "wings.geojson", "xiongan", shrink)
    assert ("area-mismatch", "geodata/wings.geojson#xiongan") in found(check_shipped(shipped, geodata))


def test_a_polygon_that_crosses_itself_is_found(shipped: Catalogue, geodata: Path) -> None:
    def cross(feature: dict[str, Any]) -> None:
        feature["geometry"] = {
            "type": "Polygon",
            "coordinates": [[[116.0, 39.0], [116.2, 39.2], [116.2, 39.0], [116.0, 39.2], [116.0, 39.0]]],
        }

    change_feature(geodata, "wings.geojson", "xiongan", cross)
    assert ("polygon-invalid", "geodata/wings.geojson#xiongan") in found(check_shipped(shipped, geodata))


def test_a_missing_layer_is_one_finding_and_not_one_for_each_place(shipped: Catalogue, geodata: Path) -> None:
    (geodata / "platforms.geojson").unlink()
    findings = check_shipped(shipped, geodata)
    assert found(findings) == {("layer-missing", "geodata/platforms.geojson")}


def test_a_category_that_no_layer_draws_is_found(shipped: Catalogue) -> None:
    catalogue = with_place(shipped, "circle-tianjin", category="第四圈")
    assert ("place-without-layer", "catalogue/places.csv#circle-tianjin") in found(
        check_shipped(catalogue, paths.GEODATA)
    )


def test_a_line_that_leaves_out_a_stop_is_found(shipped: Catalogue, geodata: Path) -> None:
    def skip(feature: dict[str, Any]) -> None:
        del feature["geometry"]["coordinates"][3]

    change_feature(geodata, "corridors.geojson", "rail-shihengcanggang", skip)
    assert found(check_shipped(shipped, geodata)) == {
        ("line-mismatch", "geodata/corridors.geojson#rail-shihengcanggang")
    }


def test_a_feature_that_stands_for_another_place_or_is_gone_is_found(
    shipped: Catalogue, geodata: Path
) -> None:
    change_feature(
        geodata, "chain_nodes.geojson", "robot-3.130200", lambda f: f["properties"].update(place_id="xiongan")
    )
    drop_feature(geodata, "corridor_stops.geojson", "road-kecheng.2")
    assert found(check_shipped(shipped, geodata)) == {
        ("feature-outdated", "geodata/chain_nodes.geojson#robot-3.130200"),
        ("feature-missing", "geodata/corridor_stops.geojson#road-kecheng.2"),
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name_en": ""}, "text-missing"),
        ({"source_ids": ()}, "source-missing"),
        ({"corridor_id": "rail-nowhere"}, "reference-unknown"),
        ({"county_adcode": "999999"}, "adcode-unknown"),
        ({"lat": None}, "position-incomplete"),
        ({"lon": 100.0}, "position-outside-region"),
        ({"lon": 117.0}, "position-outside-county"),
    ],
)
def test_damage_to_a_stop_is_found(shipped: Catalogue, changes: dict[str, Any], code: str) -> None:
    first_stop, *rest = shipped.corridor_stops
    catalogue = replace(shipped, corridor_stops=(replace(first_stop, **changes), *rest))
    corridor_id = changes.get("corridor_id", "rail-shihengcanggang")
    assert (code, f"catalogue/corridor_stops.csv#{corridor_id}-1") in found(
        check_shipped(catalogue, paths.GEODATA)
    )


def test_errors_come_first_and_the_order_is_always_the_same(shipped: Catalogue, geodata: Path) -> None:
    change_feature(geodata, "ports.geojson", "port-tianjin", rename)
    catalogue = with_place(shipped, "xiongan", county="甲县")
    findings = check_shipped(catalogue, geodata)
    assert [f.severity for f in findings] == [Severity.ERROR, Severity.WARNING]
    assert findings == check_shipped(catalogue, geodata)
