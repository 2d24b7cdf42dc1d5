"""Tests of what tables call units."""

import pytest

from jjjmap.catalogue.models import PlaceKind, UnitAlias
from jjjmap.layers.unit_names import UnitNames, holds, shipped_old_codes, shipped_unit_names

UNITS = (
    ("990000", "丁省", "Ding Province"),
    ("990100", "丙州市", "Bingzhou"),
    ("990101", "桥南区", "Qiaonan District"),
    ("990102", "乙水县", "Yishui County"),
    ("990103", "丙州县", "Bingzhou County"),
    ("990200", "庚州市", "Gengzhou"),
    ("990201", "桥南区", "Qiaonan District"),
    ("990202", "辛山满族自治县", "Xinshan Manchu Autonomous County"),
)
ALIASES = (
    UnitAlias("老乙县", "990102", "renamed", "2001", ""),
    UnitAlias("桥北区", "990201", "renamed", "2001", "990200"),
    UnitAlias("乙水开发区", "990102", "zone", "", ""),
)


@pytest.fixture(scope="module")
def names() -> UnitNames:
    return UnitNames(UNITS, ALIASES, {"990122": "990102"})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("乙水县", "990102"),
        ("乙水", "990102"),
        ("丁省丙州市乙水县", "990102"),
        ("丙州乙水", "990102"),
        (" 丙州市 / 乙水县 ", "990102"),
        ("丁省-丙州市-市辖区-桥南区", "990101"),
        ("庚州市桥南区", "990201"),
        ("辛山县", "990202"),
        ("辛山", "990202"),
        ("990102", "990102"),
        ("９９０１０２", "990102"),
        ("990102000000", "990102"),
        ("990102.0", "990102"),
        ("9901", "990100"),
        ("99", "990000"),
        ("Yishui County, Bingzhou", "990102"),
        ("yishui", "990102"),
    ],
)
def test_a_text_names_its_unit(names: UnitNames, text: str, code: str) -> None:
    assert names.find(text).code == code


def test_a_name_of_two_units_stays_open(names: UnitNames) -> None:
    assert names.find("桥南区").codes == ("990101", "990201")
    assert names.find("桥南区").code == ""


def test_a_name_without_its_ending_is_the_larger_unit(names: UnitNames) -> None:
    assert names.find("丙州").code == "990100"
    assert names.find("丙州", PlaceKind.COUNTY).code == "990103"


def test_the_level_must_fit(names: UnitNames) -> None:
    assert names.find("乙水县", PlaceKind.CITY).codes == ()
    assert names.find("990102", PlaceKind.PROVINCE).codes == ()


def test_former_names_and_codes_are_told(names: UnitNames) -> None:
    assert names.find("老乙县").is_old
    assert names.find("老乙县").code == "990102"
    assert names.find("990122").is_old
    assert names.find("990122").code == "990102"


def test_a_former_name_that_is_anothers_now_needs_its_city(names: UnitNames) -> None:
    assert names.find("桥北区").codes == ()
    assert names.find("庚州市桥北区").code == "990201"


def test_what_follows_a_unit_is_kept_apart(names: UnitNames) -> None:
    match = names.find("丙州市乙水县临港路1号")
    assert match.codes == ("990102",)
    assert match.rest == "临港路1号"
    assert match.code == ""


def test_zones_are_no_units(names: UnitNames) -> None:
    assert names.find("乙水开发区").code == ""


@pytest.mark.parametrize(
    "text", ["", "　", "市辖区", "某县", "123", "99010", "Bing", "Yishuix", "区", "/" * 500]
)
def test_what_names_no_unit_gives_none(names: UnitNames, text: str) -> None:
    assert names.find(text).code == ""


def test_a_very_long_text_is_answered_quickly(names: UnitNames) -> None:
    assert names.find("丙州" * 20_000).code == ""


def test_units_hold_units_by_their_codes() -> None:
    assert holds("990000", "990102")
    assert holds("990100", "990102")
    assert not holds("990200", "990102")
    assert holds("990102", "990102")


def test_the_shipped_old_codes_lead_to_units_of_today() -> None:
    names = shipped_unit_names()
    for old, code in shipped_old_codes().items():
        assert names.find(code).code == code
        assert names.find(old).is_old
        assert names.find(old).code == code


def test_shipped_names_are_known_as_tables_write_them() -> None:
    names = shipped_unit_names()
    assert names.find("唐山").code == "130200"
    assert names.find("唐山市曹妃甸区").code == "130209"
    assert names.find("北京市市辖区朝阳区").code == "110105"
    assert names.find("邢台市桥西区").code == "130503"
    assert names.find("河北").code == "130000"
    assert names.find("Caofeidian District, Tangshan").code == "130209"
