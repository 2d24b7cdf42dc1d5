import pytest

from jjjmap.locating.placing import Locator
from jjjmap.locating.records import Disagreement, Fields, Level, Reason

from .credit_code_maker import credit_code


def test_registered_in_one_county_and_sitting_in_another_is_a_relocation_lead(locator: Locator) -> None:
    verdict = locator.place(
        {Fields.ADDRESS: "唐山市曹妃甸区唐海镇", Fields.CREDIT_CODE: credit_code("110108")}
    )
    assert (verdict.unit_id, verdict.registered_id) == ("130209", "110108")
    assert verdict.disagreement & Disagreement.REGISTRATION


def test_registered_with_the_city_is_no_lead(locator: Locator) -> None:
    for authority in ("130200", "130201", "130000", "100000", "130230"):
        verdict = locator.place(
            {Fields.ADDRESS: "唐山市曹妃甸区唐海镇", Fields.CREDIT_CODE: credit_code(authority)}
        )
        assert verdict.disagreement is Disagreement.NONE, authority


def test_registered_elsewhere_in_the_country_is_a_lead(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "天津市武清区", Fields.CREDIT_CODE: credit_code("310115")})
    assert verdict.disagreement is Disagreement.REGISTRATION
    assert verdict.registered_id == "31"


def test_another_column_decides_between_namesakes(locator: Locator) -> None:
    address = {Fields.ADDRESS: "桥西区中华大街"}
    assert locator.place(address | {Fields.REGION: "石家庄"}).unit_id == "130104"
    assert locator.place(address | {Fields.NAME: "张家口甲有限公司"}).unit_id == "130703"
    assert locator.place(address | {Fields.CREDIT_CODE: credit_code("130104")}).unit_id == "130104"


def test_another_column_tells_which_development_zone_is_meant(locator: Locator) -> None:
    row = {Fields.ADDRESS: "开发区第三大街51号"}
    assert locator.place(row | {Fields.REGION: "天津市"}).place_id == "teda"
    assert locator.place(row | {Fields.REGION: "秦皇岛市"}).place_id == "zone-qhd-edz"
    zone = {Fields.ZONE: "高新区", Fields.REGION: "唐山市"}
    assert locator.place(zone).place_id == "tangshan-hitech"


def test_columns_that_agree_make_it_surer_and_others_less_sure(locator: Locator) -> None:
    alone = locator.place({Fields.ADDRESS: "朝阳区酒仙桥"})
    with_code = locator.place({Fields.ADDRESS: "朝阳区酒仙桥", Fields.CREDIT_CODE: credit_code("110105")})
    against = locator.place({Fields.ADDRESS: "朝阳区酒仙桥", Fields.REGION: "唐山市路北区"})
    assert with_code.confidence > alone.confidence > against.confidence
    assert against.disagreement or against.unit_id == "130203"


def test_an_address_elsewhere_outweighs_the_name(locator: Locator) -> None:
    verdict = locator.place({Fields.NAME: "北京甲有限公司", Fields.ADDRESS: "上海市浦东新区"})
    assert (verdict.level, verdict.reason) == (Level.NONE, Reason.OUTSIDE)
    assert verdict.disagreement is Disagreement.NAME


def test_a_code_alone_places_a_firm_where_it_is_registered_but_not_for_sure(locator: Locator) -> None:
    verdict = locator.place({Fields.CREDIT_CODE: credit_code("130209")})
    assert (verdict.level, verdict.unit_id) == (Level.COUNTY, "130209")
    assert verdict.confidence < 0.7


def spoilt(authority: str) -> str:
    right = credit_code(authority)
    return right[:17] + ("1" if right[17] != "1" else "2")


def test_a_code_with_a_wrong_check_character_says_nothing_but_that_it_is_wrong(locator: Locator) -> None:
    alone = locator.place({Fields.CREDIT_CODE: spoilt("130209")})
    assert (alone.level, alone.code_problem, alone.registered_id) == (Level.NONE, "check", "")
    unclear = locator.place({Fields.ADDRESS: "桥西区中华大街", Fields.CREDIT_CODE: spoilt("130104")})
    assert (unclear.level, unclear.code_problem) == (Level.AMBIGUOUS, "check")
    elsewhere = locator.place({Fields.ADDRESS: "曹妃甸区唐海镇", Fields.CREDIT_CODE: spoilt("110108")})
    assert (elsewhere.unit_id, elsewhere.disagreement) == ("130209", Disagreement.NONE)


