import pytest

from jjjmap.locating.placing import Locator
from jjjmap.locating.records import Fields, Level, Reason


@pytest.mark.parametrize(
    ("name", "unit_id"),
    [
        ("唐山甲化工有限公司", "130200"),
        ("天津市武清区甲机械厂", "120114"),
        ("北京甲（天津）科技有限公司", "120000"),
        ("中国甲股份有限公司石家庄分公司", "130100"),
        ("深圳甲北京分公司", "110000"),
        ("广州甲（北京）有限公司", "110000"),
        ("安平县甲丝网厂", "131125"),
        ("甲（唐山曹妃甸）有限公司", "130209"),
    ],
)
def test_a_firms_name_tells_where_it_is_called_after(locator: Locator, name: str, unit_id: str) -> None:
    assert locator.place({Fields.NAME: name}).unit_id == unit_id


def test_a_firm_that_begins_with_hebei_is_called_after_the_province(locator: Locator) -> None:
    assert locator.place({Fields.NAME: "河北甲科技有限公司"}).place_id == "130000"
    assert locator.place({Fields.NAME: "天津河北甲厂"}).place_id == "120105"


@pytest.mark.parametrize(
    ("name", "unit_id"),
    [
        ("Tangshan Jia Steel Co., Ltd.", "130200"),
        ("Beijing Jia (Tianjin) Technology Co., Ltd.", "120000"),
        ("Hebei Jia Co., Ltd. Shijiazhuang Branch", "130100"),
    ],
)
def test_english_names_of_firms_are_read_alike(locator: Locator, name: str, unit_id: str) -> None:
    assert locator.place({Fields.NAME: name}).unit_id == unit_id


@pytest.mark.parametrize("name", ["长安甲有限公司", "新华甲股份有限公司", "中铁甲局集团有限公司"])
def test_words_that_are_names_of_districts_too_place_no_firm(locator: Locator, name: str) -> None:
    assert locator.place({Fields.NAME: name}).level is Level.NONE


def test_a_firm_named_after_a_place_elsewhere_is_outside(locator: Locator) -> None:
    assert locator.place({Fields.NAME: "上海甲贸易有限公司"}).reason is Reason.OUTSIDE


def test_a_name_is_believed_less_than_an_address(locator: Locator) -> None:
    by_name = locator.place({Fields.NAME: "固安甲有限公司"})
    by_address = locator.place({Fields.ADDRESS: "固安县牛驼镇"})
    assert by_name.confidence < by_address.confidence
