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


def test_a_wrong_check_character_is_told_and_believed_less(locator: Locator) -> None:
    right = credit_code("130209")
    spoilt = right[:17] + ("1" if right[17] != "1" else "2")
    verdict = locator.place({Fields.CREDIT_CODE: spoilt})
    assert verdict.code_problem == "check"
    assert verdict.confidence < locator.place({Fields.CREDIT_CODE: right}).confidence


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
