import pytest

from jjjmap.locating.addresses import meet
from jjjmap.locating.placing import Locator
from jjjmap.locating.records import Fields, Level, Reason


def unit(locator: Locator, address: str) -> str:
    return locator.place({Fields.ADDRESS: address}).unit_id


@pytest.mark.parametrize(
    ("address", "unit_id"),
    [
        ("北京市海淀区上地十街10号", "110108"),
        ("海淀区知春路113号1709", "110108"),
        ("北京上地信息路2号", "110108"),
        ("天津开发区第三大街51号", "120116"),
        ("唐山海港经济开发区港兴大街", "130225"),
        ("三河市燕郊开发区", "131082"),
        ("固安县工业园区", "131022"),
        ("保定市高开区", "130602"),
        ("丰宁县大阁镇", "130826"),
        ("河北雄安新区容城县金源国际", "130629"),
        ("北京市朝陽區建國路８８號", "110105"),
        ("河北省 唐 山 市 迁 西 县", "130227"),
        ("天津市滨海新区\n第三大街", "120116"),
        ("注册地址：河北省石家庄市长安区", "130102"),
    ],
)
def test_an_address_tells_its_county(locator: Locator, address: str, unit_id: str) -> None:
    assert unit(locator, address) == unit_id


@pytest.mark.parametrize(
    ("address", "unit_id"),
    [
        ("唐海县", "130209"),
        ("邢台市桥东区新华北路", "130502"),
        ("张家口市桥东区胜利北路", "130702"),
        ("天津市塘沽区新港路", "120116"),
        ("北京市宣武区广安门内大街", "110102"),
        ("邯郸县南堡乡", "130402"),
        ("石家庄市桥东区", "130100"),
    ],
)
def test_old_names_mean_the_unit_of_today(locator: Locator, address: str, unit_id: str) -> None:
    assert unit(locator, address) == unit_id


@pytest.mark.parametrize(
    ("address", "unit_id"),
    [
        ("石家庄市新华区北京路", "130105"),
        ("天津市河西区唐山道天津大厦", "120103"),
        ("天津和平区承德道", "120101"),
        ("秦皇岛市海港区河北大街中段", "130302"),
        ("石家庄市天津大厦", "130100"),
        ("保定市朝阳北大街3088号", "130600"),
        ("唐山市北京道", "130200"),
    ],
)
def test_streets_and_buildings_named_after_places_are_no_places(
    locator: Locator, address: str, unit_id: str
) -> None:
    assert unit(locator, address) == unit_id


@pytest.mark.parametrize(
    "address", ["南京路12号", "北京西路", "河北大街中段", "建设大街", "详见附件", "唐山道33号"]
)
def test_a_street_alone_tells_nothing(locator: Locator, address: str) -> None:
    verdict = locator.place({Fields.ADDRESS: address})
    assert (verdict.level, verdict.reason, verdict.place_id) == (Level.NONE, Reason.NOTHING_KNOWN, "")


@pytest.mark.parametrize(
    "address",
    [
        "上海市浦东新区北京东路1号",
        "辽宁省沈阳市和平区",
        "西安市长安区",
        "南通市通州区",
        "昆山市玉山镇",
        "中国（上海）自由贸易试验区",
        "郑州市金水区北京路",
        "香港九龙",
    ],
)
def test_what_lies_elsewhere_is_not_forced_into_the_region(locator: Locator, address: str) -> None:
    verdict = locator.place({Fields.ADDRESS: address})
    assert (verdict.level, verdict.reason) == (Level.NONE, Reason.OUTSIDE)
    assert verdict.outside


@pytest.mark.parametrize(
    ("address", "candidates"),
    [("桥西区中华大街", {"130104", "130703"}), ("新华区解放路", {"130105", "130902"})],
)
def test_names_that_two_cities_have_stay_ambiguous(
    locator: Locator, address: str, candidates: set[str]
) -> None:
    verdict = locator.place({Fields.ADDRESS: address})
    assert verdict.level is Level.AMBIGUOUS
    assert set(verdict.candidates) == candidates


def test_a_development_zone_without_its_city_offers_all_there_are(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "开发区振兴路8号"})
    assert verdict.level is Level.AMBIGUOUS
    assert len(verdict.candidates) > 5


def test_zones_of_the_catalogue_are_named_by_their_id(locator: Locator) -> None:
    assert locator.place({Fields.ADDRESS: "天津开发区第三大街"}).place_id == "teda"
    assert locator.place({Fields.ADDRESS: "石家庄高新区黄河大道"}).place_id == "sjz-hitech"


