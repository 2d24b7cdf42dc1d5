import pytest

from jjjmap.locating.english_addresses import is_english
from jjjmap.locating.english_names import key_of
from jjjmap.locating.placing import Locator
from jjjmap.locating.records import Fields, Level, Reason


@pytest.mark.parametrize(
    ("address", "unit_id"),
    [
        ("No. 5 Jia Road, Haidian District, Beijing 100083", "110108"),
        ("HAIDIAN DISTRICT, BEIJING, CHINA", "110108"),
        ("Chaoyang Qu, Beijing Shi", "110105"),
        ("Tongzhou Dist., Beijing", "110112"),
        ("12 Zhongshan East Road, Chang’an District, Shijiazhuang, Hebei", "130102"),
        ("Hebei Sheng Tangshan Shi Caofeidian Qu Gangkou Lu 3 Hao", "130209"),
        ("QIANXI COUNTY, TANGSHAN", "130227"),
        ("Fengning Manchu Autonomous County, Chengde", "130826"),
        ("Chengde County, Hebei", "130821"),
        ("Chengde", "130800"),
        ("Hebei District, Tianjin", "120105"),
        ("Hebei Province", "130000"),
        ("Room 301, Tower A, Nanjing Road, Heping District, Tianjin Municipality", "120101"),
        ("Beijing Road, Baoding", "130600"),
        ("No. 2 Road, Tanggu, Tianjin", "120116"),
    ],
)
def test_an_english_address_tells_its_county(locator: Locator, address: str, unit_id: str) -> None:
    assert locator.place({Fields.ADDRESS: address}).unit_id == unit_id


@pytest.mark.parametrize(
    ("address", "candidates"),
    [
        ("Qiaoxi District", {"130104", "130703"}),
        ("88 Xinhua Road, Xinhua District, Hebei Province", {"130105", "130902"}),
        ("Wei County, Hebei", {"130434", "130533"}),
        ("Jizhou District", {"120119", "131103"}),
    ],
)
def test_units_with_the_same_english_name_stay_ambiguous(
    locator: Locator, address: str, candidates: set[str]
) -> None:
    verdict = locator.place({Fields.ADDRESS: address})
    assert verdict.level is Level.AMBIGUOUS
    assert set(verdict.candidates) == candidates


@pytest.mark.parametrize(
    ("address", "unit_id"),
    [
        ("Qiaoxi District, Zhangjiakou City, Hebei Province, P.R. China", "130703"),
        ("Wei County, Handan", "130434"),
        ("Jizhou District, Tianjin", "120119"),
    ],
)
def test_their_city_decides(locator: Locator, address: str, unit_id: str) -> None:
    assert locator.place({Fields.ADDRESS: address}).unit_id == unit_id


@pytest.mark.parametrize(
    ("address", "place_id"),
    [
        ("Xiong'an New Area, Hebei", "xiongan"),
        ("Xiongan, Hebei", "xiongan"),
        ("No. 51, 3rd Avenue, TEDA, Tianjin", "teda"),
        ("Tianjin Economic and Technological Development Area", "teda"),
        ("Yanjiao, Sanhe, Hebei", "yanjiao"),
        ("High-tech Zone, Shijiazhuang", "sjz-hitech"),
        ("National High-Tech Development Zone, Tangshan, Hebei, China", "tangshan-hitech"),
        ("Port of Tianjin", "port-tianjin"),
        ("天津TEDA第三大街", "teda"),
    ],
)
def test_zones_are_known_by_their_english_names(locator: Locator, address: str, place_id: str) -> None:
    assert locator.place({Fields.ADDRESS: address}).place_id == place_id


@pytest.mark.parametrize(
    "address",
    ["Pudong New Area, Shanghai", "Chaoyang District, Changchun, Jilin Province", "1 Tianjin Road, Shanghai"],
)
def test_what_lies_elsewhere_is_outside(locator: Locator, address: str) -> None:
    assert locator.place({Fields.ADDRESS: address}).reason is Reason.OUTSIDE


@pytest.mark.parametrize(
    "address", ["Room 5, Building 3, Science Park", "Peace Road", "N/A", "Beijing Road 7"]
)
def test_an_english_street_alone_tells_nothing(locator: Locator, address: str) -> None:
    assert locator.place({Fields.ADDRESS: address}).reason is Reason.NOTHING_KNOWN


def test_other_columns_may_be_english_as_well(locator: Locator) -> None:
    assert locator.place({Fields.REGION: "Haidian"}).unit_id == "110108"
    assert locator.place({Fields.ZONE: "Xiong'an New Area"}).place_id == "xiongan"
    row = {Fields.ADDRESS: "Qiaoxi District", Fields.REGION: "Zhangjiakou"}
    assert locator.place(row).unit_id == "130703"


def test_a_text_with_one_chinese_character_is_none_of_english() -> None:
    assert is_english("haidian")
    assert not is_english("haidian区")
    assert not is_english("12-3")


def test_words_are_compared_without_gaps_accents_and_idle_words() -> None:
    assert key_of("Xióng’ān  New Area") == key_of("xiong an new area") == "xiongannewarea"
    assert key_of("Economic & Technological Development Area") == key_of("economic-tech development zone")