@pytest.mark.parametrize(
    ("address", "other", "unit_id"),
    [
        ("桥东区新华北路", {Fields.REGION: "邢台市"}, "130502"),
        ("桥东区新华北路", {Fields.NAME: "邢台甲有限公司"}, "130502"),
        ("桥东区建设大街", {Fields.REGION: "石家庄市"}, "130100"),
        ("桥东区胜利北路", {Fields.REGION: "张家口市"}, "130702"),
        ("桥东区胜利北路", {}, "130702"),
        ("桥西区中兴路", {Fields.REGION: "邢台"}, "130503"),
        ("桥西区中兴路", {Fields.CREDIT_CODE: credit_code("130503")}, "130503"),
        ("新华区解放路", {Fields.NAME: "沧州甲有限公司"}, "130902"),
        ("", {Fields.REGION: "桥西区", Fields.NAME: "邢台甲厂"}, "130503"),
    ],
)
def test_the_city_in_another_column_tells_whose_old_district_is_meant(
    locator: Locator, address: str, other: dict[Fields, str], unit_id: str
) -> None:
    assert locator.place({Fields.ADDRESS: address} | other).unit_id == unit_id


@pytest.mark.parametrize(
    "text",
    ["130102", "130102.0", "'130102", "‘130102", "13 01 02", "\u00a0130102 ", "130102001000", "１３０１０２"],
)
def test_a_unit_code_is_read_however_a_spreadsheet_left_it(locator: Locator, text: str) -> None:
    assert locator.place({Fields.CODE: text}).unit_id == "130102"


def test_codes_of_zones_in_the_statistics_name_the_zone_with_its_counties(locator: Locator) -> None:
    verdict = locator.place({Fields.CODE: "130171"})
    assert (verdict.level, verdict.place_id, verdict.unit_id) == (Level.ZONE, "sjz-hitech", "130108")
    assert locator.place({Fields.CODE: "130273"}).place_id == "tangshan-hitech"
    # One that is not known tells the city.
    assert locator.place({Fields.CODE: "130179"}).unit_id == "130100"


@pytest.mark.parametrize(
    "cells",
    [
        {Fields.ADDRESS: "河北雄安新区"},
        {Fields.ADDRESS: "雄安新区启动区"},
        {Fields.ADDRESS: "河北雄安新区启动区", Fields.NAME: "甲(容城)有限公司"},
        {Fields.ADDRESS: "雄安新区", Fields.CREDIT_CODE: credit_code("130629")},
        {Fields.NAME: "甲（雄安）有限公司"},
    ],
)
def test_a_new_area_of_several_counties_is_none_of_them(locator: Locator, cells: dict[Fields, str]) -> None:
    verdict = locator.place(cells)
    assert (verdict.place_id, verdict.unit_id) == ("xiongan", "130600")


def test_a_county_that_is_told_goes_before_its_new_area(locator: Locator) -> None:
    assert locator.place({Fields.ADDRESS: "河北雄安新区容城县金台东路"}).place_id == "130629"


def test_a_unit_code_places_a_row_old_ones_as_well(locator: Locator) -> None:
    for digits, unit_id in (
        ("130209", "130209"),
        ("130230", "130209"),
        ("130200", "130200"),
        ("11", "110000"),
    ):
        assert locator.place({Fields.CODE: digits}).unit_id == unit_id
    assert locator.place({Fields.CODE: "130209102"}).unit_id == "130209"
    assert locator.place({Fields.CODE: "310115"}).reason is Reason.OUTSIDE


def test_a_zone_that_contradicts_the_address_is_flagged(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "北京市海淀区知春路", Fields.ZONE: "燕郊高新区"})
    assert verdict.unit_id == "110108"
    assert verdict.disagreement & Disagreement.ZONE


def test_an_empty_row_says_so(locator: Locator) -> None:
    assert locator.place({}).reason is Reason.NOTHING_SAID
    assert locator.place({Fields.ADDRESS: "  "}).reason is Reason.NOTHING_SAID