def test_a_town_is_found_with_its_county(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "天津市武清区东马圈镇"})
    assert verdict.level is Level.TOWN
    assert locator.names.spots[verdict.place_id].name_zh == "东马圈镇"


def test_whatever_a_cell_holds_it_is_judged(locator: Locator) -> None:
    for text in ("\x00", "（" * 500, "北京" * 5_000, "\ue000", "𠀀𠀁", "'; DROP TABLE", "<b>天津市</b>", "…"):
        locator.place({Fields.ADDRESS: text, Fields.NAME: text, Fields.CREDIT_CODE: text})


def test_meet_keeps_the_narrower_of_what_both_allow() -> None:
    assert meet(("",), ("13",)) == ("13",)
    assert meet(("1301",), ("130104", "130703")) == ("130104",)
    assert meet(("130104", "130703"), ("1307",)) == ("130703",)
    assert meet(("11",), ("12",)) == ()


@pytest.mark.parametrize(
    ("address", "unit_id"),
    [
        ("北京市朝阳区首都机场路9号", "110105"),
        ("天津市河西区天津站路", "120103"),
        ("石家庄市裕华区石家庄机场路", "130108"),
        ("天津市东丽区天津机场大道", "120110"),
    ],
)
def test_streets_named_after_stations_ports_and_airports_are_streets(
    locator: Locator, address: str, unit_id: str
) -> None:
    verdict = locator.place({Fields.ADDRESS: address})
    assert (verdict.level, verdict.unit_id) == (Level.COUNTY, unit_id)


@pytest.mark.parametrize(
    ("address", "place_id"),
    [
        ("黄骅港煤炭码头", "port-huanghua"),
        ("黄骅市黄骅港3号泊位", "port-huanghua"),
        ("曹妃甸区曹妃甸港矿石泊位", "port-tangshan-caofeidian"),
        ("乐亭县京唐港", "port-tangshan-jingtang"),
        ("顺义区首都机场", "airport-pek"),
        ("北京市大兴区生物医药产业基地", "park-daxing-biomed"),
        ("通州区张家湾镇设计小镇", "ftz-beijing-biz-tongzhou"),
        ("永清县云裳小镇", "yongqing-yunshang"),
        ("张家口市高新技术产业开发区", "zjk-hitech"),
        ("正定县高新区", "zhengding-ic"),
        ("廊坊市安次区高新区", "ecoport-langfang"),
        ("北戴河新区", "beidaihe-health"),
        ("抚宁区北戴河新区", "beidaihe-health"),
    ],
)
def test_places_of_the_catalogue_go_before_their_county(
    locator: Locator, address: str, place_id: str
) -> None:
    assert locator.place({Fields.ADDRESS: address}).place_id == place_id


@pytest.mark.parametrize(
    ("address", "unit_id"),
    [
        ("石家庄市矿区", "130107"),
        ("邯郸市矿区", "130406"),
        ("承德市营子区", "130804"),
        ("冀唐山迁安", "130283"),
        ("京海淀", "110108"),
        ("京朝阳区", "110105"),
        ("津南开区", "120104"),
        ("津南区", "120112"),
        ("冀州区", "131103"),
        ("塘沽新港路12号", "120116"),
        ("塘沽第三大街", "120116"),
        ("河北唐海新城大街", "130209"),
        ("天津市塘沽路", "120000"),
        ("河北石家庄", "130100"),
        ("天津河北中山路", "120105"),
    ],
)
def test_short_and_old_forms_are_understood(locator: Locator, address: str, unit_id: str) -> None:
    assert unit(locator, address) == unit_id


@pytest.mark.parametrize("address", ["冀东水泥", "京东大厦", "津西钢铁", "塘沽路3号", "矿区", "启动区"])
def test_what_only_looks_like_a_short_form_tells_nothing(locator: Locator, address: str) -> None:
    assert locator.place({Fields.ADDRESS: address}).level is Level.NONE


def test_a_zone_does_not_decide_between_namesakes(locator: Locator) -> None:
    verdict = locator.place({Fields.ADDRESS: "马庄乡工业区6号"})
    assert verdict.level is Level.AMBIGUOUS


def test_districts_named_like_a_side_of_a_street_are_districts(locator: Locator) -> None:
    assert unit(locator, "唐山路北建设大街") == "130203"
