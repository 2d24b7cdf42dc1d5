"""Tests of the units' borders."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from jjjmap.errors import PlaceUnknown, ResourceMissing
from jjjmap.layers.boundaries import UnitIndex, shipped_units


def _feature(
    code: str, name: str, parent: str, west: float, south: float, east: float, north: float
) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    properties = {"adcode": code, "name_zh": name, "parent_adcode": parent}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two squares side by side, 甲县 and 乙县, in 丙市 of 丁省; 戊区 below, in a municipality."""
    files = {
        "counties": [
            _feature("990101", "甲县", "990100", 116, 39, 117, 40),
            _feature("990102", "乙县", "990100", 117, 39, 118, 40),
            _feature("980101", "戊区", "980000", 116, 38, 118, 39),
        ],
        "cities": [_feature("990100", "丙市", "990000", 116, 39, 118, 40)],
        "provinces": [
            _feature("990000", "丁省", "", 116, 39, 118, 40),
            _feature("980000", "己市", "", 116, 38, 118, 39),
        ],
    }
    for name, features in files.items():
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        (tmp_path / f"{name}.geojson").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def units(folder: Path) -> UnitIndex:
    return UnitIndex.load(folder)


def test_a_position_is_in_its_county(units: UnitIndex) -> None:
    assert units.county_of([116.5, 117.5, 117.0], [39.5, 39.5, 38.5]).tolist() == [
        "990101",
        "990102",
        "980101",
    ]


def test_outside_and_nowhere_there_is_no_county(units: UnitIndex) -> None:
    lon = [115.9, 116.5, np.nan, np.inf, 116.5, 1e9]
    lat = [39.5, 41.0, 39.5, 39.5, -np.inf, 39.5]
    assert units.county_of(lon, lat).tolist() == [""] * 6


def test_a_point_on_a_common_border_belongs_to_one_county(units: UnitIndex) -> None:
    assert units.county_of(117.0, 39.5).tolist() == ["990102"]


def test_no_positions_have_no_counties(units: UnitIndex) -> None:
    assert units.county_of([], []).tolist() == []


def test_counties_are_answered_in_the_order_of_the_question(units: UnitIndex) -> None:
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(115, 119, 5_000), rng.uniform(37, 41, 5_000)
    found = units.county_of(lon, lat)
    expected = np.where(
        (lon < 116) | (lon > 118) | (lat < 38) | (lat > 40),
        "",
        np.where(lat < 39, "980101", np.where(lon < 117, "990101", "990102")),
    )
    assert (found == expected).all()


def test_cities_and_provinces_of_counties(units: UnitIndex) -> None:
    counties = np.array(["990102", "980101", ""])
    assert units.cities_of(counties).tolist() == ["990100", "980000", ""]
    assert units.provinces_of(counties).tolist() == ["990000", "980000", ""]


def test_a_unit_is_named_with_those_above_it(units: UnitIndex) -> None:
    assert units.unit_name("990101") == "丁省丙市甲县"
    assert units.unit_name("980101") == "己市戊区"


def test_a_municipality_is_a_city_too(units: UnitIndex) -> None:
    assert [unit.code for unit in units.of_level("cities")] == ["990100", "980000"]
    assert [unit.code for unit in units.of_level("provinces")] == ["990000", "980000"]
    assert len(units.of_level("counties")) == 3
    with pytest.raises(ValueError, match="towns"):
        units.of_level("towns")


def test_an_unknown_code_is_told(units: UnitIndex) -> None:
    assert "990101" in units
    assert "110101" not in units
    with pytest.raises(PlaceUnknown):
        units.shape_of("110101")


def test_outlines_are_the_borders(units: UnitIndex) -> None:
    length = sum(shapely.LineString(line).length for line in units.outlines("counties"))
    assert length == pytest.approx(11.0)  # A frame of 8, and borders of 2 and 1 inside it.


def test_a_broken_file_is_told_by_name(folder: Path) -> None:
    (folder / "cities.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(ResourceMissing) as missing:
        UnitIndex.load(folder)
    assert missing.value.name == "cities.geojson"


def test_the_shipped_counties_hold_the_towns_that_we_ship() -> None:
    units = shipped_units()
    assert len(units.counties) == 199
    assert units.county_of([116.39723, 117.17667], [39.9075, 39.14222]).tolist() == ["110101", "120104"]
    assert units.unit_name("130209") == "河北省唐山市曹妃甸区"
    assert UnitIndex.shipped() is units
