"""From what a person types to a place."""

import pytest

from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.catalogue.names import find_place, nearest_names
from jjjmap.catalogue.store import load_catalogue
from jjjmap.errors import PlaceUnknown
from jjjmap.paths import RESOURCES


@pytest.fixture
def places() -> Catalogue:
    rows = (
        Place("990100", PlaceKind.CITY, "甲市", "Jia City", aliases=("甲",)),
        Place("990101", PlaceKind.COUNTY, "东山区", "Dongshan District", parent_id="990100"),
        Place("990102", PlaceKind.COUNTY, "西山区", "Xishan District", parent_id="990100"),
        Place(
            "dongshan-park",
            PlaceKind.PLATFORM,
            "东山（南）科技园",
            "Dongshan Park",
            aliases=("东山区", "东园"),
        ),
        Place("alpha-zone", PlaceKind.ZONE, "共建区", "Joint Zone"),
        Place("beta-zone", PlaceKind.ZONE, "共建区", "Joint Zone"),
        Place("xi-wing", PlaceKind.WING, "西山新翼", "Xi'an Wing", short_zh="新翼"),
    )
    return Catalogue(places={row.id: row for row in rows})


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("dongshan-park", "dongshan-park"),
        ("DONGSHAN-park", "dongshan-park"),
        ("９９０１０２", "990102"),
        ("西山区", "990102"),
        ("dongshan  PARK ", "dongshan-park"),
        ("东山(南)科技园", "dongshan-park"),
        ("东园", "dongshan-park"),
        ("新翼", "xi-wing"),
        ("Xi’an wing", "xi-wing"),
        ("西山", "990102"),
    ],
)
def test_find_place_takes_ids_names_and_aliases_however_they_are_typed(
    places: Catalogue, text: str, place_id: str
) -> None:
    assert find_place(places, text).place.id == place_id


def test_a_name_beats_an_alias(places: Catalogue) -> None:
    assert find_place(places, "东山区").place.id == "990101"


def test_of_two_places_of_the_same_name_the_smaller_id_is_found(places: Catalogue) -> None:
    assert find_place(places, "共建区").place.id == "alpha-zone"


def test_of_equal_names_a_place_of_policy_comes_before_a_unit() -> None:
    unit = Place("110000", PlaceKind.PROVINCE, "新区", "New Area")
    zone = Place("zone", PlaceKind.ZONE, "新区", "New Area")
    assert find_place(Catalogue(places={unit.id: unit, zone.id: zone}), "新区").place.id == "zone"


def test_a_larger_unit_comes_before_a_smaller_one_of_the_same_name() -> None:
    rows = (
        Place("110105", PlaceKind.COUNTY, "河北区", "Hebei District", parent_id="120000"),
        Place("120000", PlaceKind.PROVINCE, "天省", "Tian"),
        Place("130000", PlaceKind.PROVINCE, "河北省", "Hebei"),
    )
    named = find_place(Catalogue(places={row.id: row for row in rows}), "河北")
    assert (named.place.id, [place.id for place in named.others]) == ("130000", ["110105"])


def test_other_places_of_the_same_name_are_told_and_an_id_has_none(places: Catalogue) -> None:
    assert [place.id for place in find_place(places, "共建区").others] == ["beta-zone"]
    assert [place.id for place in find_place(places, "东山区").others] == ["dongshan-park"]
    assert find_place(places, "alpha-zone").others == ()
    assert find_place(places, "西山区").others == ()


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(RESOURCES)[0]


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("北京市通州区", "110112"),
        ("北京通州", "110112"),
        ("河北省石家庄市桥西区", "130104"),
        ("河北张家口桥西区", "130703"),
        ("张家口市 桥西区", "130703"),
        ("Jizhou District, Hengshui", "131103"),
        ("Qiaoxi District, Zhangjiakou, Hebei", "130703"),
        ("Tianjin Jizhou District", "120119"),
    ],
)
def test_a_name_may_be_led_by_its_units(shipped: Catalogue, text: str, place_id: str) -> None:
    named = find_place(shipped, text)
    assert (named.place.id, named.others) == (place_id, ())


@pytest.mark.parametrize(
    "text", ["天津市桥西区", "石家庄市河北省桥西区", "河北省河北省", "北京市，", "Hebei,"]
)
def test_a_name_led_by_other_words_is_unknown(shipped: Catalogue, text: str) -> None:
    with pytest.raises(PlaceUnknown):
        find_place(shipped, text)


@pytest.mark.parametrize("text", ["桥西区", "新华区", "Jizhou District"])
def test_shipped_names_that_two_counties_share_name_both(shipped: Catalogue, text: str) -> None:
    assert len(find_place(shipped, text).others) == 1


@pytest.mark.parametrize(
    ("text", "place_id", "old_name"),
    [
        ("蓟县", "120119", "蓟县"),
        ("天津市蓟县", "120119", "蓟县"),
        ("唐海县", "130209", "唐海县"),
        ("崇文区", "110101", "崇文区"),
        ("邢台市桥西区", "130503", "桥西区"),
    ],
)
def test_a_unit_is_found_by_what_it_was_called_before(
    shipped: Catalogue, text: str, place_id: str, old_name: str
) -> None:
    named = find_place(shipped, text)
    assert named.place.id == place_id
    assert named.old_name is not None
    assert named.old_name.name_zh == old_name
    assert named.old_name.until


@pytest.mark.parametrize("text", ["桥西区", "蓟州区", "宣化区", "120119"])
def test_names_of_today_are_no_old_names(shipped: Catalogue, text: str) -> None:
    assert find_place(shipped, text).old_name is None


@pytest.mark.parametrize("text", ["石家庄蓟县", "新市区", "亦庄经济", "北市区"])
def test_an_old_name_in_the_wrong_city_or_without_the_city_it_needs_is_unknown(
    shipped: Catalogue, text: str
) -> None:
    with pytest.raises(PlaceUnknown):
        find_place(shipped, text)


def test_an_unknown_place_comes_with_the_three_nearest_names(places: Catalogue) -> None:
    with pytest.raises(PlaceUnknown) as caught:
        find_place(places, "东三区")
    assert caught.value.wanted == "东三区"
    assert len(caught.value.nearest) == 3
    assert caught.value.nearest[0] == "东山区"


def test_a_part_of_a_name_suggests_the_whole(places: Catalogue) -> None:
    assert nearest_names(places, "科技园")[0] == "东山（南）科技园"


def test_suggestions_do_not_repeat_a_name(places: Catalogue) -> None:
    suggestions = nearest_names(places, "共建")
    assert suggestions[0] == "共建区"
    assert len(set(suggestions)) == len(suggestions)


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_text_means_no_place(places: Catalogue, text: str) -> None:
    with pytest.raises(PlaceUnknown) as caught:
        find_place(places, text)
    assert caught.value.nearest == ()
